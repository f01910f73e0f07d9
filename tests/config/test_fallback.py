"""The key `fallback`: addresses of other channels for people, receivers and rules, never quoted."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.config.writing import WHATSAPP, refusal, written
from wa_notify.config import Config, Secret, load
from wa_notify.core.errors import ConfigError
from wa_notify.core.rule import OtherWay
from wa_notify.fallback import flaw_of

PASSWORD = "hunter2-hunter2"
MAIL = f"mailto://robot:{PASSWORD}@example.net?to=ops@example.net"
PHONE = "notify.mobile_app_alices_phone"
MINUTE = timedelta(minutes=1)


def house(person: str = "", receiver: str = "", rule: str = "") -> str:
    """A configuration with these wishes."""

    def wish(text: str, lead: str = ", ") -> str:
        return f"{lead}fallback: {text}" if text else ""

    return f"""{WHATSAPP}
recipients:
  alice: {{phone: "+447700900123"{wish(person)}}}
  bob: {{phone: "+447700900456"}}
receivers:
  oncall: {{to: [alice, bob]{wish(receiver)}}}
rules:
  - name: disk
    receiver: oncall
    template: ops_alert
{wish(rule, "    ")}
"""


def ways(config: Config) -> dict[str, OtherWay]:
    (rule,) = config.rulebook.rules
    return dict(rule.other_ways)


def test_one_address_is_enough(tmp_path: Path) -> None:
    config = written(tmp_path, house(person=MAIL))
    assert ways(config) == {"alice": OtherWay(targets=("recipient:alice",))}
    assert config.rulebook.channels == {"recipient:alice": Secret(MAIL)}


def test_a_list_makes_a_target_of_each(tmp_path: Path) -> None:
    config = written(tmp_path, house(receiver=f"['{MAIL}', 'json://localhost/x']"))
    assert ways(config) == {"": OtherWay(targets=("receiver:oncall#1", "receiver:oncall#2"))}
    assert config.rulebook.channels["receiver:oncall#2"] == Secret("json://localhost/x")


def test_the_nearest_address_wins_and_the_rules_other_words(tmp_path: Path) -> None:
    config = written(
        tmp_path,
        house(
            person=f"{{to: '{MAIL}', after: 1m}}",
            receiver="{to: 'json://receiver', after: 2m, tell_late: true}",
            rule="{to: ['json://rule'], after: 3m}",
        ),
    )
    assert ways(config) == {
        "": OtherWay(targets=("rule:disk",), after=3 * MINUTE, tell_late=True),
        "alice": OtherWay(targets=("recipient:alice",), after=3 * MINUTE, tell_late=True),
    }


def test_a_rule_may_change_the_patience_alone(tmp_path: Path) -> None:
    config = written(tmp_path, house(person=f"{{to: '{MAIL}', after: 1m}}", rule="{after: 30s}"))
    assert ways(config) == {"alice": OtherWay(targets=("recipient:alice",), after=MINUTE / 2)}
    plain = written(tmp_path, house(person=f"{{to: '{MAIL}', after: 1m}}"))
    assert ways(plain)["alice"].after == MINUTE


def test_without_any_wish_there_is_no_other_way(tmp_path: Path) -> None:
    config = written(tmp_path, house())
    assert (ways(config), config.rulebook.channels) == ({}, {})


def test_an_address_may_be_a_secret(tmp_path: Path) -> None:
    config = written(tmp_path, house(person="!secret mail"), secrets=f"mail: {MAIL}")
    assert config.rulebook.channels == {"recipient:alice": Secret(MAIL)}
    assert PASSWORD not in repr(config)


@pytest.mark.parametrize("wish", [PHONE, f"[{PHONE}]", f"{{to: {PHONE}}}"])
def test_an_entity_of_home_assistant_is_an_address(tmp_path: Path, wish: str) -> None:
    config = written(tmp_path, house(person=wish))
    assert config.rulebook.channels == {"recipient:alice": Secret(PHONE)}


def test_entities_and_services_stand_side_by_side(tmp_path: Path) -> None:
    config = written(tmp_path, house(rule=f"{{to: [{PHONE}, '{MAIL}'], after: 1m}}"))
    assert ways(config)[""] == OtherWay(targets=("rule:disk#1", "rule:disk#2"), after=MINUTE)


@pytest.mark.parametrize(
    "word", ["notify.", "notify.Mobile", "notify.a b", "light.kitchen", "notify", "x.notify.y"]
)
def test_what_only_looks_like_an_entity_is_no_address(tmp_path: Path, word: str) -> None:
    assert "This is no address of another channel." in refusal(tmp_path, house(person=f"'{word}'"))


def test_the_service_refuses_an_entity_and_says_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "wa-notify.yaml"
    path.write_text(house(receiver=PHONE))
    with pytest.raises(ConfigError) as refused:
        load(path, environ={}, judge=flaw_of)
    (complaint,) = refused.value.complaints
    assert complaint.where.startswith(f"{path}:13:")
    assert "which only the integration reaches" in complaint.what
    assert "mailto://" in complaint.fix


@pytest.mark.parametrize("person", [MAIL, "{after: 5m}"])
def test_somebody_may_have_no_phone_here_since_the_database_may_know_it(tmp_path: Path, person: str) -> None:
    text = house(person=person).replace('phone: "+447700900123", ', "")
    assert written(tmp_path, text).recipients[0].recipient.phone == ""


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        (f"'robot:{PASSWORD}'", "This is no address of another channel."),
        (f"'mailto://{PASSWORD} x'", "This is no address of another channel."),
        ("'mailto://'", "This is no address of another channel."),
        ("[]", "There are 0 items here."),
        (f"{{to: '{MAIL}', aftr: 5m}}", "`aftr` is not a key of the section `fallback`."),
        (f"{{to: '{MAIL}', after: 5}}", "5 has no unit."),
        (f"{{to: '{MAIL}', tell_late: 'yes'}}", "This takes true or false, not a text."),
        ("12", "This takes a text or a list or a mapping, not a number."),
    ],
)
@pytest.mark.parametrize("place", ["person", "receiver"])
def test_what_is_wrong_is_told_with_its_place_and_without_the_secret(
    tmp_path: Path, place: str, wish: str, what: str
) -> None:
    said = refusal(tmp_path, house(**{place: wish}))
    line = {"person": 10, "receiver": 13}[place]
    assert f"wa-notify.yaml:{line}:" in said
    assert what in said
    assert PASSWORD not in said


def test_a_rule_with_a_wrong_address_is_left_out_alone(tmp_path: Path) -> None:
    config = written(tmp_path, house(rule="{to: nonsense}"))
    assert config.rulebook.rules == ()
    (complaint,) = config.complaints
    assert ":18:20" in complaint.where


def judge(url: Secret) -> tuple[str, str]:
    return ("Nobody understands this.", "Mend it.") if "bad" in url.reveal() else ("", "")


@pytest.mark.parametrize(
    ("wish", "column"),
    [
        ("'bad://x/secret'", 0),
        ("['json://x', 'bad://x']", 13),
        ("{to: 'bad://x'}", 5),
        ("{to: ['bad://x']}", 6),
    ],
)
def test_an_address_that_nobody_understands_is_told_at_its_own_place(
    tmp_path: Path, wish: str, column: int
) -> None:
    text = house(person=wish)
    path = tmp_path / "wa-notify.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load(path, environ={}, judge=judge)
    (complaint,) = refused.value.complaints
    start = text.splitlines()[9].index("fallback: ") + len("fallback: ") + 1
    assert complaint.where == f"{path}:10:{start + column}"
    assert str(complaint).endswith("Nobody understands this. Mend it.")


def test_a_rule_whose_address_nobody_understands_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "wa-notify.yaml"
    path.write_text(house(rule="{to: 'bad://x'}", person=MAIL))
    config = load(path, environ={}, judge=judge)
    assert config.rulebook.rules == ()
    assert "Nobody understands this." in str(config.complaints[0])


@pytest.mark.parametrize("rules", ["rules: 5", "rules: [5]", "rules: [{fallback: x}]", "recipients: 5"])
def test_what_is_no_table_at_all_is_told_where_it_is_read(tmp_path: Path, rules: str) -> None:
    path = tmp_path / "wa-notify.yaml"
    path.write_text(f"{WHATSAPP}\n{rules}\n")
    try:
        complaints = load(path, environ={}, judge=judge).complaints
    except ConfigError as error:
        complaints = error.complaints
    assert complaints
