"""Judging what people mind: everything that rules use, every ten minutes, and a notice a day at most."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders import NOW, shape
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.errors import StoreError
from wa_notify.core.outbox import Intent, Item, ItemState, Occasion
from wa_notify.core.quality import Judgement, Measure, Subject, Verdict
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import (
    CheckIn,
    Facts,
    Notice,
    Priority,
    Receiver,
    Remind,
    Rule,
    Rulebook,
    TemplateText,
)
from wa_notify.core.ticket import Ticket
from wa_notify.pipeline.quality import JUDGE_EVERY, measure, measured, spared, watch_quality
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

HOUR = timedelta(hours=1)
ALERT, REMINDER = TemplateText(name="ops_alert"), TemplateText(name="ops_reminder")
RULE = Rule(
    name="disk",
    matchers=(),
    receiver="team",
    template=ALERT,
    remind=Remind(after=HOUR, every=HOUR, times=3, template=REMINDER),
)
BOOK = Rulebook(
    rules=(RULE,),
    receivers={"leads": Receiver(to=("alice",))},
    notice=Notice(receiver="leads", template=TemplateText(name="ops_notice")),
    check_ins={"primary": CheckIn(template=TemplateText(name="ops_check_in"), wait=HOUR)},
    digest=TemplateText(name="ops_digest"),
)


def left(tx: Transaction, who: str, rule: str, template: str = "ops_alert") -> None:
    """A template left for this person an hour ago, for a ticket of this rule."""
    ticket = tx.ticket_of(rule, "db-7") or tx.save_ticket(
        Ticket(rule=rule, group="db-7", title="Disk full", opened_at=NOW - HOUR)
    )
    item = tx.enqueue(
        Item(
            key=f"{template}/{rule}/{who}",
            ticket_id=ticket.id,
            recipient_id=who,
            occasion=Occasion.OPENED,
            intent=Intent(),
            due_at=NOW,
            created_at=NOW,
        )
    )
    assert item is not None
    tx.save_item(replace(item, state=ItemState.READ, claimed_at=NOW - HOUR, template=template))


def stops(tx: Transaction, who: str) -> None:
    tx.save_recipient(Recipient(id=who))
    said = ConsentRecord(recipient_id=who, act=ConsentAct.REVOKED, source="reply", actor=who, at=NOW)
    tx.record_consent(said)


def judgement(subject: Subject, name: str, verdict: Verdict = Verdict.SLOW) -> Judgement:
    return Judgement(subject=subject, name=name, verdict=verdict, measure=Measure.PLATFORM)


def notices(tx: Transaction) -> list[str]:
    return [item.key for item in tx.due_items(NOW + 48 * HOUR, 100) if item.occasion is Occasion.NOTICE]


def test_a_rule_that_people_mind_is_found_although_others_share_its_template(
    store: SqliteStore,
) -> None:
    def work(tx: Transaction) -> None:
        for number in range(60):
            left(tx, f"reader-{number}", "rest")
        for who in ("bob", "dan", "eve"):
            left(tx, who, "disk")
        stops(tx, "bob")
        stops(tx, "dan")
        found = {
            (one.judgement.subject, one.judgement.name): one for one in measure(tx, ["ops_alert"], {}, NOW)
        }
        assert found[Subject.TEMPLATE, "ops_alert"].judgement.verdict is Verdict.GREEN
        assert found[Subject.TEMPLATE, "ops_alert"].tally.people == 63
        assert found[Subject.RULE, "rest"].judgement.verdict is Verdict.GREEN
        assert found[Subject.RULE, "disk"].judgement.verdict is Verdict.SLOW
        assert (found[Subject.RULE, "disk"].tally.stopped, found[Subject.RULE, "disk"].tally.read) == (2, 3)
        watch_quality(tx, BOOK, NOW)
        assert [(one.subject, one.name) for one in tx.judgements()] == [(Subject.RULE, "disk")]
        why = spared(tx, RULE)
        assert why is not None
        assert str(why) == "Rule disk: 2 of 3 people said STOP within a day of it."
        assert notices(tx) == []  # the template itself is fine

    store.transact(work).result()


def test_what_rules_use_is_measured_with_what_left_lately_and_the_words_of_whatsapp(
    store: SqliteStore,
) -> None:
    shapes = [shape(name="ops_alert", quality="RED"), shape(name="marketing_of_others", quality="GREEN")]

    def work(tx: Transaction) -> None:
        left(tx, "bob", "disk")

    store.transact(work).result()
    found = store.read(lambda views: measured(views, BOOK, shapes, NOW)).result()
    told = {one.judgement.name: (one.tally.left, one.judgement.verdict) for one in found}
    assert told["ops_alert"] == (1, Verdict.WARN)
    assert told["ops_reminder"] == (0, Verdict.GREEN)
    assert told["disk"] == (1, Verdict.GREEN)
    assert "marketing_of_others" not in told


@pytest.mark.parametrize(
    ("minded", "rule", "expected"),
    [
        (judgement(Subject.TEMPLATE, "ops_alert"), RULE, True),
        (judgement(Subject.TEMPLATE, "ops_reminder", Verdict.WARN), RULE, True),
        (judgement(Subject.TEMPLATE, "disk"), RULE, False),
        (judgement(Subject.RULE, "ops_alert"), RULE, False),
        (judgement(Subject.RULE, "disk"), RULE, True),
        (judgement(Subject.RULE, "disk"), replace(RULE, priority=Priority.CRITICAL), False),
        (judgement(Subject.RULE, "disk"), replace(RULE, remind=None), False),
    ],
)
def test_whose_reminders_slow_down(
    store: SqliteStore, minded: Judgement, rule: Rule, *, expected: bool
) -> None:
    def work(tx: Transaction) -> Judgement | None:
        tx.save_judgements([minded], NOW)
        return spared(tx, rule)

    assert store.transact(work).result() == (minded if expected else None)


def test_it_is_judged_every_ten_minutes_and_at_once_when_the_clock_went_back(store: SqliteStore) -> None:
    def work(tx: Transaction) -> None:
        watch_quality(tx, BOOK, NOW)
        for later, judged in (
            (JUDGE_EVERY / 2, timedelta(0)),
            (JUDGE_EVERY, JUDGE_EVERY),
            (-HOUR, -HOUR),
        ):
            watch_quality(tx, BOOK, NOW + later)
            assert tx.quality_judged_at() == NOW + judged

    store.transact(work).result()


def test_what_cannot_be_judged_holds_up_nothing_and_is_tried_again_later(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def poisoned(_: Facts) -> str:
        raise RuntimeError("poison")

    notice = Notice(receiver="leads", template=TemplateText(name="ops_notice", body=(("", poisoned),)))
    known = judgement(Subject.RULE, "disk")

    def work(tx: Transaction) -> None:
        for who in ("bob", "dan", "eve"):
            left(tx, who, "disk")
            stops(tx, who)
        tx.save_judgements([known], NOW - HOUR)
        for _ in range(2):
            watch_quality(tx, replace(BOOK, notice=notice), NOW)
        assert tx.judgements() == [known]
        watch_quality(tx, BOOK, NOW + JUDGE_EVERY)
        assert known not in tx.judgements()

    store.transact(work).result()
    failures = [record for record in caplog.records if "could not be judged" in record.getMessage()]
    assert len(failures) == 1


def test_a_fault_of_the_database_is_handed_on(store: SqliteStore) -> None:
    sqlite3.connect(store._path).executescript(
        "CREATE TRIGGER full_meta BEFORE INSERT ON meta BEGIN SELECT RAISE(ROLLBACK, 'full'); END;"
    ).connection.close()
    with pytest.raises(StoreError, match="full"):
        store.transact(lambda tx: watch_quality(tx, BOOK, NOW)).result()


def test_an_administrator_hears_of_a_template_once_a_day_and_the_log_when_it_begins(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def work(tx: Transaction) -> None:
        for who in ("bob", "dan", "eve"):
            left(tx, who, "disk")
            stops(tx, who)
        for minutes in range(0, 60, 20):
            watch_quality(tx, BOOK, NOW + timedelta(minutes=minutes))
        assert len(notices(tx)) == 1
        watch_quality(tx, BOOK, NOW + 24 * HOUR)
        assert len(notices(tx)) == 2

    store.transact(work).result()
    told = [record.getMessage() for record in caplog.records]
    assert told == ["Template ops_alert: 3 of 3 people said STOP within a day of it."]
