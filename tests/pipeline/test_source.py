"""Silences at the source, decided on a real database; the source itself is played by the answers it gives."""

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.core.builders import NOW, alert, rule
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.errors import StoreError
from wa_notify.core.message import Accepted, Failure, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.source import Request, Sight, Silencing, Unsilencing, mark_of
from wa_notify.core.ticket import Ticket, TicketState, acknowledge, expire, release
from wa_notify.core.timeline import Entry
from wa_notify.pipeline.deliver import Claim, begin, claim, record
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.lookout import heed
from wa_notify.pipeline.source import silence_at_source, unsilence_at_source
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LASTS = 4 * HOUR
BOOK = Rulebook(
    rules=(rule(group_by=("instance",)),),
    receivers={"oncall": Receiver(to=())},
    silences_last={"alertmanager": LASTS},
)
ALERT = alert(source="alertmanager")
EVERYTHING = frozenset({"c0ffee", "decaf"})
TAKEN = Accepted(wamid="sil-1")
REFUSED = Rejected(failure=Failure(code=401, title="Refused", remedy=Remedy.ADMIN))
WRONG = Rejected(failure=Failure(code=400, title="Wrong", remedy=Remedy.FIX))
LOST = NoAnswer(why="No answer.")


class Desk:
    """The doors on one store, at a time that only we move."""

    def __init__(self, store: SqliteStore, book: Rulebook = BOOK) -> None:
        self.store = store
        self.book = book
        self.now = NOW

    def fires(self, *alerts: Alert) -> None:
        self.store.transact(lambda tx: ingest(tx, self.book, alerts or [ALERT], self.now)).result()

    def over(self, one: Alert = ALERT) -> None:
        self.fires(replace(one, status=AlertStatus.RESOLVED))

    def taken(self, by: str = "alice") -> None:
        def take(tx: Transaction) -> None:
            ticket = tx.save_ticket(acknowledge(the_ticket(tx), by, self.now))
            silence_at_source(tx, self.book, ticket, self.now)

        self.store.transact(take).result()

    def given_back(self) -> None:
        def give_back(tx: Transaction) -> None:
            unsilence_at_source(tx, self.book, tx.save_ticket(release(the_ticket(tx))), self.now)

        self.store.transact(give_back).result()

    def asks(self) -> list[Claim]:
        """What leaves for the source now."""
        claims = self.store.transact(lambda tx: claim(tx, self.book, "n", self.now, 10)).result()
        return [one for one in claims.leaving if one.lane == "source:alertmanager"]

    def asked(self, result: SendResult) -> Request:
        """One thing leaves for the source, which answers."""
        (leaving,) = self.asks()
        self.answered(leaving, result)
        assert isinstance(leaving.outgoing, Silencing | Unsilencing)
        return leaving.outgoing

    def answered(self, leaving: Claim, result: SendResult) -> None:
        self.store.transact(lambda tx: record(tx, "n", leaving, result, self.now, 0.5)).result()

    def looks(
        self,
        firing: frozenset[str] = EVERYTHING,
        silences: tuple[str, ...] = ("sil-1",),
        *,
        settled: bool = True,
    ) -> int:
        """A look at the source; how many silences it was for."""
        watched = self.store.transact(lambda tx: tx.silences_at_source()).result()
        sight = Sight(firing=firing, silences=frozenset(silences), settled=settled)
        self.store.transact(lambda tx: heed(tx, self.book, watched, sight, self.now, self.now)).result()
        return len(watched)

    def forward(self, span: timedelta) -> None:
        self.now += span

    @property
    def ticket(self) -> Ticket:
        return self.store.transact(the_ticket).result()

    def items(self, occasion: Occasion = Occasion.SILENCED) -> list[Item]:
        found = self.store.read(lambda views: views.items(limit=200)).result()
        return [item for item in reversed(found) if item.occasion is occasion]

    @property
    def item(self) -> Item:
        (only,) = self.items()
        return only

    @property
    def end(self) -> Item:
        (only,) = self.items(Occasion.UNSILENCED)
        return only

    def story(self) -> list[str]:
        return [entry.text for entry in self.entries()]

    def entries(self) -> list[Entry]:
        return list(self.store.read(lambda views: views.timeline(1)).result())


