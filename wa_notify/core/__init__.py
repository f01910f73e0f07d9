"""The rules of alerting over WhatsApp, as pure functions over frozen values.

Nothing here reads a clock, a disk or a network: facts and ``now`` come in, a value goes out.

Read in this order; each file leans only on those before it:

1. ``errors``, ``logged``, ``reason``, ``secret``, ``bounds``, ``enclosed``, ``media``: what can go wrong, the
   events of the log, the one vocabulary of why, what is never shown, how much a message holds, what it may
   carry beside text
2. ``wallclock``, ``quiet``, ``schedule``, ``duty``: times as people read them, when a person is not to be
   woken, who is on call, and whether they are there
3. ``alert``, ``heartbeat``, ``matcher``, ``silence``, ``inhibit``, ``storm``: what happened or failed to, and
   what keeps it from people
4. ``delivery``, ``condition``, ``ailment``, ``cleaner``, ``markup``, ``split``, ``message``, ``within``,
   ``languages``, ``template``, ``bubble``, ``wording``: what may be said to a person, in which language, how
   it looks, how far it got, and what stands in its way for longer, be it our own illness; ``draft``,
   ``promotion``, ``lint``: what is to be approved, and what a reviewer will say of it
5. ``recipient``, ``consent``, ``window``: who it is said to, and whether that is allowed now; ``search``,
   ``directory``: how they are found among very many, and counted
6. ``timeline``, ``inbound``, ``received``, ``words``, ``reply``: the story as people read it, what comes
   back, files among it, what it means; ``template_news``: what it makes of a template
7. ``pace``, ``limits``, ``pricing``, ``budget``, ``charge``, ``incomplete``, ``shortlist``, ``rule``,
   ``trial``, ``succession``: how fast and to how many people, what WhatsApp charges, how much of it a month
   may cost, what a message has cost; which alerts it answers and which not, how that is found among many
   rules, who is told, in which words, and what stays of it when the rules are written anew; ``likeness``,
   ``plan``: whether the account has the templates for it, and what is to be done
8. ``ticket``, ``reminder``, ``timers``: the life of an alert group until somebody answers
9. ``outbox``, ``stand_in``, ``retry``, ``progress``, ``news``: one message, also without its file, the steps
   of its life, and what of it all listeners hear; ``canary``: the message that shows whether any arrive
10. ``digest``, ``merge``, ``lateness``, ``answers``, ``copies``, ``quality``: many in one, what comes late,
    how often people are answered, what is left of what they take back, how they take our templates
11. ``fallback``, ``source``: the ways beside WhatsApp: other channels, and back to where the alert came from
12. ``situation``, ``breaker``, ``forms``, ``thrift``, ``restraint``, ``decision``: everything above put to
    work at the moment of sending; ``priced``: what it costs, in words
13. ``ledger``, ``invite``, ``erasure``, ``retention``: consent that can be proven, asked for, and forgotten;
    ``examination``: what a doctor finds
14. ``access``, ``guessing``, ``audit``: who may look after all this, how strangers are kept out, and who
    changed what
"""
