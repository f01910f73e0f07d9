"""WhatsApp's Cloud API at the wall: its JSON outside, our values inside.

Read in this order:

1. ``account``: whom we speak for, and the keys to it
2. ``contents``, ``payload``: our message as the platform's JSON, its template as our shape
3. ``consequences``, ``codes``: what every error code means, what to do about it, and how far it reaches
4. ``line``, ``usage``: one authenticated request over an injected HTTP client, and when the platform takes
   more; ``health``, ``number``: whether our number can send, and what is said of it; ``asking``,
   ``tokens``, ``subscriptions``, ``onboarding``: what is asked before there is an account
5. ``client``: sending and asking; ``media``: files; ``drafts``, ``management``, ``submission``: templates
   handed in, edited and deleted, with their example files
6. ``webhook``: who calls us, and the envelope opened item by item, which leans on ``reading`` (foreign JSON),
   ``messages``, ``statuses``, ``signs`` and ``news``
7. ``calling``, ``judging``, ``examination``: what a doctor asks, and makes of the answers
8. ``transport``: how the standalone service connects; needs the extra ``service``
"""
