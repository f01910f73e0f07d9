"""WhatsApp's Cloud API at the wall: its JSON outside, our values inside.

Read in this order:

1. ``account``: whom we speak for, and the keys to it
2. ``contents``, ``payload``: our message as the platform's JSON, its template as our shape
3. ``codes``: what every error code means and what to do about it
4. ``client``: sending and asking, over an injected HTTP client; ``media``: files, over the same; ``drafts``,
   ``management``: templates handed in, edited and deleted
5. ``webhook``: who calls us, and the envelope opened item by item, which leans on ``reading`` (foreign
   JSON), ``messages``, ``statuses`` and ``news``
6. ``transport``: how the standalone service connects; needs the extra ``service``
"""
