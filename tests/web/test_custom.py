"""Reading any JSON by the section `sources`."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.world import HOUSE, World
from tests.web.test_alerts import ANYTHING, NOW
from wa_notify.config.alert_sources import alert_sources
from wa_notify.config.expression import MappedSource
from wa_notify.config.faults import Faults
from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.web import custom

UPTIME: dict[str, Any] = {
    "alerts": "{{ body.items }}",
    "status": "{{ 'resolved' if alert.up else 'firing' }}",
    "labels": {"alertname": "{{ alert.name }}", "severity": "critical", "zone": "{{ body.zone }}"},
    "annotations": {"summary": "{{ alert.name }} is {{ 'up' if alert.up else 'down' }}"},
    "fingerprint": "{{ alert.id }}",
    "starts_at": "{{ alert.since }}",
    "url": "{{ alert.link }}",
}
ITEM = {"name": "web", "up": False, "id": 7, "since": 1_795_253_400, "link": "https://up.example/7"}


def source(**keys: Any) -> MappedSource:
    faults = Faults()
    found = alert_sources({"uptime": keys or UPTIME}, faults)
    assert not faults.found
    return found.mapped["uptime"]


def read(body: Any, **keys: Any) -> list[Alert]:
    return custom.parse(source(**keys), body, NOW)


def refusal(body: Any, **keys: Any) -> str:
    with pytest.raises(custom.Unmappable) as refused:
        read(body, **keys)
    return str(refused.value)


def test_everything_is_read_as_the_configuration_says() -> None:
    (alert,) = read({"zone": "eu", "items": [ITEM]})
    assert alert == Alert(
        source="uptime",
        status=AlertStatus.FIRING,
        labels={"alertname": "web", "severity": "critical", "zone": "eu"},
        annotations={"summary": "web is down"},
        starts_at=datetime.fromtimestamp(1_795_253_400, UTC),
        fingerprint="7",
        url="https://up.example/7",
    )


def test_what_the_source_does_not_say_is_left_out() -> None:
    (alert,) = read({"items": [{"name": "web"}]})
    assert alert.labels == {"alertname": "web", "severity": "critical"}
    assert (alert.starts_at, alert.start_known, alert.url) == (NOW, False, "")
    assert len(alert.fingerprint) == 16


def test_without_a_list_in_the_configuration_the_body_is_the_alert_or_a_list_of_them() -> None:
    labels = {"alertname": "{{ alert.name }}"}
    assert [alert.name for alert in read({"name": "a"}, labels=labels)] == ["a"]
    assert [alert.name for alert in read([{"name": "a"}, {"name": "b"}], labels=labels)] == ["a", "b"]


def test_the_list_may_be_filtered_and_an_empty_one_is_no_fault() -> None:
    keys = {"alerts": "{{ body.a | selectattr('bad') }}", "labels": {"alertname": "{{ alert.name }}"}}
    assert [one.name for one in read({"a": [{"name": "x"}, {"name": "y", "bad": 1}]}, **keys)] == ["y"]
    assert read({"a": []}, **keys) == []


@pytest.mark.parametrize(
    ("since", "iso"),
    [
        (0, "1970-01-01T00:00:00+00:00"),
        ("1795253400.5", "2026-11-21T09:30:00.500000+00:00"),
        (1_795_253_400_500, "2026-11-21T09:30:00.500000+00:00"),
        ("2026-11-21T10:30:00+01:00", "2026-11-21T09:30:00+00:00"),
    ],
)
def test_times_are_iso_or_counted_since_1970(since: Any, iso: str) -> None:
    (alert,) = read({"items": [ITEM | {"since": since}]})
    assert alert.starts_at.isoformat() == iso


@pytest.mark.parametrize(
    "evil", ["javascript:alert(1)", "//x", "ftp://x", "https://x/\n", "https://x y", 7, {}]
)
def test_only_links_of_the_web_are_kept(evil: Any) -> None:
    (alert,) = read({"items": [ITEM | {"link": evil}]})
    assert alert.url in ("", "https://x/")


def test_what_the_source_says_is_data_and_never_a_template() -> None:
    (alert,) = read({"items": [ITEM | {"name": "{{ 7 * 7 }}{% raw %}"}]})
    assert alert.name == "{{ 7 * 7 }}{% raw %}"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"items": [ITEM, ITEM | {"name": ""}]}, "alert 1, sources.uptime.labels.alertname: This came out"),
        ({"items": [ITEM | {"since": "soon"}]}, "sources.uptime.starts_at: 'soon' is no time"),
        ({"items": [ITEM | {"since": "1e300"}]}, "sources.uptime.starts_at: '1e300' is out of range."),
        ({"items": [ITEM | {"since": "nan"}]}, "sources.uptime.starts_at: 'nan' is out of range."),
        ({"item": []}, "body, sources.uptime.alerts: This takes an object or a list of them, not nothing."),
        ({"items": "text"}, "sources.uptime.alerts: This takes an object or a list of them, not a text."),
        ({"items": [ITEM] * 10_001}, "There are more than 10000 alerts."),
    ],
)
def test_what_does_not_fit_is_told_with_the_key_that_failed(body: Any, told: str) -> None:
    assert told in refusal(body)


def test_a_status_of_its_own_needs_a_translation() -> None:
    told = refusal({"s": "DOWN"}, status="{{ body.s }}", labels={"alertname": "x"})
    assert "sources.uptime.status: 'down' is neither firing nor resolved." in told.replace("DOWN", "down")


def test_labels_that_all_came_out_empty_are_refused() -> None:
    assert "All labels came out empty." in refusal({}, labels={"host": "{{ alert.host }}"})


def test_a_text_that_fails_is_told_and_not_taken_for_an_alert() -> None:
    keys = {"labels": {"alertname": "{{ alert.a * alert.b }}"}}
    told = refusal({"a": "x" * 9, "b": 9}, **keys)
    assert "sources.uptime.labels.alertname: This failed: `*` works on numbers only." in told
    late = {"alerts": "{{ body.a | map('round') }}", "labels": {"alertname": "x"}}
    assert "sources.uptime.alerts: This failed" in refusal({"a": [1, "x"]}, **late)


def test_a_long_fingerprint_stands_as_its_digest_and_a_long_text_is_cut() -> None:
    (alert,) = read({"items": [ITEM | {"id": "x" * 300, "name": "y" * 99_999}]})
    assert len(alert.fingerprint) == 16
    assert len(alert.name) == 16 * 1024


def taken_or_refused(body: Any) -> bool:
    """Any other error is a fault of ours."""
    with contextlib.suppress(custom.Unmappable):
        read(body)
    return True


@given(ANYTHING)
def test_whatever_comes_is_taken_or_refused(inner: Any) -> None:
    for body in (inner, {"items": inner}, {"items": [inner]}):
        assert taken_or_refused(body)


@given(st.sampled_from(list(ITEM)), ANYTHING)
def test_whatever_an_item_holds_it_is_taken_or_refused(key: str, inner: Any) -> None:
    assert taken_or_refused({"items": [ITEM | {key: inner}]})


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[World]:
    more = (
        "sources: {uptime: {labels: {alertname: '{{ alert.name }}'}}, backup: {heartbeat: {every: 1h}}}\n"
        "ingest: {keys: {alerts: other-key, uptime: its-key, backup: beat-key}}\n"
    )
    stage = World(tmp_path, HOUSE.read_text() + more)
    await stage.start()
    yield stage
    await stage.close()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def test_a_source_has_keys_of_its_own(guarded: World) -> None:
    assert (await guarded.post("/alerts/custom/uptime", ITEM)).status_code == 401
    assert (await guarded.post("/alerts/custom/uptime?key=its-key", ITEM)).status_code == 401
    assert (await guarded.post("/alerts/custom/uptime", ITEM, bearer("other-key"))).status_code == 401
    response = await guarded.post("/alerts/custom/uptime", ITEM, bearer("its-key"))
    assert (response.status_code, response.json()["accepted"]) == (202, 1)


@pytest.mark.parametrize(("door", "known"), [("custom", "uptime"), ("heartbeat", "backup")])
async def test_an_unknown_source_is_told_which_there_are_to_those_who_have_a_key(
    guarded: World, door: str, known: str
) -> None:
    response = await guarded.post(f"/alerts/{door}/nobody", ITEM)
    assert (response.status_code, known in response.text) == (401, False)
    response = await guarded.post(f"/alerts/{door}/nobody", ITEM, bearer("other-key"))
    assert (response.status_code, f"Known: {known}." in response.text) == (404, True)


async def test_what_does_not_fit_is_422_and_nothing_of_the_body_is_logged(
    guarded: World, caplog: pytest.LogCaptureFixture
) -> None:
    response = await guarded.post("/alerts/custom/uptime", {"secret": "canary"}, bearer("its-key"))
    assert response.status_code == 422
    assert "sources.uptime.labels.alertname" in response.text
    assert "canary" not in caplog.text
    assert (await guarded.post("/alerts/custom/uptime", b"{", bearer("its-key"))).status_code == 400
