import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import ANNA, START, Bench, MovableClock, alert_parts, make_bench, wamid_of
from wa_notify.sandbox import Account, CallbackPolicy, Sandbox
from wa_notify.sandbox.control import OPERATIONS, VERBS
from wa_notify.sandbox.play import at_once
from wa_notify.sandbox.scenarios import catalogue
from wa_notify.sandbox.scenarios.durations import length_of, written
from wa_notify.sandbox.scenarios.reading import read_scenario
from wa_notify.sandbox.script import Scenario, ScenarioError

BOB = "+447700900456"
PEOPLE = f'people: [{{number: "{ANNA}", name: Anna}}, {{number: "{BOB}", name: Bob}}]\n'


def scenario(text: str) -> Scenario:
    return read_scenario(text, file="mine.yaml", verbs=VERBS)


def with_people(script: str) -> Scenario:
    return scenario(f"{PEOPLE}script:\n{script}")


async def through(bench: Bench, **by: float) -> None:
    """Pass time, stopping at whatever is due."""
    end = bench.clock.now + timedelta(**by)
    while (due := bench.sandbox.next_due()) is not None and due <= end:
        bench.clock.now = max(due, bench.clock.now)
        await bench.sandbox.run_due()
    bench.clock.now = end
    await bench.sandbox.run_due()


def said(bench: Bench, number: str = ANNA) -> list[str]:
    return [message.text for message in bench.sandbox.phone(number).messages if message.direction == "in"]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("nmae: x", "1:1", "did you mean `name`?"),
        ("people:\n  - {name: Anna}", "2:5", "A person needs a `number`"),
        ("people:\n  - number: '+447700900123'\n    raeds: false", "3:5", "did you mean `reads`?"),
        ("people:\n  - {number: '+447700900123', reads: no}", "2:31", "reads: must be true or false"),
        ("policy:\n  order: backwards", "2:3", "must be one of in_order, reversed, shuffled"),
        ("policy:\n  duplicate: 1", "2:3", "did you mean `duplicates`?"),
        ("faults: [{code: often}]", "1:11", "code: must be a whole number"),
        ("script: [{after: soon, do: clear_faults}]", "1:11", "a length of time such as 30s"),
        ("script: [{do: clear_fault}]", "1:11", "did you mean `clear_faults`?"),
        ("script: [{after: 1m}]", "1:10", "A step needs `do`"),
        ("script:\n  - do: {reply: {text: hi}}", "2:10", "is done by a person: say `who`"),
        ("script:\n  - who: Ana\n    do: {reply: {text: hi}}", "2:5", "Nobody here is called Ana"),
        (PEOPLE + "script: [{who: Ana, do: clear_faults}]", "2:11", "did you mean `Anna`?"),
        ("script: [{do: {review: {name: ops_alert}}}]", "1:16", "`review` needs language."),
        ("script: [{at: tomorrow, do: clear_faults}]", "1:11", "an instant such as"),
        ("script: [{at: 2026-11-21T09:30:00, do: clear_faults}]", "1:11", "an instant such as"),
        ("script: [{times: 2, do: clear_faults}]", "1:11", "`times` needs `every`, or `when`"),
        ("script: [{when: {massage: {}}, do: clear_faults}]", "1:18", "did you mean `message`?"),
        ("script: [{when: {message: {status: gone}}, do: clear_faults}]", "1:28", "A message is one of"),
        ("script: [{when: {log: {to: x}}, do: clear_faults}]", "1:18", "Say `what` the entry"),
        ("script: [{when: {log: {what: x}}, every: 1h, do: clear_faults}]", "1:35", "every time it comes"),
        ("script: [{do: {move_clock: {advance_seconds: 1}}}]", "1:16", "There is no control `move_clock`"),
        ("script: {}", "1:1", "Here must stand a list"),
        ("a: b: c", "1:5", "This is not valid YAML"),
        ("name: a\nname: b", "2:1", "`name` stands here twice"),
        ("seed: -1", "1:1", "a whole number from 0 on"),
        ("name: !!python/name:os.system x", "1:1", "has a meaning here"),
        ("name: " + "[" * 41, "1:46", "levels may stand inside each other"),
        ("just a text", "1:1", "Here must stand fields"),
    ],
)
def test_every_complaint_names_file_line_and_column_and_what_would_fit(
    text: str, place: str, what: str
) -> None:
    with pytest.raises(ScenarioError) as complained:
        scenario(text)
    whole = str(complained.value)
    assert f"mine.yaml:{place}: " in whole, whole
    assert what in whole, whole


