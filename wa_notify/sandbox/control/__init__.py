"""The sandbox's own controls under `/_sandbox/`: look at everything, act as the people, bend the rules.

An operation is a row (verb, path, what it takes, what it does); each topic lists its own, and `OPERATIONS`
joins them. A path is a thing, and a person, template or number has its own below `/phones`, `/templates` or
`/numbers`; GET shows it, POST changes it and answers how it is then. A field `business` is the id of a
business number, the parameter `waba` that of an account; both are the first where they are not said.

- the rows: `reading` (what a body may say), `operation` (a row, and how it becomes a route), `answered` (what
  comes back), `openapi`
- looking: `look`; as the people: `people`, `files` (that they send)
- as the platform: `weather` (callbacks, faults, the clock), `templates` (reviewers), `accounts` (tier,
  throughput, news, health), `standing` (measures, quality, names), `access` (tokens, quotas, registration),
  `sending` (what an account may send)
- a whole world: `scenarios`
"""

from collections.abc import Mapping
from typing import Any

from starlette.routing import Route

from wa_notify.sandbox.world import World

from . import access, accounts, files, look, people, scenarios, sending, standing, templates, weather
from .openapi import described
from .operation import Asked, Operation, route_of


async def openapi(_asked: Asked) -> dict[str, Any]:
    """Describe the controls in OpenAPI 3.1."""
    return described(OPERATIONS)


OPERATIONS: tuple[Operation, ...] = (
    Operation(verb="GET", path="/openapi.json", act=openapi),
    *look.OPERATIONS,
    *people.OPERATIONS,
    *files.OPERATIONS,
    *weather.OPERATIONS,
    *templates.OPERATIONS,
    *accounts.OPERATIONS,
    *access.OPERATIONS,
    *sending.OPERATIONS,
    *standing.OPERATIONS,
    *scenarios.OPERATIONS,
)

# What the script of a scenario can do: everything that changes something, but for what is the host's to do.
HOSTS = frozenset({"move_clock", "subscribe", "load_scenario"})
VERBS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in OPERATIONS
    if operation.verb != "GET" and operation.name not in HOSTS
}


def routes(world: World) -> list[Route]:
    """Return the routes of all operations around one world, relative to where they are mounted."""
    return [route_of(operation, world) for operation in OPERATIONS]
