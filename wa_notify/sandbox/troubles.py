"""What may befall an account: news of it, a bad health status, messages held while a template is judged."""

from collections.abc import Mapping
from typing import Any

from .callbacks import management_payload
from .nodes import HEALTH
from .world import World

ENTITIES = ("PHONE_NUMBER", "WABA", "BUSINESS", "APP")


def announce(world: World, field: str, value: Mapping[str, Any]) -> None:
    """Send a callback of a management field."""
    now = world.clock()
    payload = management_payload(world.account, field, value, now)
    world.courier.announce(payload, now, line=world.account.waba_id, about=[field])
    world.note("announced", field=field)


def unwell(world: World, entity: str, state: str, error: Mapping[str, Any]) -> None:
    """Let the health status of an entity say so. Raises ValueError for an unknown entity or state."""
    if entity not in ENTITIES or state not in HEALTH:
        raise ValueError(f"Give one of {', '.join(ENTITIES)}, and one of {', '.join(HEALTH)}.")
    errors = {"errors": [dict(error)]} if error else {}
    world.account.unwell[entity] = {"can_send_message": state, **errors}
    world.note("health", entity=entity, state=state)


def pace(world: World, name: str, language: str) -> None:
    """Hold back messages of this template. Raises KeyError when there is none."""
    template = world.account.templates[name, language]
    world.account.pacing.append(f"{template.name}/{template.language}")
    world.note("pacing", name=name, language=language)


def judge(world: World, name: str, language: str, *, good: bool) -> int:
    """Release or drop what was held of this template; return how many messages."""
    world.account.pacing = [one for one in world.account.pacing if one != f"{name}/{language}"]
    world.note("judged", name=name, language=language, good=good)
    return world.network.judged((name, language), good=good)
