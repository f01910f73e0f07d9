"""The people of a ticket: who was told of it, and to whom it may be given."""

from typing import Annotated

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.consent import Purpose, objection
from wa_notify.pipeline.telling import concerned
from wa_notify.ports import Transaction, Views
from wa_notify.web.operations.messages import WindowShape, window_shape
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.tickets import ticket_of
from wa_notify.web.request import storable

MOST_TOLD = 50  # people who were told of a ticket that are shown
MOST_PEOPLE = 20  # whom a ticket may be given to, of those who are searched for

Searched = Annotated[str, msgspec.Meta(max_length=200)]


class Candidate(Shape, frozen=True, kw_only=True):
    """Somebody to whom a ticket may be given; ``allowed`` unless they do not agree to be written to."""

    name: str
    spoken: str
    number: str
    allowed: bool


class CandidateList(Shape, frozen=True, kw_only=True):
    """People by name."""

    items: list[Candidate]


class TicketPerson(Shape, frozen=True, kw_only=True):
    """Somebody who was told of a ticket, or has it, and whether free-form text would reach them now."""

    name: str
    spoken: str
    number: str
    allowed: bool
    window: WindowShape


class TicketPeople(Shape, frozen=True, kw_only=True):
    """Who was told first comes first."""

    items: list[TicketPerson]


class CandidatesAsked(Given, frozen=True, kw_only=True):
    """By name or number."""

    search: Searched = ""


@operation("GET", "/tickets/{number:int}/people", right=Right.SEE)
async def list_ticket_people(asked: Asked[Nothing, Nothing]) -> TicketPeople:
    """List who was told of a ticket, or has it, with their windows."""
    number_id = asked.office.account.number_id

    def person(tx: Transaction, name: str) -> TicketPerson | None:
        known = tx.recipient(name)
        if known is None:
            return None
        return TicketPerson(
            name=known.id,
            spoken=known.spoken,
            number=known.masked_phone,
            allowed=objection(tx.consents(name), Purpose.UTILITY) is None,
            window=window_shape(tx.window(number_id, name), asked.now),
        )

    def found(tx: Transaction) -> list[TicketPerson]:
        names = concerned(tx, ticket_of(tx, asked))
        return [one for name in names[:MOST_TOLD] if (one := person(tx, name))]

    return TicketPeople(items=await asked.office.engine.desk.rehearse(found))


@operation("GET", "/tickets/{number:int}/candidates", right=Right.TICKETS)
async def list_candidates(asked: Asked[Nothing, CandidatesAsked]) -> CandidateList:
    """Search for people to whom the ticket may be given."""
    search, number_id = storable(asked.query.search), asked.office.account.number_id

    def found(views: Views) -> list[Candidate]:
        ticket_of(views, asked)
        page = views.people_page(number_id, now=asked.now, search=search, limit=MOST_PEOPLE)
        return [
            Candidate(
                name=one.recipient.id,
                spoken=one.recipient.spoken,
                number=one.recipient.masked_phone,
                allowed=objection(one.consents, Purpose.UTILITY) is None,
            )
            for one in page.found
        ]

    return CandidateList(items=await asked.look(found))


OPERATIONS = (list_ticket_people, list_candidates)