def test_all_complaints_come_at_once_and_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenarioError) as complained:
        scenario("nmae: x\npolicy: {oder: x}\nscript: [{}]")
    assert [complaint.spot.line for complaint in complained.value.complaints] == [1, 2, 3]


def test_values_beyond_measure_are_refused_before_they_fill_the_memory() -> None:
    layers = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))
    with pytest.raises(ScenarioError, match="holds at most"):
        scenario(f"a0: &a0 [1]\n{layers}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("0.5s", 0.5), ("10m", 600), ("1h30m", 5400), ("2d", 172_800), ("1d1h1m1s", 90_061)],
)
def test_lengths_of_time_read_as_people_write_them(text: str, seconds: float) -> None:
    assert length_of(text) == timedelta(seconds=seconds)
    assert written(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize("text", ["", "10", "m", "1m1h", "-1s", "4000d", "1 h", "٣s", None, 10])
def test_what_is_no_length_of_time_is_none(text: object) -> None:
    assert length_of(text) is None


def test_every_control_that_changes_something_is_a_verb_but_the_hosts() -> None:
    changing = [operation.name for operation in OPERATIONS if operation.verb != "GET"]
    assert len(set(changing)) == len(changing), "two controls have the same name"
    assert set(changing) - set(VERBS) == {"move_clock", "subscribe", "load_scenario"}


# what a script does


async def test_steps_happen_one_after_the_other_and_at_their_instants(bench: Bench) -> None:
    bench.sandbox.load(
        with_people(
            "  - {after: 10m, who: Anna, do: {reply: {text: one}}}\n"
            "  - {after: 5m, who: Anna, do: {reply: {text: two}}}\n"
            "  - {at: 2026-11-21T10:00:00Z, who: Anna, do: {reply: {text: three}}}\n"
            "  - {after: 1m, who: Anna, do: {reply: {text: four}}}\n"
        )
    )
    await through(bench, hours=1)
    at = [message.sent_at - START for message in bench.sandbox.phone(ANNA).messages]
    assert said(bench) == ["one", "two", "three", "four"]
    assert at == [timedelta(minutes=minutes) for minutes in (10, 15, 30, 31)]
    assert [message["text"]["body"] for message in bench.service.inbound] == ["one", "two", "three", "four"]


async def test_a_step_can_happen_again_and_again(bench: Bench) -> None:
    bench.sandbox.load(
        with_people("  - {after: 1h, every: 2h, times: 3, who: Anna, do: {reply: {text: hi}}}")
    )
    await through(bench, hours=12)
    at = [message.sent_at - START for message in bench.sandbox.phone(ANNA).messages]
    assert at == [timedelta(hours=hours) for hours in (1, 3, 5)]


async def test_a_person_answers_what_reached_them_after_a_while(bench: Bench) -> None:
    bench.sandbox.load(
        with_people(
            "  - when: {message: {to: Anna, template: ops_alert}}\n"
            "    after: 30s\n"
            "    times: 2\n"
            "    do: {reply: {tap: Acknowledge, on: $message}}\n"
        )
    )
    await bench.template(*alert_parts(), name="ops_alert", to=BOB)
    await through(bench, minutes=1)
    assert said(bench, BOB) == []
    wamids = []
    for _ in range(3):
        wamids.append(wamid_of(await bench.template(*alert_parts(), name="ops_alert")))
        await bench.template()
        await through(bench, minutes=1)
    taps = [message for message in bench.sandbox.phone(ANNA).messages if message.direction == "in"]
    assert [tap.quoted for tap in taps] == wamids[:2], "it happens twice, each time on the right message"
    arrived = next(one for one in bench.sandbox.log if one.facts.get("status") == "delivered")
    assert taps[0].sent_at - arrived.at > timedelta(seconds=30)


async def test_a_step_can_wait_for_any_entry_of_the_log(bench: Bench) -> None:
    bench.sandbox.load(catalogue.named("templates-rejected", VERBS))
    body = {
        "name": "mine", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "All is well."}],
    }  # fmt: skip
    await bench.graph.post(f"/v26.0/{bench.account.waba_id}/message_templates", json=body)
    await through(bench, minutes=11)
    assert bench.account.templates["mine", "en"].status == "REJECTED"
    assert bench.account.templates["mine", "en"].rejected_reason == "INVALID_FORMAT"