def the_ticket(tx: Transaction) -> Ticket:
    ticket = tx.ticket(1)
    assert ticket is not None
    return ticket


@pytest.fixture
def desk(store: SqliteStore) -> Desk:
    opened = Desk(store)
    opened.fires()
    return opened


@pytest.fixture
def silenced(desk: Desk) -> Desk:
    desk.taken()
    desk.asked(TAKEN)
    return desk


def test_one_silence_is_asked_for_each_alert_that_fires_and_nothing_else(store: SqliteStore) -> None:
    desk = Desk(store)
    second = alert(source="alertmanager", fingerprint="decaf", labels={**ALERT.labels, "mount": "/"})
    foreign = alert(source="test", fingerprint="f00d")
    desk.fires(ALERT, second, foreign)
    desk.over(second)
    desk.taken()
    (leaving,) = desk.asks()
    assert isinstance(leaving.outgoing, Silencing)
    assert leaving.outgoing.labels == ALERT.labels
    assert leaving.outgoing.ends_at == NOW + LASTS
    assert leaving.outgoing.author == "wa_notify (alice)"
    assert leaving.outgoing.comment == f"Ticket #1, acknowledged by alice [{mark_of(desk.item)}]"
    assert (desk.item.channel, desk.item.target, desk.item.key) == (
        Channel.SOURCE,
        "c0ffee",
        "1.1/silenced-0/c0ffee",
    )
    assert desk.story()[-1] == (
        "Alertmanager is asked to silence Disk 96 % full on db-7 until 21 Nov 13:30 UTC, longer while "
        "somebody has the ticket."
    )


def test_a_long_silence_names_its_day(store: SqliteStore) -> None:
    desk = Desk(store, replace(BOOK, silences_last={"alertmanager": 48 * HOUR}))
    desk.fires()
    desk.taken()
    desk.asks()
    assert "until 23 Nov 09:30 UTC" in desk.story()[-1]


def test_at_most_fifty_alerts_of_a_ticket_are_silenced(store: SqliteStore) -> None:
    desk = Desk(store)
    desk.fires(*(replace(ALERT, fingerprint=str(number)) for number in range(60)))
    desk.taken()
    assert len(desk.items()) == 50


def test_without_the_configuration_nothing_is_asked(store: SqliteStore) -> None:
    desk = Desk(store, replace(BOOK, silences_last={}))
    desk.fires()
    desk.taken()
    assert desk.items() == []


def test_taking_it_over_asks_for_no_second_silence(silenced: Desk) -> None:
    silenced.taken("bob")
    assert silenced.item.state is ItemState.ACCEPTED


def test_an_answer_taken_back_before_the_silence_left_cancels_it(desk: Desk) -> None:
    desk.taken()
    desk.given_back()
    assert desk.asks() == []
    assert (desk.item.state, desk.item.reason) == (ItemState.CANCELLED, Reason.NO_LONGER_ACKNOWLEDGED)
    assert desk.items(Occasion.UNSILENCED) == []
    assert "The silence at Alertmanager is cancelled." in desk.story()[-1]


def test_a_ticket_given_back_ends_the_silence_by_its_id_once(silenced: Desk) -> None:
    silenced.given_back()
    silenced.store.transact(lambda tx: unsilence_at_source(tx, BOOK, the_ticket(tx), NOW)).result()
    request = silenced.asked(Accepted(wamid="sil-1"))
    assert request == Unsilencing(
        known="sil-1", mark=mark_of(silenced.item), title=ALERT.annotations["summary"]
    )
    assert silenced.end.state is ItemState.ACCEPTED
    assert silenced.story()[-2:] == [
        "Alertmanager is asked to end its silence of Disk 96 % full on db-7.",
        "Alertmanager has ended its silence of Disk 96 % full on db-7.",
    ]


def test_taken_again_it_is_silenced_again(silenced: Desk) -> None:
    silenced.given_back()
    silenced.asked(TAKEN)
    silenced.taken("bob")
    request = silenced.asked(Accepted(wamid="sil-2"))
    assert isinstance(request, Silencing)
    assert request.author == "wa_notify (bob)"
    silenced.forward(MINUTE)
    silenced.looks(silences=("sil-2",))
    assert [item.state for item in silenced.items()] == [ItemState.CANCELLED, ItemState.ACCEPTED]


