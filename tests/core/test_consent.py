"""Consent fails closed; the newest word of a person counts, and in doubt it is the refusal."""

from datetime import timedelta
from itertools import permutations

import pytest

from tests.core.builders import MOMENT, NOW, consent
from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose, objection
from wa_notify.core.reason import Reason

GRANTED = ConsentAct.GRANTED
REVOKED = ConsentAct.REVOKED


def spoken(*acts: tuple[ConsentAct, timedelta]) -> list[ConsentRecord]:
    return [consent(act=act, at=NOW + after) for act, after in acts]


def test_nobody_is_written_to_without_a_record() -> None:
    assert objection([], Purpose.UTILITY) is Reason.NO_CONSENT


def test_who_agreed_may_be_written_to() -> None:
    assert objection(spoken((GRANTED, MOMENT)), Purpose.UTILITY) is None


@pytest.mark.parametrize(
    ("newest", "expected"), [(GRANTED, None), (REVOKED, Reason.OPTED_OUT)], ids=["start", "stop"]
)
def test_the_newest_word_counts_in_whatever_order_the_ledger_is_read(
    newest: ConsentAct, expected: Reason | None
) -> None:
    ledger = spoken((GRANTED, 0 * MOMENT), (REVOKED, MOMENT), (GRANTED, 2 * MOMENT), (REVOKED, 3 * MOMENT))
    ledger += spoken((newest, 4 * MOMENT))
    for order in permutations(ledger):
        assert objection(order, Purpose.UTILITY) is expected


def test_in_the_same_instant_the_refusal_wins() -> None:
    tie = spoken((GRANTED, MOMENT), (REVOKED, MOMENT))
    assert objection(tie, Purpose.UTILITY) is Reason.OPTED_OUT
    assert objection(reversed(tie), Purpose.UTILITY) is Reason.OPTED_OUT


def test_each_purpose_has_its_own_consent() -> None:
    ledger = [
        consent(purpose=Purpose.UTILITY),
        consent(purpose=Purpose.MARKETING, act=REVOKED, at=NOW + MOMENT),
    ]
    assert objection(ledger, Purpose.UTILITY) is None
    assert objection(ledger, Purpose.MARKETING) is Reason.OPTED_OUT
    assert objection(ledger[:1], Purpose.MARKETING) is Reason.NO_CONSENT


def test_an_opt_in_is_for_alerts_unless_it_says_otherwise() -> None:
    assert consent().purpose is Purpose.UTILITY
