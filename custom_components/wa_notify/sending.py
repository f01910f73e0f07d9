"""Messages by hand: what is to be said, put into the outbox for each person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
import secrets
from typing import Any

from wa_notify.config import check_in_wish, message_wish
from wa_notify.core.enclosed import LinkButton, MediaLink, Place
from wa_notify.core.languages import chain
from wa_notify.core.message import Button
from wa_notify.core.outbox import Intent
from wa_notify.core.reply import OWN_BUTTON
from wa_notify.core.situation import Drop, Send
from wa_notify.core.template import TemplateShape, TemplateWish, choose

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from .const import (
    CHECK_IN_TEMPLATE,
    CONF_ALERT_TEMPLATE,
    CONF_LANGUAGE,
    CONF_MESSAGE_TEMPLATE,
    DEFAULT_ALERT_TEMPLATE,
    DEFAULT_MESSAGE_TEMPLATE,
    DOMAIN,
)
from .errors import refused, translated_errors
from .models import WaNotifyConfigEntry

# What waited longer comes too late, as with rules
TTL = timedelta(hours=4)
SHIFT = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What somebody wants to say.

    It leaves as free-form text while the window of the person is open, else as the
    template.
    """

    text: str = ""
    title: str = ""
    buttons: tuple[str, ...] = ()
    link: LinkButton | None = None
    media: MediaLink | None = None
    place: Place | None = None
    template: TemplateWish | None = None

    @property
    def is_text(self) -> bool:
        """Return whether it is words, which some template can carry."""
        return bool(self.text or self.title) and self.template is None


async def async_send(
    entry: WaNotifyConfigEntry, who: str, message: Message, *, key: str | None = None
) -> dict[str, Any]:
    """Put a message for one person into the outbox; tell how it will leave.

    A file that no template carries follows once the person has replied. With a key
    that the person's messages had before nothing is added. Raises HomeAssistantError
    if nobody will get it.
    """
    name = f"{key}/{who}" if key else secrets.token_hex(8)
    if message.media and message.is_text and not _is_window_open(entry, who):
        sent = await _async_put(entry, who, replace(message, media=None), name)
        await _async_put(entry, who, Message(media=message.media), f"{name}/file")
        return sent
    return await _async_put(entry, who, message, name)


def _is_window_open(entry: WaNotifyConfigEntry, who: str) -> bool:
    """Return whether anything may be written to somebody now."""
    person = entry.runtime_data.board.overview.people.get(who)
    return person is not None and person.window.is_open(dt_util.utcnow())


async def _async_put(
    entry: WaNotifyConfigEntry, who: str, message: Message, name: str
) -> dict[str, Any]:
    """Put a message into the outbox under this name."""
    with translated_errors():
        intent = _intent(entry, message)
        put = await entry.runtime_data.engine.desk.say(who, intent, key=name, ttl=TTL)
    if isinstance(put.decision, Drop):
        raise refused(put.recipient.spoken, put.decision.reason, put.decision.detail)
    entry.runtime_data.board.async_request_look()
    return {
        "item": put.item.id if put.item else None,
        "known": put.known,
        "form": put.decision.message.form.value
        if isinstance(put.decision, Send)
        else None,
        "reason": put.decision.reason.value if put.decision else None,
    }


async def async_send_to_all(
    entry: WaNotifyConfigEntry,
    names: Iterable[str],
    message: Message,
    *,
    key: str | None = None,
) -> dict[str, Any]:
    """Send to everybody behind these names; the first refusal is raised after all were tried."""
    with translated_errors():
        people = await entry.runtime_data.engine.desk.people_behind(names)
    if not people:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="nobody"
        )
    sent: dict[str, Any] = {}
    refusals = []
    for person in people:
        try:
            sent[person] = await async_send(entry, person, message, key=key)
        except HomeAssistantError as err:
            refusals.append(err)
    if refusals:
        raise refusals[0]
    return sent


async def async_check_in(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, who: str
) -> None:
    """Ask somebody for a sign of life."""
    shape = template_of(entry, CHECK_IN_TEMPLATE)
    until = dt_util.as_local(dt_util.utcnow() + SHIFT)
    if shape is None or not (
        wish := check_in_wish(shape, hass.config.location_name, f"{until:%d %b %H:%M}")
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_check_in_template",
            translation_placeholders={"template": CHECK_IN_TEMPLATE},
        )
    await async_send(entry, who, Message(template=wish))


def wish_of(
    name: str,
    parameters: list[str] | Mapping[str, str],
    *,
    header: str | None = None,
    link: str | None = None,
) -> TemplateWish:
    """Return a template with its blanks filled, in order or by name."""
    body = (
        tuple(parameters.items())
        if isinstance(parameters, Mapping)
        else tuple(("", text) for text in parameters)
    )
    return TemplateWish(name=name, header=header, body=body, url_suffix=link)


def template_of(entry: WaNotifyConfigEntry, name: str) -> TemplateShape | None:
    """Return a template of the account in the language that suits best."""
    known = entry.runtime_data.board.overview.templates
    shapes = [shape for shape in known if shape.name == name]
    wanted = chain(entry.options.get(CONF_LANGUAGE, ""))
    return choose(shapes, wanted) or next(iter(shapes), None)


def usual_templates(entry: WaNotifyConfigEntry) -> dict[str, str]:
    """Return the template that each option names, or else the starter pack's."""
    options = entry.options
    return {
        CONF_ALERT_TEMPLATE: options.get(CONF_ALERT_TEMPLATE) or DEFAULT_ALERT_TEMPLATE,
        CONF_MESSAGE_TEMPLATE: options.get(CONF_MESSAGE_TEMPLATE)
        or DEFAULT_MESSAGE_TEMPLATE,
    }


def _intent(entry: WaNotifyConfigEntry, message: Message) -> Intent:
    """Return the message as the outbox keeps it."""
    title, text = message.title.strip(), message.text.strip()
    words = "\n".join(part for part in (title and f"*{title}*", text) if part)
    template, beside = message.template, message.place or message.link
    if template:
        template = replace(template, file=message.media, place=message.place)
    by_itself = words or not template
    return Intent(
        template=template or _usual_template(entry, title, text, beside),
        free_form=words or None,
        buttons=tuple(
            Button(payload=f"{OWN_BUTTON}{one}", title=one) for one in message.buttons
        ),
        media=message.media if by_itself else None,
        enclosed=beside if by_itself else None,
    )


def _usual_template(
    entry: WaNotifyConfigEntry, title: str, text: str, beside: Place | LinkButton | None
) -> TemplateWish | None:
    """Return the template by which words leave while the window is closed.

    It has no map and no button, so those are put into words.
    """
    if not text:
        title, text = "", title
    shape = template_of(entry, usual_templates(entry)[CONF_MESSAGE_TEMPLATE])
    if shape is None or not text:
        return None
    if isinstance(beside, Place):
        text = f"{text} ({beside.latitude}, {beside.longitude})"
    elif beside:
        text = f"{text} {beside.url}"
    return message_wish(shape, title, text)