def test_the_end_of_the_alert_ends_the_silence(silenced: Desk) -> None:
    silenced.over()
    assert silenced.ticket.state is TicketState.RESOLVED
    assert isinstance(silenced.asked(TAKEN), Unsilencing)


def test_in_a_group_only_the_alert_that_is_over_loses_its_silence(desk: Desk) -> None:
    second = alert(source="alertmanager", fingerprint="decaf", labels={**ALERT.labels, "mount": "/"})
    desk.fires(second)
    desk.taken()
    desk.asked(TAKEN)
    desk.asked(Accepted(wamid="sil-2"))
    desk.over(second)
    request = desk.asked(Accepted(wamid="sil-2"))
    assert isinstance(request, Unsilencing)
    assert request.known == "sil-2"
    assert desk.ticket.state is TicketState.ACKNOWLEDGED
    assert desk.asks() == []


def test_what_joins_later_is_not_silenced(silenced: Desk) -> None:
    silenced.fires(alert(source="alertmanager", fingerprint="decaf", labels={**ALERT.labels, "mount": "/"}))
    assert silenced.asks() == []


# troubles


@pytest.mark.parametrize("answer", [REFUSED, LOST, NoAnswer(why="No line.", left=False)])
def test_a_trouble_is_told_once_and_tried_again_with_a_look_for_the_first_try(
    desk: Desk, answer: SendResult
) -> None:
    desk.taken()
    first = desk.asked(answer)
    assert isinstance(first, Silencing)
    assert not first.tried
    told = len(desk.story())
    assert "The silence at Alertmanager did not get through." in desk.story()[-1]
    assert (desk.item.state, desk.item.reason) == (ItemState.PENDING, Reason.SOURCE_FAILED)
    for _ in range(3):
        desk.forward(11 * MINUTE)
        again = desk.asked(answer)
        assert isinstance(again, Silencing)
        assert again.tried
    assert len(desk.story()) == told
    desk.forward(11 * MINUTE)
    desk.asked(TAKEN)
    assert desk.story()[-1] == "Alertmanager has silenced Disk 96 % full on db-7."
    assert (desk.item.state, desk.item.wamid, desk.item.reason) == (ItemState.ACCEPTED, "sil-1", None)


def test_a_wrong_request_ends_with_a_word(desk: Desk) -> None:
    desk.taken()
    desk.asked(WRONG)
    assert desk.item.state is ItemState.FAILED
    assert desk.story()[-1] == "The silence at Alertmanager did not get through. Wrong (400)."
    desk.given_back()
    assert desk.asks() == []


def test_a_silence_whose_answer_was_lost_is_ended_by_its_mark_and_looked_after(desk: Desk) -> None:
    desk.taken()
    desk.asked(LOST)
    desk.given_back()
    assert desk.item.state is ItemState.CANCELLED
    request = desk.asked(Accepted(wamid="sil-9"))
    assert request == Unsilencing(known="", mark=mark_of(desk.item), title="Disk 96 % full on db-7")
    assert (desk.item.state, desk.item.wamid) == (ItemState.ACCEPTED, "sil-9")
    desk.forward(MINUTE)
    assert desk.looks(firing=frozenset()) == 1
    assert desk.ticket.state is TicketState.RESOLVED


def test_a_silence_that_never_came_to_be_is_said_not_to_be_there(desk: Desk) -> None:
    desk.taken()
    desk.asked(LOST)
    desk.given_back()
    desk.asked(Accepted(wamid=""))
    assert desk.story()[-1] == "Alertmanager has no silence of Disk 96 % full on db-7."
    assert desk.looks() == 0


def test_given_back_while_the_request_is_on_its_way_it_is_ended_after_it_was_granted(desk: Desk) -> None:
    desk.taken()
    (leaving,) = desk.asks()
    desk.given_back()
    desk.answered(leaving, TAKEN)
    request = desk.asked(TAKEN)
    assert isinstance(request, Unsilencing)
    assert request.known == "sil-1"


