"""Inhibition by Alertmanager's rules."""

import pytest

from wa_notify.core.inhibit import Inhibit, may_be_muted, muted
from wa_notify.core.matcher import parse_matcher

DOWN = {"alertname": "HostDown", "instance": "db-7"}
DISK = {"alertname": "DiskFull", "instance": "db-7"}
RULE = Inhibit(
    when=(parse_matcher("alertname", "HostDown"),),
    mute=(parse_matcher("alertname", "!=HostDown"),),
    equal=("instance",),
)
GRAVER = Inhibit(when=(parse_matcher("severity", "=~critical|page"),), mute=(parse_matcher("severity", "*"),))


@pytest.mark.parametrize(
    ("firing", "expected"),
    [
        ([DOWN], True),
        ([DISK, DOWN], True),
        ([], False),
        ([DISK], False),
        ([{**DOWN, "instance": "db-8"}], False),
        ([{"alertname": "HostDown"}], False),
    ],
)
def test_an_alert_is_muted_while_its_cause_fires_with_equal_labels(
    firing: list[dict[str, str]], *, expected: bool
) -> None:
    assert RULE.mutes(DISK, firing) is expected


def test_labels_that_both_lack_are_equal() -> None:
    assert RULE.mutes({"alertname": "DiskFull"}, [{"alertname": "HostDown", "instance": ""}])


def test_the_cause_itself_is_not_muted() -> None:
    assert not RULE.mutes(DOWN, [DOWN, {**DOWN, "rack": "4"}])


def test_alerts_on_both_sides_do_not_mute_themselves_or_each_other() -> None:
    one, other = {"severity": "critical", "n": "1"}, {"severity": "page", "n": "2"}
    assert not GRAVER.mutes(one, [one, other])
    assert GRAVER.mutes({"severity": "low"}, [one])


def test_a_ticket_is_muted_only_if_each_of_its_alerts_is() -> None:
    other = {"alertname": "DiskFull", "instance": "db-8"}
    assert muted([RULE], [DISK], [DOWN])
    assert not muted([RULE], [DISK, other], [DOWN])
    assert muted([GRAVER, RULE], [DISK], [DOWN])


def test_what_does_not_fire_is_not_muted() -> None:
    assert not muted([RULE], [], [DOWN])
    assert not may_be_muted([RULE], [])


def test_it_is_known_beforehand_whether_a_look_is_worth_it() -> None:
    assert may_be_muted([RULE], [DISK])
    assert not may_be_muted([RULE], [DISK, DOWN])
