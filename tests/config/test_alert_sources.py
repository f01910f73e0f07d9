"""The section `sources`, and the keys of its sources."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.writing import WHATSAPP, refusal, written
from wa_notify.core.heartbeat import Heartbeat

EXAMPLE = Path(__file__).parents[2] / "examples" / "wa-notify.yaml"
UPTIME = "sources: {uptime: {labels: {alertname: Down}}}\n"


def test_a_heartbeat_is_named_after_its_source_and_has_a_grace(tmp_path: Path) -> None:
    config = written(tmp_path, WHATSAPP + "sources: {backup: {heartbeat: {every: 1h}}}")
    assert config.rulebook.heartbeats == {
        "backup": Heartbeat(
            source="backup",
            every=timedelta(hours=1),
            grace=timedelta(minutes=5),
            labels={"alertname": "backup"},
        )
    }
    assert config.sources == {}


def test_a_heartbeat_has_the_labels_and_words_of_the_configuration(tmp_path: Path) -> None:
    text = (
        "sources: {b: {heartbeat: {every: 1d, grace: 2h, labels: {alertname: Late, team: db}, summary: Hm}}}"
    )
    heartbeat = written(tmp_path, WHATSAPP + text).rulebook.heartbeats["b"]
    assert heartbeat.labels == {"alertname": "Late", "team": "db"}
    assert (heartbeat.grace, heartbeat.summary) == (timedelta(hours=2), "Hm")


def test_a_source_of_ones_own_may_have_keys(tmp_path: Path) -> None:
    config = written(tmp_path, f"{WHATSAPP}{UPTIME}ingest: {{keys: {{uptime: [one, two]}}}}")
    assert [key.reveal() for key in config.ingest["uptime"]] == ["one", "two"]


def test_beyond_loopback_every_source_needs_a_key(tmp_path: Path) -> None:
    keys = "ingest: {keys: {alerts: a, alertmanager: b, grafana: c, apprise: d%s}}\n"
    beyond = f"{WHATSAPP}{UPTIME}listen: 0.0.0.0:8711\n"
    assert "there is no key for uptime." in refusal(tmp_path, beyond + keys % "")
    assert written(tmp_path, beyond + keys % ", uptime: e").listen.port == 8711


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("grafana: {labels: {a: b}}", "10:11: `grafana` is built in."),
        ("uptime: text", "10:19: A source is a mapping"),
        ("uptime: {}", "10:19: A source lacks the key `labels`."),
        ("uptime: {labels: {}}", "`labels` is empty"),
        ("uptime: {label: {a: b}}", "Did you mean `labels`?"),
        ("uptime: {labels: {a: 7}}", "10:32: This takes a text, not a number. Write it in quotes."),
        ('uptime: {labels: {a: "{{ labels.x }}"}}', "Texts do not know `labels`. Known: alert, body."),
        ('uptime: {labels: {a: "{{ alert.x() }}"}}', "Texts can call nothing"),
        ('uptime: {labels: {a: "{{ alert"}}', "not valid Jinja2"),
        ('uptime: {labels: {a: b}, alerts: "body"}', "This is no expression. Write a single one"),
        ('uptime: {labels: {a: b}, alerts: "{{ body }}{{ body }}"}', "This is no expression."),
        ('uptime: {labels: {a: b}, alerts: "{{ alert.x }}"}', "Texts do not know `alert`."),
        ("b: {heartbeat: {}}", "The section `heartbeat` lacks the key `every`."),
        ("b: {heartbeat: {every: 1h, grace: 0s}}", "'0s' is out of range."),
        (
            "b: {heartbeat: {every: 1h}, labels: {a: b}}",
            "`labels` is not a key of a source with a heartbeat.",
        ),
    ],
)
def test_what_is_wrong_with_a_source_is_said_with_its_place_and_remedy(
    tmp_path: Path, source: str, told: str
) -> None:
    assert told in refusal(tmp_path, f"{WHATSAPP}\n\nsources: {{{source}}}")


def test_the_commented_sources_of_the_example_are_good(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text().split("\n# sources:\n")[1].split("\n\n")[0].splitlines()
    text = "\n".join(["sources:", *(line.removeprefix("# ") for line in lines)])
    config = written(tmp_path, f"{WHATSAPP}{text}\n")
    assert (list(config.sources), list(config.rulebook.heartbeats)) == (["uptime"], ["backup"])
