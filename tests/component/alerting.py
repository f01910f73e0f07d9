"""Alerts of a home, and what becomes of them."""

from typing import Any

import pytest
from wa_notify.core.timeline import Entry, EntryKind

from homeassistant.exceptions import ServiceValidationError

from .home import Home
from .writing import ARRIVES

TWO_STEPS = {
    "receivers": {
        "oncall": {"to": ["ada"], "escalate": [{"after": "1h", "to": "bob"}]}
    },
    "rules": [
        {
            "name": "leaks",
            "match": {"room": "=~cellar|attic"},
            "receiver": "oncall",
            "template": {"name": "ops_notice", "parameters": ["{{ title }}"]},
            "free_form": "{{ title }}: {{ annotations.description }}",
        }
    ],
}


async def act(home: Home, action: str, **data: Any) -> Any:
    """Call an action and return its answer."""
    answer = await home.act(action, data, return_response=True)
    await home.forward(ARRIVES)
    return answer


async def raised(home: Home, **data: Any) -> int:
    """Raise an alert and return the number of its ticket."""
    answer = await act(home, "raise_alert", **{"title": "Water in the cellar", **data})
    [number] = answer["tickets"]
    return int(number)


async def refusal(home: Home, action: str, **data: Any) -> str | None:
    """Return why an action is refused because of what it was given."""
    with pytest.raises(ServiceValidationError) as error:
        await home.act(action, data)
    assert error.value.translation_domain == "wa_notify"
    return error.value.translation_key


async def timeline(home: Home, kind: EntryKind, number: int = 1) -> list[Entry]:
    """Return the lines of one kind in the timeline of a ticket."""
    story = await home.entry.runtime_data.engine.desk.story(number)
    assert story
    return [entry for entry in story.timeline if entry.kind is kind]
