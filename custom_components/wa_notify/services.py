"""Actions of the WhatsApp Notify integration."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
import re
from typing import Any, Final

import probatio
from wa_notify.core.alert import AlertStatus
from wa_notify.core.enclosed import MediaLink
from wa_notify.core.matcher import parse_matcher
from wa_notify.engine import Desk

from homeassistant.components.notify import (
    ATTR_MESSAGE,
    ATTR_TITLE,
    DOMAIN as NOTIFY_DOMAIN,
)
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, SERVICE_RELOAD
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.helpers.reload import async_integration_yaml_config
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from .actor import async_actor
from .alerts import LABEL_NAME, alert_of
from .answers import admitted, explanation_of, ticket_of
from .const import DOMAIN
from .errors import translated_errors
from .media import async_media, async_snapshot
from .models import DATA_YAML, WaNotifyConfigEntry
from .rules import async_adopt_rules
from .spoken import MESSAGE_FIELDS, TEMPLATE_FIELDS

ATTR_ATTACHMENTS: Final = "attachments"
ATTR_CAMERA: Final = "camera"
ATTR_COMMENT: Final = "comment"
ATTR_DURATION: Final = "duration"
ATTR_EVIDENCE: Final = "evidence"
ATTR_KEY: Final = "key"
ATTR_LABELS: Final = "labels"
ATTR_MATCH: Final = "match"
ATTR_SEVERITY: Final = "severity"
ATTR_TICKET: Final = "ticket"
ATTR_URL: Final = "url"
SERVICE_ACKNOWLEDGE: Final = "acknowledge"
SERVICE_ESCALATE: Final = "escalate"
SERVICE_EXPLAIN: Final = "explain"
SERVICE_GET_TICKETS: Final = "get_tickets"
SERVICE_GRANT_OPT_IN: Final = "grant_opt_in"
SERVICE_RAISE_ALERT: Final = "raise_alert"
SERVICE_RELEASE: Final = "release"
SERVICE_RESOLVE: Final = "resolve"
SERVICE_RESOLVE_ALERT: Final = "resolve_alert"
SERVICE_REVOKE_OPT_IN: Final = "revoke_opt_in"
SERVICE_SEND_MESSAGE: Final = "send_message"
SERVICE_SEND_TEMPLATE: Final = "send_template"
SERVICE_SILENCE: Final = "silence"
SERVICE_UNSILENCE: Final = "unsilence"
MAX_SILENCE: Final = timedelta(days=7)

_ENTRY: dict[probatio.Marker, Any] = {
    probatio.Required(ATTR_CONFIG_ENTRY_ID): cv.string
}
ENTRY_SCHEMA = probatio.Schema(_ENTRY)
TICKET_SCHEMA = probatio.Schema(
    {**_ENTRY, probatio.Required(ATTR_TICKET): cv.positive_int}
)
_IDENTITY: dict[probatio.Marker, Any] = {
    **_ENTRY,
    probatio.Optional(ATTR_KEY): cv.string,
    probatio.Optional(ATTR_LABELS): {cv.string: cv.string},
    probatio.Optional(ATTR_SEVERITY): cv.string,
}
ALERT_SCHEMA = probatio.Schema(
    {
        **_IDENTITY,
        probatio.Required(ATTR_TITLE): cv.string,
        probatio.Optional(ATTR_MESSAGE): cv.string,
        probatio.Optional(ATTR_URL): cv.url,
        probatio.Optional(ATTR_ATTACHMENTS): probatio.All(
            probatio.EnsureList(), [cv.string]
        ),
        probatio.Optional(ATTR_CAMERA): cv.entity_id,
    }
)
RESOLVE_ALERT_SCHEMA = probatio.Schema(
    {**_IDENTITY, probatio.Optional(ATTR_TITLE): cv.string}
)
SILENCE_SCHEMA = probatio.Schema(
    {
        **_ENTRY,
        probatio.Required(ATTR_DURATION): probatio.All(
            cv.time_period,
            probatio.Range(min=timedelta(minutes=1), max=MAX_SILENCE),
        ),
        probatio.Exclusive(ATTR_TICKET, "what"): cv.positive_int,
        probatio.Exclusive(ATTR_MATCH, "what"): probatio.All(
            {cv.string: cv.string}, probatio.Length(min=1)
        ),
        probatio.Optional(ATTR_COMMENT, default=""): cv.string,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    answers, asks = SupportsResponse.OPTIONAL, SupportsResponse.ONLY
    for name, handler, schema, response in (
        (SERVICE_RAISE_ALERT, _async_raise_alert, ALERT_SCHEMA, answers),
        (SERVICE_RESOLVE_ALERT, _async_resolve_alert, RESOLVE_ALERT_SCHEMA, answers),
        (SERVICE_EXPLAIN, _async_explain, ALERT_SCHEMA, asks),
        (SERVICE_GET_TICKETS, _async_get_tickets, ENTRY_SCHEMA, asks),
        (SERVICE_ACKNOWLEDGE, _deed(Desk.acknowledge), TICKET_SCHEMA, answers),
        (SERVICE_ESCALATE, _deed(Desk.escalate), TICKET_SCHEMA, answers),
        (SERVICE_RELEASE, _deed(Desk.release), TICKET_SCHEMA, answers),
        (SERVICE_RESOLVE, _deed(Desk.resolve), TICKET_SCHEMA, answers),
    ):
        hass.services.async_register(
            DOMAIN, name, handler, schema, supports_response=response
        )
    for name, handler, schema in (
        (SERVICE_RELOAD, _async_reload, probatio.Schema({})),
        (SERVICE_SILENCE, _async_silence, SILENCE_SCHEMA),
        (SERVICE_UNSILENCE, _async_unsilence, ENTRY_SCHEMA),
    ):
        service.async_register_admin_service(hass, DOMAIN, name, handler, schema)
    _async_setup_entity_services(hass)


@callback
def _async_setup_entity_services(hass: HomeAssistant) -> None:
    """Register the actions whose target is a notify entity."""
    evidence: VolDictType = {probatio.Required(ATTR_EVIDENCE): cv.string}
    perhaps: VolDictType = {probatio.Optional(ATTR_EVIDENCE, default=""): cv.string}
    for name, func, fields, response, admin_only in (
        (SERVICE_SEND_MESSAGE, "async_send", MESSAGE_FIELDS, True, False),
        (SERVICE_SEND_TEMPLATE, "async_send", TEMPLATE_FIELDS, True, False),
        (SERVICE_GRANT_OPT_IN, "async_grant_opt_in", evidence, False, True),
        (SERVICE_REVOKE_OPT_IN, "async_revoke_opt_in", perhaps, False, True),
    ):
        service.async_register_platform_entity_service(
            hass,
            DOMAIN,
            name,
            admin_only=admin_only,
            entity_domain=NOTIFY_DOMAIN,
            schema=fields,
            func=func,
            supports_response=SupportsResponse.OPTIONAL
            if response
            else SupportsResponse.NONE,
        )


def _entry_of(call: ServiceCall) -> WaNotifyConfigEntry:
    """Return the entry that is meant.

    Raises ServiceValidationError if it is unknown or not loaded.
    """
    entry: WaNotifyConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data[ATTR_CONFIG_ENTRY_ID]
    )
    return entry


async def _async_raise_alert(call: ServiceCall) -> ServiceResponse:
    """Raise an alert; when this returns nothing of it can be lost."""
    entry = _entry_of(call)
    attachments = await _async_attachments(call)
    alert = alert_of(call.data, dt_util.utcnow(), attachments=attachments)
    with translated_errors():
        admissions = await entry.runtime_data.engine.ingest([alert])
    entry.runtime_data.board.async_request_look()
    if not any(one.ticket_id for one in admissions):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_rule",
            translation_placeholders={"title": call.data[ATTR_TITLE]},
        )
    return admitted(admissions)


async def _async_resolve_alert(call: ServiceCall) -> ServiceResponse:
    """Say that what was raised is over."""
    entry = _entry_of(call)
    named = call.data.get(ATTR_LABELS, {}).get(LABEL_NAME)
    if not (call.data.get(ATTR_KEY) or call.data.get(ATTR_TITLE) or named):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_identity"
        )
    now = dt_util.utcnow()
    alert = alert_of(call.data, now, status=AlertStatus.RESOLVED)
    with translated_errors():
        admissions = await entry.runtime_data.engine.ingest([alert])
    entry.runtime_data.board.async_request_look()
    return admitted(admissions)


async def _async_explain(call: ServiceCall) -> ServiceResponse:
    """Tell who would get what, in which form and why; nothing is stored or sent."""
    entry = _entry_of(call)
    alert = alert_of(call.data, dt_util.utcnow())
    with translated_errors():
        explanation = await entry.runtime_data.engine.desk.explain([alert])
    return explanation_of(explanation)


async def _async_get_tickets(call: ServiceCall) -> ServiceResponse:
    """Return the tickets that are not over."""
    entry = _entry_of(call)
    with translated_errors():
        overview = await entry.runtime_data.engine.desk.overview()
    return {"tickets": [ticket_of(ticket) for ticket in overview.tickets]}


def _deed(
    doing: Callable[..., Awaitable[Any]],
) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
    """Return the handler of an action that does something with a ticket."""

    async def async_do(call: ServiceCall) -> ServiceResponse:
        """Do it in the name of whoever calls."""
        entry = _entry_of(call)
        by = await async_actor(call.hass, entry, call.context)
        with translated_errors():
            deed = await doing(
                entry.runtime_data.engine.desk, call.data[ATTR_TICKET], by=by
            )
        return _told(entry, call, deed)

    return async_do


async def _async_silence(call: ServiceCall) -> None:
    """Mute a ticket, alerts with certain labels, or all of them."""
    entry = _entry_of(call)
    desk, span = entry.runtime_data.engine.desk, call.data[ATTR_DURATION]
    by = await async_actor(call.hass, entry, call.context)
    if number := call.data.get(ATTR_TICKET):
        with translated_errors():
            deed = await desk.hush(number, span, by=by)
        _told(entry, call, deed)
        return
    try:
        matchers = [
            parse_matcher(label, pattern)
            for label, pattern in call.data.get(ATTR_MATCH, {}).items()
        ]
    except re.error as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="bad_input",
            translation_placeholders={"error": str(err)},
        ) from err
    with translated_errors():
        await desk.silence(matchers, span, by=by, comment=call.data[ATTR_COMMENT])
    await entry.runtime_data.board.async_show()


async def _async_unsilence(call: ServiceCall) -> None:
    """End the silence of all alerts."""
    entry = _entry_of(call)
    by = await async_actor(call.hass, entry, call.context)
    with translated_errors():
        await entry.runtime_data.engine.desk.end_silence_of_all(by=by)
    await entry.runtime_data.board.async_show()


async def _async_reload(call: ServiceCall) -> None:
    """Read the YAML again; all entries obey it from then on."""
    config = await async_integration_yaml_config(
        call.hass, DOMAIN, raise_on_failure=True
    )
    call.hass.data[DATA_YAML] = (config or {}).get(DOMAIN) or {}
    for entry in call.hass.config_entries.async_loaded_entries(DOMAIN):
        with translated_errors():
            await async_adopt_rules(call.hass, entry)
        await entry.runtime_data.board.async_show()


async def _async_attachments(call: ServiceCall) -> tuple[MediaLink, ...]:
    """Return the files that go along with an alert."""
    found = [
        await async_media(call.hass, where)
        for where in call.data.get(ATTR_ATTACHMENTS, [])
    ]
    if camera := call.data.get(ATTR_CAMERA):
        found.append(await async_snapshot(call.hass, camera))
    return tuple(found)


def _told(entry: WaNotifyConfigEntry, call: ServiceCall, deed: Any) -> ServiceResponse:
    """Return what came of a deed.

    Raises ServiceValidationError if nothing did.
    """
    if deed is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_ticket",
            translation_placeholders={"ticket": str(call.data[ATTR_TICKET])},
        )
    if not deed.told:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="nothing_done",
            translation_placeholders={"why": deed.text},
        )
    entry.runtime_data.board.async_request_look()
    return {
        "ticket": deed.ticket.id,
        "state": deed.ticket.state.value,
        "text": deed.told,
    }
