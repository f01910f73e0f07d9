"""The four doors: the only reasons for which anything happens.

* ``ingest``: an alert comes
* ``deliver``: an item of the outbox is due
* ``receive``: WhatsApp calls
* ``remind``: time passes; so does ``heartbeat``, where silence itself is an alert

Each door reads like the story and works in one transaction. ``planning`` and ``outcome`` are what two doors
share: how an occasion becomes items, and what a refusal does to an item; ``twins`` are their items for other
channels. ``senders``, ``addresses``, ``copies`` and ``converse`` belong to the third door: who wrote, whose
number changed, what was taken back, what is asked for. ``explain`` walks through the doors without leaving a
trace.
"""
