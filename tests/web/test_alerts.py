"""Reading alerts: our own shape and Alertmanager's."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.alert import AlertStatus
from wa_notify.core.errors import AlertRefused
from wa_notify.web import alertmanager, alerts

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


def notification(**special: Any) -> dict[str, Any]:
    alert = {"status": "firing", "labels": {"alertname": "A"}, "startsAt": "2026-11-21T09:00:00Z"}
    return {"version": "4", "alerts": [alert | special]}


def complaints_of(parse: Callable[[], object]) -> list[str] | None:
    """What is wrong, or nothing when it was taken; any other error is a fault of ours."""
    try:
        parse()
    except AlertRefused as refusal:
        return [str(complaint) for complaint in refusal.complaints]
    return None


def test_labels_alone_are_enough_and_everything_else_has_a_default() -> None:
    (alert,) = alerts.parse({"labels": {"alertname": "A"}}, NOW)
    assert (alert.source, alert.status, alert.starts_at) == ("alerts", AlertStatus.FIRING, NOW)
    assert len(alert.fingerprint) == 16


def test_the_same_labels_in_another_order_are_the_same_alert() -> None:
    first, second = alerts.parse([{"labels": {"a": "1", "b": "2"}}, {"labels": {"b": "2", "a": "1"}}], NOW)
    assert first.fingerprint == second.fingerprint


def test_numbers_and_truth_values_become_texts() -> None:
    (alert,) = alerts.parse({"labels": {"port": 8080, "load": 0.5, "paging": True}}, NOW)
    assert alert.labels == {"port": "8080", "load": "0.5", "paging": "true"}


def test_a_time_without_a_zone_is_utc_and_nanoseconds_are_cut() -> None:
    texts = ["2026-11-21T09:00:00", "2026-11-21T10:00:00.123456789+01:00", "2026-11-21T09:00:00.5Z"]
    parsed = alerts.parse([{"labels": {"a": "b"}, "starts_at": text} for text in texts], NOW)
    assert [alert.starts_at.isoformat() for alert in parsed] == [
        "2026-11-21T09:00:00+00:00",
        "2026-11-21T09:00:00.123456+00:00",
        "2026-11-21T09:00:00.500000+00:00",
    ]


def test_every_fault_of_every_alert_is_named_in_one_answer() -> None:
    with pytest.raises(AlertRefused) as refusal:
        alerts.parse([{"labels": {}}, {"labels": {"a": []}, "status": "off"}, {"lables": {"a": "b"}}], NOW)
    places = [complaint.where for complaint in refusal.value.complaints]
    assert places[0] == "alert 0.labels"
    assert {"alert 1.labels.a", "alert 1.status", "alert 2.lables", "alert 2.labels"} <= set(places)


def test_more_alerts_than_one_request_may_hold_are_refused() -> None:
    with pytest.raises(AlertRefused, match="10001"):
        alerts.parse([{"labels": {"a": "b"}}] * 10_001, NOW)


def test_alertmanagers_alert_is_read_field_by_field() -> None:
    body = notification(
        annotations={"summary": "s"},
        endsAt="2026-11-21T09:10:00Z",
        generatorURL="http://prometheus/graph",
        fingerprint="1c4f",
        status="resolved",
    )
    (alert,), left_out = alertmanager.parse(body | {"truncatedAlerts": 3, "notificationReason": "repeat"})
    assert left_out == 3
    assert alert.status is AlertStatus.RESOLVED
    assert alert.annotations == {"summary": "s"}
    assert (alert.url, alert.fingerprint) == ("http://prometheus/graph", "1c4f")
    assert alert.ends_at == datetime(2026, 11, 21, 9, 10, tzinfo=UTC)


def test_gos_zero_time_means_no_end_and_the_external_url_stands_in() -> None:
    body = notification(endsAt=alertmanager.NEVER) | {"externalURL": "http://alertmanager"}
    (alert,), _ = alertmanager.parse(body)
    assert alert.ends_at is None
    assert alert.url == "http://alertmanager"
    assert len(alert.fingerprint) == 16


def test_another_version_of_the_webhook_is_refused_with_the_way_out() -> None:
    with pytest.raises(AlertRefused, match=r"version.*/alerts"):
        alertmanager.parse(notification() | {"version": "3"})


@given(ANYTHING)
def test_whatever_comes_is_taken_or_refused(body: Any) -> None:
    for parse in (lambda: alerts.parse(body, NOW), lambda: alertmanager.parse(body)):
        assert complaints_of(parse) != []


@given(ANYTHING)
def test_whatever_an_alert_holds_it_is_taken_or_refused(inner: Any) -> None:
    for key in ("labels", "annotations", "starts_at", "startsAt", "status", "fingerprint"):
        for parse in (
            lambda key=key: alerts.parse({"labels": {"a": "b"}} | {key: inner}, NOW),
            lambda key=key: alertmanager.parse(notification(**{key: inner})),
        ):
            assert complaints_of(parse) != []
