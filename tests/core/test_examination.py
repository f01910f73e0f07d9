"""What a doctor makes of figures."""

from datetime import UTC, datetime, timedelta

import pytest

from wa_notify.core.examination import (
    GB,
    Check,
    Finding,
    Grade,
    fault,
    judge_clock,
    judge_disk,
    judge_end,
    judge_mode,
    judge_rights,
    judge_shared_clock,
    note,
    ok,
    worst,
)
from wa_notify.core.media import MB

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def test_the_worst_of_many_is_what_counts() -> None:
    fine, known, bad = ok(Check.DISK, "a"), note(Check.DISK, "b"), fault(Check.DISK, "c", "d")
    assert worst([]) is Grade.OK
    assert worst([fine, known]) is Grade.NOTE
    assert worst([bad, known, fine]) is Grade.FAULT
    assert (known.to_do, bad.to_do) == ("", "d")


@pytest.mark.parametrize(
    ("ahead", "give", "grade", "said"),
    [
        (0.4 * SECOND, 0.5 * SECOND, Grade.OK, "Our clock agrees with WhatsApp's, measured within 0.5 s."),
        (-5.5 * SECOND, 0.5 * SECOND, Grade.OK, "agrees"),
        (8 * SECOND, 4 * SECOND, Grade.OK, "measured within 4.0 s"),
        (
            6 * SECOND,
            0.5 * SECOND,
            Grade.NOTE,
            "Our clock is 6.0 s ahead of WhatsApp's, measured within 0.5 s.",
        ),
        (-31 * SECOND, 0.5 * SECOND, Grade.FAULT, "Our clock is 31.0 s behind WhatsApp's"),
        (3725 * SECOND, 0.5 * SECOND, Grade.FAULT, "Our clock is 1 h 2 min ahead of"),
    ],
)
def test_clocks_are_compared_no_closer_than_they_were_measured(
    ahead: timedelta, give: timedelta, grade: Grade, said: str
) -> None:
    found = judge_clock(ahead, give)
    assert (found.check, found.grade) == (Check.CLOCK, grade)
    assert said in found.found
    assert bool(found.to_do) is (grade is not Grade.OK)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (0.5 * SECOND, None),
        (-0.5 * SECOND, None),
        (2 * SECOND, "Our clock is 2.0 s behind the database server's."),
        (-0.6 * SECOND, "Our clock is 0.6 s ahead of the database server's."),
    ],
)
def test_services_that_share_a_database_share_its_time(ahead: timedelta, said: str | None) -> None:
    found = judge_shared_clock(ahead)
    assert [(one.grade, one.found) for one in found] == ([(Grade.NOTE, said)] if said else [])


@pytest.mark.parametrize(
    ("free", "taken", "grade", "said"),
    [
        (3 * GB, 0, Grade.OK, "3.0 GB are free beside the database."),
        (3 * GB, 2 * GB, Grade.OK, "3.0 GB are free beside the database, which takes 2.0 GB."),
        (3 * GB, 4 * GB, Grade.NOTE, "a backup needs as much again"),
        (GB - 1, 5 * MB, Grade.NOTE, "1024 MB are free"),
        (100 * MB - 1, 5 * MB, Grade.FAULT, "100 MB are free"),
        (0, 5 * MB, Grade.FAULT, "1 kB are free"),
    ],
)
def test_a_disk_is_full_before_nothing_is_left(free: int, taken: int, grade: Grade, said: str) -> None:
    found = judge_disk(free, taken)
    assert (found.check, found.grade) == (Check.DISK, grade)
    assert said in found.found


@pytest.mark.parametrize(
    ("left", "grade", "said"),
    [
        (None, Grade.OK, "never expires"),
        (60 * DAY, Grade.OK, "ends in 60 d, at 2027-01-21 12:00 UTC"),
        (13 * DAY, Grade.NOTE, "ends in 13 d"),
        (2 * DAY - SECOND, Grade.FAULT, "ends in 1 d 23 h"),
        (0 * DAY, Grade.FAULT, "The access token ended at 2026-11-22 12:00 UTC."),
    ],
)
def test_the_end_of_a_token_is_told_while_there_is_time(
    left: timedelta | None, grade: Grade, said: str
) -> None:
    found = judge_end(None if left is None else NOW + left, NOW)
    assert (found.check, found.grade) == (Check.TOKEN_END, grade)
    assert said in found.found


def test_a_missing_permission_is_named() -> None:
    assert judge_rights({"a", "b", "c"}, ("a", "b")).grade is Grade.OK
    found = judge_rights({"b"}, ("a", "b"))
    assert found.grade is Grade.FAULT
    assert found.found == "The access token lacks the permission a."


@pytest.mark.parametrize(
    ("mode", "grade", "said"),
    [
        (0o100600, None, ""),
        (0o100640, Grade.NOTE, "x y may be used by its group."),
        (0o100620, Grade.NOTE, "used by its group"),
        (0o100644, Grade.FAULT, "read by everybody"),
        (0o100666, Grade.FAULT, "changed by everybody"),
    ],
)
def test_a_private_file_is_its_owners_alone(mode: int, grade: Grade | None, said: str) -> None:
    found = judge_mode(Check.FILES, "x y", mode)
    if grade is None:
        assert found is None
        return
    assert isinstance(found, Finding)
    assert found.grade is grade
    assert said in found.found
    assert found.to_do == "chmod 600 'x y'"
