"""What a configuration without faults turns into."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.writing import PEOPLE, WHATSAPP, alert, some_facts, written
from wa_notify.config import Config, Listen, Secret, WhatsAppSettings, load
from wa_notify.config.settings import AlertmanagerSettings
from wa_notify.core.reply import Words
from wa_notify.core.retention import Retention
from wa_notify.core.rule import Priority, Receiver, Step
from wa_notify.core.template import TemplateWish, fill

DAY = timedelta(days=1)
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def example() -> Config:
    return load(EXAMPLES / "wa-notify.yaml", environ={})


def test_the_example_loads_without_complaint(example: Config) -> None:
    assert example.complaints == ()
    assert example.whatsapp == WhatsAppSettings(
        number_id="400000000000101",
        waba_id="300000000000202",
        base_url="http://127.0.0.1:8712",
        access_token=Secret("sandbox-token"),
        app_secret=Secret("sandbox-app-secret"),
        verify_token=Secret("sandbox-verify"),
    )
    assert [(seed.recipient.id, bool(seed.opt_in)) for seed in example.recipients] == [
        ("alice", True),
        ("bob", True),
        ("carol", False),
    ]
    assert [rule.name for rule in example.rulebook.rules] == ["disk", "rest"]
    assert example.rulebook.receivers == {"oncall": Receiver(to=("alice", "bob"))}


def test_the_rules_of_the_example_answer_the_right_alerts(example: Config) -> None:
    disk, other = alert(), alert(severity="warning")
    assert [rule.name for rule in example.rulebook.rules_for(disk)] == ["disk"]
    assert [rule.name for rule in example.rulebook.rules_for(other)] == ["rest"]


def test_the_example_says_what_people_will_read(example: Config) -> None:
    disk = example.rulebook.rules[0]
    wish = disk.template.render(some_facts())
    assert wish.header == "db-7"
    assert [text for _, text in wish.body] == ["critical", "Disk usage 96% on db-7", "21 Nov 09:30 UTC"]
    assert wish.url_suffix == "alerts/12"
    assert disk.free_form is not None
    assert disk.free_form(some_facts()) == "*Disk usage 96% on db-7*\ncritical on db-7 since 21 Nov 09:30 UTC"
    assert disk.details is not None
    two = some_facts(alert(mountpoint="/"), alert(mountpoint="/var"))
    assert disk.details(two) == (
        "No description.\n- db-7 /: firing\n- db-7 /var: firing\nhttps://prometheus.example.net/graph"
    )


def test_the_example_reminds_and_resolves(example: Config) -> None:
    disk = example.rulebook.rules[0]
    assert disk.remind is not None
    assert (disk.remind.after, disk.remind.every, disk.remind.times) == (
        timedelta(minutes=10),
        timedelta(minutes=15),
        3,
    )
    assert disk.remind.template.render(some_facts(reminder=2)).body[0] == ("", "2")
    assert disk.resolved is not None
    assert disk.resolved.render(some_facts()).body[1] == ("", "1 h 5 min")


def test_every_use_of_a_template_in_the_example_can_be_filled(example: Config) -> None:
    shapes = {shape.name: shape for shape in example.rulebook.templates}
    for rule in example.rulebook.rules:
        for use in (rule.template, rule.resolved, rule.remind.template if rule.remind else None):
            if use is not None:
                assert fill(use.render(some_facts()), shapes[use.name], str).name == use.name


def test_the_secrets_that_the_example_names_are_in_the_example_of_secrets() -> None:
    named = set(re.findall(r"!secret (\w+)", (EXAMPLES / "wa-notify.yaml").read_text()))
    given = set(re.findall(r"^(\w+):", (EXAMPLES / "secrets.yaml.example").read_text(), re.MULTILINE))
    assert named == given


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    config = written(tmp_path, WHATSAPP)
    assert config.listen == Listen(host="127.0.0.1", port=8711)
    assert config.store == f"sqlite:///{tmp_path}/wa-notify.db"  # beside the configuration
    assert config.whatsapp.base_url == "https://graph.facebook.com"
    assert (config.ingest, config.recipients, config.rulebook.rules) == ({}, (), ())
    assert config.rulebook.language == "en"


def test_sections_may_be_empty(tmp_path: Path) -> None:
    sections = "".join(
        f"{name}:\n"
        for name in ("ingest", "defaults", "recipients", "schedules", "receivers", "templates", "rules")
    )
    assert written(tmp_path, WHATSAPP + sections).complaints == ()


def test_a_rule_has_defaults_for_all_but_name_receiver_and_template(tmp_path: Path) -> None:
    config = written(tmp_path, f"{WHATSAPP}{PEOPLE}rules: [{{name: a, receiver: oncall, template: b}}]")
    (rule,) = config.rulebook.rules
    assert (rule.group_interval, rule.ttl) == (timedelta(minutes=5), timedelta(hours=4))
    assert (rule.priority, rule.goes_on, rule.matchers) == (Priority.NORMAL, False, ())
    assert rule.template.render(some_facts()).body == ()


def test_parameters_may_have_names(tmp_path: Path) -> None:
    template = "{name: b, parameters: {severity: '{{ labels.severity }}', summary: '{{ title }}'}}"
    config = written(
        tmp_path, f"{WHATSAPP}{PEOPLE}rules: [{{name: a, receiver: oncall, template: {template}}}]"
    )
    assert config.rulebook.rules[0].template.render(some_facts()).body == (
        ("severity", "critical"),
        ("summary", "Disk usage 96% on db-7"),
    )


def test_a_reminder_without_words_says_what_the_rule_said(tmp_path: Path) -> None:
    rule = "{name: a, receiver: oncall, template: b, free_form: hello, remind: {after: 10m}}"
    (compiled,) = written(tmp_path, f"{WHATSAPP}{PEOPLE}rules: [{rule}]").rulebook.rules
    assert compiled.remind is not None
    assert compiled.remind.template is compiled.template
    assert compiled.remind.every == timedelta(minutes=10)
    assert compiled.remind.free_form is not None
    assert compiled.remind.free_form(some_facts()) == "hello"


def test_a_reminder_with_a_template_of_its_own_says_nothing_else(tmp_path: Path) -> None:
    rule = "{name: a, receiver: oncall, template: b, free_form: hello, remind: {after: 10m, template: c}}"
    (compiled,) = written(tmp_path, f"{WHATSAPP}{PEOPLE}rules: [{rule}]").rulebook.rules
    assert compiled.remind is not None
    assert (compiled.remind.template.name, compiled.remind.free_form) == ("c", None)


def test_phone_numbers_may_be_written_as_at_home(tmp_path: Path) -> None:
    people = 'defaults: {country: GB}\nrecipients: {alice: {phone: "07700 900123"}}'
    assert written(tmp_path, WHATSAPP + people).recipients[0].recipient.phone == "+447700900123"


def test_ids_need_no_quotes(tmp_path: Path) -> None:
    text = WHATSAPP.replace('"400000000000101"', "400000000000101")
    assert written(tmp_path, text).whatsapp.number_id == "400000000000101"


def test_a_source_has_one_key_or_two(tmp_path: Path) -> None:
    config = written(tmp_path, f"{WHATSAPP}ingest: {{keys: {{alerts: one, alertmanager: [old, new]}}}}")
    assert config.ingest == {"alerts": (Secret("one"),), "alertmanager": (Secret("old"), Secret("new"))}


@pytest.mark.parametrize(
    ("written_as", "meant"),
    [
        ("127.0.0.1:8711", Listen(host="127.0.0.1", port=8711)),
        ("[::1]:80", Listen(host="::1", port=80)),
        ("localhost:8711", Listen(host="localhost", port=8711)),
    ],
)
def test_addresses_to_listen_on(tmp_path: Path, written_as: str, meant: Listen) -> None:
    assert written(tmp_path, f'{WHATSAPP}listen: "{written_as}"').listen == meant


@pytest.mark.parametrize(
    ("written_as", "seconds"),
    [("90s", 90), ("10m", 600), ("4h", 14400), ("1d", 86400), ("1h30m", 5400), ("1h 30m", 5400)],
)
def test_durations(tmp_path: Path, written_as: str, seconds: int) -> None:
    rule = f"{{name: a, receiver: oncall, template: b, ttl: {written_as}}}"
    (compiled,) = written(tmp_path, f"{WHATSAPP}{PEOPLE}rules: [{rule}]").rulebook.rules
    assert compiled.ttl == timedelta(seconds=seconds)


def test_one_bad_rule_of_three_leaves_two(tmp_path: Path) -> None:
    rules = """rules:
  - {name: first, receiver: oncall, template: a}
  - {name: second, receiver: oncall, template: a, free_form: "{{ lables }}", ttl: !env_var NOWHERE}
  - {name: third, receiver: oncall, template: a}
