"""A world out of a scenario, by Python, by the controls, and back as text."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import ANNA, CALLBACK_URL, START, Bench, MovableClock, make_bench, wamid_of
from tests.sandbox.test_scenarios import PEOPLE, said, scenario, through, with_people
from wa_notify.sandbox import Account, CallbackPolicy, Sandbox, ScenarioError
from wa_notify.sandbox.scenarios import catalogue


async def test_loading_begins_anew_and_keeps_log_and_subscription(bench: Bench) -> None:
    await bench.template()
    await through(bench, minutes=1)
    before = len(bench.sandbox.log)
    bench.sandbox.load(with_people("  - {who: Bob, do: {reply: {text: new}}}"))
    assert {phone.name for phone in bench.sandbox.phones} == {"Anna", "Bob"}
    assert not bench.sandbox.phone(ANNA).messages
    assert bench.sandbox.log[before].what == "scenario"
    bench.service.callbacks.clear()
    await through(bench, minutes=1)
    assert [message["text"]["body"] for message in bench.service.inbound] == ["new"]
    assert (await bench.template()).status_code == 200


async def test_what_makes_no_sense_changes_nothing(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello")
    for wrong, what in (
        (f"people: [{{number: '{bench.account.first.display_phone_number}'}}]", "not the number of a person"),
        (f"people: [{{number: '{ANNA}'}}, {{number: '{ANNA}'}}]", "belongs to somebody else"),
        ("accounts: [{waba: 1}]", "There is no waba here"),
        ("accounts: [{numbers: [{name: x}]}]", "BusinessNumber has no name"),
        ("accounts: [{templates: [{name: x}]}]", "A template needs language, components"),
        ("accounts: [{templates: 5}]", "has not the shape"),
        (f"people: [{{number: '{ANNA}', opened_ago: long}}]", "opened_ago: give"),
        (f"people: [{{number: '{ANNA}', user_id: GB.1}}]", "no id that"),
        (f"people: [{{number: '{ANNA}', chats: {{'1': {{}}}}}}]", "no number '1'"),
        (f"people: [{{number: '{ANNA}', messages: [{{direction: up, text: x, ago: 1m}}]}}]", "'up' does not"),
        ("planned: [{at: 2026-11-21T09:30:00Z, event: Nothing}]", "give one of"),
        ("faults: [{code: 99999}]", "the table of refusals has"),
        ("policy: {sent_after: 1h}", "the delays must not fall"),
    ):
        with pytest.raises(ScenarioError, match=r"mine\.yaml:1:") as complained:
            bench.sandbox.load(scenario(wrong))
        assert what in str(complained.value), str(complained.value)
    assert said(bench) == ["hello"]
    assert bench.sandbox.log[-1].what == "inbound"


async def test_accounts_numbers_and_templates_are_those_of_the_scenario(bench: Bench) -> None:
    bench.sandbox.load(
        scenario(
            "portfolio: {messaging_limit: TIER_250}\n"
            "accounts:\n"
            "  - waba_id: 300000000000777\n"
            "    access_token: other\n"
            "    numbers:\n"
            "      - {phone_number_id: '400000000000901', display_phone_number: '+44 1632 960901'}\n"
            "      - {phone_number_id: '400000000000902', display_phone_number: '+44 1632 960902'}\n"
            "    templates:\n"
            "      - name: only\n"
            "        language: en\n"
            "        status: PAUSED\n"
            "        components: [{type: BODY, text: Hello}]\n"
        )
    )
    portfolio = bench.sandbox.portfolio
    assert portfolio.messaging_limit == "TIER_250"
    assert [line.id for line in portfolio.lines] == ["400000000000901", "400000000000902"]
    assert [(one.name, one.status) for one in bench.account.templates.values()] == [("only", "PAUSED")]
    headers = {"Authorization": "Bearer other"}
    path = "/v26.0/300000000000777/message_templates"
    assert (await bench.graph.get(path, headers=headers)).status_code == 200
    assert (await bench.graph.get(path)).status_code == 401


async def test_a_scenario_without_accounts_plays_with_those_of_the_sandbox() -> None:
    bench = make_bench(account=Account(access_token="mine"))
    await bench.template()
    bench.sandbox.review("ops_nudge", "en", status="PAUSED")
    bench.sandbox.load(with_people("  - do: clear_faults"))
    assert bench.account.access_token == "mine"
    assert bench.account.templates["ops_nudge", "en"].status == "APPROVED", "as it was in the beginning"


def test_the_sandboxs_own_clock_is_set_to_the_start_of_the_scenario() -> None:
    sandbox = Sandbox(scenario="quiet-night")
    assert abs(sandbox.now() - datetime(2026, 11, 20, 22, tzinfo=UTC)) < timedelta(seconds=5)


def test_the_clock_of_a_host_is_not_moved(bench: Bench) -> None:
    with pytest.raises(ValueError, match="set that clock first"):
        bench.sandbox.load("quiet-night")
    assert bench.clock.now == START
    bench.clock.now = datetime(2026, 11, 20, 22, tzinfo=UTC)
    bench.sandbox.load("quiet-night")
    assert bench.sandbox.phone(ANNA).name == "Alice"


def test_a_scenario_can_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(PEOPLE + "name: mine")
    sandbox = Sandbox(clock=MovableClock(), scenario=path)
    assert [phone.name for phone in sandbox.phones] == ["Anna", "Bob"]
    path.write_text("people: 5")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:1:1"):
        sandbox.load(path)


# the controls


async def control(bench: Bench, **body: Any) -> httpx.Response:
    return await bench.graph.post("/_sandbox/scenario", json=body)


async def test_the_library_is_listed_and_loaded_by_name(bench: Bench) -> None:
    listed = (await bench.graph.get("/_sandbox/scenarios")).json()["scenarios"]
    assert [one["name"] for one in listed] == list(catalogue.names())
    assert all(len(one["about"]) > 80 for one in listed)
    state = (await control(bench, name="first-steps")).json()
    assert state["scenario"]["name"] == "first-steps"
    assert [phone["name"] for phone in state["phones"]] == ["Alice", "Bob", "Carol"]
    assert [phone["window"]["open"] for phone in state["phones"]] == [True, False, False]
    assert len(state["phones"][0]["messages"]) == 3


async def test_a_scenario_that_makes_no_sense_is_refused_with_its_lines(bench: Bench) -> None:
    answer = await control(bench, yaml="nmae: x")
    assert answer.status_code == 400
    assert "scenario:1:1: There is no `nmae` here; did you mean `name`?" in answer.json()["error"]
    assert (await control(bench, name="quiet-nigth")).json()["error"].endswith("did you mean `quiet-night`?")
    assert (await control(bench)).status_code == 400
    assert (await control(bench, yaml="", name="x")).status_code == 400


async def test_the_present_world_can_be_taken_along_as_yaml(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("hello")
    answer = await bench.graph.get("/_sandbox/scenario")
    assert answer.headers["content-type"].startswith("application/yaml")
    other = make_bench()
    assert (await control(other, yaml=answer.text)).status_code == 200
    assert said(other) == ["hello"]


async def test_what_a_scenario_cannot_hold_is_told_at_its_head(bench: Bench) -> None:
    assert not bench.sandbox.save().startswith("#")
    bench.sandbox.policy = CallbackPolicy(batch=10, batch_within=timedelta(hours=1))
    await bench.template()
    await through(bench, minutes=1)
    assert bench.sandbox.save().startswith("# Left out: 3 statuses that wait for others.\n")


async def test_half_a_character_is_saved_as_a_sign_for_it(bench: Bench) -> None:
    bench.sandbox.phone(ANNA).reply("a\ud800b")
    bench.sandbox.load(scenario(bench.sandbox.save()))
    assert said(bench) == ["a\ufffdb"]


@pytest.mark.parametrize(
    "text",
    ["0E0", "1e5", "12", "-3.5", "1.", "true", "null", "~", "no", "2026-11-21", "0x1f", "1_000", ": -"],
)
async def test_a_text_that_looks_like_something_else_stays_a_text(bench: Bench, text: str) -> None:
    bench.sandbox.phone(ANNA).name = text
    bench.sandbox.phone(ANNA).reply(text)
    bench.sandbox.load(scenario(bench.sandbox.save()))
    assert (bench.sandbox.phone(ANNA).name, said(bench)) == (text, [text])


async def test_a_saved_world_never_gives_an_id_that_it_gave_before(bench: Bench) -> None:
    before = [wamid_of(await bench.template()) for _ in range(3)]
    bench.sandbox.load(scenario(bench.sandbox.save()))
    after = [wamid_of(await bench.template()) for _ in range(3)]
    assert len({*before, *after}) == 6
    assert bench.sandbox.save() == bench.sandbox.save(), "saving changes nothing"


async def test_what_belongs_to_the_running_sandbox_goes_on(bench: Bench) -> None:
    await bench.template()
    await bench.graph.get("/_sandbox/state")
    bench.sandbox.fetch_links = True
    bench.account.webhook_fields = frozenset({"messages"})
    shown = (await bench.graph.get("/_sandbox/state")).json()["version"]
    exchanges = len((await bench.graph.get("/_sandbox/traffic")).json()["exchanges"])
    bench.sandbox.load(with_people("  - {who: Bob, do: {reply: {text: new}}}"))
    await through(bench, minutes=1)
    assert bench.sandbox.fetch_links
    assert bench.account.webhook_fields == {"messages"}
    assert bench.account.callback_url == CALLBACK_URL
    assert len((await bench.graph.get("/_sandbox/traffic")).json()["exchanges"]) > exchanges
    news = (await bench.graph.get("/_sandbox/state", params={"after": shown})).json()
    assert news["version"] > shown
    assert [one["text"] for phone in news["phones"] for one in phone["messages"]] == ["new"]


def test_a_limit_that_there_is_not_is_a_complaint(bench: Bench) -> None:
    with pytest.raises(ScenarioError, match="A messaging limit is one of TIER_50"):
        bench.sandbox.load(scenario("portfolio: {messaging_limit: TIER_9}"))
