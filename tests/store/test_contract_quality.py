"""What every store keeps and knows about how people take our templates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.store.contract import NOW, a_ticket, an_item, do, each, see, stored
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.outbox import Item, ItemState
from wa_notify.core.quality import Judgement, Measure, Objection, Sent, Subject, Verdict
from wa_notify.core.recipient import Recipient
from wa_notify.ports import Store

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


def left(store: Store, key: str, ago: timedelta, **changes: Any) -> Item:
    """An item that left as a template so long ago."""
    ticket_id = changes.pop("ticket_id", None)
    (item,) = stored(store, an_item(key, ticket_id=ticket_id))
    parts = {"template": "ops", "state": ItemState.SENT, "claimed_at": NOW - ago, **changes}
    gone = replace(item, **parts)
    do(store, lambda tx: tx.save_item(gone))
    return gone


def said(store: Store, who: str, act: ConsentAct, ago: timedelta, source: str = "reply") -> None:
    entry = ConsentRecord(recipient_id=who, act=act, source=source, actor=who, at=NOW - ago)
    do(store, lambda tx: tx.record_consent(entry))


def test_what_left_as_a_template_is_found_the_newest_first(store: Store) -> None:
    ticket = do(store, lambda tx: tx.save_ticket(a_ticket()))
    left(store, "old", 8 * WEEK)
    left(store, "other", HOUR, template="other")
    left(store, "plain", HOUR, template="")
    left(store, "loose", 3 * HOUR)
    left(store, "told", 2 * HOUR, ticket_id=ticket.id, failure_code=131026)
    found = do(store, lambda tx: tx.sends_of("ops", NOW - WEEK, 10))
    assert found == see(store, lambda views: views.sends_of("ops", NOW - WEEK, 10))
    told = Sent(
        recipient_id=found[0].recipient_id,
        rule=ticket.rule,
        state=ItemState.SENT,
        failure_code=131026,
        claimed_at=NOW - 2 * HOUR,
    )
    assert found == [told, replace(told, rule="", failure_code=None, claimed_at=NOW - 3 * HOUR)]
    assert do(store, lambda tx: tx.sends_of("ops", NOW - WEEK, 1)) == [told]


def test_only_a_stop_of_the_persons_own_that_still_holds_is_an_objection(store: Store) -> None:
    people = [Recipient(id=who) for who in ("alice", "bob", "carol", "dan")]
    each(store, lambda tx, person: tx.save_recipient(person), people)
    assert do(store, lambda tx: tx.objections(NOW - WEEK)) == []
    said(store, "dan", ConsentAct.REVOKED, 8 * WEEK)
    said(store, "alice", ConsentAct.REVOKED, 3 * HOUR)
    said(store, "bob", ConsentAct.REVOKED, 3 * HOUR)
    said(store, "carol", ConsentAct.REVOKED, 3 * HOUR, source="cli")
    said(store, "bob", ConsentAct.GRANTED, 2 * HOUR)
    expected = [Objection(recipient_id="alice", at=NOW - 3 * HOUR)]
    assert do(store, lambda tx: tx.objections(NOW - WEEK)) == expected
    assert see(store, lambda views: views.objections(NOW - WEEK)) == expected


def test_verdicts_are_replaced_and_green_ones_are_none(store: Store) -> None:
    minded = Judgement(
        subject=Subject.RULE, name="disk", verdict=Verdict.SLOW, measure=Measure.STOPPED, cases=2, among=9
    )
    red = Judgement(subject=Subject.TEMPLATE, name="ops", verdict=Verdict.WARN, measure=Measure.PLATFORM)
    green = Judgement(subject=Subject.TEMPLATE, name="fine", verdict=Verdict.GREEN)
    assert do(store, lambda tx: (tx.judgements(), tx.quality_judged_at())) == ([], None)
    do(store, lambda tx: tx.save_judgements([red, green, minded], NOW))
    assert see(store, lambda views: views.judgements()) == [minded, red]
    assert do(store, lambda tx: tx.quality_judged_at()) == NOW
    do(store, lambda tx: tx.save_judgements([green], NOW + HOUR))
    assert do(store, lambda tx: (tx.judgements(), tx.quality_judged_at())) == ([], NOW + HOUR)
