"""The first door where the stories do not go."""

from dataclasses import replace
from datetime import timedelta

from tests.core.builders import NOW, alert, rule, saying, template_text
from wa_notify.core.alert import AlertStatus
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline.ingest import Outcome, ingest, say
from wa_notify.store.sqlite import SqliteStore

BOOK = Rulebook(rules=(rule(group_by=("instance",)),), receivers={"oncall": Receiver(to=("alice",))})
OVER = alert(status=AlertStatus.RESOLVED)
TWIN = alert(fingerprint="decaf", annotations={"summary": "Disk 91 % full on db-7"})


def outcomes(store: SqliteStore, *alerts: object, book: Rulebook = BOOK) -> list[Outcome]:
    admissions = store.transact(lambda tx: ingest(tx, book, alerts, NOW)).result()  # type: ignore[arg-type]
    return [admission.outcome for admission in admissions]


def test_an_alert_that_no_rule_answers_is_told_apart_from_one_that_was_taken(store: SqliteStore) -> None:
    assert outcomes(store, alert(), book=Rulebook()) == [Outcome.NO_RULE]


def test_two_rules_that_answer_one_alert_have_a_ticket_each(store: SqliteStore) -> None:
    book = Rulebook(
        rules=(rule(name="first", goes_on=True), rule(name="second")),
        receivers={"oncall": Receiver(to=("alice",))},
    )
    assert outcomes(store, alert(), book=book) == [Outcome.OPENED, Outcome.OPENED]


def test_a_group_stays_open_until_the_last_of_its_alerts_is_over(store: SqliteStore) -> None:
    assert outcomes(store, alert(), TWIN, OVER) == [Outcome.OPENED, Outcome.JOINED, Outcome.STILL_FIRING]
    ticket = store.read(lambda views: views.ticket(1)).result()
    assert ticket is not None
    assert ticket.state is TicketState.OPEN
    assert outcomes(store, replace(TWIN, status=AlertStatus.RESOLVED)) == [Outcome.RESOLVED]


def test_what_still_waits_speaks_only_of_what_still_fires(store: SqliteStore) -> None:
    def said(facts: object) -> str:
        return f"{facts['firing']} firing"  # type: ignore[index]

    book = Rulebook(
        rules=(rule(group_by=("instance",), free_form=said),),
        receivers={"oncall": Receiver(to=("alice", "bob"))},
    )
    outcomes(store, alert(), TWIN, book=book)
    assert outcomes(store, OVER, book=book) == [Outcome.STILL_FIRING]
    items = store.read(lambda views: views.items(limit=10)).result()
    assert [item.intent.free_form for item in items] == ["1 firing", "1 firing"]


def test_an_old_word_on_trouble_that_is_over_reopens_nothing(store: SqliteStore) -> None:
    assert outcomes(store, alert(), OVER, alert()) == [Outcome.OPENED, Outcome.RESOLVED, Outcome.KNOWN]
    later = alert(starts_at=NOW + timedelta(minutes=1))
    assert outcomes(store, later) == [Outcome.REOPENED]


def test_the_same_end_twice_changes_nothing_while_others_still_fire(store: SqliteStore) -> None:
    assert outcomes(store, alert(), TWIN, OVER, OVER)[-1] is Outcome.KNOWN


def test_a_ticket_closes_even_when_its_rule_was_removed(store: SqliteStore) -> None:
    assert outcomes(store, alert(), TWIN) == [Outcome.OPENED, Outcome.JOINED]
    over = (OVER, replace(TWIN, status=AlertStatus.RESOLVED))
    assert outcomes(store, *over, book=Rulebook()) == [Outcome.STILL_FIRING, Outcome.RESOLVED]


def test_a_rule_without_an_all_clear_closes_in_silence(store: SqliteStore) -> None:
    outcomes(store, alert(), OVER)
    items = store.read(lambda views: views.items(limit=10)).result()
    assert [item.occasion for item in items] == [Occasion.OPENED]


def test_a_rule_with_details_plans_them_and_renders_them_again_when_the_group_grows(
    store: SqliteStore,
) -> None:
    def said(facts: object) -> str:
        return f"{facts['firing']} firing"  # type: ignore[index]

    book = Rulebook(
        rules=(rule(group_by=("instance",), details=said, free_form=saying("short")),),
        receivers={"oncall": Receiver(to=("alice",))},
    )
    outcomes(store, alert(), TWIN, book=book)
    items = store.read(lambda views: views.items(limit=10)).result()
    texts = {item.occasion: item.intent.free_form for item in items}
    assert texts == {Occasion.OPENED: "short", Occasion.DETAILS: "2 firing"}


def test_free_form_text_that_renders_to_nothing_is_no_text(store: SqliteStore) -> None:
    book = Rulebook(rules=(rule(free_form=saying("  \n")),), receivers={"oncall": Receiver(to=("alice",))})
    outcomes(store, alert(), book=book)
    (item,) = store.read(lambda views: views.items(limit=10)).result()
    assert item.intent.free_form is None


def test_a_message_by_hand_is_planned_once_for_each_key(store: SqliteStore) -> None:
    intent = Intent(free_form="hello")

    def twice(tx):  # type: ignore[no-untyped-def]
        first = say(tx, "alice", intent, "k1", NOW, timedelta(hours=1))
        return first, say(tx, "alice", intent, "k1", NOW, timedelta(hours=1))

    first, second = store.transact(twice).result()
    assert first.state is ItemState.PENDING
    assert second is None


def test_the_template_text_of_an_update_is_that_of_the_rule(store: SqliteStore) -> None:
    book = Rulebook(
        rules=(
            rule(group_by=("instance",), template=template_text(body=(("", lambda f: str(f["firing"])),))),
        ),
        receivers={"oncall": Receiver(to=("alice",))},
    )
    outcomes(store, alert(), TWIN, book=book)
    (item,) = store.read(lambda views: views.items(limit=10)).result()
    assert item.intent.template is not None
    assert item.intent.template.body == (("", "2"),)
