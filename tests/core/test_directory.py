from datetime import UTC, datetime, timedelta

import pytest

from wa_notify.core.consent import ConsentAct, ConsentRecord, Purpose
from wa_notify.core.directory import Agreement, agreement, closing_since, open_since
from wa_notify.core.window import Window

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def said(act: ConsentAct, minutes: int = 0, purpose: Purpose = Purpose.UTILITY) -> ConsentRecord:
    at = NOW + minutes * MINUTE
    return ConsentRecord(recipient_id="alice", act=act, purpose=purpose, source="web", actor="admin", at=at)


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        ((), Agreement.NONE),
        ((said(ConsentAct.INVITED),), Agreement.NONE),
        ((said(ConsentAct.GRANTED),), Agreement.GRANTED),
        ((said(ConsentAct.GRANTED), said(ConsentAct.REVOKED, 1)), Agreement.REFUSED),
        ((said(ConsentAct.GRANTED), said(ConsentAct.LAPSED, 1)), Agreement.LAPSED),
        ((said(ConsentAct.REVOKED), said(ConsentAct.GRANTED, 1)), Agreement.GRANTED),
        ((said(ConsentAct.REVOKED, 0, Purpose.MARKETING),), Agreement.NONE),
    ],
)
def test_the_ledger_says_how_somebody_stands(ledger: tuple[ConsentRecord, ...], expected: Agreement) -> None:
    assert agreement(ledger) is expected


@pytest.mark.parametrize("minutes", [0, 1, 22 * 60, 22 * 60 + 59, 23 * 60, 1438, 1439, 1440, 2000])
def test_windows_are_counted_as_they_are_judged(minutes: int) -> None:
    heard_at = NOW - minutes * MINUTE
    window = Window(last_inbound_at=heard_at)
    assert window.is_open(NOW) is (heard_at > open_since(NOW))
    closes = window.is_open(NOW) and not window.is_open(NOW + 60 * MINUTE)
    assert closes is (open_since(NOW) < heard_at <= closing_since(NOW))
