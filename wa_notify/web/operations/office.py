"""What the operations work with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from wa_notify.engine import Engine
from wa_notify.ports import Clock
from wa_notify.web.health import Health
from wa_notify.web.standing import Standing
from wa_notify.whatsapp.account import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The rooms behind the desk. ``http`` asks WhatsApp what the engine does not ask.

    ``stir`` tells open pages that something of a topic has changed of which there is no news. ``behind`` is
    work that goes on after its request was answered, by what it is called, with what is known of it.
    """

    engine: Engine
    standing: Standing
    health: Health
    account: Account
    clock: Clock
    http: httpx.AsyncClient
    version: str
    stir: Callable[[str], None] = lambda _: None
    behind: dict[str, Any] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
