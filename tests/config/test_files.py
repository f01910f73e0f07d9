"""Files: tags, circles, bombs, and secrets that stay secret."""

import contextlib
import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.config.writing import PEOPLE, WHATSAPP, refusal, written
from wa_notify.config import load
from wa_notify.core.errors import ConfigError

CANARY = "canary-7f1c9a"


def test_secrets_come_from_the_file_beside_the_configuration(tmp_path: Path) -> None:
    text = WHATSAPP.replace("access_token: token", "access_token: !secret wa_token")
    config = written(tmp_path, text, secrets="wa_token: 12345678\nother: x\n")
    assert config.whatsapp.access_token.reveal() == "12345678"


def test_an_included_file_uses_the_same_secrets(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "keys.yaml").write_text("alerts: !secret key\n")
    config = written(tmp_path, f"{WHATSAPP}ingest: {{keys: !include parts/keys.yaml}}", secrets="key: abc")
    assert config.ingest["alerts"][0].reveal() == "abc"


def test_an_unknown_secret_has_a_suggestion(tmp_path: Path) -> None:
    told = refusal(tmp_path, f"{WHATSAPP}store: !secret databse", secrets=f"database: {CANARY}")
    assert "wa-notify.yaml:8:8: There is no secret `databse`" in told
    assert "Did you mean `database`?" in told
    assert CANARY not in told


@pytest.mark.parametrize(
    "section",
    [
        "store: !secret it",
        "listen: !secret it",
        "defaults: {country: !secret it, language: !secret it}",
        "recipients: {alice: {phone: !secret it, language: !secret it, bsuid: !secret it}}",
        "receivers: {a: {to: [!secret it]}}",
        "templates: {a: {category: !secret it, languages: {en: {body: !secret it}}}}",
        "rules: [{name: !secret it, receiver: !secret it, template: !secret it, priority: !secret it}]",
        "rules: [{name: a, receiver: b, ttl: !secret it, free_form: !secret it, match: {a: !secret it}}]",
        "ingest: {keys: {alerts: [!secret it, !secret it, !secret it]}}",
        "ingest: {keys: !secret it}",
        "alertmanager: {url: !secret it, silence: !secret it, lasts: !secret it, token: !secret it}",
        "rules: !secret it",
        "store: !include {a: !secret it}",
        "sources: {a: {labels: {b: !secret it}, alerts: !secret it, url: [!secret it]}}",
    ],
)
@pytest.mark.parametrize("shape", [f"{CANARY} {{{{ x", f"=~{CANARY}(", f"{CANARY} {{{{ {CANARY} }}}}"])
def test_no_complaint_quotes_a_secret(tmp_path: Path, section: str, shape: str) -> None:
    bad = WHATSAPP.replace("verify_token: verify", "verify_token: !secret it\n  version: !secret it")
    assert CANARY not in refusal(tmp_path, f"{bad}{section}", secrets=f"it: '{shape}'")
    text = f"{bad}{section}".replace("!secret it", "!env_var IT")
    assert CANARY not in refusal(tmp_path, text, environ={"IT": shape})


def test_a_broken_secrets_file_is_not_quoted(tmp_path: Path) -> None:
    told = refusal(tmp_path, f"{WHATSAPP}store: !secret a", secrets=f"a: *{CANARY}\nb: [{CANARY}")
    assert "secrets.yaml:" in told
    assert CANARY not in told


def test_a_secret_written_behind_its_tag_is_not_quoted(tmp_path: Path) -> None:
    assert CANARY not in refusal(tmp_path, f"{WHATSAPP}store: !secret {CANARY * 5}", secrets="a: b")


def test_tokens_in_plain_are_not_quoted(tmp_path: Path) -> None:
    text = f"whatsapp: {{phone_number_id: {CANARY}, base_url: {CANARY}, app_secret: [{CANARY}]}}\n"
    assert CANARY not in refusal(tmp_path, f"{text}store: {CANARY}")


def test_the_environment_has_defaults(tmp_path: Path) -> None:
    text = f"{WHATSAPP}store: !env_var DATABASE sqlite:///other file.db\n"
    assert written(tmp_path, text).store == f"sqlite:///{tmp_path}/other file.db"
    assert written(tmp_path, text, environ={"DATABASE": "sqlite:////x.db"}).store == "sqlite:////x.db"


def test_complaints_point_into_included_files(tmp_path: Path) -> None:
    rules = "- name: fine\n  receiver: oncall\n  template: a\n- name: bad\n  receiver: oncal\n  template: a\n"
    config = written(tmp_path, f"{WHATSAPP}{PEOPLE}rules: !include rules.yaml", rules=rules)
    assert [rule.name for rule in config.rulebook.rules] == ["fine"]
    assert [complaint.where for complaint in config.complaints] == [f"{tmp_path}/rules.yaml:5:13"]


def test_a_rule_may_be_a_file_and_fails_alone(tmp_path: Path) -> None:
    rules = "rules: [!include one.yaml, !include two.yaml, !include three.yaml]"
    good = "{name: one, receiver: oncall, template: a}"
    config = written(tmp_path, f"{WHATSAPP}{PEOPLE}{rules}", one=good, two="{name: [")
    assert [rule.name for rule in config.rulebook.rules] == ["one"]
    assert len(config.complaints) == 2


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "outside.yaml").write_text("a: 1")
    (tmp_path / "in" / "inside.yaml").symlink_to(tmp_path / "outside.yaml")
    assert "lies outside" in refusal(tmp_path / "in", f"{WHATSAPP}recipients: !include inside.yaml")


