"""One control of the sandbox as a row, and how the row becomes a route.

JSON in, JSON out; bad input is answered with 400 and a sentence. Requests that a foreign web page makes a
browser send are refused, since nothing here asks for a password.
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wa_notify.sandbox.account import Account, Line
from wa_notify.sandbox.answers import PlatformJSON, json_object
from wa_notify.sandbox.phones import Phone
from wa_notify.sandbox.world import World

from .reading import BadInput, Reader, read, require


class NotThere(Exception):
    """What the path names does not exist; the text says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to the sandbox's controls, read and checked. `values`: its body."""

    world: World
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def wa_id(self) -> str:
        """The person that the path means. Raises BadInput when it holds no number of a person."""
        wa_id = self.world.person_id(self.path["number"])
        if wa_id is None:
            raise BadInput("The path must hold the telephone number of a person, such as +447700900123.")
        return wa_id

    @property
    def person(self) -> Phone:
        """The person that the path means, created on first use. Raises BadInput."""
        person = self.world.people.phone(self.wa_id)
        person.kept = True
        return person

    @property
    def somebody(self) -> Phone:
        """The person that the path means, if there already. Raises BadInput."""
        found = self.world.people.phones.get(self.wa_id)
        if found is None:
            raise BadInput("Nobody has used that number yet.")
        return found

    @property
    def account(self) -> Account:
        """The account that the parameter `waba` names, by default the first. Raises BadInput."""
        asked = self.query.get("waba")
        for account in self.world.portfolio.accounts:
            if asked in (None, account.waba_id):
                return account
        raise BadInput(f"The business has no account {asked}.")

    @property
    def line(self) -> Line:
        """The business number that the path or the field `business` names, by default the first.

        Raises NotThere, or BadInput for the field.
        """
        named = self.path.get("phone_number_id", self.values.get("business"))
        portfolio = self.world.portfolio
        found = portfolio.home if named is None else portfolio.line(named)
        if found is None:
            wrong = NotThere if "phone_number_id" in self.path else BadInput
            raise wrong(f"The business has no number with the id {named}.")
        return found

    @property
    def template(self) -> tuple[str, str]:
        """Name and language of the template that the path means. Raises NotThere."""
        name, language = self.path["name"], self.path["language"]
        if (name, language) not in self.account.templates:
            raise NotThere(f"There is no template {name} in {language}.")
        return name, language


Act = Callable[[Asked], Coroutine[Any, Any, Any]]
PLACED = re.compile(r"\{(\w+)\}")
WABA = {"waba": "The account, by default the first."}
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A row: `act`'s docstring is its description, and its answer the JSON of the response.

    takes: the fields of the body with their readers; `None` when any object will do.
    needs: those of them that must be there. Further parameters of the query are named in `asks`.
    answers: the media type of what it answers.
    """

    verb: str
    path: str
    act: Act
    takes: Mapping[str, Reader] | None = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    asks: Mapping[str, str] = field(default_factory=dict)
    answers: str = JSON

    @property
    def has_body(self) -> bool:
        """Whether the request has a body."""
        return self.verb == "POST"

    @property
    def name(self) -> str:
        """How a script calls it: the name of its function."""
        return self.act.__name__

    @property
    def placed(self) -> tuple[str, ...]:
        """The parameters of its path."""
        return tuple(PLACED.findall(self.path))

    def read(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields of a body, each through its reader. Raises BadInput."""
        if self.takes is None:
            return body
        values = read(body, self.takes)
        require(values, self.needs)
        return values

    async def perform(self, world: World, given: Mapping[str, Any]) -> Any:
        """Do it without a request: `given` holds the parameters of path and query beside the body's fields.

        Raises what the operation raises: NotThere, and ValueError with a sentence.
        """
        path = {name: given[name] for name in self.placed}
        query = {name: given[name] for name in self.asks if name in given}
        body = {name: value for name, value in given.items() if name not in path and name not in query}
        return await self.act(Asked(world=world, path=path, query=query, values=self.read(body)))


def route_of(operation: Operation, world: World) -> Route:
    """Return the route that runs an operation."""

    async def endpoint(request: Request) -> Response:
        if operation.verb != "GET" and _is_foreign(request):
            return PlatformJSON({"error": "Another web page may not control the sandbox."}, 403)
        try:
            answer = await operation.act(await _asked(operation, world, request))
        except NotThere as error:
            return PlatformJSON({"error": str(error)}, 404)
        except ValueError as error:
            return PlatformJSON({"error": str(error)}, 400)
        return answer if isinstance(answer, Response) else PlatformJSON(answer)

    return Route(operation.path, endpoint, methods=[operation.verb])


async def _asked(operation: Operation, world: World, request: Request) -> Asked:
    values = operation.read(await json_object(request) if operation.has_body else {})
    return Asked(
        world=world,
        path=request.path_params,
        query=dict(request.query_params),
        headers=request.headers,
        values=values,
    )


def _is_foreign(request: Request) -> bool:
    """Whether the page of another origin sent it."""
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")
