"""One thing that can be seen or done at the desk, as a row of the table.

    @operation("POST", "/tickets/{number:int}/acknowledge", right=Right.TICKETS)
    async def acknowledge_ticket(asked: Asked[Nothing, Nothing]) -> DeedShape:
        \"\"\"Take a ticket: reminders and escalation stop.\"\"\"

What it takes and answers are types: bodies and queries descend from `Given`, answers from `Shape`. They are
read, checked, written and described by msgspec, so that no part of the API can differ from its description.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from inspect import cleandoc
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import msgspec
from starlette.responses import Response

from wa_notify.core.access import Caller, Right
from wa_notify.core.audit import AuditEntry, differing
from wa_notify.core.rule import Rulebook
from wa_notify.pipeline.telling import Actor, acting
from wa_notify.ports import Transaction, Views
from wa_notify.web.operations.office import Office
from wa_notify.web.refusals import ChangedMeanwhile, NotAllowed, UnreadEdit


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody gives us. A field that we do not know is refused: it is rather mistyped than meant."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What we answer."""


class Nothing(Given, frozen=True):
    """No fields."""


B_co = TypeVar("B_co", bound=Given, covariant=True)
Q_co = TypeVar("Q_co", bound=Given, covariant=True)
T = TypeVar("T")

PLACED = re.compile(r"\{(\w+)(?::(\w+))?\}")  # a parameter in a path, and its kind
LONGEST_PAGE = 200
LARGEST_NUMBER = 2**53 - 1  # what JSON of any language carries exactly


def unseen(_tx: Transaction) -> Mapping[str, Any]:
    """Nothing of it is worth keeping in the audit trail but that it happened."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[B_co, Q_co]):
    """One request, read and checked. ``key`` names it: asking again with the same key does nothing twice.

    ``tag`` is the version that an edit is about, as the reader was told; empty when none was given.
    """

    office: Office
    caller: Caller
    now: datetime
    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Q_co
    body: B_co
    key: str
    tag: str = ""

    @property
    def book(self) -> Rulebook:
        """The rules of the moment."""
        return self.office.engine.book

    async def look(self, query: Callable[[Views], T]) -> T:
        """Look at what is durable. Raises `StoreError`."""
        return await self.office.engine.desk.look(query)

    async def change(
        self,
        subject: str,
        work: Callable[[Transaction], T],
        look: Callable[[Transaction], Mapping[str, Any]] = unseen,
        facts: Callable[[T], Mapping[str, Any]] | None = None,
        version: Callable[[Transaction], "Shape"] | None = None,
    ) -> T:
        """Do something, and write into the audit trail who did, in one transaction.

        ``look`` tells what is worth keeping of the subject, before and after; nothing secret, numbers masked.
        ``facts`` tells it of what came of the work, where nothing of it was there before. ``version`` gives
        an edited thing as it was shown: the edit is refused when it is not what the caller saw. Raises
        `StoreError`, `ChangedMeanwhile`, `UnreadEdit`, and whatever the work raises.
        """

        def audited(tx: Transaction) -> T:
            if version:
                self._compare(version(tx))
            before = dict(look(tx))
            done = work(tx)
            was, became = differing(before, facts(done) if facts else look(tx))
            tx.audit(self.line(subject, was, became))
            return done

        return await self.office.engine.desk.transact(audited)

    def line(self, subject: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> AuditEntry:
        """What the audit trail says of it."""
        return AuditEntry(
            at=self.now,
            actor=self.caller.name,
            via=self.caller.via,
            action=self.operation,
            subject=subject,
            before=before,
            after=after,
        )

    def actor(self, tx: Transaction) -> Actor:
        """Whoever does it, as timelines call them: an account with a recipient's name acts as that person."""
        name, mark = self.caller.name, f"desk/{self.key}"
        person = tx.recipient(name)
        return acting(person, mark) if person else Actor(id=name, name=name, mark=mark)

    def need(self, right: Right) -> None:
        """Refuse what asks for more than the operation itself does. Raises `NotAllowed`."""
        if not self.caller.may(right):
            raise NotAllowed(f"{self.caller.name} may not do this.", fix=f"It takes the right '{right}'.")

    def _compare(self, shape: Shape) -> None:
        if not self.tag:
            raise UnreadEdit(
                "The edit does not say which version it is about.", fix="Send If-Match with the ETag."
            )
        if self.tag != tag_of(shape):
            raise ChangedMeanwhile(
                "Somebody changed it since you read it.",
                fix="Read it again, then decide whether it still fits.",
            )


def tag_of(shape: Any) -> str:
    """The version of what is shown, as an ETag."""
    return f'"{hashlib.sha256(msgspec.json.encode(shape)).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A row of the table. ``sends`` marks what makes messages leave, ``tagged`` what has a version.

    ``edits`` marks what must name the version that it is about. ``own`` is for whoever is
    logged in, whatever their rights. What ``rehearses`` takes a body and only looks: nothing comes of it.
    """

    name: str
    verb: str
    path: str
    right: Right
    act: Callable[[Asked[Any, Any]], Awaitable[Any]]
    body: type[Given]
    query: type[Given]
    answer: Any
    status: int = 200
    sends: bool = False
    tagged: bool = False
    edits: bool = False
    own: bool = False
    rehearses: bool = False

    @property
    def changes(self) -> bool:
        """Whether it does something."""
        return self.takes_body and not self.rehearses

    @property
    def takes_body(self) -> bool:
        """Whether it is asked with more than a path and a query, as forms do."""
        return self.verb != "GET"

    @property
    def answers_file(self) -> bool:
        """Whether it answers a file instead of JSON."""
        return isinstance(self.answer, type) and issubclass(self.answer, Response)

    @property
    def placed(self) -> Mapping[str, type]:
        """The parameters of its path."""
        return {name: int if kind == "int" else str for name, kind in PLACED.findall(self.path)}

    @property
    def about(self) -> str:
        """What it does, in words."""
        return " ".join(cleandoc(self.act.__doc__ or "").split())

    @property
    def subject(self) -> str:
        """What it belongs to: the module it stands in."""
        return self.act.__module__.rpartition(".")[2]


def operation(
    verb: str,
    path: str,
    *,
    right: Right,
    status: int = 200,
    sends: bool = False,
    tagged: bool = False,
    edits: bool = False,
    own: bool = False,
    rehearses: bool = False,
) -> Callable[[Callable[[Asked[Any, Any]], Awaitable[Any]]], Operation]:
    """Make a row of a function; its annotations say what it takes and answers, its name how it is called."""

    def row(act: Callable[[Asked[Any, Any]], Awaitable[Any]]) -> Operation:
        hints = get_type_hints(act)
        answer = hints.pop("return")
        (asked,) = hints.values()
        body, query = get_args(asked)
        return Operation(
            name=act.__name__,
            verb=verb,
            path=path,
            right=right,
            act=act,
            body=body,
            query=query,
            answer=answer,
            status=status,
            sends=sends,
            tagged=tagged,
            edits=edits,
            own=own,
            rehearses=rehearses,
        )

    return row
