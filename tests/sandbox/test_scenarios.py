import asyncio
from datetime import timedelta

import pytest

from tests.sandbox.conftest import ANNA, START, Bench, alert_parts, wamid_of
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


@pytest.mark.parametrize(
    ("facts", "happens"),
    [
        ("{}", True),
        ("{to: Anna, kind: template, language: en}", True),
        ("{business: '400000000000101', status: read}", True),
        ("{text: Disk full}", True),
        ("{text: Disk empty}", False),
        ("{to: Bob}", False),
        ("{business: '400000000000999'}", False),
        ("{status: failed}", False),
        ("{template: ops_alert}", False),
    ],
)
async def test_a_step_waits_for_the_message_that_it_describes(
    bench: Bench, facts: str, *, happens: bool
) -> None:
    step = f"  - {{when: {{message: {facts}}}, times: 1, who: Anna, do: {{reply: {{text: Yes}}}}}}"
    bench.sandbox.load(with_people(step))
    await bench.template()
    await through(bench, minutes=1)
    assert said(bench) == (["Yes"] if happens else [])


async def test_of_a_step_that_fails_again_and_again_the_newest_failures_are_kept(bench: Bench) -> None:
    bench.sandbox.load(with_people("  - {every: 1m, times: 150, who: Anna, do: {reply: {tap: Nothing}}}\n"))
    await through(bench, hours=3)
    failures = (await bench.graph.get("/_sandbox/state")).json()["scenario"]["failures"]
    assert len(failures) == 100
    assert failures[-1]["at"] > failures[0]["at"]
    assert sum(entry.what == "script_failed" for entry in bench.sandbox.log) == 150
