"""The rules: the YAML below wa_notify, the recipients of an entry and its options, made one rulebook."""

from collections.abc import Mapping
from datetime import timedelta
import logging
from pathlib import Path
from typing import Any, Final

from wa_notify.config import CompiledRules, MediaSettings, Usual, compile_mapping
from wa_notify.core.errors import Complaint, ConfigError, StoreError
from wa_notify.core.languages import CODES, ENGLISH
from wa_notify.core.rule import Rulebook
from wa_notify.core.succession import succeed

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    CONF_ALERT_TEMPLATE,
    CONF_FALLBACK,
    CONF_LANGUAGE,
    CONF_OPT_IN,
    CONF_PHONE,
    CONF_QUIET_FROM,
    CONF_QUIET_TO,
    CONF_RECIPIENT_ID,
    CONF_REMIND_AFTER,
    CONF_REMIND_EVERY,
    CONF_REMIND_TIMES,
    DOMAIN,
    NUDGE_TEMPLATE,
    REMINDER_TEMPLATE,
    RESOLVED_TEMPLATE,
    SUBENTRY_TYPE_RECIPIENT,
)
from .models import DATA_YAML, WaNotifyConfigEntry
from .sending import template_of, usual_templates

_LOGGER = logging.getLogger(__name__)

# What an engine obeys before it adopted any rules
EMPTY: Final = Rulebook()
ISSUE_RULE = "rule_refused"
ISSUE_RULES = "rules_refused"
ISSUE_NOTE = "rule_note"
SHOWN = 5
# Home Assistant names the script of Chinese, WhatsApp the country
SCRIPTS = {"zh-Hans": "zh_CN", "zh-Hant": "zh_TW"}