def test_after_a_crash_the_next_process_looks_for_the_silence_first(desk: Desk) -> None:
    desk.taken()
    desk.asks()
    desk.store.transact(lambda tx: begin(tx, desk.now)).result()
    desk.forward(MINUTE)
    again = desk.asked(TAKEN)
    assert isinstance(again, Silencing)
    assert again.tried


def test_an_end_that_nobody_takes_is_given_up_when_the_silence_has_run_out(silenced: Desk) -> None:
    silenced.given_back()
    silenced.asked(LOST)
    silenced.forward(LASTS)
    assert silenced.asks() == []
    assert (silenced.end.state, silenced.end.reason) == (ItemState.CANCELLED, Reason.SILENCE_GONE)
    assert silenced.looks(silences=()) == 1
    assert silenced.looks() == 0


def test_an_end_whose_silence_is_unknown_is_given_up_in_time(desk: Desk) -> None:
    desk.taken()
    desk.asked(LOST)
    desk.given_back()
    desk.asked(LOST)
    desk.forward(LASTS)
    assert desk.asks() == []
    assert desk.end.state is ItemState.CANCELLED


# looking


def test_an_alert_that_is_active_no_more_ends_ticket_and_silence(silenced: Desk) -> None:
    silenced.forward(MINUTE)
    silenced.looks(firing=frozenset())
    assert silenced.ticket.state is TicketState.RESOLVED
    assert isinstance(silenced.asked(TAKEN), Unsilencing)
    silenced.forward(MINUTE)
    assert silenced.looks(firing=frozenset(), silences=()) == 1
    assert silenced.looks() == 0


def test_what_has_just_started_is_not_believed(silenced: Desk) -> None:
    silenced.looks(firing=frozenset(), silences=(), settled=False)
    assert silenced.ticket.state is TicketState.ACKNOWLEDGED
    assert silenced.item.state is ItemState.ACCEPTED


def test_once_more_after_its_end_somebody_looks(silenced: Desk) -> None:
    """What resolved between the last look and the end is muted for good."""
    silenced.given_back()
    assert silenced.looks() == 1
    silenced.asked(TAKEN)
    silenced.forward(MINUTE)
    silenced.looks(firing=frozenset(), silences=())
    assert silenced.ticket.state is TicketState.RESOLVED
    assert silenced.looks() == 1
    assert silenced.looks() == 0


def test_a_look_before_the_end_is_not_the_last(silenced: Desk) -> None:
    silenced.given_back()
    (leaving,) = silenced.asks()
    looked_at = silenced.now
    silenced.forward(timedelta(seconds=3))
    silenced.answered(leaving, TAKEN)
    watched = silenced.store.transact(lambda tx: tx.silences_at_source()).result()
    sight = Sight(firing=EVERYTHING, silences=frozenset())
    silenced.store.transact(lambda tx: heed(tx, BOOK, watched, sight, looked_at, silenced.now)).result()
    assert silenced.looks() == 1


def test_half_way_through_it_is_prolonged_and_nobody_is_bothered(silenced: Desk) -> None:
    told = len(silenced.story())
    silenced.forward(2 * HOUR)
    silenced.looks()
    assert silenced.asks() == []
    silenced.forward(MINUTE)
    silenced.looks()
    request = silenced.asked(TAKEN)
    assert isinstance(request, Silencing)
    assert (request.known, request.ends_at) == ("sil-1", silenced.now + LASTS)
    assert (silenced.item.state, silenced.item.expires_at) == (ItemState.ACCEPTED, silenced.now + LASTS)
    assert len(silenced.story()) == told


def test_given_back_while_it_is_to_be_prolonged_it_is_ended(silenced: Desk) -> None:
    silenced.forward(3 * HOUR)
    silenced.looks()
    silenced.given_back()
    request = silenced.asked(TAKEN)
    assert isinstance(request, Unsilencing)
    silenced.forward(MINUTE)
    assert silenced.looks(silences=()) == 1
    assert silenced.looks() == 0


def test_a_silence_that_somebody_ended_there_stays_ended(silenced: Desk) -> None:
    silenced.forward(3 * HOUR)
    silenced.looks(silences=())
    assert (silenced.item.state, silenced.item.reason) == (ItemState.CANCELLED, Reason.SILENCE_GONE)
    assert silenced.entries()[-1].text == (
        "The silence at Alertmanager is over: Disk 96 % full on db-7. The silence is gone there: it ran out, "
        "or somebody ended it."
    )
    assert silenced.asks() == []
    assert silenced.ticket.state is TicketState.ACKNOWLEDGED


