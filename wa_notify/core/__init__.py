"""The rules of alerting over WhatsApp, as pure functions over frozen values.

Nothing here reads a clock, a disk or a network: facts and ``now`` come in, a value goes out.

Read in this order; each file leans only on those before it:

1. ``errors``, ``reason``, ``secret``: what can go wrong, the one vocabulary of why, what is never shown
2. ``alert``, ``matcher``, ``rule``: what happened, and which rule answers it
3. ``template``, ``message``: what may be said to a person
4. ``recipient``, ``consent``, ``window``: who it is said to, and whether that is allowed now
5. ``ticket``, ``reminder``: the life of an alert group until somebody answers
6. ``outbox``, ``delivery``, ``retry``: the life of one message
7. ``inbound``, ``reply``: what comes back, and what it means
8. ``decision``: everything above put to work at the moment of sending
9. ``timeline``: the story as people read it
10. ``ledger``, ``invite``, ``erasure``, ``retention``: consent that can be proven, asked for, and forgotten
"""