def test_files_that_include_each_other_are_refused(tmp_path: Path) -> None:
    told = refusal(
        tmp_path, f"{WHATSAPP}recipients: !include a.yaml", a="x: !include b.yaml", b="y: !include a.yaml"
    )
    assert f"{tmp_path}/b.yaml:1:4: `a.yaml` includes itself in a circle." in told


def test_a_file_that_includes_the_configuration_is_refused(tmp_path: Path) -> None:
    assert "in a circle" in refusal(tmp_path, f"{WHATSAPP}recipients: !include wa-notify.yaml")


def test_anchors_and_merges_save_typing(tmp_path: Path) -> None:
    rules = """rules:
  - &disk {name: disk, receiver: oncall, template: a, ttl: 1h}
  - {<<: *disk, name: other}
  - {name: third, <<: [{ttl: 2h}, *disk]}
"""
    config = written(tmp_path, WHATSAPP + PEOPLE + rules)
    assert config.complaints == ()
    assert [(rule.name, rule.ttl.total_seconds() / 3600) for rule in config.rulebook.rules] == [
        ("disk", 1),
        ("other", 1),
        ("third", 2),
    ]


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 12)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{number}: &a{number} {{<<: [{', '.join([f'*a{number - 1}'] * 9)}]}}\n" for number in range(1, 12)
)


@pytest.mark.parametrize(
    "bomb",
    [
        LAUGHS,
        MERGES,
        "a: &a {<<: *a}",
        "a: &a [*a]",
        "a: " + "[" * 100_000,
        "a: " + "{a: " * 100_000,
        "- " * 100_000,
        "a: " + ":1" * 200_000,
        "a: 1" + ":1" * 200_000,
        "a: 1" + "0" * 500_000,
        "a: " + "&a " * 100,
        "? " * 1000,
    ],
)
def test_a_bomb_is_defused_within_a_second(tmp_path: Path, bomb: str) -> None:
    started = time.process_time()
    assert refusal(tmp_path, bomb)
    assert time.process_time() - started < 2  # it is a tenth of that where coverage does not look on


def test_files_that_include_many_files_are_a_bomb_too(tmp_path: Path) -> None:
    files = {
        f"f{number}": "".join(f"a{i}: !include f{number + 1}.yaml\n" for i in range(9)) for number in range(9)
    }
    started = time.process_time()
    assert "too large or too deep" in refusal(
        tmp_path, "a: !include f0.yaml", environ=None, **files, f9="a: 1"
    )
    assert time.process_time() - started < 2


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    assert "larger than 1 MiB" in refusal(tmp_path, "# " + "x" * 1024 * 1024)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no such file"):
        load(tmp_path / "nowhere.yaml", environ={})


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    written(tmp_path, WHATSAPP)
    monkeypatch.setattr(Path, "open", refuses)
    with pytest.raises(ConfigError, match="cannot be read: Permission denied"):
        load(tmp_path / "wa-notify.yaml", environ={})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no such file"):
        load(tmp_path, environ={})


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: é".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"a\.yaml:2: The file is not in UTF-8"):
        load(path, environ={})


def test_a_file_from_windows_is_welcome(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WHATSAPP.replace("\n", "\r\n").encode())
    assert load(path, environ={}).whatsapp.waba_id == "300000000000202"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


def never_surprises(folder: Path, text: str) -> None:
    path = folder / "wa-notify.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(ConfigError):
        load(path, environ={})


@settings(deadline=None)
@given(st.text())
def test_any_text_is_loaded_or_refused(folder: Path, text: str) -> None:
    never_surprises(folder, text)


EXAMPLE = (Path(__file__).parents[2] / "examples" / "wa-notify.yaml").read_text(encoding="utf-8")
LINE = st.sampled_from(
    [
        *EXAMPLE.split(),
        *(
            "-",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "?",
            "|",
            ">",
            "&a",
            "*a",
            "<<:",
            "!include",
            "!secret",
            "!env_var",
        ),
        *("!!int", "!!binary", "2026-01-01", "1:30", ".inf", "~", "wa-notify.yaml"),
    ]
)
LINES = st.lists(
    st.tuples(st.integers(0, 4), st.lists(LINE, max_size=5)).map(
        lambda line: " " * line[0] + " ".join(line[1])
    ),
    max_size=12,
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_anything_like_yaml_is_loaded_or_refused(folder: Path, text: str) -> None:
    never_surprises(folder, text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("{{ title }}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
SPOTS = ["whatsapp", "store", "listen", "ingest", "defaults", "recipients", "receivers", "templates", "rules"]
KEYS = [
    "name",
    "match",
    "receiver",
    "template",
    "remind",
    "resolved",
    "group_by",
    "ttl",
    "languages",
    "keys",
    "to",
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SPOTS), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5), st.integers(0, 3))
def test_anything_of_the_wrong_shape_is_loaded_or_refused(
    folder: Path, spot: str, value: dict[str, object], level: int
) -> None:
    shape: object = [{"value": value}, [value], value, {"a": value}][level]
    never_surprises(folder, f"{WHATSAPP if spot != 'whatsapp' else ''}{spot}: {_flow(shape)}")


def _flow(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=sys.maxsize).removesuffix("...\n")
