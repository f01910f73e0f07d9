"""Writing to somebody by hand: free-form text while their window is open, a template at any time."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.messages import (
    ForeseenShape,
    TemplateChoice,
    list_template_choices,
    preview_message,
)

ANY_WORD = "…"  # stands for what is not written yet
TEXT, TEMPLATE = "text", "template"


@page("/messages", right=Right.SEND, template="messages.html", section="recipients")
async def messages(visit: Visit) -> Mapping[str, Any]:
    """The composer by itself."""
    to = visit.query.get("to", "")
    return {"to": to, "writing": await composing(visit, to) if to else None}


async def composing(visit: Visit, to: str, *, ticket: int | None = None) -> Mapping[str, Any] | None:
    """What ``composer.html`` needs to know to write to this person; nothing for whoever may not.

    Raises `UnknownRecipient`.
    """
    if not visit.may(Right.SEND):
        return None
    free = await foreseen(visit, {"to": to, "text": ANY_WORD})
    way = visit.query.get("way") or (TEXT if free.window.is_open else TEMPLATE)
    choices: list[TemplateChoice] = (
        (await visit.ask(list_template_choices, {"to": to})).items if way == TEMPLATE else []
    )
    wanted = visit.query.get("template", "")
    chosen = next((one for one in choices if one.usable and one.name == wanted), None)
    return {
        "to": to,
        "ticket": ticket,
        "way": way,
        "free": free,
        "choices": choices,
        "chosen": chosen,
        "by_template": await foreseen(visit, {"to": to, **_filled(chosen)}) if chosen else None,
    }


async def foreseen(visit: Visit, body: Mapping[str, Any]) -> ForeseenShape:
    """What would become of these words now."""
    answer: ForeseenShape = await visit.ask(preview_message, body=body)
    return answer


def _filled(choice: TemplateChoice) -> Mapping[str, Any]:
    """A template with a mark in each blank, so that everything but the words can be foreseen."""
    template: dict[str, Any] = {"name": choice.name, "parameters": dict.fromkeys(choice.blanks, ANY_WORD)}
    for blank, there in (("header", choice.header), ("url", choice.url), ("code", choice.code)):
        if there:
            template[blank] = ANY_WORD
    if choice.file == "location":
        return {"template": template, "place": {"latitude": 0.0, "longitude": 0.0}}
    file = {"kind": choice.file, "link": "https://example.org/"}
    return {"template": template, "file": file} if choice.file else {"template": template}


PAGES = (messages,)
