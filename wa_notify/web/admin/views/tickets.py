"""Tickets: the list, and the story of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from wa_notify.core.access import Right
from wa_notify.core.outbox import ItemState
from wa_notify.web.admin.views.messages import composing
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.alerts import SOURCE, list_tests
from wa_notify.web.operations.tickets import (
    Wanted,
    list_ticket_alerts,
    list_ticket_messages,
    list_tickets,
    list_timeline,
    show_ticket,
)
from wa_notify.web.operations.tickets_people import list_candidates, list_ticket_people
from wa_notify.web.operations.tickets_shapes import EntryShape, MessageShape

SPANS = ("30m", "1h", "2h", "4h", "8h", "1d", "3d", "7d")
MOST_SHOWN = 200  # lines and messages of one page
TICKED = frozenset({"accepted", "sent", "delivered", "read", "failed"})  # states that a phone shows as ticks


@page("/tickets", right=Right.SEE, template="tickets.html", section="tickets")
async def tickets(visit: Visit) -> Mapping[str, Any]:
    """What is open, or what was."""
    chosen = visit.chosen("state", "severity", "rule", "search", "after")
    book = visit.office.engine.book
    return {
        "found": await visit.ask(list_tickets, chosen),
        "chosen": {"state": Wanted.UNRESOLVED.value, "severity": "", "rule": "", "search": ""} | chosen,
        "after": "after" in chosen,
        "states": [one.value for one in Wanted],
        "severities": tuple(reversed(book.severities)),
        "rules": [rule.name for rule in book.rules],
        "tests": await tests(visit),
    }


@page("/tickets/{number:int}", right=Right.SEE, template="ticket.html", section="tickets")
async def ticket(visit: Visit) -> Mapping[str, Any]:
    """One ticket: how it stands, its story, its alerts, what was said to whom."""
    path = {"number": visit.path["number"]}
    shown = await visit.ask(show_ticket, path=path)
    after = visit.query.get("after", "")
    story = await visit.ask(list_timeline, {"limit": MOST_SHOWN, "after": after}, path=path)
    messages = await visit.ask(list_ticket_messages, {"limit": MOST_SHOWN}, path=path)
    people = (await visit.ask(list_ticket_people, path=path)).items
    alerts = await visit.ask(list_ticket_alerts, path=path)
    search, may = visit.query.get("person", ""), visit.may(Right.TICKETS)
    to = visit.query.get("to", "")
    return {
        "ticket": shown,
        "entries": [entry(one, f"{after}{place}") for place, one in enumerate(story.items)],
        "after": after,
        "next_entries": story.next,
        "people": people,
        "said": said_to(messages.items, shown.episode),
        "more_said": bool(messages.next),
        "alerts": alerts,
        "is_test": any(one.source == SOURCE and one.status == "firing" for one in alerts.items),
        "person": search,
        "candidates": (await visit.ask(list_candidates, {"search": search}, path=path)).items if may else [],
        "spans": SPANS,
        "writing": await composing(visit, to, ticket=shown.number) if to else None,
    }


async def tests(visit: Visit) -> Sequence[Any]:
    """The rules that whoever looks may try."""
    return (await visit.ask(list_tests)).items if visit.may(Right.TICKETS) else []


def entry(line: EntryShape, key: str) -> Mapping[str, Any]:
    """A line of the story as the macro draws it."""
    message = line.message
    return {
        "key": key,
        "at": line.at,
        "kind": line.kind.value,
        "actor": line.actor,
        "text": line.text,
        "reason": line.reason,
        "not_taken": line.not_taken,
        "message": bubble(message) if message and message.bubble else None,
        "facts": facts(message) if message else [],
    }


def facts(message: MessageShape) -> list[tuple[str, Any]]:
    """What is known of a message beyond its words; what is empty is not shown."""
    form = f"template {message.template}, {message.language}" if message.template else message.form
    return [
        ("Message", f"{message.occasion} to {message.recipient}, {message.state} (item {message.number})"),
        ("Form", form.replace("free_form", "free-form text")),
        ("Attempts", message.attempts or ""),
        ("Code of WhatsApp", message.failure_code or ""),
    ]


def bubble(message: MessageShape) -> Mapping[str, Any]:
    """A message as the macro draws it; ticks stand only below what left."""
    shown, state = message.bubble, message.state
    failed = state == ItemState.FAILED.value
    return {
        "header_kind": shown.header_kind if shown else "text",
        "header": shown.header if shown else "",
        "body": shown.body if shown else "",
        "footer": shown.footer if shown else "",
        "buttons": shown.buttons if shown else (),
        "at": message.left_at if state in TICKED else None,
        "status": state if state in TICKED else "",
        "failure": message.sentence if failed else "",
        "code": message.failure_code if failed else None,
    }


def said_to(messages: Sequence[MessageShape], episode: int) -> Mapping[str, list[Mapping[str, Any]]]:
    """What was said to each person in this episode, the first first."""
    of_each: dict[str, list[Mapping[str, Any]]] = {}
    for message in reversed(messages):
        if message.episode == episode and message.channel != "source":
            shown = {"shape": message, "bubble": bubble(message) if message.bubble else None}
            of_each.setdefault(message.recipient, []).append(shown)
    return of_each


PAGES = (tickets, ticket)