async def async_adopt_rules(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Have the engine of an entry obey the rules as they are written now.

    A rule with a fault is left out, or goes on as it was if it was ever right. A
    fault elsewhere leaves everything as it was; at first that is the usual rule. Both
    are told as repairs.

    Raises StoreError, and ConfigError if not even the entry itself can be used.
    """
    engine = entry.runtime_data.engine
    yaml = hass.data.get(DATA_YAML)
    try:
        compiled = await hass.async_add_executor_job(_compile, hass, entry, yaml)
    except ConfigError as err:
        _tell_refused(hass, entry, err.complaints)
        if engine.book is not EMPTY:
            return
        compiled = await hass.async_add_executor_job(_compile, hass, entry, None)
    else:
        ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_RULES}_{entry.entry_id}")
    book = succeed(compiled.rulebook, engine.book, compiled.rules_written)
    await engine.adopt(book, compiled.recipients, compiled.retention)
    _tell_faults(hass, entry, compiled)


@callback
def async_follow_templates(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> None:
    """Make the rules anew when the account has other templates than before."""
    coordinator, board = entry.runtime_data.coordinator, entry.runtime_data.board
    known = board.overview.templates

    @callback
    def async_follow() -> None:
        """Compare what was read with what the rules were made of."""
        nonlocal known
        templates = tuple(coordinator.data.templates) if coordinator.data else known
        if templates != known:
            known = templates
            entry.async_create_task(hass, async_adopt_again(), f"{DOMAIN} rules")

    async def async_adopt_again() -> None:
        """Make the rules of the new templates."""
        await board.async_show()
        try:
            await async_adopt_rules(hass, entry)
        except StoreError as err:
            _LOGGER.warning("The rules could not be made anew: %s", err)

    entry.async_on_unload(coordinator.async_add_listener(async_follow))


def _compile(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, yaml: Mapping[str, Any] | None
) -> CompiledRules:
    """Read YAML, recipients and options; in an executor, for there may be a price table."""
    return compile_mapping(
        yaml,
        people=_people(entry),
        said_in="ha",
        defaults=_defaults(hass, entry),
        usual=_usual(entry),
        fallback=entry.options.get(CONF_FALLBACK, ""),
        beside=Path(hass.config.config_dir),
    )


def _people(entry: WaNotifyConfigEntry) -> dict[str, Mapping[str, Any]]:
    """Return the recipients as the section of that name would write them."""
    people: dict[str, Mapping[str, Any]] = {}
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        data = subentry.data
        person = {CONF_PHONE: data[CONF_PHONE], "name": subentry.title}
        for key in (CONF_FALLBACK, CONF_LANGUAGE, CONF_OPT_IN):
            if value := data.get(key):
                person[key] = value
        people[data[CONF_RECIPIENT_ID]] = person
    return people


def _defaults(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> dict[str, Any]:
    """Return what holds where the YAML says nothing."""
    defaults: dict[str, Any] = {
        "language": entry.options.get(CONF_LANGUAGE) or _language(hass),
        "time_zone": hass.config.time_zone,
    }
    if hass.config.country:
        defaults["country"] = hass.config.country
    if quiet_from := entry.options.get(CONF_QUIET_FROM):
        quiet_to = entry.options[CONF_QUIET_TO]
        defaults["quiet_hours"] = {"from": quiet_from[:5], "to": quiet_to[:5]}
    return defaults


def _language(hass: HomeAssistant) -> str:
    """Return the language of this Home Assistant as WhatsApp writes it."""
    language = hass.config.language
    code = SCRIPTS.get(language, language.replace("-", "_"))
    return next(
        (one for one in (code, code.partition("_")[0]) if one in CODES), ENGLISH
    )


def _usual(entry: WaNotifyConfigEntry) -> Usual:
    """Return what the usual rule is made of: options, and templates of the account."""
    options = entry.options
    usual = Usual(alert=None)
    return Usual(
        alert=template_of(entry, usual_templates(entry)[CONF_ALERT_TEMPLATE]),
        reminder=template_of(entry, REMINDER_TEMPLATE),
        resolved=template_of(entry, RESOLVED_TEMPLATE),
        after=_minutes(options.get(CONF_REMIND_AFTER)) or usual.after,
        every=_minutes(options.get(CONF_REMIND_EVERY)) or usual.every,
        nudge=template_of(entry, NUDGE_TEMPLATE),
        times=int(options.get(CONF_REMIND_TIMES, usual.times)),
    )


def _minutes(value: float | None) -> timedelta | None:
    """Return so many minutes."""
    return timedelta(minutes=value) if value else None


def read_media(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> MediaSettings:
    """Return what the YAML says of files; in an executor, like all reading of it."""
    try:
        return compile_mapping(
            hass.data.get(DATA_YAML),
            defaults=_defaults(hass, entry),
            beside=Path(hass.config.config_dir),
        ).media
    except ConfigError:
        return MediaSettings()


def _tell_refused(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, complaints: tuple[Complaint, ...]
) -> None:
    """Say that none of what is written can be used."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{ISSUE_RULES}_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE_RULES,
        translation_placeholders={
            "account": entry.title,
            "faults": _spoken(complaints),
        },
    )


def _tell_faults(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, compiled: CompiledRules
) -> None:
    """Say which rules are left out and what is noteworthy, or that all is well."""
    for key, severity, complaints in (
        (ISSUE_RULE, ir.IssueSeverity.ERROR, compiled.complaints),
        (ISSUE_NOTE, ir.IssueSeverity.WARNING, compiled.strangers),
    ):
        issue_id = f"{key}_{entry.entry_id}"
        if not complaints:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
            continue
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=severity,
            translation_key=key,
            translation_placeholders={
                "account": entry.title,
                "faults": _spoken(complaints),
            },
        )


def _spoken(complaints: tuple[Complaint, ...]) -> str:
    """Return the faults as a list."""
    lines = [f"- {complaint}" for complaint in complaints[:SHOWN]]
    if len(complaints) > SHOWN:
        lines.append(f"- … (+{len(complaints) - SHOWN})")
    return "\n".join(lines)
