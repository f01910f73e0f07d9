"""Diagnostics of the WhatsApp Notify integration: no secret, no number, no name, no text."""

from collections import Counter
from typing import Any

from wa_notify import __version__
from wa_notify.engine import Overview, PersonStanding

from homeassistant.core import HomeAssistant

from .models import WaNotifyConfigEntry


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: WaNotifyConfigEntry
) -> dict[str, Any]:
    """Return how everything stands, in numbers and in words of our own."""
    data = entry.runtime_data
    overview, book = data.board.overview, data.engine.book
    watch = data.engine.watch
    number = data.coordinator.data.number if data.coordinator.data else None
    return {
        "library": __version__,
        "options": sorted(entry.options),
        "rules": len(book.rules),
        "receivers": len(book.receivers),
        "recipients": [_recipient(one, overview) for one in overview.people.values()],
        "tickets": {state.value: n for state, n in overview.counts.tickets.items()},
        "outbox": {state.value: n for state, n in overview.counts.items.items()},
        "oldest_due_at": overview.counts.oldest_due_at,
        "reach": {
            "used": overview.limits.reach.used,
            "limit": overview.limits.reach.limit,
            "reserve": overview.limits.reach.reserve,
        },
        "pace": overview.limits.pace,
        "troubles": [
            {"scope": one.scope, "cause": one.cause, "effect": one.effect}
            for one in overview.troubles
        ],
        "templates": dict(
            Counter(f"{one.category}/{one.status}" for one in overview.templates)
        ),
        "number": number
        and {"quality": number.quality, "status": number.status, "limit": number.limit},
        "whatsapp_silent_since": watch.unreachable_since,
        "called_at": watch.called_at,
        "unheard_since": overview.unheard_since,
        "ledger_broken": watch.ledger_break is not None,
    }


def _recipient(person: PersonStanding, overview: Overview) -> dict[str, Any]:
    """Return how a person stands, and nothing of who it is."""
    return {
        "opted_in": person.objection is None,
        "objection": person.objection,
        "window_open": person.window.is_open(overview.at),
        "language": person.recipient.language,
    }
