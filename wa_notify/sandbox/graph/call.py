"""One request to the Graph, taken apart."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from wa_notify.sandbox.account import Account, Line
from wa_notify.sandbox.refusals import Refusal, Refused
from wa_notify.sandbox.world import World

from .bodies import CREDENTIALS, body_of
from .callers import Caller


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, taken apart.

    caller: whose token it carries. fate: what an accepted message shall meet later, on demand.
    """

    world: World
    caller: Caller
    version: int
    object_id: str
    edge: str
    request: Request
    fate: Refusal | None = None

    @property
    def account(self) -> Account:
        """The account whose token it carries."""
        return self.caller.account

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
        dropped = {*CREDENTIALS, "after", "before"}
        kept = {key: value for key, value in self.query.items() if key not in dropped}
        bare = str(self.request.url.replace(query=""))
        return f"{bare}?{urlencode(kept)}" if kept else bare

    async def body(self) -> Mapping[str, Any]:
        """Return the body, a JSON object or a form. Raises Refused."""
        return await body_of(self.request)

    async def body_or_query(self) -> Mapping[str, Any]:
        """Return the body, or the parameters behind the path when there is none: the Graph takes both."""
        if await self.request.body():
            return await self.body()
        return {name: value for name, value in self.query.items() if name not in CREDENTIALS}


Handler = Callable[[Call], Awaitable[dict[str, Any]]]
# Kind of object and edge behind its id ("" for the object itself), to the handlers of its verbs.
Operations = Mapping[tuple[str, str], Mapping[str, Handler]]
