"""The four doors: the only reasons for which anything happens.

* ``ingest``: an alert comes
* ``deliver``: an item of the outbox is due
* ``receive``: WhatsApp calls
* ``remind``: time passes; so does ``heartbeat``, where silence itself is an alert

Each door reads like the story and works in one transaction. ``planning`` and ``outcome`` are what two doors
share: how an occasion becomes items, and what a refusal does to an item; ``twins`` are their items for other
channels. ``explain`` walks through the doors
without leaving a trace.

``people``, ``importing``, ``invites`` and ``erasure`` are about who is known and what they agreed to,
``retention`` forgets what is old. Nothing leaves because of these but an invitation that somebody asked for.
"""
