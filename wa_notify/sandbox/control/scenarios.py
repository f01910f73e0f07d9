"""Scenarios: those of the library, one to load, and the present world as one to keep."""

from typing import Any

from starlette.responses import Response

from wa_notify.sandbox.scenarios import catalogue
from wa_notify.sandbox.scenarios.loading import load
from wa_notify.sandbox.scenarios.places import MOST_BYTES
from wa_notify.sandbox.scenarios.reading import read_scenario
from wa_notify.sandbox.scenarios.saving import save
from wa_notify.sandbox.view import state_view

from .operation import Asked, Operation
from .reading import BadInput, Reader, exactly_one, text


def _whole_text(given: Any) -> str:
    if not isinstance(given, str) or len(given) > MOST_BYTES:
        raise BadInput(f"must be a text of at most {MOST_BYTES} characters")
    return given


LOAD_FIELDS = {"name": text, "yaml": Reader(_whole_text, {"type": "string", "maxLength": MOST_BYTES})}


async def scenarios(asked: Asked) -> dict[str, Any]:
    """Show the scenarios of the library: name, and what each shows."""
    read = [catalogue.named(name, asked.world.verbs) for name in catalogue.names()]
    return {"scenarios": [{"name": one.name, "about": one.about} for one in read]}


async def load_scenario(asked: Asked) -> dict[str, Any]:
    """Begin anew with a scenario: `name` of the library, or `yaml` with the text of one."""
    world = asked.world
    if exactly_one(asked.values, LOAD_FIELDS) == "name":
        load(world, catalogue.named(asked.values["name"], world.verbs))
    else:
        load(world, read_scenario(asked.values["yaml"], file="scenario", verbs=world.verbs))
    return state_view(world)


async def save_scenario(asked: Asked) -> Response:
    """Return the present world as the YAML text of a scenario."""
    return Response(save(asked.world).encode(), media_type="application/yaml")


OPERATIONS = (
    Operation(verb="GET", path="/scenarios", act=scenarios),
    Operation(verb="GET", path="/scenario", act=save_scenario, answers="application/yaml"),
    Operation(verb="POST", path="/scenario", act=load_scenario, takes=LOAD_FIELDS),
)
