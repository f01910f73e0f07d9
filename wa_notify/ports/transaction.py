"""One unit of work on the store, in the verbs of the four doors."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from wa_notify.core.alert import Alert
from wa_notify.core.copies import Change
from wa_notify.core.duty import Duty
from wa_notify.core.heartbeat import Pulse
from wa_notify.core.inbound import Arrival
from wa_notify.core.news import Heard, Step
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.silence import Silence
from wa_notify.core.template import TemplateShape
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.ports.access import AccessKeeping
from wa_notify.ports.canary import CanaryKeeping
from wa_notify.ports.conditions import Obstacles
from wa_notify.ports.keeping import Keeping
from wa_notify.ports.limits import Restraining
from wa_notify.ports.lookups import Lookups
from wa_notify.ports.media import MediaKeeping
from wa_notify.ports.money import Purse
from wa_notify.ports.overrides import OverrideKeeping
from wa_notify.ports.quality import QualityKeeping
from wa_notify.ports.receipts import Receipts
from wa_notify.ports.templates import TemplateKeeping


class Transaction(
    Lookups,
    AccessKeeping,
    CanaryKeeping,
    Keeping,
    OverrideKeeping,
    MediaKeeping,
    TemplateKeeping,
    QualityKeeping,
    Receipts,
    Obstacles,
    Restraining,
    Purse,
    Protocol,
):
    """One unit of work on the store: all of it becomes durable, or none of it happened.

    Every method is synchronous and runs in the store's own thread.
    """

    def apart(self) -> AbstractContextManager[None]:
        """What fails inside leaves no trace, and what came before it stays. The error goes on."""

    # windows
    def window(self, number_id: str, recipient_id: str) -> Window:
        """The window between one of our numbers and a person; a closed one when they never wrote."""

    def save_window(self, number_id: str, recipient_id: str, window: Window) -> None:
        """Keep the window."""

    # templates
    def shapes(self, name: str) -> Sequence[TemplateShape]:
        """All languages of a template as the account has it."""

    def templates_synced_at(self) -> datetime | None:
        """When the account's templates were last read in full; never, when nothing."""

    def replace_templates(self, shapes: Iterable[TemplateShape], at: datetime) -> None:
        """The account's templates are exactly these."""

    # tickets
    def ticket_of(self, rule: str, group: str) -> Ticket | None:
        """The ticket of a group."""

    def tickets_told(
        self, recipient_id: str, states: Iterable[TicketState], *, by: datetime, limit: int
    ) -> Sequence[Ticket]:
        """The tickets in these states whose present episode may have reached this person by then.

        Those that opened last come first.
        """

    def save_ticket(self, ticket: Ticket) -> Ticket:
        """Add (id 0) or change a ticket; the answer carries its number."""

    def save_alert(self, ticket: Ticket, alert: Alert) -> bool:
        """Keep the newest word on an alert in this episode; whether it is news.

        News are an alert that was not there, another status, or a later start that the source gave.
        """

    def open_tickets_with(self, alert: Alert) -> Sequence[Ticket]:
        """Tickets that are not resolved and whose present episode holds this alert (source, fingerprint)."""

    def firing(self, ticket: Ticket) -> int:
        """How many alerts of the present episode still fire."""

    def labels_firing(self) -> Sequence[Mapping[str, str]]:
        """The labels of all alerts that fire in tickets that are not resolved."""

    def due_tickets(self, now: datetime, limit: int) -> Sequence[Ticket]:
        """Tickets of which a timer is due (see `Ticket.next_at`), the longest overdue first."""

    # shifts
    def duty(self, schedule: str) -> Duty | None:
        """Who has the shift of a schedule that checks in."""

    def duties_of(self, recipient_id: str) -> Sequence[Duty]:
        """The shifts this person has now."""

    def due_duties(self, now: datetime) -> Sequence[Duty]:
        """The shifts that are to be looked at now."""

    def remove_duty(self, schedule: str) -> None:
        """The schedule checks in no more."""

    def save_duty(self, duty: Duty) -> None:
        """Keep it; a schedule has one."""

    # heartbeats
    def pulse(self, source: str) -> Pulse | None:
        """What is known of this source's heartbeat."""

    def pulses(self) -> Sequence[Pulse]:
        """All that were ever awaited and are not forgotten."""

    def pulses_due(self, now: datetime) -> Sequence[Pulse]:
        """Those whose silence has lasted too long and is not an alert yet, the longest overdue first."""

    def save_pulse(self, pulse: Pulse) -> None:
        """Keep what is known of a heartbeat."""

    def forget_pulse(self, source: str) -> None:
        """Nobody expects it any more."""

    # outbox
    def enqueue(self, item: Item) -> Item | None:
        """Add an item; the answer carries its number, or is nothing when its key is known already."""

    def item_by_wamid(self, wamid: str) -> Item | None:
        """The item that WhatsApp knows by this id."""

    def save_item(self, item: Item) -> None:
        """Keep what became of an item; the items that a digest carries share its fate."""

    def due_items(self, now: datetime, limit: int) -> Sequence[Item]:
        """What may leave now (pending or uncertain and due), critical first, then the longest overdue.

        Items of a lane on which one is on its way (see `Item.lane`), whoever sends that, stay where they are.
        An item is only handed out; marking it is `save_item` in the same transaction.
        """

    def due_beside(self, item: Item, by: datetime, limit: int) -> Sequence[Item]:
        """What else may leave on WhatsApp to this person by then, in the order in which it would."""

    def abandoned_items(self, lease_over_at: datetime) -> Sequence[Item]:
        """Items in `sending` whose lease ended by then: nobody will report on them any more."""

    def uncertain_items(self) -> Sequence[Item]:
        """Items that nobody knows about: sent, perhaps, by a process that may have died since."""

    def items_of(
        self,
        ticket: Ticket,
        *,
        states: Iterable[ItemState],
        occasions: Iterable[Occasion] | None = None,
        target: str | None = None,
    ) -> Sequence[Item]:
        """Items of the present episode in these states; of all channels unless it is for one ``target``."""

    def twins(self, first: Item) -> Sequence[Item]:
        """The items of other channels that stand in for this one; of a silence those that end it."""

    def silences_at_source(self) -> Sequence[Item]:
        """The silences that a source granted and that may still be there, in the order of asking."""

    def held_items(self, recipient_id: str) -> Sequence[Item]:
        """What waits for this person's reply."""

    def kept_back(self, recipient_id: str) -> Sequence[Item]:
        """What waits because this person is not to be told now: quiet hours, too many, inhibited."""

    def inhibited_items(self) -> Sequence[Item]:
        """What waits for the end of another alert, whoever it is for."""

    def wants_window(self, recipient_id: str) -> Sequence[Item]:
        """What waits for a template, a place or money, and needs none of them once the window is open."""

    def carried_by(self, digest: Item) -> Sequence[Item]:
        """The items that were folded into a digest and are still to be told in it."""

    def left_lately(
        self, item: Item, occasions: Iterable[Occasion], since: datetime, limit: int
    ) -> Sequence[datetime]:
        """When other messages of the item's weight left for its person after ``since``, the newest first.

        The weight is whether it is critical. What a digest carries does not count, the digest does.
        """

    def chat_since(self, recipient_id: str, occasion: Occasion, since: datetime) -> Sequence[Item]:
        """Answers or comments (`CHAT`) planned for this person after that instant, oldest first."""

    # silences
    def add_silence(self, silence: Silence) -> Silence:
        """Keep a new silence; the answer carries its number."""

    def silence(self, silence_id: int) -> Silence | None:
        """The silence of that number."""

    def end_silence(self, silence_id: int, at: datetime) -> None:
        """The silence ends then."""

    def silences(self, at: datetime) -> Sequence[Silence]:
        """The silences that are not over by then, those still to begin included; the soonest end first."""

    def silenced_items(self) -> Sequence[Item]:
        """What waits for the end of a silence."""

    # inbox and timeline
    def first_time(self, arrival: Arrival, at: datetime) -> bool:
        """Keep the raw event; whether this is the first time we are told."""

    def changes_to(self, wamid: str) -> Sequence[Change]:
        """What the person did to that message, as far as we were told; in no order."""

    def rewrite(self, wamid: str, text: str, said: str) -> None:
        """Every copy of that message says this now: raw events, entries that carry its words, comments.

        ``said`` is what entries and comments carry of the text: without the command around it.
        """

    def forget(self, wamid: str) -> None:
        """No copy of that message says anything any more; that there was one stays.

        Comments that wait to be told to others are cancelled.
        """

    def note(self, entry: Entry) -> None:
        """Add a line to a ticket's timeline."""

    def announce(self, news: Heard | Step) -> None:
        """Let those who listen know of it, once all this is durable. Nothing is stored for it."""
