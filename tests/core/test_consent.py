"""Consent fails closed; the newest word of a person counts, and in doubt it is the refusal."""

from datetime import timedelta

import pytest

from tests.core.builders import MOMENT, NOW, consent
from wa_notify.core.consent import (
    ConsentAct,
    ConsentRecord,
    Purpose,
    file_evidence,
    invitation,
    objection,
    own_refusal,
    standing,
)
from wa_notify.core.reason import Reason

GRANTED = ConsentAct.GRANTED
REVOKED = ConsentAct.REVOKED
LAPSED = ConsentAct.LAPSED


def spoken(*acts: tuple[ConsentAct, timedelta]) -> list[ConsentRecord]:
    return [consent(act=act, at=NOW + after) for act, after in acts]


def test_nobody_is_written_to_without_a_record() -> None:
    assert objection([], Purpose.UTILITY) is Reason.NO_CONSENT


def test_who_agreed_may_be_written_to() -> None:
    assert objection(spoken((GRANTED, MOMENT)), Purpose.UTILITY) is None


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([(GRANTED, 0), (REVOKED, 1)], Reason.OPTED_OUT),
        ([(GRANTED, 0), (REVOKED, 1), (GRANTED, 2)], None),
        ([(REVOKED, 0)], Reason.OPTED_OUT),
        ([(GRANTED, 5), (REVOKED, 3)], Reason.OPTED_OUT),  # told later, stamped earlier by another clock
        ([(REVOKED, 5), (GRANTED, 3)], Reason.OPTED_OUT),  # an old START that comes late revives nothing
        ([(GRANTED, 1), (REVOKED, 1)], Reason.OPTED_OUT),
        ([(REVOKED, 1), (GRANTED, 1)], Reason.OPTED_OUT),
        ([(REVOKED, 5), (GRANTED, 3), (GRANTED, 6)], None),
    ],
)
def test_an_opt_in_counts_only_as_the_last_word_and_later_than_every_refusal(
    acts: list[tuple[ConsentAct, int]], expected: Reason | None
) -> None:
    ledger = spoken(*((act, seconds * MOMENT) for act, seconds in acts))
    assert objection(ledger, Purpose.UTILITY) is expected
    entry = standing(ledger, Purpose.UTILITY)
    assert entry is not None
    assert (entry.act is REVOKED) is (expected is Reason.OPTED_OUT)


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


def test_an_invitation_is_no_consent_and_takes_none_back() -> None:
    invited = consent(act=ConsentAct.INVITED, at=NOW + MOMENT)
    assert objection([invited], Purpose.UTILITY) is Reason.NO_CONSENT
    assert objection([consent(), invited], Purpose.UTILITY) is None
    assert objection([consent(), consent(act=ConsentAct.ERASED, at=NOW + MOMENT)], Purpose.UTILITY) is None


def test_an_invitation_stands_until_it_is_answered_and_never_after_a_no() -> None:
    invited = consent(act=ConsentAct.INVITED)
    later = NOW + MOMENT
    assert invitation([invited], Purpose.UTILITY) is invited
    assert invitation([invited], Purpose.MARKETING) is None
    assert invitation([], Purpose.UTILITY) is None
    assert invitation([invited, consent(at=later)], Purpose.UTILITY) is None
    assert (
        invitation([consent(act=REVOKED), consent(act=ConsentAct.INVITED, at=later)], Purpose.UTILITY) is None
    )


def test_only_what_the_person_said_is_their_own_refusal() -> None:
    by_admin, by_reply = consent(act=REVOKED, source="cli"), consent(act=REVOKED, source="reply")
    assert own_refusal([by_admin], Purpose.UTILITY) is None
    assert own_refusal([by_reply], Purpose.UTILITY) is by_reply
    assert own_refusal([by_reply, consent(at=NOW + MOMENT)], Purpose.UTILITY) is None
    assert own_refusal([], Purpose.UTILITY) is None


def test_the_own_no_is_not_covered_up_by_anybody_elses() -> None:
    by_admin = consent(act=REVOKED, source="cli", at=NOW + 2 * MOMENT)
    by_reply = consent(act=REVOKED, source="reply", at=NOW)
    assert own_refusal([consent(at=NOW - MOMENT), by_reply, by_admin], Purpose.UTILITY) is by_reply
    late = consent(at=NOW - MOMENT)  # recorded after the no, and said before it
    assert own_refusal([by_reply, late, by_admin], Purpose.UTILITY) is by_reply
    undone = [by_reply, consent(at=NOW + MOMENT), by_admin]
    assert own_refusal(undone, Purpose.UTILITY) is None
    assert own_refusal([by_reply], Purpose.MARKETING) is None


def test_a_file_is_known_by_its_name_and_digest() -> None:
    assert file_evidence("form.pdf", b"") == (
        "form.pdf (SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855)"
    )


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ([(GRANTED, 0), (LAPSED, 1)], Reason.NUMBER_CHANGED),
        ([(GRANTED, 0), (LAPSED, 1), (GRANTED, 2)], None),
        ([(GRANTED, 5), (LAPSED, 3)], Reason.NUMBER_CHANGED),  # told late: in doubt it holds
        ([(GRANTED, 0), (LAPSED, 1), (REVOKED, 2)], Reason.OPTED_OUT),
        ([(GRANTED, 0), (LAPSED, 1), (REVOKED, 2), (GRANTED, 3)], None),
    ],
)
def test_an_opt_in_lapses_with_the_number_until_it_is_given_anew(
    acts: list[tuple[ConsentAct, int]], expected: Reason | None
) -> None:
    assert objection(spoken(*((act, seconds * MOMENT) for act, seconds in acts)), Purpose.UTILITY) is expected
