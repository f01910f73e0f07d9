"""A page of the desk, and somebody's look at it.

    @page("/tickets", right=Right.SEE, template="tickets.html", section="tickets")
    async def tickets(visit: Visit) -> Mapping[str, Any]:
        return {"found": await visit.ask(list_tickets, visit.chosen("state", "search", "after"))}

A page asks the same operations as the API does and shows what they answer, so both always tell the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from starlette.requests import Request as HttpRequest

from wa_notify.core.access import Caller, Right
from wa_notify.web.access.gate import Visitor
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import Operation
from wa_notify.web.operations.performing import Done, Request, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody looks at a page."""

    office: Office
    visitor: Visitor
    http: HttpRequest
    now: datetime

    @property
    def caller(self) -> Caller:
        """Who it is."""
        return self.visitor.caller

    @property
    def path(self) -> Mapping[str, Any]:
        """The parameters of the page's path."""
        return self.http.path_params

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for; empty fields of a form ask for nothing."""
        return {name: value for name, value in self.http.query_params.items() if value}

    def chosen(self, *names: str) -> dict[str, str]:
        """These parts of `query`, for an operation that knows no others."""
        return {name: value for name, value in self.query.items() if name in names}

    def may(self, right: Right) -> bool:
        """Whether whoever looks may do this."""
        return self.caller.may(right)

    async def ask(
        self,
        operation: Operation,
        query: Mapping[str, Any] | None = None,
        *,
        path: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """What an operation that only looks answers. Raises what it raises."""
        return (await self._done(operation, path or {}, query or {}, body or {})).value

    async def versioned(self, operation: Operation, *, path: Mapping[str, Any]) -> tuple[Any, str]:
        """The same with its version, which a form that edits it hands in as ``tag``."""
        done = await self._done(operation, path, {}, {})
        return done.value, done.tag

    async def _done(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any], body: Mapping[str, Any]
    ) -> Done:
        request = Request(path=path, query=query, body=body, key=token_hex(16))
        return await perform(operation, self.office, self.caller, request)


Show = Callable[[Visit], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A row of the table of pages. ``section`` is its place in the navigation."""

    path: str
    right: Right
    template: str
    section: str
    show: Show


def page(path: str, *, right: Right, template: str, section: str) -> Callable[[Show], Page]:
    """Make a page of a function that gives what its template needs."""

    def row(show: Show) -> Page:
        return Page(path=path, right=right, template=template, section=section, show=show)

    return row
