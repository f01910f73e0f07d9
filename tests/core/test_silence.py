"""Silences: what is muted, until when, and what mutes a group of alerts."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import MOMENT, NOW, alert
from wa_notify.core.alert import AlertStatus, group_key
from wa_notify.core.matcher import read_matcher
from wa_notify.core.silence import Silence, labels_of, matchers_for, mutes, silenced_until

HOUR = timedelta(hours=1)


def silence(*conditions: str, **special: Any) -> Silence:
    ordinary: dict[str, Any] = {
        "matchers": tuple(read_matcher(text) for text in conditions),
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "author": "alice",
    }
    return Silence(**(ordinary | special))


def test_a_silence_holds_from_its_start_until_just_before_its_end() -> None:
    muting = silence("instance=db-7")
    labels = {"instance": "db-7"}
    instants = [NOW - MOMENT, NOW, NOW + HOUR - MOMENT, NOW + HOUR]
    assert [muting.mutes(labels, at) for at in instants] == [False, True, True, False]


def test_all_its_matchers_must_hold() -> None:
    muting = silence("alertname=~Disk.*", "instance!=db-8", "source=prometheus")
    assert mutes([muting], labels_of(alert()), NOW) == muting
    assert mutes([muting], labels_of(alert(source="grafana")), NOW) is None
    assert mutes([muting], {"alertname": "DiskFull", "instance": "db-8", "source": "prometheus"}, NOW) is None


def test_a_label_of_that_name_counts_for_more_than_the_source() -> None:
    assert labels_of(alert(labels={"source": "rack 4"})) == {"source": "rack 4"}


def test_of_several_silences_the_longest_counts() -> None:
    short, long = silence(), silence(ends_at=NOW + 2 * HOUR)
    assert mutes([short, long], {}, NOW) == mutes([long, short], {}, NOW) == long


def test_a_ticket_is_heard_when_the_first_of_its_alerts_is() -> None:
    silences = [silence("n=1"), silence("n=2", ends_at=NOW + 2 * HOUR)]
    one, two, three = (alert(labels={"n": n}) for n in "123")
    over = alert(labels={"n": "3"}, status=AlertStatus.RESOLVED)
    assert silenced_until(silences, [one, two], NOW) == NOW + HOUR
    assert silenced_until(silences, [two, over], NOW) == NOW + 2 * HOUR
    assert silenced_until(silences, [one, three], NOW) is None
    assert silenced_until(silences, [over], NOW) is None
    assert silenced_until([], [one], NOW) is None


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "source"]), st.sampled_from(["", "1", "2"])),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3),
)
def test_what_mutes_a_group_mutes_all_of_it(maps: list[dict[str, str]], group_by: list[str]) -> None:
    alerts = [alert(labels=labels, fingerprint=str(labels)) for labels in maps]
    group = [one for one in alerts if group_key(one, group_by) == group_key(alerts[0], group_by)]
    sources = {labels_of(one)["source"] for one in group}
    muting = silence(matchers=matchers_for(group, group_by))
    if len(sources) == 1:
        assert silenced_until([muting], group, NOW) == NOW + HOUR


@pytest.mark.parametrize("group_by", [(), ("instance",)])
def test_another_source_is_not_muted_with_it(group_by: tuple[str, ...]) -> None:
    muting = silence(matchers=matchers_for([alert()], group_by))
    assert muting.mutes(labels_of(alert()), NOW)
    assert not muting.mutes(labels_of(alert(source="grafana")), NOW)
