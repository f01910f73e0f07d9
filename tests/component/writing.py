"""Writing to people of a home, and what they write themselves."""

from typing import Any, Final

import pytest

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError

from .home import Home

ARRIVES: Final = 5  # seconds
PICTURE: Final = b"\xff\xd8\xff\xe0" + bytes(64)  # the beginning of a JPEG


async def say(home: Home, text: str, who: str = "notify.ada", **more: Any) -> None:
    """Send with notify.send_message, and let it arrive."""
    data = {"entity_id": who, "message": text, **more}
    await home.hass.services.async_call("notify", "send_message", data, blocking=True)
    await home.forward(ARRIVES)


async def call(home: Home, action: str, text: str, **more: Any) -> None:
    """Send with a notify action of old, and let it arrive."""
    await home.hass.services.async_call(
        "notify", action, {"message": text, **more}, blocking=True
    )
    await home.forward(ARRIVES)


async def send(
    home: Home, action: str, who: str | list[str] = "notify.ada", **data: Any
) -> Any:
    """Send with an action of the integration, let it arrive, and return its answer."""
    answer = await home.hass.services.async_call(
        "wa_notify",
        action,
        {"entity_id": who, **data},
        blocking=True,
        return_response=True,
    )
    await home.forward(ARRIVES)
    return answer


async def consent(
    home: Home,
    action: str = "grant_opt_in",
    who: str = "notify.bob",
    evidence: str = "Signed",
    context: Context | None = None,
) -> None:
    """Record whether somebody agreed to be written to."""
    await home.hass.services.async_call(
        "wa_notify",
        action,
        {"entity_id": who, "evidence": evidence},
        blocking=True,
        context=context,
    )
    await home.settle()


async def write(home: Home, text: str = "Hello") -> None:
    """Let Ada write, which opens her window."""
    home.ada.reply(text)
    await home.forward(ARRIVES)


async def refused(home: Home, action: str = "send_message", **data: Any) -> str | None:
    """Return why nothing is sent."""
    with pytest.raises(HomeAssistantError) as error:
        await send(home, action, **data)
    assert error.value.translation_domain == "wa_notify"
    await home.forward(ARRIVES)
    assert not [one for one in home.ada.messages if one.direction == "out"]
    return error.value.translation_key
