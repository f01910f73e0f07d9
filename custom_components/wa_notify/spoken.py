"""What the fields of an action say, as a message."""

from collections.abc import Mapping
from typing import Any, Final

import probatio
from wa_notify.core.enclosed import LinkButton, MediaKind, MediaLink, Place
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.message import Button, TextMessage

from homeassistant.components.notify import ATTR_MESSAGE, ATTR_TITLE
from homeassistant.const import CONF_LATITUDE, CONF_LONGITUDE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType

from .const import DOMAIN
from .errors import translated_errors
from .media import async_media, async_snapshot
from .sending import Message, wish_of

ATTR_BUTTONS: Final = "buttons"
ATTR_CAMERA: Final = "camera"
ATTR_HEADER: Final = "header"
ATTR_KEY: Final = "key"
ATTR_LINK: Final = "link"
ATTR_LINK_TITLE: Final = "link_title"
ATTR_LOCATION: Final = "location"
ATTR_PARAMETERS: Final = "parameters"
ATTR_TEMPLATE: Final = "template"
ATTR_URL_SUFFIX: Final = "url_suffix"
FILES: Final = {kind.value: kind for kind in MediaKind if kind is not MediaKind.STICKER}
MAX_BUTTONS: Final = 3

_PLACE = probatio.Schema(
    {
        probatio.Required(CONF_LATITUDE): cv.latitude,
        probatio.Required(CONF_LONGITUDE): cv.longitude,
    },
    extra=probatio.REMOVE_EXTRA,
)
_BESIDE: VolDictType = {
    **{probatio.Optional(kind): cv.string for kind in FILES},
    probatio.Optional(ATTR_CAMERA): cv.entity_id,
    probatio.Optional(ATTR_KEY): cv.string,
}
TEMPLATE_FIELDS: Final[VolDictType] = {
    probatio.Required(ATTR_TEMPLATE): cv.string,
    probatio.Optional(ATTR_PARAMETERS, default=list): probatio.Any(
        {cv.string: cv.string}, probatio.All(probatio.EnsureList(), [cv.string])
    ),
    probatio.Optional(ATTR_HEADER): cv.string,
    probatio.Optional(ATTR_URL_SUFFIX): cv.string,
    probatio.Optional(ATTR_MESSAGE): cv.string,
    **_BESIDE,
}
MESSAGE_FIELDS: Final[VolDictType] = {
    probatio.Optional(ATTR_MESSAGE): cv.string,
    probatio.Optional(ATTR_TITLE): cv.string,
    probatio.Optional(ATTR_BUTTONS): probatio.All(
        probatio.EnsureList(), [cv.string], probatio.Length(max=MAX_BUTTONS)
    ),
    probatio.Optional(ATTR_LINK): cv.url,
    probatio.Optional(ATTR_LINK_TITLE): cv.string,
    probatio.Optional(ATTR_LOCATION): _PLACE,
    **_BESIDE,
}
# The data of an old notify action: everything that either of the new ones takes
LEGACY_SCHEMA: Final = probatio.Schema(
    {
        **MESSAGE_FIELDS,
        **{
            probatio.Optional(str(marker)): check
            for marker, check in TEMPLATE_FIELDS.items()
        },
    }
)


def legacy_fields(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the fields of an old notify action, checked.

    Raises ServiceValidationError.
    """
    try:
        fields: Mapping[str, Any] = LEGACY_SCHEMA(data)
    except probatio.Invalid as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="bad_input",
            translation_placeholders={"error": str(err)},
        ) from err
    return fields


async def async_message(hass: HomeAssistant, data: Mapping[str, Any]) -> Message:
    """Return what the fields say.

    Raises ServiceValidationError for what can be no message.
    """
    with translated_errors():
        message = Message(
            text=data.get(ATTR_MESSAGE, ""),
            title=data.get(ATTR_TITLE, ""),
            buttons=tuple(data.get(ATTR_BUTTONS, ())),
            link=_link(data),
            media=await _async_file(hass, data),
            place=_place(data),
            template=wish_of(
                data[ATTR_TEMPLATE],
                data.get(ATTR_PARAMETERS, []),
                header=data.get(ATTR_HEADER),
                link=data.get(ATTR_URL_SUFFIX),
            )
            if ATTR_TEMPLATE in data
            else None,
        )
        _check(message)
    return message


def _check(message: Message) -> None:
    """Refuse what WhatsApp would refuse, or show without a part of it.

    Raises MessageMisfit.
    """
    words = message.text.strip() or message.title.strip()
    if message.buttons:
        TextMessage(
            body=words,
            buttons=tuple(Button(payload=one, title=one) for one in message.buttons),
        )
    if not (words or message.media or message.place or message.template):
        raise MessageMisfit("There is nothing to say.")
    beside = [one for one in (message.buttons, message.link, message.place) if one]
    if len(beside) > 1 or (message.place and message.media):
        raise MessageMisfit(
            "It takes one of buttons, a link and a place, and a place goes without a file."
        )
    if message.media and message.media.kind is MediaKind.AUDIO:
        if beside or (words and not message.template):
            raise MessageMisfit("A recording goes without words; send them before it.")


async def _async_file(hass: HomeAssistant, data: Mapping[str, Any]) -> MediaLink | None:
    """Return the file that goes along."""
    given = [name for name in (*FILES, ATTR_CAMERA) if name in data]
    if len(given) > 1:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="several_files"
        )
    if not given:
        return None
    if given[0] == ATTR_CAMERA:
        return await async_snapshot(hass, data[ATTR_CAMERA])
    return await async_media(hass, data[given[0]], FILES[given[0]])


def _link(data: Mapping[str, Any]) -> LinkButton | None:
    """Return the button that opens a page."""
    if ATTR_LINK not in data:
        return None
    return LinkButton(title=data.get(ATTR_LINK_TITLE, "Open"), url=data[ATTR_LINK])


def _place(data: Mapping[str, Any]) -> Place | None:
    """Return the place on the map, which has the words below it."""
    if (place := data.get(ATTR_LOCATION)) is None:
        return None
    words = [one for name in (ATTR_TITLE, ATTR_MESSAGE) if (one := data.get(name))]
    name, address = [*words, "", ""][:2]
    return Place(
        latitude=place[CONF_LATITUDE],
        longitude=place[CONF_LONGITUDE],
        name=name,
        address=address,
    )
