"""The desk: what the people who look after it see and do, whether on a page, in Home Assistant or by API.

Everything they do is one transaction, as at the four doors, and wakes the engine. ``by`` is who does it: the
name of a recipient, or any other name by which the ledger and the timeline shall call them.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from wa_notify.core.alert import Alert
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.matcher import Matcher
from wa_notify.core.outbox import Intent, Item
from wa_notify.core.rule import Rulebook
from wa_notify.core.silence import Silence
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry
from wa_notify.engine.watch import Watch
from wa_notify.pipeline import handling
from wa_notify.pipeline.explain import Explanation, explain
from wa_notify.pipeline.handling import Deed
from wa_notify.pipeline.limits import Headroom, headroom
from wa_notify.pipeline.overview import Overview, PersonStanding, overview, standing_of
from wa_notify.pipeline.people import Said, find, record
from wa_notify.pipeline.planning import people
from wa_notify.pipeline.saying import Put, Saying, foresee, put
from wa_notify.pipeline.silences import end_silence
from wa_notify.pipeline.telling import Actor, acting
from wa_notify.ports import Clock, Store, Transaction, Views

T = TypeVar("T")
Doing: TypeAlias = Callable[[Transaction, Rulebook, Ticket, Actor, datetime], Deed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A ticket, the alerts and messages of its present episode (the newest first), and its whole timeline."""

    ticket: Ticket
    alerts: tuple[Alert, ...]
    timeline: tuple[Entry, ...]
    items: tuple[Item, ...]


MOST_ITEMS = 200  # of a ticket


