"""What hassfest and the HACS action check, as far as it works offline."""

from importlib.metadata import version
import json
from pathlib import Path
import re
import struct
import subprocess
import sys
from typing import Any

from awesomeversion import AwesomeVersion
import probatio
import pytest
from wa_notify.core.reason import Reason
from wa_notify.whatsapp.onboarding import Why
import yaml

from custom_components.wa_notify import config_flow
from custom_components.wa_notify.options_flow import options_schema
from custom_components.wa_notify.recipient_flow import recipient_schema
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import EntitySelector
from homeassistant.util.package import is_installed

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "wa_notify"
SOURCES = "".join(path.read_text() for path in INTEGRATION.glob("*.py"))
EN = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS = json.loads((INTEGRATION / "icons.json").read_text())
MANIFEST = json.loads((INTEGRATION / "manifest.json").read_text())

# Texts that core translates for everyone
ABORTS_OF_CORE = {
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
}
URL = re.compile(r"(https?|ftp|mqtts?)://|www\.")
LANGUAGES = ("de", "es", "fr", "hi", "id", "pt-BR", "zh-Hant")
PLACEHOLDER = re.compile(r"{\w+}")
QUOTED_PLACEHOLDER = re.compile(r"'{\w+}'")
# Entity platforms, and what every Home Assistant brings along
NEED_NO_NAMING = {
    *("binary_sensor", "button", "event", "notify", "sensor", "switch"),
    *("repairs", "system_health", "websocket_api"),
}
HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}
MANIFEST_KEYS = {
    "after_dependencies",
    "categories",
    "codeowners",
    "config_flow",
    "connectivity",
    "dependencies",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "loggers",
    "name",
    "quality_scale",
    "requirements",
    "version",
}


def _strings(value: Any) -> list[str]:
    """Return all texts of a translation."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    return [value]


def test_manifest() -> None:
    """The manifest is sorted, complete, and wants the library of this repository."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(keys[2:])]
    assert set(keys) <= MANIFEST_KEYS
    assert {"codeowners", "documentation", "iot_class", "issue_tracker"} < set(keys)
    assert MANIFEST["domain"] == INTEGRATION.name
    assert MANIFEST["documentation"].startswith("https://")
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    assert AwesomeVersion(MANIFEST["version"]).valid
    library = version("wa-notify")
    assert MANIFEST["version"] == library
    assert f"wa-notify=={library}" in MANIFEST["requirements"]
    assert all(is_installed(requirement) for requirement in MANIFEST["requirements"])


def test_imported_integrations_are_dependencies() -> None:
    """What is imported from other integrations is named in the manifest."""
    imported = set(re.findall(r"homeassistant\.components\.(\w+)", SOURCES))
    imported |= set(re.findall(r"from homeassistant\.components import (\w+)", SOURCES))
    named = {*MANIFEST.get("dependencies", []), *MANIFEST.get("after_dependencies", [])}
    assert imported - NEED_NO_NAMING <= named


def test_only_the_engine_side_of_the_library_is_used() -> None:
    """What belongs to the standalone service stays out of Home Assistant."""
    rooms = set(re.findall(r"(?:from|import) wa_notify\.(\w+)", SOURCES))
    assert not rooms & {"cli", "pipeline", "sandbox", "service", "web"}


def test_base_install_of_the_library_is_enough() -> None:
    """Nothing is imported that only the tests install."""
    modules = [path.stem for path in INTEGRATION.glob("*.py")]
    script = "import sys, importlib; sys.modules.update(starlette=None, uvicorn=None)"
    for module in modules:
        name = "" if module == "__init__" else f".{module}"
        script += f"; importlib.import_module('custom_components.wa_notify{name}')"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_hacs() -> None:
    """The Marketplace finds what it installs."""
    hacs = json.loads((ROOT / "hacs.json").read_text())
    assert "name" in hacs
    assert hacs.keys() <= HACS_KEYS
    found = [
        path
        for path in INTEGRATION.parent.iterdir()
        if (path / "manifest.json").is_file()
    ]
    assert found == [INTEGRATION]


def test_least_version_is_the_tested_one() -> None:
    """The integration asks for the Home Assistant that it is tested with."""
    hacs = json.loads((ROOT / "hacs.json").read_text())
    assert hacs["homeassistant"] == version("homeassistant")


@pytest.mark.parametrize(("name", "size"), [("icon", 256), ("icon@2x", 512)])
def test_brand(name: str, size: int) -> None:
    """The icons are PNGs of the sizes that Home Assistant expects."""
    png = (INTEGRATION / "brand" / f"{name}.png").read_bytes()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (size, size)


@pytest.mark.parametrize("path", sorted((INTEGRATION / "translations").glob("*.json")))
def test_translations(path: Path) -> None:
    """Translations are plain text: nothing resolves references at runtime."""
    assert not (INTEGRATION / "strings.json").exists()
    for text in _strings(json.loads(path.read_text())):
        assert text
        assert text == text.strip()
        assert "[%key:" not in text
        assert not URL.search(text)
        assert not QUOTED_PLACEHOLDER.search(text)


def _flat(texts: dict[str, Any], way: tuple[str, ...] = ()) -> dict[Any, str]:
    """Return each text by the way to it."""
    found: dict[Any, str] = {}
    for key, value in texts.items():
        here = (*way, key)
        found |= _flat(value, here) if isinstance(value, dict) else {here: value}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    """No text is missing in any language, and none loses what is filled in."""
    path = INTEGRATION / "translations" / f"{language}.json"
    english, translated = _flat(EN), _flat(json.loads(path.read_text()))
    assert translated.keys() == english.keys()
    for way, text in english.items():
        assert set(PLACEHOLDER.findall(translated[way])) == set(
            PLACEHOLDER.findall(text)
        )


