"""Schedules, quiet hours and time zones as the configuration has them."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.config.writing import WHATSAPP, some_facts, written
from wa_notify.config import Config, compile_mapping
from wa_notify.core.quiet import QuietHours
from wa_notify.core.rule import Receiver, Rule
from wa_notify.core.schedule import Override, Rotation, Schedule, on_call
from wa_notify.core.wallclock import DailySpan

PEOPLE = """
recipients:
  alice: {phone: "+447700900123"}
  bob: {phone: "+447700900456"}
  carol: {phone: "+447700900789"}
"""
LONDON = "defaults: {time_zone: Europe/London}\n"
PRIMARY = """
schedules:
  primary:
    rotations:
      - {people: [alice, bob], every: 1w, starts: "2026-01-05 09:00"}
      - {people: carol, hours: {days: mon-fri, from: "09:00", to: "17:00"}}
    overrides:
      - {person: bob, from: "2026-07-24", to: "2026-07-27 12:00"}
"""
NIGHT = DailySpan(from_time=time(22), to_time=time(7))


def in_utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_a_schedule_is_read_with_all_its_layers(tmp_path: Path) -> None:
    primary = written(tmp_path, WHATSAPP + LONDON + PEOPLE + PRIMARY).rulebook.schedules["primary"]
    office = DailySpan(from_time=time(9), to_time=time(17), days=frozenset(range(5)))
    week = timedelta(weeks=1)
    assert primary == Schedule(
        name="primary",
        time_zone="Europe/London",
        rotations=(
            Rotation(people=("alice", "bob"), starts=datetime(2026, 1, 5, 9), every=week),
            Rotation(people=("carol",), starts=datetime(2001, 1, 1), every=week, restricted=(office,)),
        ),
        overrides=(Override(person="bob", starts_at=in_utc(7, 23, 23), ends_at=in_utc(7, 27, 11)),),
    )
    assert on_call(primary, in_utc(7, 20, 18)) == "alice"
    assert on_call(primary, in_utc(7, 20, 9)) == "carol"
    assert on_call(primary, in_utc(7, 24, 9)) == "bob"


def test_a_schedule_may_have_a_zone_of_its_own_and_follows_the_default_else(tmp_path: Path) -> None:
    text = """
schedules:
  here: {rotations: [{people: alice}]}
  there: {time_zone: Asia/Kolkata, rotations: [{people: alice}]}
