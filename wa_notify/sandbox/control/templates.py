"""Being Meta's reviewers: add templates, approve, reject, pause, recategorise, judge what is held."""

from typing import Any

from wa_notify.sandbox.templates import CATEGORIES, QUALITIES, STATUSES
from wa_notify.sandbox.troubles import judge, pace

from .operation import Asked, Operation
from .reading import among, flag, text
from .weather import WABA

REVIEW_FIELDS = {
    "status": among(STATUSES),
    "category": among(CATEGORIES),
    "correct_category": among(CATEGORIES),
    "quality": among(QUALITIES),
    "reason": text,
    "recommendation": text,
}


async def add_template(asked: Asked) -> dict[str, Any]:
    """Add or replace a template, given in the shape of the Graph list."""
    template = asked.account.add_template(asked.values)
    asked.world.note("template", name=template.name, language=template.language, status=template.status)
    return template.as_json()


async def review(asked: Asked) -> dict[str, Any]:
    """Approve, reject, pause, disable, recategorise a template, or give it another quality."""
    name, language = asked.template
    return asked.world.reviewers.change(asked.account, name, language, **asked.values).as_json()


async def pacing(asked: Asked) -> dict[str, Any]:
    """Hold back messages of a template; `good` true or false releases or drops them."""
    name, language = asked.template
    if "good" in asked.values:
        good = asked.values["good"]
        return {"messages": judge(asked.world, asked.account, name, language, good=good)}
    pace(asked.world, asked.account, name, language)
    return {"pacing": True}


OPERATIONS = (
    Operation(verb="POST", path="/templates", act=add_template, takes=None, asks=WABA),
    Operation(verb="POST", path="/templates/{name}/{language}", act=review, takes=REVIEW_FIELDS, asks=WABA),
    Operation(verb="POST", path="/pacing/{name}/{language}", act=pacing, takes={"good": flag}, asks=WABA),
)
