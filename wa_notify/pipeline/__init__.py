"""The four doors: the only reasons for which anything happens.

* ``ingest``: an alert comes
* ``deliver``: an item of the outbox is due
* ``receive``: WhatsApp calls
* ``remind``: time passes; so it does in ``heartbeat``, where silence itself is an alert, in ``shifts``, where
  somebody goes on call, in ``quality``, where it is seen how people take our messages, and in ``canary``,
  which shows whether any arrive; ``passing`` looks at all of these

Each door reads like the story and works in one transaction. ``planning`` and ``outcome`` are what two doors
share: how an occasion becomes items, and what a refusal does to an item; ``twins`` are their items for other
channels, and ``escalate`` asks the next people. ``situate``, ``calm``, ``limits``, ``digest``, ``nudge``,
``late`` and ``parts`` belong to the second door: what a decision depends on, what keeps an item back, how
much may leave, what many of them become, what asks for a reply, what is said when something comes late, and
how a long text leaves; so do ``charges``, what messages cost, and ``merging``, what becomes one message
because that costs less. ``senders``, ``addresses``, ``copies``, ``receipts`` and ``received`` belong to the
third: who wrote, whose number changed, what was taken back, what is shown as read and who shows nothing, the
files they sent. ``conditions`` keeps what stands in the way of more than one message, and ``notices`` tells
administrators of it, as ``admins`` does of whatever else needs them; so are ``ailments`` kept, what ails the
service itself. ``source`` asks for silences where the
alert came from, and ``lookout`` looks there for what they hide. ``explain`` walks through the doors without
leaving a trace, ``reachable`` is whom a rule could tell now, ``saying`` puts into the outbox what somebody
says by hand, and ``overview`` is how everything stands.

What a person's message sets in motion begins in ``converse``: ``meaning`` finds the ticket they mean,
``handling`` is what they can do with it (the command line does the same), ``telling`` lets the others know,
``answering`` answers, and ``silences`` keeps alerts quiet for a while. At a desk people can do more:
``outbox_deeds`` has a message tried again or drops it, and ``overrides`` puts somebody on call.

``files`` and ``unsendable`` are about what goes out with a message: what happens when it cannot be had, and
when WhatsApp does not take it.

``people``, ``importing``, ``editing``, ``invites`` and ``erasure`` are about who is known and what they
agreed to, ``retention`` forgets what is old, and ``template_news`` keeps the account's templates current.
Nothing leaves because of these but an invitation that somebody asked for.
"""
