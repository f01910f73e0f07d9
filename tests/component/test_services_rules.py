"""Actions that change things for everybody: silences, rules, and who may do that."""

from typing import Any
from unittest.mock import patch

import probatio
import pytest
from wa_notify.core.timeline import EntryKind

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import (
    ConfigValidationError,
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)

from .alerting import TWO_STEPS, act, raised, refusal, timeline
from .home import Home
from .registered import value


@pytest.mark.parametrize(
    ("what", "quiet"),
    [
        ({}, ["Leak", "Fire"]),
        ({"match": {"severity": "=~warning|info"}}, ["Leak"]),
        ({"match": {"alertname": "!=Leak"}}, ["Fire"]),
    ],
)
async def test_silence(home: Home, what: dict[str, Any], quiet: list[str]) -> None:
    """All alerts can be muted, or those with certain labels."""
    await home.act("silence", {"duration": {"minutes": 30}, "comment": "Tests", **what})
    await act(home, "raise_alert", title="Leak", severity="warning")
    await act(home, "raise_alert", title="Fire", severity="critical")
    await home.forward(60)
    heard = "\n".join(home.shown(home.ada))
    assert [title for title in ("Leak", "Fire") if title not in heard] == quiet
    await home.forward(31 * 60)
    heard = "\n".join(home.shown(home.ada))
    assert "Leak" in heard
    assert "Fire" in heard


async def test_silence_of_a_ticket(home: Home) -> None:
    """A ticket can be muted by its number."""
    number = await raised(home)
    await home.act("silence", {"duration": "04:00:00", "ticket": number})
    [entry] = await timeline(home, EntryKind.SILENCED)
    assert entry.actor == "Home Assistant"
    before = len(home.ada.messages)
    await home.forward(3600)
    assert len(home.ada.messages) == before
    assert value(home, "switch", "silence") == "off"
    assert await refusal(home, "silence", duration="01:00:00", ticket=7) == "no_ticket"


async def test_unsilence(home: Home) -> None:
    """The silence of everything can be ended."""
    await home.act("silence", {"duration": {"hours": 1}})
    assert value(home, "switch", "silence") == "on"
    await home.act("unsilence")
    assert value(home, "switch", "silence") == "off"


async def test_silence_of_no_pattern(home: Home) -> None:
    """A pattern that cannot be read is told."""
    data = {"duration": "01:00:00", "match": {"room": "=~["}}
    assert await refusal(home, "silence", **data) == "bad_input"


@pytest.mark.parametrize(
    "data",
    [
        {"duration": {"seconds": 10}},
        {"duration": {"days": 8}},
        {"duration": {"hours": 1}, "match": {}},
        {"duration": {"hours": 1}, "match": {"room": "cellar"}, "ticket": 1},
    ],
)
async def test_silence_that_nobody_can_mean(home: Home, data: dict[str, Any]) -> None:
    """A silence lasts a minute to a week; an empty choice does not mute everything."""
    with pytest.raises(probatio.Invalid):
        await home.act("silence", data)


# Rules and rights


async def test_reload(home: Home) -> None:
    """The rules of the YAML hold from the moment they are read again."""
    with patch(
        "homeassistant.config.load_yaml_config_file",
        return_value={"wa_notify": TWO_STEPS},
    ):
        await home.hass.services.async_call("wa_notify", "reload", blocking=True)
    number = await raised(home, labels={"room": "cellar"})
    [ticket] = (await act(home, "get_tickets"))["tickets"]
    assert (ticket["ticket"], ticket["rule"]) == (number, "leaks")


async def test_reload_of_no_mapping(home: Home) -> None:
    """What cannot be the configuration of the integration is refused as a whole."""
    with (
        patch(
            "homeassistant.config.load_yaml_config_file",
            return_value={"wa_notify": ["rules"]},
        ),
        pytest.raises(ConfigValidationError),
    ):
        await home.hass.services.async_call("wa_notify", "reload", blocking=True)


@pytest.mark.parametrize("config", [{}, {"wa_notify": None}])
async def test_reload_of_nothing(home: Home, config: dict[str, Any]) -> None:
    """Without any YAML the usual rule holds."""
    with patch("homeassistant.config.load_yaml_config_file", return_value=config):
        await home.hass.services.async_call("wa_notify", "reload", blocking=True)
    await raised(home)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("reload", {}),
        ("silence", {"config_entry_id": "", "duration": "01:00:00"}),
        ("unsilence", {"config_entry_id": ""}),
        ("grant_opt_in", {"entity_id": "notify.bob", "evidence": "Signed"}),
        ("revoke_opt_in", {"entity_id": "notify.ada"}),
    ],
)
async def test_only_for_administrators(
    home: Home, hass_read_only_user: User, action: str, data: dict[str, Any]
) -> None:
    """What changes things for everybody takes an administrator."""
    if "config_entry_id" in data:
        data = {**data, "config_entry_id": home.entry.entry_id}
    with pytest.raises(Unauthorized):
        await home.hass.services.async_call(
            "wa_notify",
            action,
            data,
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )


async def test_entry_that_is_not_loaded(home: Home) -> None:
    """The entry has to be there, and loaded."""
    with pytest.raises(ServiceValidationError):
        await home.act("get_tickets", {"config_entry_id": "unknown"})
    await home.hass.config_entries.async_unload(home.entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await home.act("raise_alert", {"title": "Leak"})


async def test_database_fails(home: Home) -> None:
    """An alert that could not be kept was not raised, and that is told."""
    await home.hass.async_add_executor_job(home.entry.runtime_data.store.close)
    with pytest.raises(HomeAssistantError) as error:
        await home.act("raise_alert", {"title": "Leak"})
    assert error.value.translation_key == "database"