async def test_a_later_step_finds_what_an_earlier_one_wrote(bench: Bench) -> None:
    bench.sandbox.load(
        with_people(
            "  - {who: Anna, keep: first, do: {reply: {text: Helo}}}\n"
            "  - {after: 1m, who: Anna, do: {edit: {wamid: $first, text: $$5 please}}}\n"
        )
    )
    await through(bench, minutes=2)
    assert said(bench) == ["$5 please"]


async def test_a_person_is_found_under_their_name_after_they_changed_the_number(bench: Bench) -> None:
    bench.sandbox.load(
        with_people(
            '  - {who: Anna, do: {change_number: {to: "+447700900999"}}}\n'
            "  - {after: 1m, who: Anna, do: {reply: {text: It is me}}}\n"
        )
    )
    await through(bench, minutes=2)
    assert said(bench, "+447700900999") == ["It is me"]


async def test_what_cannot_be_done_is_told_and_the_rest_goes_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.sandbox.load(
        with_people(
            "  - {who: Anna, do: {reply: {tap: Nothing}, change_phone: {online: false}}}\n"
            "  - {who: Anna, do: {edit: {wamid: $never, text: x}}}\n"
            "  - {after: 1m, who: Anna, do: {reply: {text: still here}}}\n"
        )
    )
    await through(bench, minutes=2)
    assert said(bench) == ["still here"], "the phone stayed on: a step ends where it fails"
    shown = (await bench.graph.get("/_sandbox/state")).json()["scenario"]
    assert [(one["step"], one["where"], one["verb"]) for one in shown["failures"]] == [
        (1, "mine.yaml:3:5", "reply"), (2, "mine.yaml:4:5", "edit"),
    ]  # fmt: skip
    assert "No button 'Nothing'" in shown["failures"][0]["why"]
    assert "Nothing is called $never" in shown["failures"][1]["why"]
    assert [one.facts["step"] for one in bench.sandbox.log if one.what == "script_failed"] == [1, 2]
    assert "mine.yaml:3:5" in caplog.text


async def test_a_step_never_waits_for_somebody_outside() -> None:
    async def waits() -> None:
        await asyncio.sleep(1)

    async def does_not() -> int:
        return 5

    assert at_once(does_not()) == 5
    with pytest.raises(ValueError, match="waits for somebody outside"):
        at_once(waits())


async def test_yaml_reads_as_it_looks(bench: Bench) -> None:
    bench.sandbox.load(
        scenario(
            "people:\n  - {number: +447700900123, name: on}\n"
            "policy: {sent_after: 1s, delivered_after: 1m, read_after: 1h, limits: {pair_every: 2m}}\n"
            "script:\n  - {who: on, do: {reply: {text: 2026-11-21}}}\n"
        )
    )
    await through(bench, minutes=1)
    assert said(bench) == ["2026-11-21"]
    assert bench.sandbox.policy.delivered_after == timedelta(minutes=1)
    assert bench.sandbox.limits.pair_every == timedelta(minutes=2)


# loading


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
        ("planned: [{at: 2026-11-21T09:30:00Z, what: Nothing}]", "give one of"),
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


async def test_a_saved_world_never_gives_an_id_that_it_gave_before(bench: Bench) -> None:
    before = [wamid_of(await bench.template()) for _ in range(3)]
    bench.sandbox.load(scenario(bench.sandbox.save()))
    after = [wamid_of(await bench.template()) for _ in range(3)]
    assert len({*before, *after}) == 6
    assert bench.sandbox.save() == bench.sandbox.save(), "saving changes nothing"
