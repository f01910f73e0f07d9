"""What an alert would do, step by step, and whom a rule could tell."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.core.builders import (
    NOW,
    alert,
    consent,
    item,
    open_window,
    recipient,
    remind,
    rule,
    saying,
    shape,
    template_text,
)
from tests.databases import migrated
from wa_notify.core.alert import AlertStatus
from wa_notify.core.consent import ConsentAct
from wa_notify.core.decision import PART_STAGES, STAGES
from wa_notify.core.message import Form
from wa_notify.core.outbox import Intent, ItemState, Occasion
from wa_notify.core.pace import Slowdown, Throttled
from wa_notify.core.pricing import Prices
from wa_notify.core.quality import Judgement, Measure, Subject, Verdict
from wa_notify.core.reason import Reason
from wa_notify.core.rule import OtherWay, Receiver, Rule, Rulebook, Step
from wa_notify.core.secret import Secret
from wa_notify.core.ticket import acknowledge
from wa_notify.core.timers import escalated
from wa_notify.pipeline.explain import AS_TEMPLATE, WITHIN_LIMITS, Explanation, explain
from wa_notify.pipeline.ingest import ingest
from wa_notify.pipeline.reachable import Reachable, reachable
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore, open_store

NUMBER = "400000000000101"
MINUTE = timedelta(minutes=1)
LATE = timedelta(minutes=20)


def book(*rules: Rule, to: tuple[str, ...] = ("alice",), escalate: tuple[Step, ...] = ()) -> Rulebook:
    return Rulebook(rules=rules, receivers={"oncall": Receiver(to=to, escalate=escalate)})


def explained(store: SqliteStore, rules: Rulebook) -> Explanation:
    return store.rehearse(lambda tx: explain(tx, rules, NUMBER, [alert()], NOW)).result()


def following(told: Explanation) -> list[tuple[Occasion, int, tuple[str, ...], int]]:
    (ahead,) = told.ahead
    return [(one.occasion, one.count, one.people, (one.at - NOW) // MINUTE) for one in ahead.upcoming]


def test_the_stages_are_told_up_to_the_one_that_answers(store: SqliteStore) -> None:
    first, second = explained(store, book(rule(), to=("alice", "mallory"))).prospects
    assert first.asked == (*(stage.__name__ for stage in STAGES), AS_TEMPLATE)
    assert second.asked[-1] == "nobody_to_write_to"


def test_what_it_would_cost_is_told_with_the_decision(store: SqliteStore) -> None:
    (prospect,) = explained(store, replace(book(rule()), prices=Prices())).prospects
    assert prospect.money is prospect.situation.money
    assert prospect.money is not None
    assert "utility" in prospect.money.prices


def test_limits_that_keep_it_back_are_a_step_of_their_own(store: SqliteStore) -> None:
    slow = Slowdown(scope=Throttled.NUMBER, at=NOW, paused_until=NOW + MINUTE, share=500)
    store.transact(lambda tx: tx.save_slowdown(slow)).result()
    (prospect,) = explained(store, book(rule())).prospects
    assert prospect.asked[-2:] == (AS_TEMPLATE, WITHIN_LIMITS)
    assert prospect.decision.reason is Reason.PACE


def test_a_part_of_a_long_text_goes_through_the_stages_of_parts(store: SqliteStore) -> None:
    rules = book(rule())

    def joined(tx: Transaction) -> Explanation:
        (admission,) = ingest(tx, rules, [alert()], NOW)
        ahead = tx.enqueue(
            item(
                id=0,
                key="first",
                ticket_id=admission.ticket_id,
                occasion=Occasion.DETAILS,
                state=ItemState.DELIVERED,
                form=Form.FREE_FORM,
            )
        )
        assert ahead
        behind = Intent(free_form="rest", part=2, behind=ahead.id)
        tx.enqueue(
            item(id=0, key="part", ticket_id=admission.ticket_id, occasion=Occasion.DETAILS, intent=behind)
        )
        return explain(tx, rules, NUMBER, [alert()], NOW)

    part = store.rehearse(joined).result().prospects[-1]
    assert {*part.asked} <= {stage.__name__ for stage in PART_STAGES}
    assert part.asked[-1] == "held_for_a_reply"


def test_an_item_of_another_channel_has_no_stages_to_tell(store: SqliteStore) -> None:
    way = OtherWay(targets=("mail",), after=MINUTE)
    rules = replace(book(rule(other_ways={"": way})), channels={"mail": Secret("mailto://a@example.net")})
    whatsapp, mail = explained(store, rules).prospects
    assert (bool(whatsapp.asked), mail.asked) == (True, ())


def test_reminders_and_escalation_are_told_with_who_is_asked_by_then(store: SqliteStore) -> None:
    steps = (Step(after=LATE, to=("bob",)), Step(after=LATE * 2, to=("carol",)))
    told = explained(store, book(rule(remind=remind()), escalate=steps))
    assert following(told) == [
        (Occasion.REMINDER, 1, ("alice",), 10),
        (Occasion.ESCALATED, 1, ("bob",), 20),
        (Occasion.REMINDER, 2, ("alice", "bob"), 25),
        (Occasion.REMINDER, 3, ("alice", "bob", "carol"), 40),
        (Occasion.ESCALATED, 2, ("carol",), 40),
    ]


def test_what_people_mind_is_reminded_of_at_half_the_pace(store: SqliteStore) -> None:
    minded = Judgement(
        subject=Subject.RULE, name="disk", verdict=Verdict.SLOW, measure=Measure.UNREAD, cases=9, among=9
    )
    store.transact(lambda tx: tx.save_judgements([minded], NOW)).result()
    told = explained(store, book(rule(remind=remind())))
    assert [at for *_, at in following(told)] == [10, 40, 70]
    assert told.spared == (("disk", minded),)


def test_what_still_fires_is_told_once_more(store: SqliteStore) -> None:
    told = explained(store, book(rule(repeat_interval=timedelta(hours=1))))
    assert following(told) == [(Occasion.REPEATED, 1, ("alice",), 60)]


def test_who_answered_is_not_asked_again(store: SqliteStore) -> None:
    rules = book(rule(remind=remind()), escalate=(Step(after=LATE, to=("bob",)),))

    def known(tx: Transaction) -> Explanation:
        (admission,) = ingest(tx, rules, [alert()], NOW)
        ticket = tx.ticket(admission.ticket_id or 0)
        assert ticket
        tx.save_ticket(acknowledge(ticket, "alice", NOW))
        return explain(tx, rules, NUMBER, [alert(labels={"a": "b"}), alert()], NOW)

    told = store.rehearse(known).result()
    assert any(one.upcoming == () for one in told.ahead)


def test_a_step_that_was_taken_is_asked_with_each_reminder(store: SqliteStore) -> None:
    rules = book(rule(remind=remind()), escalate=(Step(after=LATE, to=("bob",)),))

    def later(tx: Transaction) -> Explanation:
        (admission,) = ingest(tx, rules, [alert()], NOW)
        ticket = tx.ticket(admission.ticket_id or 0)
        assert ticket
        tx.save_ticket(escalated(ticket, rules.receivers["oncall"]))
        return explain(tx, rules, NUMBER, [alert()], NOW)

    assert {people for _, _, people, _ in following(store.rehearse(later).result())} == {("alice", "bob")}


def test_a_ticket_whose_rule_is_gone_is_followed_by_nothing(store: SqliteStore) -> None:
    def gone(tx: Transaction) -> Explanation:
        ingest(tx, book(rule(remind=remind())), [alert()], NOW)
        return explain(tx, Rulebook(), NUMBER, [alert(status=AlertStatus.RESOLVED)], NOW)

    (ahead,) = store.rehearse(gone).result().ahead
    assert (ahead.rule, ahead.upcoming) == (None, ())


# whom a rule could tell


def told_of(store: SqliteStore, one: Rule, prepare: Any = None, *, who: str = "alice") -> Reachable:
    def work(tx: Transaction) -> tuple[Reachable, ...]:
        if prepare:
            prepare(tx)
        return reachable(tx, book(one, to=(who,)), NUMBER, one, NOW)

    (found,) = store.rehearse(work).result()
    return found


def test_who_agreed_gets_the_template_in_a_language_that_fits(store: SqliteStore) -> None:
    found = told_of(store, rule())
    assert (found.reason, found.shape) == (None, shape())


def test_an_open_window_needs_no_template_where_there_is_free_form_text(store: SqliteStore) -> None:
    def open_it(tx: Transaction) -> None:
        tx.save_window(NUMBER, "alice", open_window())

    assert told_of(store, rule(free_form=saying("x")), open_it).shape is None
    assert told_of(store, rule(), open_it).shape == shape()


def test_who_is_nobody_or_has_no_number_or_said_no_is_told_as_such(store: SqliteStore) -> None:
    def numberless(tx: Transaction) -> None:
        tx.save_recipient(recipient(id="bob", phone=""))

    def stopped(tx: Transaction) -> None:
        tx.record_consent(consent(act=ConsentAct.REVOKED, at=NOW + MINUTE))

    assert told_of(store, rule(), who="mallory").reason is Reason.UNKNOWN_RECIPIENT
    assert told_of(store, rule(), numberless, who="bob").reason is Reason.NO_ADDRESS
    assert told_of(store, rule(), stopped).reason is Reason.OPTED_OUT


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ([], Reason.TEMPLATE_MISSING),
        ([shape(status="PAUSED")], Reason.TEMPLATE_NOT_APPROVED),
        ([shape(category="MARKETING")], Reason.TEMPLATE_IS_MARKETING),
    ],
)
def test_what_is_wrong_with_the_template_is_told(store: SqliteStore, shapes: Any, reason: Reason) -> None:
    def account(tx: Transaction) -> None:
        tx.replace_templates(shapes, NOW)

    assert told_of(store, rule(), account).reason is reason


def test_a_spare_stands_in(store: SqliteStore) -> None:
    one = rule(template=template_text(name="gone", spares=(template_text(),)))
    assert told_of(store, one).shape == shape()


def test_before_the_account_was_read_the_declared_templates_count(tmp_path: Path) -> None:
    path = str(tmp_path / "fresh.db")
    migrated(path)
    fresh = open_store(path)

    def agreed(tx: Transaction) -> None:
        tx.save_recipient(recipient())
        tx.record_consent(consent())

    fresh.transact(agreed).result()
    assert told_of(fresh, rule()).reason is Reason.TEMPLATES_NOT_SYNCED
    declared = replace(book(rule()), templates=(shape(),))
    (found,) = fresh.rehearse(lambda tx: reachable(tx, declared, NUMBER, rule(), NOW)).result()
    assert (found.reason, found.shape) == (None, shape())
    fresh.close()
