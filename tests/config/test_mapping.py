"""The entry for a host that has loaded its YAML by itself, such as Home Assistant."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.config.writing import PEOPLE, WHATSAPP, some_facts
from wa_notify.config import Secret, compile_mapping, load
from wa_notify.config.document import read
from wa_notify.core.errors import ConfigError
from wa_notify.core.retention import Retention
from wa_notify.core.rule import Receiver
from wa_notify.core.schedule import on_call
from wa_notify.core.template import TemplateWish

EXAMPLES = Path(__file__).parents[2] / "examples"
ALICE = {"alice": {"phone": "+447700900123"}}
BOB = {"bob": {"phone": "+447700900456", "name": "Bob"}}


class Noted:
    """Knows where it stands, as the values of Home Assistant's loader do."""

    __config_file__: str
    __line__: int


class NotedText(str, Noted):
    __slots__ = ("__config_file__", "__line__")


class NotedList(list[Any], Noted):
    pass


class NotedDict(dict[Any, Any], Noted):
    pass


def at(line: int, value: Any) -> Any:
    kinds: dict[type, Any] = {str: NotedText, list: NotedList, dict: NotedDict}
    noted = kinds[type(value)](value)
    noted.__config_file__, noted.__line__ = "/config/rules.yaml", line
    return noted


RULE = {"name": "disk", "receiver": "oncall", "template": "ops_alert", "free_form": "{{ title }}"}
ONCALL = {"receivers": {"oncall": {"to": ["alice"]}}}


def told(error: pytest.ExceptionInfo[ConfigError]) -> list[str]:
    return [str(complaint) for complaint in error.value.complaints]


# rules and people


def test_a_mapping_becomes_a_rulebook() -> None:
    compiled = compile_mapping({**ONCALL, "rules": [RULE]}, people=ALICE, defaults={"language": "de"})
    assert compiled.complaints == ()
    assert compiled.rulebook.language == "de"
    (rule,) = compiled.rulebook.rules
    assert rule.free_form is not None
    assert rule.free_form(some_facts()) == "Disk usage 96% on db-7"


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_becomes_an_empty_rulebook(nothing: dict[str, Any] | None) -> None:
    compiled = compile_mapping(nothing)
    assert (compiled.rulebook.rules, compiled.recipients, compiled.notes) == ((), (), ())


def test_the_people_of_the_host_and_of_the_file_are_there_together() -> None:
    receivers = {"oncall": {"to": ["alice", "bob"]}}
    compiled = compile_mapping({"recipients": BOB, "receivers": receivers}, people=ALICE)
    assert {seed.recipient.id: seed.recipient.phone for seed in compiled.recipients} == {
        "alice": "+447700900123",
        "bob": "+447700900456",
    }
    assert compiled.notes == ()


def test_what_people_of_the_host_agreed_to_was_said_there_and_the_files_own_in_the_file() -> None:
    people = {"alice": {**ALICE["alice"], "opt_in": "Agreed"}}
    seeds = compile_mapping({"recipients": BOB}, people=people, said_in="ha").recipients
    assert {seed.recipient.id: seed.source for seed in seeds} == {"alice": "ha", "bob": "config"}
    assert [seed.source for seed in compile_mapping({}, people=people).recipients] == ["config"]


def test_of_somebody_whom_both_know_the_host_says_everything_and_that_is_noted() -> None:
    quiet = {"quiet_hours": {"from": "22:00", "to": "07:00"}, "opt_in": "Signed", "phone": "+447700900789"}
    compiled = compile_mapping({"recipients": {"alice": quiet, **BOB}}, people=ALICE)
    alice, _ = compiled.recipients
    assert (alice.recipient.phone, alice.opt_in) == ("+447700900123", "")
    assert compiled.rulebook.quiet_hours == {}
    (note,) = compiled.notes
    assert str(note) == (
        "recipients.alice: `alice` is known from elsewhere, so what is written here of them has no effect."
    )


