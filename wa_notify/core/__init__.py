"""The rules of alerting over WhatsApp, as pure functions over frozen values.

Nothing here reads a clock, a disk or a network: facts and ``now`` come in, a value goes out.

Read in this order; each file leans only on those before it:

1. ``errors``, ``reason``, ``secret``: what can go wrong, the one vocabulary of why, what is never shown
2. ``wallclock``, ``quiet``, ``schedule``: when a person is not to be woken, and who is on call
3. ``alert``, ``heartbeat``, ``matcher``, ``silence``, ``inhibit``, ``storm``, ``rule``: what happened or
   failed to, and which rule answers it
4. ``template``, ``message``: what may be said to a person
5. ``recipient``, ``consent``, ``window``: who it is said to, and whether that is allowed now
6. ``ticket``, ``reminder``: the life of an alert group until somebody answers
7. ``outbox``, ``delivery``, ``retry``, ``digest``, ``lateness``: the life of one message
8. ``inbound``, ``words``, ``reply``, ``answers``, ``copies``: what comes back, what it means, how often it is
   answered, what is left when it is taken back
9. ``fallback``, ``decision``: everything above put to work at the moment of sending
10. ``timeline``: the story as people read it
11. ``ledger``, ``invite``, ``erasure``, ``retention``: consent that can be proven, asked for, and forgotten
"""
