"""Controls for what may befall an account: `/announce`, `/health` and `/pacing/{name}/{language}`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import PlatformJSON, json_object
from .control import guarded
from .control_input import BadInput, among, flag, mapping, read, text, whole
from .nodes import HEALTH
from .troubles import ENTITIES, announce, judge, pace, unwell
from .world import World

HEALTH_FIELDS = {
    "entity": among(ENTITIES),
    "state": among(HEALTH),
    "error_code": whole(0, 10_000_000),
    "error_description": text,
    "possible_solution": text,
}


class TroubleControl:
    """The endpoints, around one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, relative to where they are mounted."""
        return [
            Route("/announce", guarded(self.announce), methods=["POST"]),
            Route("/health", guarded(self.health), methods=["POST"]),
            Route("/pacing/{name}/{language}", guarded(self.pacing), methods=["POST"]),
        ]

    async def announce(self, request: Request) -> Response:
        """Send a callback of a management field."""
        values = read(await json_object(request), {"field": text, "value": mapping})
        if set(values) != {"field", "value"}:
            raise BadInput("Give field and value.")
        announce(self._world, values["field"], values["value"])
        return PlatformJSON(values)

    async def health(self, request: Request) -> Response:
        """Change what the health status says of an entity."""
        values = read(await json_object(request), HEALTH_FIELDS)
        entity, state = values.pop("entity", ""), values.pop("state", "BLOCKED")
        if not entity:
            raise BadInput(f"Give entity: {', '.join(ENTITIES)}.")
        unwell(self._world, entity, state, values)
        return PlatformJSON({"unwell": self._world.account.unwell})

    async def pacing(self, request: Request) -> Response:
        """Hold back messages of a template; `good` true or false releases or drops them."""
        values = read(await json_object(request), {"good": flag})
        name, language = request.path_params["name"], request.path_params["language"]
        if (name, language) not in self._world.account.templates:
            return PlatformJSON({"error": f"There is no template {name} in {language}."}, 404)
        if "good" in values:
            return PlatformJSON({"messages": judge(self._world, name, language, good=values["good"])})
        pace(self._world, name, language)
        return PlatformJSON({"pacing": True})
