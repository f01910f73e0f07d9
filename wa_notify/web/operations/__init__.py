"""Everything that can be seen and done at the desk, as one table (`table.OPERATIONS`) with several doors.

The API (`wa_notify.web.api`) opens it to programs as JSON, the admin page (`wa_notify.web.admin`) to people
as forms. An operation says who may do it, what it takes and what it answers; both doors, the description of
the API and the tests of who may do what are made from that.

Read in this order: ``office`` (what operations work with), ``operation`` (a row of the table), ``performing``
(what both doors do with a row), ``paging``; then ``audit`` and ``keys``, which are simple, and ``tickets``,
which is not. Every other module is named for its subject; ``table`` puts them together.
"""