class Desk:
    """The part of an engine that people use. Every method raises `StoreError` when nothing could be done."""

    def __init__(
        self,
        *,
        store: Store,
        number_id: str,
        book: Callable[[], Rulebook],
        clock: Clock,
        watch: Watch,
        wake: Callable[[], None],
    ) -> None:
        """``book`` gives the rules of the moment, ``wake`` tells the engine that there may be work."""
        self._store = store
        self._number_id = number_id
        self._book = book
        self._clock = clock
        self._watch = watch
        self._wake = wake

    # seeing

    async def overview(self) -> Overview:
        """How everything stands now."""
        book, now, heard_at = self._book(), self._clock(), self._watch.called_at
        return await self.look(lambda views: overview(views, book, self._number_id, now, heard_at))

    async def limits(self) -> Headroom:
        """How the limits stand."""
        book, now = self._book(), self._clock()
        return await self.look(lambda views: headroom(views, book, self._number_id, now))

    async def explain(self, alerts: Sequence[Alert]) -> Explanation:
        """What these alerts would do. Nothing is stored or sent."""
        book, now = self._book(), self._clock()
        return await self.rehearse(lambda tx: explain(tx, book, self._number_id, alerts, now))

    async def story(self, number: int) -> Story | None:
        """All that is known of a ticket; nothing when there is none of that number."""

        def told(views: Views) -> Story | None:
            ticket = views.ticket(number)
            if ticket is None:
                return None
            items = views.items(ticket_id=number, limit=MOST_ITEMS)
            return Story(
                ticket=ticket,
                alerts=tuple(views.alerts(ticket)),
                timeline=tuple(views.timeline(number)),
                items=tuple(item for item in items if item.episode == ticket.episode),
            )

        return await self.look(told)

    async def history(self, recipient_id: str) -> tuple[ConsentRecord, ...]:
        """All that a person, or an administrator for them, ever said about being written to.

        Raises `UnknownRecipient`.
        """
        return await self.rehearse(lambda tx: tuple(tx.consents(find(tx, recipient_id).id)))

    async def people_behind(self, names: Iterable[str]) -> tuple[str, ...]:
        """The persons whom a receiver, a schedule or their own name stands for now, each once."""
        book, now = self._book(), self._clock()
        known = book.receivers
        wanted = [one for name in names for one in (known[name].to if name in known else [name])]
        return await self.rehearse(lambda tx: people(tx, book, wanted, now))

    # consent

    async def grant(self, who: str, *, source: str, evidence: str, by: str) -> PersonStanding:
        """Record that somebody agreed to be written to; how they stand then. Raises `UnknownRecipient`.

        It undoes even their own no (`PersonStanding.refusal`), so whoever asks for it has to know of that.
        """
        return await self._record(who, ConsentAct.GRANTED, source, evidence, by)

    async def revoke(self, who: str, *, source: str, evidence: str, by: str) -> PersonStanding:
        """Record that somebody does not want to be written to any more. Raises `UnknownRecipient`."""
        return await self._record(who, ConsentAct.REVOKED, source, evidence, by)

    async def _record(self, who: str, act: ConsentAct, source: str, evidence: str, by: str) -> PersonStanding:
        said = Said(source=source, evidence=evidence, actor=by, at=self._clock())

        def work(tx: Transaction) -> PersonStanding:
            recipient = find(tx, who)
            record(tx, recipient.id, act, said)
            window = tx.window(self._number_id, recipient.id)
            return standing_of(recipient, tx.consents(recipient.id), window)

        return await self.transact(work)

    # tickets

    async def acknowledge(self, number: int, *, by: str) -> Deed | None:
        """Take a ticket; nothing when there is none of that number, as with all that follow."""
        return await self._do(number, by, handling.take)

    async def resolve(self, number: int, *, by: str) -> Deed | None:
        """Say that a ticket is over."""
        return await self._do(number, by, handling.close_by_hand)

    async def escalate(self, number: int, *, by: str) -> Deed | None:
        """Ask the next people of the receiver now."""
        return await self._do(number, by, handling.ask_next)

    async def release(self, number: int, *, by: str) -> Deed | None:
        """Give a ticket back."""
        return await self._do(number, by, handling.give_back)

    async def hush(self, number: int, span: timedelta, *, by: str) -> Deed | None:
        """Mute the alerts of a ticket for a while."""

        def hush(tx: Transaction, book: Rulebook, ticket: Ticket, actor: Actor, now: datetime) -> Deed:
            return handling.hush(tx, book, ticket, actor, span, now)

        return await self._do(number, by, hush)

    async def _do(self, number: int, by: str, doing: Doing) -> Deed | None:
        book, now = self._book(), self._clock()

        def work(tx: Transaction) -> Deed | None:
            ticket = tx.ticket(number)
            if ticket is None:
                return None
            mark = f"desk/{now.isoformat()}"
            person = tx.recipient(by)
            actor = acting(person, mark) if person else Actor(id=by, name=by, mark=mark)
            return doing(tx, book, ticket, actor, now)

        return await self.transact(work)

    # silences

    async def silence(
        self, matchers: Iterable[Matcher], span: timedelta, *, by: str, comment: str = ""
    ) -> Silence:
        """Mute all alerts for which every matcher holds; without any matcher all there are."""
        now = self._clock()
        silence = Silence(
            matchers=tuple(matchers), starts_at=now, ends_at=now + span, author=by, comment=comment
        )
        return await self.transact(lambda tx: tx.add_silence(silence))

    async def end_silence(self, silence_id: int, *, by: str) -> Silence | None:
        """End a silence before its time; nothing when it is over already."""
        now = self._clock()
        return await self.transact(lambda tx: end_silence(tx, silence_id, by, now))

    async def end_silence_of_all(self, *, by: str) -> int:
        """End every silence that mutes all alerts; how many there were."""
        now = self._clock()

        def work(tx: Transaction) -> int:
            of_all = [one for one in tx.silences(now) if not one.matchers]
            for silence in of_all:
                end_silence(tx, silence.id, by, now)
            return len(of_all)

        return await self.transact(work)

    # saying

    async def say(self, who: str, intent: Intent, *, key: str, ttl: timedelta) -> Put:
        """Say something by hand; what would be refused is told at once and not kept.

        Raises `UnknownRecipient`.
        """
        book, now = self._book(), self._clock()
        saying = Saying(who=who, intent=intent, key=key, ttl=ttl)
        foreseen = await self.rehearse(lambda tx: foresee(tx, book, self._number_id, saying, now))
        return await self.transact(lambda tx: put(tx, foreseen, saying, now))

    # whatever else a face needs

    async def look(self, query: Callable[[Views], T]) -> T:
        """Look at what is durable, all of it at one moment."""
        return await asyncio.wrap_future(self._store.read(query))

    async def rehearse(self, work: Callable[[Transaction], T]) -> T:
        """Do something and take it back: what would happen if. Raises whatever the work raises."""
        return await asyncio.wrap_future(self._store.rehearse(work))

    async def empty_journal(self) -> bool:
        """Leave nothing of what was deleted in the journal; whether nobody who reads hindered it."""
        return await asyncio.to_thread(self._store.empty_journal)

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """Do something in one transaction, and have the engine look whether there is work now.

        Raises whatever the work raises; then nothing of it happened.
        """
        done = await asyncio.wrap_future(self._store.transact(work))
        self._wake()
        return done