"""
    found = written(tmp_path, WHATSAPP + PEOPLE + text).rulebook.schedules
    assert [one.time_zone for one in found.values()] == ["UTC", "Asia/Kolkata"]
    found = written(tmp_path, WHATSAPP + LONDON + PEOPLE + text).rulebook.schedules
    assert [one.time_zone for one in found.values()] == ["Europe/London", "Asia/Kolkata"]


def test_receivers_may_name_schedules(tmp_path: Path) -> None:
    config = written(tmp_path, f"{WHATSAPP}{PEOPLE}{PRIMARY}receivers: {{oncall: {{to: [primary, carol]}}}}")
    assert config.rulebook.receivers == {"oncall": Receiver(to=("primary", "carol"))}


def test_a_host_with_people_elsewhere_has_schedules_too() -> None:
    mapping = {
        "schedules": {"primary": {"rotations": [{"people": ["alice"]}]}},
        "receivers": {"oncall": {"to": ["primary"]}},
    }
    people = {"alice": {"phone": "+447700900123"}}
    compiled = compile_mapping(mapping, people=people, defaults={"time_zone": "Asia/Kolkata"})
    assert compiled.rulebook.schedules["primary"].time_zone == "Asia/Kolkata"
    assert compiled.rulebook.receivers == {"oncall": Receiver(to=("primary",))}
    assert compiled.strangers == ()


@pytest.mark.parametrize(
    ("every", "length"),
    [("12h", timedelta(hours=12)), ("1d", timedelta(days=1)), ("52w", timedelta(weeks=52))],
)
def test_turns_last_hours_days_or_weeks(tmp_path: Path, every: str, length: timedelta) -> None:
    text = f"schedules: {{primary: {{rotations: [{{people: alice, every: {every}}}]}}}}"
    (rotation,) = written(tmp_path, WHATSAPP + PEOPLE + text).rulebook.schedules["primary"].rotations
    assert rotation.every == length


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("mon", {0}),
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("fri-mon", {4, 5, 6, 0}),
        ('"sat, sun"', {5, 6}),
        ("[sat, mon-tue]", {5, 0, 1}),
    ],
)
def test_days_of_the_week(tmp_path: Path, days: str, meant: set[int]) -> None:
    hours = f'hours: [{{from: "9:00", to: "24:00", days: {days}}}]'
    text = f"schedules: {{primary: {{rotations: [{{people: alice, {hours}}}]}}}}"
    (rotation,) = written(tmp_path, WHATSAPP + PEOPLE + text).rulebook.schedules["primary"].rotations
    assert rotation.restricted == (DailySpan(from_time=time(9), to_time=time(0), days=frozenset(meant)),)


def quiet_people(folder: Path, usual: str = "none", **own: str) -> Config:
    lines = []
    for number, (person, hours) in enumerate(own.items()):
        more = f", quiet_hours: {hours}" if hours else ""
        lines.append(f'  {person}: {{phone: "+4477009001{number}0"{more}}}')
    defaults = f"defaults: {{time_zone: Europe/London, quiet_hours: {usual}}}"
    return written(folder, "\n".join([WHATSAPP, defaults, "recipients:", *lines]))


def test_quiet_hours_are_a_persons_own_or_the_usual_ones_or_none(tmp_path: Path) -> None:
    night = '{from: "22:00", to: "07:00"}'
    abroad = '[{from: "22:00", to: "07:00", time_zone: Asia/Kolkata}]'
    config = quiet_people(tmp_path, usual=night, alice="", bob="none", carol=abroad)
    assert config.rulebook.quiet_hours == {
        "alice": QuietHours(spans=(NIGHT,), time_zone="Europe/London"),
        "carol": QuietHours(spans=(NIGHT,), time_zone="Asia/Kolkata"),
    }
    assert config.defaults.quiet_hours == config.rulebook.quiet_hours["alice"]


def test_quiet_hours_without_a_zone_follow_the_default(tmp_path: Path) -> None:
    config = quiet_people(tmp_path, alice='{from: "22:00", to: "07:00"}', bob="")
    assert config.rulebook.quiet_hours == {"alice": QuietHours(spans=(NIGHT,), time_zone="Europe/London")}


def test_without_quiet_hours_nobody_has_any(tmp_path: Path) -> None:
    config = written(tmp_path, WHATSAPP + PEOPLE)
    assert (config.rulebook.quiet_hours, config.defaults.quiet_hours) == ({}, None)


def rule(folder: Path, more: str, defaults: str = "") -> Rule:
    rules = f"receivers: {{oncall: {{to: alice}}}}\nrules: [{{name: a, receiver: oncall, template: b{more}}}]"
    (found,) = written(folder, WHATSAPP + defaults + PEOPLE + rules).rulebook.rules
    return found


@pytest.mark.parametrize(
    ("more", "ignored"),
    [
        ("", False),
        (", quiet_hours: ignore", True),
        (", priority: critical", True),
        (", priority: low", False),
    ],
)
def test_critical_rules_and_those_that_say_so_ignore_quiet_hours(
    tmp_path: Path, more: str, *, ignored: bool
) -> None:
    assert rule(tmp_path, more).quiet_hours_ignored is ignored


@pytest.mark.parametrize(
    ("zone", "reads"),
    [
        ("UTC", "21 Nov 09:30 UTC"),
        ("Europe/London", "21 Nov 09:30 GMT"),
        ("America/New_York", "21 Nov 04:30 EST"),
        ("America/Sao_Paulo", "21 Nov 06:30 UTC-03"),
        ("Pacific/Apia", "21 Nov 22:30 UTC+13"),
    ],
)
def test_texts_tell_times_with_the_clock_of_the_default_zone(tmp_path: Path, zone: str, reads: str) -> None:
    defaults = f"defaults: {{time_zone: {zone}}}\n"
    source = (
        "{{ starts_at | clock }}|{{ starts_at }}|{{ [starts_at] | join }}|{{ starts_at | shorten }}"
        "|{{ starts_at | replace('x', 'y') }}"
    )
    more = f""", free_form: "{source}", details: "{source}",
      remind: {{after: 1h, template: {{name: r, parameters: ["{source}"]}}, free_form: "{source}"}},
      resolved: {{template: {{name: r, header: "{source}"}}, free_form: "{source}"}}"""
    found = rule(tmp_path, more, defaults)
    assert found.free_form
    assert found.details
    assert found.remind
    assert found.remind.free_form
    assert found.resolved
    assert found.resolved.header
    assert found.resolved_free_form
    texts = [found.free_form, found.details, found.remind.free_form, found.resolved_free_form]
    texts += [found.resolved.header, found.remind.template.body[0][1]]
    assert [text(some_facts()) for text in texts] == ["|".join([reads] * 5)] * 6


def test_a_text_in_a_zone_still_says_the_title_when_it_fails(tmp_path: Path) -> None:
    found = rule(tmp_path, ', free_form: "{{ 1 / 0 }}"', LONDON)
    assert found.free_form
    assert found.free_form(some_facts()) == (
        "Disk usage 96% on db-7 [free_form of rule a failed: division by zero]"
    )
