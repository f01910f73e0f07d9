"""How a title says what changed."""

import pytest

from wa_notify.core.wording import Change, headline


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change.NEW, "Disk full"),
        (Change.AGAIN, "Again: Disk full"),
        (Change.GROWN, "Disk full and 2 more"),
        (Change.WORSE, "Worse: Disk full"),
        (Change.STILL, "Still firing: Disk full"),
        (Change.UNANSWERED, "Unanswered: Disk full"),
    ],
)
def test_each_change_has_a_title_of_its_own(change: Change, expected: str) -> None:
    assert headline("Disk full", change, 3) == expected


def test_a_group_that_shrank_meanwhile_does_not_count() -> None:
    assert headline("Disk full", Change.GROWN, 1) == "Disk full"
