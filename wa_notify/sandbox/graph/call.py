"""One request to the Graph, taken apart."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from wa_notify.sandbox.account import Account, Line
from wa_notify.sandbox.answers import json_object
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.world import World

OLDEST_VERSION, NEWEST_VERSION = 21, 26
PATH = re.compile(r"/v(\d{1,3})\.0/([^/]+)(?:/([^/]+))?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, taken apart.

    account: whose token it carries. fate: what an accepted message shall meet later, on demand.
    """

    world: World
    account: Account
    version: int
    object_id: str
    edge: str
    request: Request
    fate: Refusal | None = None

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters behind the path, the last one where a name is repeated."""
        return dict(self.request.query_params)

    @property
    def line(self) -> Line:
        """The number that the path names. Raises Refused when it is none of the account's."""
        found = self.world.portfolio.line(self.object_id)
        if found is None or found.account is not self.account:
            raise Refused(Refusal.OBJECT_UNKNOWN, f"Object with ID '{self.object_id}'.")
        return found

    @property
    def url(self) -> str:
        """The request's address without token and cursors, for links to further pages."""
        kept = {
            key: value for key, value in self.query.items() if key not in ("access_token", "after", "before")
        }
        bare = str(self.request.url.replace(query=""))
        return f"{bare}?{urlencode(kept)}" if kept else bare

    async def body(self) -> Mapping[str, Any]:
        """Return the body, a JSON object. Raises Refused."""
        try:
            return await json_object(self.request)
        except ValueError as error:
            raise Refused(Refusal.JSON_MALFORMED, f"The body could not be read: {error}") from error

    async def body_or_query(self) -> Mapping[str, Any]:
        """Return the body, or the parameters behind the path when there is none: the Graph takes both."""
        return await self.body() if await self.request.body() else self.query


Handler = Callable[[Call], Awaitable[dict[str, Any]]]
# Kind of object and edge behind its id ("" for the object itself), to the handlers of its verbs.
Operations = Mapping[tuple[str, str], Mapping[str, Handler]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Version, id and edge of a path."""

    version: int
    object_id: str
    edge: str


def taken_apart(path: str) -> Path:
    """Read a path. An expired version is served as the oldest live one (our deduction). Raises Refused."""
    match = PATH.fullmatch(path)
    if match is None or int(match[1]) > NEWEST_VERSION:
        raise Refused(Refusal.PATH_UNKNOWN, path)
    return Path(version=max(int(match[1]), OLDEST_VERSION), object_id=match[2], edge=match[3] or "")