def test_people_of_the_host_have_all_that_the_file_could_say_of_them() -> None:
    quiet = {"from": "22:00", "to": "07:00"}
    alice = {"phone": "07700 900123", "language": "en_GB", "quiet_hours": quiet, "fallback": "notify.phone"}
    compiled = compile_mapping({"defaults": {"country": "GB"}, "rules": []}, people={"alice": alice})
    (seed,) = compiled.recipients
    assert (seed.recipient.phone, seed.recipient.language) == ("+447700900123", "en_GB")
    assert list(compiled.rulebook.quiet_hours) == ["alice"]
    assert compiled.rulebook.channels == {"recipient:alice": Secret("notify.phone")}


def test_whom_nobody_knows_is_told_and_the_others_still_work() -> None:
    mapping = {
        "receivers": {
            "oncall": {"to": ["alise", "alice"], "escalate": [{"after": "10m", "to": ["bob", "primary"]}]}
        },
        "schedules": {"primary": {"rotations": [{"people": ["carol"]}, {"people": "primary"}]}},
    }
    compiled = compile_mapping(mapping, people=ALICE)
    assert compiled.rulebook.receivers["oncall"].to == ("alise", "alice")
    told_all = "; the others are told."
    assert [str(one) for one in compiled.strangers] == [
        f"receivers.oncall: There is no recipient {who}{told_all} {fix}Known: alice, primary."
        for who, fix in (("'alise'", "Did you mean `alice`? "), ("'bob'", ""))
    ] + [
        f"schedules.primary: There is no recipient {who}{told_all} Known: alice."
        for who in ("'carol'", "'primary'")
    ]
    assert (compiled.complaints, compiled.notes) == ((), ())


def test_without_anybody_every_name_is_a_stranger() -> None:
    compiled = compile_mapping({"receivers": {"oncall": {"to": ["whoever"]}}})
    assert compiled.rulebook.receivers == {"oncall": Receiver(to=("whoever",))}
    assert [one.where for one in compiled.strangers] == ["receivers.oncall"]


# the service's own file


def test_the_file_of_the_service_is_taken_and_what_is_only_for_it_is_noted(tmp_path: Path) -> None:
    text = f"""{WHATSAPP}{PEOPLE}
store: sqlite:///wa-notify.db
listen: 127.0.0.1:8711
ingest: {{keys: {{alerts: [secret]}}}}
sources: {{backup: {{heartbeat: {{every: 1d, grace: 1h, summary: late}}}}}}
alertmanager: {{url: "http://127.0.0.1:9093"}}
rules: [{{name: disk, receiver: oncall, template: ops_alert}}]
"""
    compiled = compile_mapping(yaml.safe_load(text), beside=tmp_path)
    assert compiled.complaints == ()
    assert [rule.name for rule in compiled.rulebook.rules] == ["disk"]
    noted = [note.where for note in compiled.notes if "is for the service" in note.what]
    assert noted == ["alertmanager", "ingest", "listen", "sources", "store", "whatsapp"]
    assert "secret" not in str(compiled.notes)


def test_sections_that_are_only_for_the_service_may_hold_anything() -> None:
    compiled = compile_mapping({"whatsapp": 5, "store": ["?"], "listen": None, "sources": "text"})
    assert len(compiled.notes) == 4


def test_a_section_that_nobody_has_is_refused_with_all_that_there_are() -> None:
    with pytest.raises(ConfigError, match=r"`recipient` is not a key of the configuration") as error:
        compile_mapping({"recipient": {}})
    assert "Did you mean `recipients`?" in told(error)[0]


