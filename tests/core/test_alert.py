"""Alerts are identified by their labels, whatever the order in which a source tells them."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import alert
from wa_notify.core.alert import common, digest, fingerprint_of, group_key

labels = st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=4)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"alertname": "DiskFull", "instance": "db-7"}, "DiskFull"),
        ({"instance": "db-7", "disk": "sda"}, "instance=db-7, disk=sda"),
        ({}, "prometheus"),
    ],
)
def test_an_alert_is_called_by_its_alertname_else_by_what_tells_it_apart(
    told: dict[str, str], name: str
) -> None:
    assert alert(labels=told).name == name


@given(labels)
def test_a_fingerprint_does_not_depend_on_the_order_of_the_labels(told: dict[str, str]) -> None:
    assert fingerprint_of(told) == fingerprint_of(dict(reversed(told.items())))


@given(labels, labels)
def test_a_fingerprint_tells_other_labels_apart(one: dict[str, str], other: dict[str, str]) -> None:
    assert (fingerprint_of(one) == fingerprint_of(other)) == (one == other)


def test_fingerprints_are_stored_and_therefore_never_change() -> None:
    assert fingerprint_of({"instance": "db-7", "alertname": "DiskFull"}) == "d15bea7b62dc3223"


def test_a_digest_knows_where_one_text_ends_and_the_next_begins() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", "")}) == 4
    assert len(digest()) == 16


def test_alerts_that_agree_on_the_grouping_labels_are_one_group() -> None:
    one = alert(labels={"instance": "db-7", "disk": "sda"}, fingerprint="1")
    other = alert(labels={"instance": "db-7", "disk": "sdb"}, fingerprint="2")
    assert group_key(one, ["instance"]) == group_key(other, ["instance"]) == '["prometheus", "instance=db-7"]'
    assert group_key(one, ["instance", "disk"]) != group_key(other, ["instance", "disk"])


def test_a_missing_grouping_label_counts_as_empty() -> None:
    assert group_key(alert(labels={}), ["instance"]) == group_key(
        alert(labels={"instance": ""}), ["instance"]
    )


def test_without_grouping_labels_every_alert_is_a_group_of_its_own() -> None:
    assert group_key(alert(fingerprint="1"), ()) == '["prometheus", "1"]'
    assert group_key(alert(fingerprint="2"), ()) == '["prometheus", "2"]'


def test_two_sources_never_share_a_group() -> None:
    sources = ("grafana", "grafana/a", "grafana/a/b")
    told = [
        alert(source=source, fingerprint=fingerprint)
        for source in sources
        for fingerprint in ("a", "b", "a/b", "b/c")
    ]
    for one, other in combinations(told, 2):
        if one.source != other.source:
            assert group_key(one, ()) != group_key(other, ()), (one.source, other.source)


def test_a_label_value_cannot_pretend_to_be_another_label() -> None:
    one = alert(labels={"a": "1,b=2", "b": "3"})
    other = alert(labels={"a": "1", "b": "2,b=3"})
    assert group_key(one, ["a", "b"]) != group_key(other, ["a", "b"])


@pytest.mark.parametrize(
    ("maps", "shared"),
    [
        ([], {}),
        ([{"a": "1", "b": "2"}], {"a": "1", "b": "2"}),
        ([{"a": "1", "b": "2"}, {"a": "1", "b": "3"}], {"a": "1"}),
        ([{"a": "1"}, {"a": "1", "b": "2"}], {"a": "1"}),
        ([{"a": "1", "b": "2"}, {"a": "1"}], {"a": "1"}),
        ([{"a": "1"}, {"a": "1"}, {"a": "2"}], {}),
    ],
)
def test_common_is_what_all_agree_on(maps: list[dict[str, str]], shared: dict[str, str]) -> None:
    assert common(maps) == shared