"""
    config = written(tmp_path, WHATSAPP + PEOPLE + rules)
    assert [rule.name for rule in config.rulebook.rules] == ["first", "third"]
    assert len(config.complaints) == 2
    assert [complaint.where.partition(".yaml:")[2] for complaint in config.complaints] == ["15:62", "15:83"]


def test_printing_a_configuration_shows_no_secret(tmp_path: Path) -> None:
    text = WHATSAPP.replace("token: token", "token: leaked1").replace("secret: secret", "secret: leaked2")
    more = "store: sqlite:///leaked3.db\ningest: {keys: {alerts: leaked4}}\n"
    config = written(tmp_path, text + more)
    assert "leaked" not in f"{config} {config!r} {config.whatsapp.access_token}"
    assert config.whatsapp.access_token.reveal() == "leaked1"


def test_a_person_without_an_address_is_one_whom_the_database_knows(tmp_path: Path) -> None:
    people = "recipients:\n  dave:\n  eve: {}\n  fay: {name: Fay}\n"
    config = written(tmp_path, WHATSAPP + people)
    assert [(seed.recipient.id, seed.recipient.reachable) for seed in config.recipients] == [
        ("dave", False),
        ("eve", False),
        ("fay", False),
    ]


def test_a_house_may_have_its_own_words_for_stop_and_start(tmp_path: Path) -> None:
    replies = "replies: {stop: [Keine Alarme!, genug, stop], start: wieder da}\n"
    words = written(tmp_path, WHATSAPP + replies).rulebook.words
    assert words == Words(stop=frozenset({"keine alarme", "genug", "stop"}), start=frozenset({"wieder da"}))
    assert written(tmp_path, WHATSAPP).rulebook.words == Words()


@pytest.mark.parametrize(
    ("written_as", "kept"),
    [
        ("{}", Retention()),
        (
            "{inbox: 8d, messages: 1d, tickets: 1000d, guests: 36h}",
            Retention(inbox=8 * DAY, messages=DAY, tickets=1000 * DAY, guests=1.5 * DAY),
        ),
        ("{inbox: never, messages: 0, tickets: '0'}", Retention(inbox=None, messages=None, tickets=None)),
    ],
)
def test_how_long_things_are_kept(tmp_path: Path, written_as: str, kept: Retention) -> None:
    assert written(tmp_path, f"{WHATSAPP}retention: {written_as}\n").retention == kept


def test_what_an_invitation_says_and_whose_number_it_leads_to(tmp_path: Path) -> None:
    text = (
        WHATSAPP.rstrip()
        + '\n  display_number: "+44 1632 960111"\n'
        + "defaults: {invite: {template: ops_invite, parameters: [Ops]}}\n"
    )
    config = written(tmp_path, text)
    assert config.whatsapp.display_number == "+441632960111"
    assert config.defaults.invite == TemplateWish(name="ops_invite", body=(("", "Ops"),))
    assert written(tmp_path, WHATSAPP).defaults.invite is None


def test_steps_of_escalation_and_spans_by_severity(tmp_path: Path) -> None:
    text = WHATSAPP + (
        'recipients: {alice: {phone: "+447700900123"}, bob: {phone: "+447700900456"}}\n'
        "receivers: {oncall: {to: alice, escalate: ["
        "{after: 10m, to: bob}, {after: 1h, to: [bob, alice, bob]}]}}\n"
        "defaults: {severities: [low, high]}\n"
        "rules:\n"
        "  - {name: one, receiver: oncall, template: t, acknowledge_timeout: {high: 10m, default: 4h}}\n"
        "  - {name: two, receiver: oncall, template: t, acknowledge_timeout: 1h, repeat_interval: 2h,"
        ' expire: 1d, updated: {template: u, free_form: "again"}}\n'
    )
    book = written(tmp_path, text).rulebook
    assert book.receivers["oncall"].escalate == (
        Step(after=timedelta(minutes=10), to=("bob",)),
        Step(after=timedelta(hours=1), to=("bob", "alice")),
    )
    one, two = book.rules
    assert one.answer_span("high") == timedelta(minutes=10)
    assert one.answer_span("low") == timedelta(hours=4)
    assert two.answer_span("high") == timedelta(hours=1)
    assert (two.repeat_interval, two.expire) == (timedelta(hours=2), timedelta(days=1))
    assert two.updated is not None
    assert two.updated.name == "u"
    assert two.updated_free_form is not None
    assert book.gravity("low") < book.gravity("high")
    assert book.gravity("whatever") < book.gravity("low")


def test_alertmanager_is_asked_for_silences_only_when_the_file_says_so(tmp_path: Path) -> None:
    assert written(tmp_path, WHATSAPP).alertmanager is None
    quiet = written(tmp_path, f"{WHATSAPP}alertmanager: {{url: 'http://127.0.0.1:9093/am/'}}")
    assert quiet.alertmanager == AlertmanagerSettings(url="http://127.0.0.1:9093/am", silence="never")
    assert quiet.rulebook.silences_last == {}
    section = (
        "{url: 'https://am.example.net', silence: on_acknowledge, lasts: 90m, user: wa, password: 'p w'}"
    )
    asking = written(tmp_path, f"{WHATSAPP}alertmanager: {section}")
    assert asking.rulebook.silences_last == {"alertmanager": timedelta(minutes=90)}
    assert asking.alertmanager is not None
    assert asking.alertmanager.password == Secret("p w")
    assert "p w" not in repr(asking)
