"""Reading what Grafana posts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.test_alerts import ANYTHING, complaints_of
from wa_notify.core.alert import AlertStatus
from wa_notify.core.errors import AlertRefused
from wa_notify.web import grafana

# As Grafana's documentation shows it ("Configure webhook notifications").
ALERT: dict[str, Any] = {
    "status": "firing",
    "labels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
    "annotations": {
        "description": "The system has high memory usage",
        "runbook_url": "https://myrunbook.com/runbook/1234",
        "summary": "This alert was triggered for zone us-1",
    },
    "startsAt": "2021-10-12T09:51:03.157076+02:00",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://play.grafana.org/alerting/1afz29v7z/edit",
    "fingerprint": "c6eadffa33fcdf37",
    "silenceURL": "https://play.grafana.org/alerting/silence/new?alertmanager=grafana",
    "dashboardURL": "",
    "panelURL": "",
    "values": {"B": 44.23943737541908, "C": 1},
}
NOTIFICATION: dict[str, Any] = {
    "receiver": "My Super Webhook",
    "status": "firing",
    "orgId": 1,
    "alerts": [ALERT],
    "groupLabels": {},
    "commonLabels": {"team": "blue"},
    "commonAnnotations": {},
    "externalURL": "https://play.grafana.org/",
    "version": "1",
    "groupKey": "{}:{}",
    "truncatedAlerts": 0,
    "title": "[FIRING:2]  (blue)",
    "state": "alerting",
    "message": "**Firing**\n\nLabels:\n - alertname = T2",
}


def notification(**special: Any) -> dict[str, Any]:
    return NOTIFICATION | {"alerts": [ALERT | special]}


def test_the_example_of_the_documentation_is_read_field_by_field() -> None:
    (alert,), left_out = grafana.parse(NOTIFICATION)
    assert left_out == 0
    assert (alert.source, alert.status, alert.name) == ("grafana", AlertStatus.FIRING, "High memory usage")
    assert alert.labels == ALERT["labels"]
    assert alert.annotations == {
        **ALERT["annotations"],
        "values": "B=44.23943737541908, C=1",
        "silence_url": ALERT["silenceURL"],
    }
    assert alert.starts_at == datetime(2021, 10, 12, 7, 51, 3, 157076, tzinfo=UTC)
    assert alert.ends_at is None
    assert (alert.fingerprint, alert.url) == ("c6eadffa33fcdf37", ALERT["generatorURL"])


def test_the_end_of_an_alert_is_read() -> None:
    (alert,), _ = grafana.parse(notification(status="resolved", endsAt="2021-10-12T10:00:00Z"))
    assert alert.status is AlertStatus.RESOLVED
    assert alert.ends_at == datetime(2021, 10, 12, 10, 0, tzinfo=UTC)


def test_the_link_is_the_nearest_to_the_trouble() -> None:
    links = {"panelURL": "http://g/panel", "dashboardURL": "http://g/dash", "generatorURL": "http://g/rule"}
    found = []
    for missing in ("", *links):
        links[missing] = ""
        (alert,), _ = grafana.parse(notification(**{key: url for key, url in links.items() if key}))
        found.append(alert.url)
    assert found == ["http://g/panel", "http://g/dash", "http://g/rule", "https://play.grafana.org/"]


def test_a_link_that_is_no_link_of_the_web_is_dropped() -> None:
    evil = "javascript:alert(1)"
    body = notification(panelURL=evil, generatorURL="data:text/html,x", silenceURL=evil, imageURL=evil)
    (alert,), _ = grafana.parse(body | {"externalURL": "http://g/ onload=x"})
    assert alert.url == ""
    assert "silence_url" not in alert.annotations


def test_annotations_of_the_user_win_and_old_grafanas_text_of_values_stands_in() -> None:
    body = notification(values=None, valueString="[ value=7 ]", annotations={"silence_url": "mine"})
    (alert,), _ = grafana.parse(body)
    assert alert.annotations == {"silence_url": "mine", "values": "[ value=7 ]"}


def test_alerts_of_two_organisations_do_not_mix() -> None:
    both = [grafana.parse(NOTIFICATION | {"orgId": org})[0][0] for org in (2, 3)]
    assert both[0].fingerprint != both[1].fingerprint
    assert both[0].labels["org_id"] == "2"


def test_how_many_alerts_were_left_out_is_told() -> None:
    assert grafana.parse(NOTIFICATION | {"truncatedAlerts": 4})[1] == 4


@pytest.mark.parametrize(
    "body", [{"ruleName": "old", "state": "alerting"}, NOTIFICATION | {"version": "4"}, [NOTIFICATION]]
)
def test_another_shape_is_refused_with_the_way_out(body: Any) -> None:
    with pytest.raises(AlertRefused, match="/alerts/custom/SOURCE"):
        grafana.parse(body)


@given(ANYTHING)
def test_whatever_comes_is_taken_or_refused(inner: Any) -> None:
    assert complaints_of(lambda: grafana.parse(inner)) != []
    for key in NOTIFICATION:
        assert complaints_of(lambda key=key: grafana.parse(NOTIFICATION | {key: inner})) != []  # type: ignore[misc]


@given(st.sampled_from([*ALERT, "imageURL", "valueString"]), ANYTHING)
def test_whatever_an_alert_holds_it_is_taken_or_refused(key: str, inner: Any) -> None:
    assert complaints_of(lambda: grafana.parse(notification(**{key: inner}))) != []