def test_a_silence_that_ran_out_while_nobody_could_look_is_made_anew(silenced: Desk) -> None:
    silenced.forward(5 * HOUR)
    silenced.looks(silences=())
    request = silenced.asked(Accepted(wamid="sil-2"))
    assert isinstance(request, Silencing)
    assert silenced.item.wamid == "sil-2"


def test_a_silence_that_cannot_be_prolonged_is_watched_until_it_has_run_out(silenced: Desk) -> None:
    silenced.forward(3 * HOUR)
    silenced.looks()
    silenced.asked(WRONG)
    assert silenced.looks() == 1
    assert silenced.item.state is ItemState.FAILED
    silenced.forward(2 * HOUR)
    silenced.looks(silences=())
    assert (silenced.item.state, silenced.item.reason) == (ItemState.CANCELLED, Reason.SILENCE_GONE)


def test_while_it_is_being_prolonged_a_look_changes_nothing(silenced: Desk) -> None:
    silenced.forward(3 * HOUR)
    silenced.looks()
    assert silenced.item.state is ItemState.PENDING
    silenced.looks(silences=())
    assert silenced.item.state is ItemState.PENDING


def test_what_moved_on_since_the_look_is_left_alone(silenced: Desk) -> None:
    watched = silenced.store.transact(lambda tx: tx.silences_at_source()).result()
    silenced.forward(3 * HOUR)
    silenced.looks()
    silenced.asked(TAKEN)
    sight = Sight(firing=frozenset(), silences=frozenset())
    silenced.store.transact(lambda tx: heed(tx, BOOK, watched, sight, NOW, silenced.now)).result()
    assert silenced.ticket.state is TicketState.ACKNOWLEDGED
    assert silenced.item.state is ItemState.ACCEPTED


@pytest.mark.parametrize("moved", ["expired", "reopened", "switched off"])
def test_a_silence_that_was_forgotten_is_ended_by_the_next_look(silenced: Desk, moved: str) -> None:
    def move(tx: Transaction) -> None:
        ticket = the_ticket(tx)
        if moved == "expired":
            tx.save_ticket(expire(ticket, NOW))
        elif moved == "reopened":
            tx.save_ticket(replace(ticket, episode=2))

    silenced.store.transact(move).result()
    if moved == "switched off":
        silenced.book = replace(BOOK, silences_last={})
    silenced.looks()
    assert isinstance(silenced.asked(TAKEN), Unsilencing)


def test_one_silence_that_we_cannot_handle_does_not_end_the_watch_over_the_others(
    silenced: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> datetime:
        raise RuntimeError("ours")

    monkeypatch.setattr("wa_notify.pipeline.lookout.errand", fail)
    silenced.looks()
    assert "could not be looked after" in caplog.text
    assert silenced.item.state is ItemState.ACCEPTED


def test_a_fault_of_the_database_is_handed_on(silenced: Desk) -> None:
    sqlite3.connect(silenced.store._path).executescript(
        "CREATE TRIGGER full_outbox BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
    ).connection.close()
    with pytest.raises(StoreError, match="full"):
        silenced.looks(silences=())


def test_whether_a_silence_is_wanted_is_decided_when_it_leaves(desk: Desk) -> None:
    desk.taken()
    desk.store.transact(lambda tx: tx.save_ticket(release(the_ticket(tx)))).result()
    assert desk.asks() == []
    assert (desk.item.state, desk.item.reason) == (ItemState.CANCELLED, Reason.NO_LONGER_ACKNOWLEDGED)


def test_a_silence_without_a_ticket_does_not_leave(desk: Desk) -> None:
    desk.taken()
    lone = replace(desk.item, id=0, key="lone", ticket_id=None, due_at=NOW - MINUTE)
    desk.store.transact(lambda tx: tx.enqueue(lone)).result()
    assert desk.asks() == []  # the other one is asked next
    assert [item.state for item in desk.items()] == [ItemState.PENDING, ItemState.CANCELLED]