@pytest.mark.parametrize("name", ["wa-notify.yaml", "on-call.yaml"])
@pytest.mark.parametrize("loader", ["the service's", "another"])
def test_an_example_says_the_same_to_a_host_as_to_the_service(name: str, loader: str) -> None:
    path = EXAMPLES / name
    service = load(path, environ={})
    raw = read(path, {}).value if loader == "the service's" else yaml.safe_load(path.read_text())
    hosted = compile_mapping(raw, beside=path.parent)
    assert hosted.rulebook == service.rulebook
    assert hosted.recipients == service.recipients
    assert (hosted.retention, hosted.media) == (service.retention, service.media)
    assert hosted.rules_written == service.rules_written
    assert hosted.complaints == service.complaints == ()
    rules = zip(hosted.rulebook.rules, service.rulebook.rules, strict=True)
    assert all(mine.template.render(some_facts()) == its.template.render(some_facts()) for mine, its in rules)
    assert [note for note in hosted.notes if "is for the service" not in note.what] == list(service.notes)


# defaults, and the sections on which no rule leans


def test_the_defaults_of_the_file_count_before_those_of_the_host() -> None:
    given = {"language": "de", "time_zone": "Asia/Kolkata", "country": "GB"}
    people = {"alice": {"phone": "07700 900123"}}
    compiled = compile_mapping({"defaults": {"language": "fr"}}, people=people, defaults=given)
    assert (compiled.rulebook.language, compiled.rulebook.time_zone) == ("fr", "Asia/Kolkata")
    assert compiled.recipients[0].recipient.phone == "+447700900123"
    assert compile_mapping({"defaults": None}, defaults=given).rulebook.language == "de"


