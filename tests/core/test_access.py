"""Roles, sessions and keys: who may do what, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from wa_notify.core.access import (
    RIGHTS,
    SESSION_IDLE,
    SESSION_LASTS,
    ApiKey,
    Caller,
    Right,
    Role,
    Session,
    Via,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def test_each_role_may_do_all_that_the_one_before_may() -> None:
    assert RIGHTS[Role.VIEWER] < RIGHTS[Role.OPERATOR] < RIGHTS[Role.ADMIN]
    assert RIGHTS[Role.VIEWER] == {Right.SEE}
    assert RIGHTS[Role.ADMIN] == set(Right)


def test_an_operator_touches_neither_consent_nor_accounts() -> None:
    caller = Caller(name="o", role=Role.OPERATOR, rights=RIGHTS[Role.OPERATOR], via=Via.SESSION)
    assert caller.may(Right.TICKETS)
    assert not any(caller.may(right) for right in (Right.PEOPLE, Right.REVEAL, Right.ACCESS, Right.AUDIT))


@pytest.mark.parametrize(
    ("age", "idle", "over"),
    [
        (timedelta(0), timedelta(0), False),
        (SESSION_IDLE, SESSION_IDLE - MOMENT, False),
        (SESSION_IDLE, SESSION_IDLE, True),
        (SESSION_LASTS - MOMENT, MOMENT, False),
        (SESSION_LASTS, MOMENT, True),
    ],
)
def test_a_session_ends_when_it_is_left_alone_or_old(age: timedelta, idle: timedelta, over: bool) -> None:
    session = Session(digest="d", account="a", created_at=NOW - age, seen_at=NOW - idle)
    assert session.is_over(NOW) is over


def test_a_key_works_until_it_is_revoked_or_runs_out() -> None:
    def key(expires: datetime | None = None, revoked: datetime | None = None) -> ApiKey:
        return ApiKey(
            digest="d", name="n", rights=(Right.SEE,), created_by="a", created_at=NOW,
            expires_at=expires, revoked_at=revoked,
        )  # fmt: skip

    assert key().works(NOW)
    assert key(expires=NOW + MOMENT).works(NOW)
    assert not key(expires=NOW).works(NOW)
    assert not key(revoked=NOW - MOMENT).works(NOW)
