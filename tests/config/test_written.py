"""What may be read of the configuration: rules and people, and never a secret or a number."""

from pathlib import Path

import pytest

from wa_notify.config.written import HIDDEN, discreet, written

CANARY = "EAAGcanaryTokenOfTheAccount0123456789abcdefXYZ"
KEYS = "hunter2-hunter2"
FILE = """\
# the token is {canary}
whatsapp:
  phone_number_id: "1"
  waba_id: "2"
  access_token: {canary}
  app_secret: !secret app
  verify_token: verify-me-please
ingest: {{keys: {{alerts: {keys}}}}}
recipients: !include people.yaml
receivers:
  oncall:
    to: [alice]
    fallback: ["mailto://ops:{keys}@mail.example.net"]
rules:
- name: disk
  match: {{alertname: "=~Disk.*"}}
  receiver: oncall   # password of the pager: {keys}
  template: {{name: ops_alert_critical_disk_space_exceeded_v2}}
  free_form: "See https://user:{keys}@wiki.example.net/secret/path?key={keys} and https://wiki.example.net/runbook"
  fallback: {{after: 5m, to: "tgram://{keys}/12345"}}
  ttl: !env_var TTL 4h
- name: other
  receiver: oncall
  template: ops_alert
  details: "Call +44 7700 900123 at once"
templates:
  ops_alert:
    category: utility
    languages:
      en:
        body: "See {{{{1}}}} please do."
        buttons: [{{url: "https://ops.example.net/a", text: Open}}]
        examples: [x]
log: {{level: info}}
"""
PEOPLE = """\
alice: {phone: "+447700900123", name: Alice, opt_in: "Signed"}
bob: {phone: "07700 900456", name: Bob}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "wa-notify.yaml"
    file.write_text(FILE.format(canary=CANARY, keys=KEYS))
    (tmp_path / "people.yaml").write_text(PEOPLE)
    (tmp_path / "secrets.yaml").write_text(f"app: {CANARY}\n")
    (tmp_path / "private.yaml").write_text(f"a: {CANARY}\n")
    return file


def text_of(path: Path, *, secrets: tuple[str, ...] = ()) -> str:
    folder = path.parent
    loaded = [folder / name for name in ("people.yaml", "secrets.yaml")]
    found = written(path, loaded, secrets)
    return "\n".join(f"{one.name}:{line.number}: {line.text}" for one in found for line in one.lines)


@pytest.mark.parametrize("secrets", [(), (CANARY, KEYS)])
def test_no_secret_and_no_number_stands_in_it(path: Path, secrets: tuple[str, ...]) -> None:
    shown = text_of(path, secrets=secrets)
    for private in (
        CANARY,
        KEYS,
        "verify-me-please",
        "7700900123",
        "7700 900123",
        "900456",
        "12345",
        "level",
    ):
        assert private not in shown, private


def test_rules_are_there_with_the_numbers_of_their_lines(path: Path) -> None:
    shown = text_of(path)
    for part in (
        "wa-notify.yaml:14: rules:",
        "=~Disk.*",
        "ops_alert_critical_disk_space_exceeded_v2",
        "https://wiki.example.net/…",
        f"mailto://{HIDDEN}",
        f"ttl: !env_var TTL {HIDDEN}",
        "recipients: !include people.yaml",
        'people.yaml:1: alice: {phone: "+44 •••• 0123", name: Alice',
        "https://ops.example.net/a",
    ):
        assert part in shown, (part, shown)


def test_a_value_of_the_secrets_file_stays_its_name(path: Path) -> None:
    path.write_text(path.read_text().replace("ttl: !env_var TTL 4h", "details: !secret app"))
    assert "details: !secret app" in text_of(path)


@pytest.mark.parametrize(
    "included", ["secrets.yaml", "private.yaml", "../../etc/passwd", "/etc/passwd", "nobody.yaml"]
)
def test_only_what_was_loaded_from_beside_it_is_included(path: Path, included: str) -> None:
    path.write_text(path.read_text().replace("people.yaml", included))
    assert {line.partition(":")[0] for line in text_of(path).splitlines()} == {"wa-notify.yaml"}


def test_a_link_to_the_secrets_shows_nothing(path: Path) -> None:
    (path.parent / "people.yaml").unlink()
    (path.parent / "people.yaml").symlink_to(path.parent / "secrets.yaml")
    assert CANARY not in text_of(path)


@pytest.mark.parametrize(
    "broken",
    [
        f"rules:\n - name: x\n whatsapp:\n   access_token: {CANARY}\n",
        f"rules:\n - name: x\n\twhatsapp: {{access_token: {CANARY}}}\n",
        f'rules: [\n"whatsapp": {{access_token: {CANARY}}}\n',
        f"rules:\n- name: x\nWhatsapp {CANARY}\n",
        f"rules:\n# access_token: {CANARY}\n# login {KEYS}\n",
        f"{{rules: [], whatsapp: {{access_token: {CANARY}}}}}\n",
        f"rules:\n  api_key: {KEYS}\n  password = {KEYS}\n",
        "rules:\n  key: 550e8400-e29b-41d4-a716-446655440000\n",
    ],
)
def test_a_broken_file_tells_too_little_rather_than_too_much(path: Path, broken: str) -> None:
    path.write_text(broken)
    shown = text_of(path)
    for private in (CANARY, KEYS, "550e8400"):
        assert private not in shown


def test_a_file_that_is_too_large_or_no_text_is_survived(path: Path) -> None:
    path.write_bytes(b"rules:\n  - \xff\xfe\n")
    assert "wa-notify.yaml:2" in text_of(path)
    path.write_text("rules:\n" + "  - a\n" * 200_000)
    assert text_of(path) == ""


def test_sentences_are_told_without_what_they_quote() -> None:
    said = discreet(f"'+44 7700 900123' is no number, nor is {KEYS}.", [KEYS])
    assert (KEYS in said, "900123" in said) == (False, False)
    assert discreet("There is no receiver `oncal`.") == "There is no receiver `oncal`."


def test_the_example_of_the_house_can_be_read() -> None:
    example = Path(__file__).parents[2] / "examples" / "wa-notify.yaml"
    shown = {line.text for one in written(example, [], []) for line in one.lines}
    assert any("rules:" in line for line in shown)