def test_prices_budget_limits_retention_and_media_are_read(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("market,category,price\nUnited Kingdom,utility,0.02\n")
    mapping = {
        "prices": {"table": "prices.csv", "currency": "GBP"},
        "budget": {"monthly": "50 GBP"},
        "limits": {"per_second": 7},
        "retention": {"inbox": "40d"},
        "media": {"inbound": "store", "folder": "files", "per_day": 3},
    }
    compiled = compile_mapping(mapping, beside=tmp_path)
    book = compiled.rulebook
    assert book.prices.table.currency == "GBP"
    assert book.prices.table.rate("United Kingdom", "utility", date(2026, 11, 1)) == Decimal("0.02")
    assert book.budget is not None
    assert book.budget.monthly == 50
    assert book.limits.per_second == 7
    assert compiled.retention == Retention(inbox=timedelta(days=40))
    assert compiled.media.folder == tmp_path / "files"
    assert compiled.media.received is not None
    assert book.received == compiled.media.received
    assert book.received.most_a_day == 3


def test_a_file_that_is_named_lies_beside_what_the_host_says(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"prices\.table: The table prices\.csv cannot be read"):
        compile_mapping({"prices": {"table": "prices.csv"}}, beside=tmp_path)


def test_days_without_quotes_are_texts_again_as_for_the_service() -> None:
    text = """
defaults: {time_zone: Europe/London}
schedules:
  primary:
    rotations: [{people: alice}]
    overrides: [{person: bob, from: 2026-12-24, to: 2026-12-27}]
prices: {models: [{since: 2027-01-01, model: per_message}]}
"""
    mapping = yaml.safe_load(text)
    assert mapping["schedules"]["primary"]["overrides"][0]["from"] == date(2026, 12, 24)
    book = compile_mapping(mapping, people=ALICE | BOB).rulebook
    primary = book.schedules["primary"]
    assert on_call(primary, datetime(2026, 12, 23, 23, 59, tzinfo=UTC)) == "alice"
    assert on_call(primary, datetime(2026, 12, 24, 0, 0, tzinfo=UTC)) == "bob"
    assert book.prices.terms[-1].since == date(2027, 1, 1)
    assert mapping["schedules"]["primary"]["overrides"][0]["from"] == date(2026, 12, 24)  # left as it was


def test_a_moment_that_another_loader_has_read_is_told_how_to_write_it() -> None:
    override = {"person": "alice", "from": datetime(2026, 12, 24, 8, 0, tzinfo=UTC), "to": "2026-12-27"}
    mapping = {"schedules": {"primary": {"rotations": [{"people": "alice"}], "overrides": [override]}}}
    with pytest.raises(ConfigError, match=r"overrides\[0\]\.from.*Write it as \"2026-01-05 09:00\""):
        compile_mapping(mapping, people=ALICE)


# what is said of faults, and where


def test_complaints_of_a_plain_mapping_name_the_way_to_the_value() -> None:
    mapping = {**ONCALL, "rules": [RULE, {**RULE, "ttl": 5, "name": "b"}]}
    compiled = compile_mapping(mapping, people=ALICE)
    assert [rule.name for rule in compiled.rulebook.rules] == ["disk"]
    assert [complaint.where for complaint in compiled.complaints] == ["rules[1].ttl"]
    assert compiled.rules_written == ("disk", "b")


def test_complaints_of_an_annotated_mapping_name_file_and_line() -> None:
    rule = at(6, {at(6, "name"): at(6, "disk"), at(7, "recevier"): at(7, "oncall"), at(8, "ttl"): 5})
    rules = at(6, [rule, at(9, {at(9, "name"): at(9, "b"), "receiver": "x", "template": "y"})])
    mapping = at(1, {at(1, "receivers"): at(2, {"oncall": {"to": "alice"}}), at(5, "rules"): rules})
    lines = [str(complaint) for complaint in compile_mapping(mapping).complaints]
    assert any(line.startswith("/config/rules.yaml:7: `recevier` is not a key") for line in lines)
    assert any(line.startswith("/config/rules.yaml:8: 5 has no unit") for line in lines)
    assert any(line.startswith("/config/rules.yaml:6: A rule lacks the key") for line in lines)
    assert any(line.startswith("/config/rules.yaml:9: There is no receiver 'x'") for line in lines)


def test_file_and_line_are_found_again_in_sections_to_which_the_host_adds() -> None:
    carol = at(3, {at(3, "phone"): at(3, "none"), at(4, "since"): date(2026, 1, 1)})
    mapping = at(
        1,
        {
            at(1, "recipients"): at(2, {at(2, "carol"): carol, at(5, "alice"): at(5, {})}),
            at(6, "defaults"): at(7, {at(7, "languge"): at(7, "de")}),
        },
    )
    with pytest.raises(ConfigError) as error:
        compile_mapping(mapping, people=ALICE, defaults={"time_zone": "Europe/London"})
    first, second, third = told(error)
    assert first.startswith("/config/rules.yaml:3: 'none' cannot be a phone number")
    assert second.startswith("/config/rules.yaml:4: `since` is not a key of a recipient")
    assert third.startswith("/config/rules.yaml:7: `languge` is not a key")


def test_notes_and_strangers_name_file_and_line_in_the_order_of_the_file() -> None:
    receivers = at(4, {at(4, "oncall"): at(5, {at(5, "to"): at(5, ["ghost"])})})
    mapping = at(
        1,
        {
            at(1, "recipients"): at(2, {at(2, "alice"): at(2, {})}),
            at(4, "receivers"): receivers,
            at(8, "rules"): at(8, [at(9, {at(9, key): value for key, value in RULE.items()})]),
            at(20, "store"): at(20, "sqlite:///x.db"),
        },
    )
    compiled = compile_mapping(mapping, people=ALICE)
    assert [note.where for note in compiled.notes] == [f"/config/rules.yaml:{line}" for line in (2, 9, 20)]
    assert [one.where for one in compiled.strangers] == ["/config/rules.yaml:5"]


def test_a_fault_outside_of_rules_is_refused_with_all_complaints() -> None:
    mapping = {
        **ONCALL,
        "rules": [{**RULE, "ttl": 5}],
        "retention": {"inbox": "1h"},
        "prices": {"merge": "sometimes"},
        "media": {"largest": "9TB"},
        "budget": {"monthly": "much"},
    }
    with pytest.raises(ConfigError) as error:
        compile_mapping(mapping, people=ALICE | {"bob": {"phone": "none"}})
    places = [complaint.where for complaint in error.value.complaints]
    assert places == [
        "budget.monthly",
        "media.largest",
        "prices.merge",
        "recipients.bob.phone",
        "retention.inbox",
        "rules[0].ttl",
    ]


def test_two_people_with_one_number_are_refused_whoever_names_them() -> None:
    with pytest.raises(ConfigError, match=r"recipients\.alice\.phone: `bob` has this number already"):
        compile_mapping({"recipients": {"bob": ALICE["alice"]}}, people=ALICE)


def test_addresses_are_judged_wherever_they_come_from() -> None:
    def judge(address: Secret) -> tuple[str, str]:
        return ("That is no good.", "") if "bad" in address.reveal() else ("", "")

    people = {"alice": {**ALICE["alice"], "fallback": "notify.bad"}}
    with pytest.raises(ConfigError) as error:
        compile_mapping({"recipients": {"bob": {"fallback": "json://bad"}}}, people=people, judge=judge)
    assert told(error) == [
        "recipients.alice.fallback: That is no good.",
        "recipients.bob.fallback: That is no good.",
    ]


@pytest.mark.parametrize(
    "mapping",
    [
        {"rules": {}, "rule": []},
        {"rules": 5},
        {"receivers": {5: {"to": ["alice"]}}},
        {"receivers": {True: {"to": ["alice"]}, "x": None}},
        {"templates": {5: {}}},
        {"recipients": ["alice"]},
        {"recipients": 5},
        {"defaults": "de"},
        {5: 6},
        [],
        "text",
        date(2026, 1, 1),
    ],
)
def test_a_mapping_of_the_wrong_shape_is_refused(mapping: Any) -> None:
    with pytest.raises(ConfigError):
        compile_mapping(mapping, people=ALICE, defaults={"language": "de"})


@pytest.mark.parametrize(
    "rule",
    [
        None,
        [],
        {1: 2},
        {**RULE, "match": {1: "x", "a": None}},
        {**RULE, "group_by": {}},
        {7: 8, "name": "x"},
        object(),
    ],
)
def test_a_rule_of_the_wrong_shape_is_left_out(rule: Any) -> None:
    compiled = compile_mapping({**ONCALL, "rules": [rule, RULE]}, people=ALICE)
    assert [kept.name for kept in compiled.rulebook.rules] == ["disk"]
    assert compiled.complaints


def test_a_template_of_the_file_is_sent_as_the_file_declares_it() -> None:
    templates = {"ops_alert": {"category": "utility", "languages": {"en": {"body": "All is down."}}}}
    compiled = compile_mapping({**ONCALL, "templates": templates, "rules": [RULE]}, people=ALICE)
    assert [shape.name for shape in compiled.rulebook.templates] == ["ops_alert"]
    assert [use.owner for use in compiled.uses] == ["Rule disk"]
    assert compiled.rulebook.rules[0].template.render(some_facts()) == TemplateWish(name="ops_alert")


def test_a_fallback_of_the_host_serves_receivers_that_name_none() -> None:
    mapping = {
        "receivers": {
            "oncall": {"to": ["alice"]},
            "night": {"to": ["alice"], "fallback": "mailto://a.example"},
        },
        "rules": [RULE, {**RULE, "name": "night", "receiver": "night"}],
    }
    book = compile_mapping(mapping, fallback="notify.mobile_app_home").rulebook
    addresses = {target: url.reveal() for target, url in book.channels.items()}
    assert addresses == {"receiver:oncall": "notify.mobile_app_home", "receiver:night": "mailto://a.example"}


@pytest.mark.parametrize("receivers", [None, [], {"oncall": None}, {"oncall": []}])
def test_a_fallback_of_the_host_hides_no_fault(receivers: Any) -> None:
    mapping = {} if receivers is None else {"receivers": receivers}
    if receivers is None:
        assert compile_mapping(mapping, fallback="notify.mobile_app_home").rulebook.channels == {}
        return
    with pytest.raises(ConfigError):
        compile_mapping(mapping, fallback="notify.mobile_app_home")
