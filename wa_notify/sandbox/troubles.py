"""What may befall an account: news of it, bad health, the end of a token, messages held by pacing."""

from collections.abc import Mapping
from typing import Any

from .account import HEALTH, Account
from .tokens import Token
from .world import World

ENTITIES = ("PHONE_NUMBER", "WABA", "BUSINESS", "APP")


def announce(world: World, account: Account, field: str, value: Mapping[str, Any]) -> None:
    """Send a callback of a management field."""
    world.announce(field, value, world.clock(), account=account)
    world.note("announced", field=field)


def unwell(world: World, account: Account, entity: str, state: str, error: Mapping[str, Any]) -> None:
    """Let the health status of an entity say so. Raises ValueError for an unknown entity or state."""
    if entity not in ENTITIES or state not in HEALTH:
        raise ValueError(f"Give one of {', '.join(ENTITIES)}, and one of {', '.join(HEALTH)}.")
    errors = {"errors": [dict(error)]} if error else {}
    account.unwell[entity] = {"can_send_message": state, **errors}
    world.note("health", entity=entity, state=state)


def note_token(world: World, account: Account, token: Token) -> None:
    """Write down how a token is from now on, but for its text."""
    ends_at = token.ends_at and token.ends_at.isoformat()
    scopes = sorted(token.scopes)
    world.note("token", waba=account.waba_id, scopes=scopes, ends_at=ends_at, ends_as=token.ends_as.value)


def pace(world: World, account: Account, name: str, language: str) -> None:
    """Hold back messages of this template. Raises KeyError when there is none."""
    template = account.templates[name, language]
    account.pacing.append(f"{template.name}/{template.language}")
    world.note("pacing", name=name, language=language)


def judge(world: World, account: Account, name: str, language: str, *, good: bool) -> int:
    """Release or drop what was held of this template; return how many messages. Raises KeyError."""
    template = account.templates[name, language]
    world.note("judged", name=name, language=language, good=good)
    return world.reviewers.pacing.judge(account, template, good=good)
