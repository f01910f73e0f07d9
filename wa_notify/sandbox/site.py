"""The sandbox's web application: its page, its controls, a provider's face, and the Graph behind the rest."""

from collections.abc import Collection
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from .answers import PlatformJSON
from .control import routes
from .dialog360 import Dialog360
from .graph import Graph
from .hosts import OwnNames
from .recording import Recording
from .world import World

PAGE = Path(__file__).parent / "page"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ASSETS = {path.name: TYPES[path.suffix] for path in sorted(PAGE.iterdir()) if path.suffix in TYPES}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def build_app(world: World, hosts: Collection[str] = ()) -> Starlette:
    """Return the application. `hosts`: further names under which page and controls may be asked for."""
    own = [Middleware(OwnNames, also=hosts)]
    controls = [*routes(world), Route("/page/{name}", _asset)]
    graph = Graph(world)
    recorded = Recording(graph, world.traffic, world.clock)
    provider = Recording(Dialog360(world, graph), world.traffic, world.clock)
    return Starlette(
        routes=[
            Route("/", _page, middleware=own),
            Mount("/_sandbox", routes=controls, middleware=own),
            Mount("/360dialog", provider),
            Route("/{path:path}", recorded),
        ],
        exception_handlers={HTTPException: _unknown},
    )


async def _page(_request: Request) -> Response:
    return Response((PAGE / "index.html").read_bytes(), media_type="text/html", headers=PAGE_HEADERS)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in ASSETS:
        raise HTTPException(404)
    return Response((PAGE / name).read_bytes(), media_type=ASSETS[name], headers=PAGE_HEADERS)


async def _unknown(request: Request, error: Exception) -> Response:
    """Answer for a control path or verb that does not exist; the Graph answers for itself."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlatformJSON(
        {"error": f"{request.method} {request.url.path} is no control of the sandbox."}, status
    )
