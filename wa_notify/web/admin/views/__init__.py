"""The pages, a module for each part of the bar: each gathers what its template shows.

Read ``audit`` first, which is simple, then ``outbox``, then ``tickets``. What they ask stands in
`wa_notify.web.operations`, how they look in ``templates``.
"""