def test_languages_are_those_of_the_starter_pack() -> None:
    """Whoever gets templates in their language gets the integration in it."""
    found = {path.stem for path in (INTEGRATION / "translations").glob("*.json")}
    assert found == {"en", *LANGUAGES}


def _assert_fields_explained(schema: probatio.Schema, texts: dict[str, Any]) -> None:
    """Every field of a form, and no other, has a name and a description."""
    sections = {
        str(key): value
        for key, value in schema.schema.items()
        if isinstance(value, section)
    }
    fields = {str(key) for key in schema.schema} - sections.keys()
    assert texts.get("data", {}).keys() == fields
    assert texts.get("data_description", {}).keys() == fields
    assert texts.get("sections", {}).keys() == sections.keys()
    for name, nested in sections.items():
        assert texts["sections"][name]["name"]
        _assert_fields_explained(nested.schema, texts["sections"][name])


FORMS = {
    ("config", "account"): config_flow.STEP_ACCOUNT_SCHEMA,
    ("config", "reauth_confirm"): config_flow.STEP_REAUTH_SCHEMA,
    ("config", "reconfigure"): config_flow.STEP_RECONFIGURE_SCHEMA,
    ("config", "user"): config_flow.STEP_USER_SCHEMA,
    ("config", "webhook"): config_flow.STEP_WEBHOOK_SCHEMA,
    ("config", "webhook_registered"): config_flow.STEP_WEBHOOK_SCHEMA,
    ("options", "init"): options_schema([], EntitySelector()),
    ("recipient", "reconfigure"): recipient_schema(EntitySelector()),
    ("recipient", "user"): recipient_schema(EntitySelector()),
}
FLOWS = {
    "config": ("config_flow", EN["config"]),
    "options": ("options_flow", EN["options"]),
    "recipient": ("recipient_flow", EN["config_subentries"]["recipient"]),
}


@pytest.mark.parametrize("flow", FLOWS)
def test_forms_are_explained(flow: str) -> None:
    """Each step of a flow, each field, each error and each end has its text."""
    module, texts = FLOWS[flow]
    source = (INTEGRATION / f"{module}.py").read_text()
    forms = {step: schema for (of, step), schema in FORMS.items() if of == flow}
    shown = re.findall(r'(?:step_id=|self\._show\(\s*)"(\w+)"', source)
    assert texts["step"].keys() == set(shown) == forms.keys()
    for step, schema in forms.items():
        assert texts["step"][step]["title"]
        _assert_fields_explained(schema, texts["step"][step])

    errors = set(re.findall(r'errors\[\w+\] = "(\w+)"', source))
    if flow == "config":
        errors |= {error for _, _, error in config_flow.LOOK_UP_ERRORS}
        errors |= {*config_flow.REGISTRATION_ERRORS.values()}
        errors.add(config_flow.ERROR_NO_PUBLIC_URL)
        assert config_flow.REGISTRATION_ERRORS.keys() == set(Why)
    assert texts["error"].keys() == errors

    aborts = set(re.findall(r'async_abort\(reason="(\w+)"', source))
    if "_abort_if_unique_id_configured" in source:
        aborts.add("already_configured")
    assert texts.get("abort", {}).keys() == aborts - ABORTS_OF_CORE


def test_translation_keys() -> None:
    """Exceptions and entities have their texts."""
    entities = {key for texts in EN["entity"].values() for key in texts}
    icons = {key for named in ICONS["entity"].values() for key in named}
    own = re.sub(
        r"translation_domain=HOMEASSISTANT_DOMAIN,\s+translation_key=", "", SOURCES
    )
    used = set(re.findall(r'translation_key="(\w+)"', own))
    assert used <= EN["exceptions"].keys() | EN["issues"].keys() | entities | icons
    # An entity without a name of its own is called like its device
    assert icons - entities <= {"recipient"}


def test_every_refusal_has_its_words() -> None:
    """Whatever keeps a message by hand from somebody can be told."""
    told = {key for key in EN["exceptions"] if key.startswith("refused_")}
    assert {key.removeprefix("refused_") for key in told} <= {*Reason}


def test_described_things_have_texts_and_icons() -> None:
    """Actions, triggers and conditions have their texts and icons."""
    for kind, icon in (
        ("services", "service"),
        ("triggers", "trigger"),
        ("conditions", "condition"),
    ):
        path = INTEGRATION / f"{kind}.yaml"
        described = yaml.safe_load(path.read_text()) if path.exists() else {}
        for name, description in described.items():
            if name.startswith("."):
                continue  # what several of them share
            assert EN[kind][name].keys() >= {"name", "description"}
            assert ICONS[kind][name][icon].startswith("mdi:")
            for field in (description or {}).get("fields", {}):
                assert EN[kind][name]["fields"][field].keys() >= {"name", "description"}


def test_quality_scale() -> None:
    """Every rule has a status, every exemption a reason."""
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
    assert len(rules) == 54
    for rule in rules.values():
        status = rule["status"] if isinstance(rule, dict) else rule
        assert status in {"done", "exempt"}
        assert status != "exempt" or rule["comment"]
