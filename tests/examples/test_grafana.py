"""The dashboard: Grafana 10 imports it, and every panel asks for what is really there."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.examples.queries import labels_missing, metrics_in
from tests.examples.test_prometheus import judged
from tests.web.scrape import Page

DASHBOARD = Path(__file__).parents[2] / "examples" / "grafana" / "wa-notify.json"
ROWS = ["Reaching people", "Outbox", "Windows and consent", "Platform", "Cost", "Service"]


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return found


@pytest.fixture(scope="module")
def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions(panels: list[dict[str, Any]]) -> list[str]:
    return [target["expr"] for panel in panels for target in panel["targets"]]


def test_it_is_a_dashboard_of_grafana_10(dashboard: dict[str, Any]) -> None:
    assert 36 <= dashboard["schemaVersion"] <= 39  # the versions of Grafana 9 to 11, which 10 takes
    assert dashboard["uid"] == "wa-notify"
    assert dashboard.get("id") is None  # or an import would replace another
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_its_rows_are_in_order(dashboard: dict[str, Any]) -> None:
    assert [panel["title"] for panel in dashboard["panels"] if panel["type"] == "row"] == ROWS


def test_whoever_imports_it_chooses_the_data_source(dashboard: dict[str, Any], panels: list[Any]) -> None:
    variables = {one["name"]: one for one in dashboard["templating"]["list"]}
    assert (variables["datasource"]["type"], variables["datasource"]["query"]) == ("datasource", "prometheus")
    asked = [panel["datasource"] for panel in panels]
    asked += [target["datasource"] for panel in panels for target in panel["targets"]]
    asked.append(variables["instance"]["datasource"])
    assert all(one == {"type": "prometheus", "uid": "${datasource}"} for one in asked)
    assert all("$instance" in expression for expression in expressions(panels))


def test_no_panel_covers_another(dashboard: dict[str, Any]) -> None:
    cells: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        covered = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & covered, panel["title"]
        cells |= covered
    tops = [panel["gridPos"]["y"] for panel in dashboard["panels"]]
    assert all(before <= after for before, after in pairwise(tops))


def test_every_metric_that_a_panel_asks_for_is_in_a_real_scrape(
    panels: list[dict[str, Any]], page: Page
) -> None:
    asked = {name for expression in expressions(panels) for name in metrics_in(expression)}
    assert len(asked) > 30
    assert asked <= page.names()
    assert [gap for expression in expressions(panels) for gap in labels_missing(expression, page)] == []


def test_every_metric_of_ours_is_on_the_dashboard_or_is_known_not_to_be(
    panels: list[dict[str, Any]], page: Page
) -> None:
    shown = {name.removesuffix("_bucket") for text in expressions(panels) for name in metrics_in(text)}
    ours = {family.name for family in page.families if family.name.startswith("wa_notify_")}
    left_out = {name for name in ours if name not in shown and f"{name}_total" not in shown}
    assert left_out == {
        "wa_notify_canary_counted",
        "wa_notify_canary_in_time",
        "wa_notify_canary_last_delivered_timestamp_seconds",
        "wa_notify_canary_last_sent_timestamp_seconds",
        "wa_notify_canary_objective_ratio",
        "wa_notify_config_last_reload_success_timestamp_seconds",
        "wa_notify_database_answers",  # the alert rules have it
        "wa_notify_webhook_last_call_timestamp_seconds",
    }


def test_prometheus_understands_every_query(
    panels: list[dict[str, Any]], promtool: str, tmp_path: Path
) -> None:
    recorded = [
        {
            "record": f"panel:{number}",
            "expr": text.replace("$__rate_interval", "5m").replace("$instance", ".*"),
        }
        for number, text in enumerate(expressions(panels))
    ]
    rules = tmp_path / "panels.rules.yml"  # JSON is YAML
    rules.write_text(json.dumps({"groups": [{"name": "panels", "rules": recorded}]}))
    assert f"{len(recorded)} rules found" in judged(promtool, "check", "rules", str(rules))
