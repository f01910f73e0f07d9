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
import yaml

from custom_components.wa_notify.config_flow import STEP_USER_SCHEMA
from homeassistant.data_entry_flow import section
from homeassistant.util.package import is_installed

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "wa_notify"
SOURCES = "".join(path.read_text() for path in INTEGRATION.glob("*.py"))
EN = json.loads((INTEGRATION / "translations" / "en.json").read_text())
MANIFEST = json.loads((INTEGRATION / "manifest.json").read_text())

# Texts that core translates for everyone
ABORTS_OF_CORE = {
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
}
URL = re.compile(r"(https?|ftp|mqtts?)://|www\.")
QUOTED_PLACEHOLDER = re.compile(r"'{\w+}'")
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
    assert imported <= named


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


def _assert_fields_explained(schema: probatio.Schema, texts: dict[str, Any]) -> None:
    """Every field of a form, and no other, has a name and a description."""
    sections = {
        str(key): value
        for key, value in schema.schema.items()
        if isinstance(value, section)
    }
    fields = {str(key) for key in schema.schema} - sections.keys()
    assert texts["data"].keys() == fields
    assert texts["data_description"].keys() == fields
    assert texts.get("sections", {}).keys() == sections.keys()
    for name, nested in sections.items():
        assert texts["sections"][name]["name"]
        _assert_fields_explained(nested.schema, texts["sections"][name])


def test_form_is_explained() -> None:
    """Each step of the flow, each field, each error and each end has its text."""
    texts = EN["config"]
    assert texts["step"].keys() == set(re.findall(r'step_id="(\w+)"', SOURCES))
    assert texts["step"]["user"]["title"]
    _assert_fields_explained(STEP_USER_SCHEMA, texts["step"]["user"])
    errors = re.findall(r'errors\[[\w"]+\] = "(\w+)"', SOURCES)
    assert texts["error"].keys() == set(errors)
    aborts = set(re.findall(r'async_abort\(reason="(\w+)"', SOURCES))
    if "_abort_if_unique_id_configured" in SOURCES:
        aborts.add("already_configured")
    assert texts["abort"].keys() == aborts - ABORTS_OF_CORE


def test_translation_keys() -> None:
    """Exceptions and entities have their texts."""
    entities = {key for texts in EN.get("entity", {}).values() for key in texts}
    used = set(re.findall(r'translation_key="(\w+)"', SOURCES))
    assert used <= EN.get("exceptions", {}).keys() | EN.get("issues", {}).keys() | (
        entities
    )


def test_described_things_have_texts_and_icons() -> None:
    """Actions, triggers and conditions have their texts and icons."""
    path = INTEGRATION / "icons.json"
    icons = json.loads(path.read_text()) if path.exists() else {}
    for kind, icon in (
        ("services", "service"),
        ("triggers", "trigger"),
        ("conditions", "condition"),
    ):
        path = INTEGRATION / f"{kind}.yaml"
        described = yaml.safe_load(path.read_text()) if path.exists() else {}
        for name, description in described.items():
            assert EN[kind][name].keys() >= {"name", "description"}
            assert icons[kind][name][icon].startswith("mdi:")
            for field in (description or {}).get("fields", {}):
                assert EN[kind][name]["fields"][field].keys() >= {"name", "description"}


def test_quality_scale() -> None:
    """Every rule has a status, every exemption a reason."""
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text())["rules"]
    assert len(rules) == 54
    for rule in rules.values():
        status = rule["status"] if isinstance(rule, dict) else rule
        assert status in {"done", "exempt", "todo"}
        assert status != "exempt" or rule["comment"]
