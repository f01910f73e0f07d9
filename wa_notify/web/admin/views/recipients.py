"""People: the list, one of them, inviting, importing, and the ledger of consent."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.core.consent import SOURCES
from wa_notify.core.directory import Agreement, WindowStand
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.consent import show_consent, verify_consent
from wa_notify.web.operations.imports import list_imports, show_import
from wa_notify.web.operations.imports_roster import COLUMNS
from wa_notify.web.operations.recipients import (
    count_recipients,
    list_messages_of,
    list_recipients,
    show_recipient,
    show_standing,
)

LAST_MESSAGES = 12
BY_HAND = ("paper", "phone", "in_person", "web", "email", *SOURCES)  # where somebody may have agreed


@page("/recipients", right=Right.SEE, template="recipients.html", section="recipients")
async def recipients(visit: Visit) -> Mapping[str, Any]:
    """Everybody."""
    chosen = visit.chosen("search", "agreement", "window", "guests", "after")
    return {
        "found": await visit.ask(list_recipients, chosen),
        "counts": await visit.ask(count_recipients),
        "chosen": chosen,
        "agreements": [one.value for one in Agreement],
        "windows": [one.value for one in WindowStand],
    }


@page("/recipients/{id}", right=Right.SEE, template="recipient.html", section="recipients")
async def recipient(visit: Visit) -> Mapping[str, Any]:
    """One of them."""
    path = {"id": visit.path["id"]}
    person, tag = await visit.versioned(show_recipient, path=path)
    return {
        "person": person,
        "tag": tag,
        "now_is": await visit.ask(show_standing, path=path),
        "history": await visit.ask(show_consent, path=path),
        "messages": (await visit.ask(list_messages_of, {"limit": LAST_MESSAGES}, path=path)).items,
        "sources": tuple(dict.fromkeys(BY_HAND)),
    }


@page("/recipients/{id}/invite", right=Right.PEOPLE, template="recipient_invite.html", section="recipients")
async def invite(visit: Visit) -> Mapping[str, Any]:
    """Inviting somebody, and whether they have answered."""
    return await _invited(visit, visit.path["id"])


@page("/invitations", right=Right.PEOPLE, template="recipient_new.html", section="recipients")
async def newcomer(visit: Visit) -> Mapping[str, Any]:
    """Adding somebody."""
    return {"country": visit.office.standing.config.defaults.country}


@page("/imports", right=Right.PEOPLE, template="imports.html", section="recipients")
async def imports(visit: Visit) -> Mapping[str, Any]:
    """A file of people, and what became of the last ones."""
    found = (await visit.ask(list_imports)).items
    return {"job": found[0] if found else None, "others": found[1:], "columns": tuple(COLUMNS)}


@page("/imports/{number:int}", right=Right.PEOPLE, template="import.html", section="recipients")
async def one_import(visit: Visit) -> Mapping[str, Any]:
    """One import."""
    return {"job": await visit.ask(show_import, path={"number": visit.path["number"]})}


@page("/consent", right=Right.SEE, template="consent.html", section="recipients")
async def consent(visit: Visit) -> Mapping[str, Any]:
    """Whether the ledger is whole, and handing it out."""
    chosen = visit.chosen("noted")
    return {
        "found": await visit.ask(verify_consent, chosen),
        "chosen": chosen,
        "receivers": sorted(visit.office.engine.book.receivers),
    }


async def _invited(visit: Visit, who: str) -> Mapping[str, Any]:
    path = {"id": who}
    return {
        "person": await visit.ask(show_recipient, path=path),
        "now_is": await visit.ask(show_standing, path=path),
        "by_template": visit.office.standing.config.defaults.invite,
    }


PAGES = (recipients, recipient, invite, newcomer, imports, one_import, consent)
RESULTS = {
    "reveal_recipient": "recipient_number.html",
    "invite_recipient": "invitation.html",
    "add_recipient": "recipient_added.html",
    "erase_recipient": "recipient_erased.html",
}
