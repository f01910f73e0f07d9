"""Reading what Apprise posts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.world import World
from tests.web.test_alerts import ANYTHING, NOW, complaints_of
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.errors import AlertRefused
from wa_notify.web import apprise

SAID: dict[str, Any] = {
    "version": "1.0",
    "title": "Backup late",
    "message": "Since 03:00\nnobody knows why",
    "attachments": [],
    "type": "failure",
}


def alert_of(**special: Any) -> Alert:
    alert, _ = apprise.parse(SAID | special, NOW)
    return alert


def test_a_notification_is_an_alert_named_by_its_title() -> None:
    alert = alert_of()
    assert (alert.source, alert.status) == ("apprise", AlertStatus.FIRING)
    assert alert.labels == {"alertname": "Backup late", "severity": "critical"}
    assert alert.annotations == {"summary": "Backup late", "description": SAID["message"]}


@pytest.mark.parametrize(
    ("kind", "severity", "status"),
    [
        ("failure", "critical", AlertStatus.FIRING),
        ("warning", "warning", AlertStatus.FIRING),
        ("info", "info", AlertStatus.FIRING),
        ("success", "info", AlertStatus.RESOLVED),
    ],
)
def test_its_type_tells_severity_and_status(kind: str, severity: str, status: AlertStatus) -> None:
    alert = alert_of(type=kind)
    assert (alert.labels["severity"], alert.status) == (severity, status)


def test_success_ends_what_another_type_of_the_same_title_began() -> None:
    assert len({alert_of(type=kind).fingerprint for kind in apprise.SEVERITIES}) == 1
    assert alert_of(title="Other").fingerprint != alert_of().fingerprint


def test_without_a_title_the_first_line_of_the_message_is_the_title() -> None:
    alert = alert_of(title="")
    assert alert.name == "Since 03:00"
    assert alert.annotations["description"] == SAID["message"]


def test_further_keys_are_labels_and_may_name_the_alert_themselves() -> None:
    alert = alert_of(title="12 errors", alertname="Errors", instance="db-7", receiver="oncall")
    assert alert.labels["receiver"] == "oncall"
    assert alert.name == "Errors"
    assert alert.fingerprint == alert_of(title="13 errors", alertname="Errors", instance="db-7",
                                         receiver="oncall").fingerprint  # fmt: skip


def test_attachments_are_not_kept_and_the_answer_says_so() -> None:
    file = {"filename": "a.txt", "base64": "QQ==", "mimetype": "text/plain"}
    assert apprise.parse(SAID | {"attachments": [file]}, NOW)[1] == ["attachments"]
    assert apprise.parse(SAID, NOW)[1] == []


@pytest.mark.parametrize(
    ("special", "where"),
    [({"title": " ", "message": "\n"}, "title"), ({"type": "panic"}, "type"), ({"labels": {}}, "labels")],
)
def test_what_is_no_notification_is_refused_with_its_place(special: dict[str, Any], where: str) -> None:
    with pytest.raises(AlertRefused) as refusal:
        apprise.parse(SAID | special, NOW)
    assert refusal.value.complaints[0].where == where


@given(ANYTHING)
def test_whatever_comes_is_taken_or_refused(inner: Any) -> None:
    assert complaints_of(lambda: apprise.parse(inner, NOW)) != []


@given(st.sampled_from([*SAID, "instance"]), ANYTHING)
def test_whatever_a_notification_holds_it_is_taken_or_refused(key: str, inner: Any) -> None:
    assert complaints_of(lambda: apprise.parse(SAID | {key: inner}, NOW)) != []


FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


async def test_a_form_is_read_like_json(world: World) -> None:
    body = b"version=1.0&title=Caf%C3%A9&message=Closed&type=warning"
    response = await world.post("/alerts/apprise", body, FORM)
    assert response.status_code == 202
    (told,) = response.json()["alerts"]
    assert told["fingerprint"] == alert_of(title="Café").fingerprint


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff", FORM["Content-Type"]),
        (b"a=b&" * 300, FORM["Content-Type"]),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"title=x", "text/plain"),
    ],
)
async def test_a_body_of_another_kind_is_refused(world: World, body: bytes, kind: str) -> None:
    response = await world.post("/alerts/apprise", body, {"Content-Type": kind})
    assert response.status_code == 400
    assert response.json()["complaints"][0]["fix"]


async def test_the_answer_names_what_was_ignored(world: World) -> None:
    response = await world.post("/alerts/apprise", SAID | {"attachments": [{"base64": "QQ=="}]})
    assert (response.status_code, response.json()["ignored"]) == (202, ["attachments"])
