"""Being Meta's reviewers: add templates, approve, reject, pause, recategorise, judge what is held.

And being what they look at: a business that appeals, and people who complain.
"""

from typing import Any

from wa_notify.sandbox import troubles
from wa_notify.sandbox.templates import CATEGORIES, DEFAULT_FIELDS, QUALITIES, STATUSES

from .operation import WABA, Asked, Operation
from .reading import among, flag, text, whole

REVIEW_FIELDS = {
    "status": among(STATUSES),
    "category": among(CATEGORIES),
    "correct_category": among(CATEGORIES),
    "quality": among(QUALITIES),
    "reason": text,
    "recommendation": text,
}


JUDGED = (*DEFAULT_FIELDS, "quality_score")


async def add_template(asked: Asked) -> dict[str, Any]:
    """Add or replace a template, given in the shape of the Graph list."""
    template = asked.account.add_template(asked.values)
    asked.world.note("template", name=template.name, language=template.language, status=template.status)
    return template.as_json()


async def review(asked: Asked) -> dict[str, Any]:
    """Approve, reject, pause, disable, recategorise a template, or give it another quality.

    With what follows: RED pauses it or ends it, `correct_category` is announced and true a day later.
    """
    name, language = asked.template
    return asked.world.reviewers.change(asked.account, name, language, **asked.values).as_json()


async def pace(asked: Asked) -> dict[str, Any]:
    """Hold back messages of a template; `good` releases them, or drops them and pauses the template."""
    name, language = asked.template
    if "good" in asked.values:
        good = asked.values["good"]
        return {"messages": troubles.judge(asked.world, asked.account, name, language, good=good)}
    troubles.pace(asked.world, asked.account, name, language)
    return {"pacing": True}


async def complain(asked: Asked) -> dict[str, Any]:
    """Let people report a template or block because of it, `times` times; every few lower its quality."""
    (name, language), reviewers = asked.template, asked.world.reviewers
    for _ in range(asked.values.get("times", 1)):
        reviewers.complain(asked.account, name, language)
    return asked.account.templates[name, language].as_json(JUDGED)


async def appeal(asked: Asked) -> dict[str, Any]:
    """Object to a rejection, a disabling or a category; `granted` is the answer, which takes its time."""
    name, language = asked.template
    granted = asked.values.get("granted", True)
    return asked.world.reviewers.appeal(asked.account, name, language, granted=granted).as_json()


ONE = "/templates/{name}/{language}"
OPERATIONS = (
    Operation(verb="POST", path="/templates", act=add_template, takes=None, asks=WABA),
    Operation(verb="POST", path=ONE, act=review, takes=REVIEW_FIELDS, asks=WABA),
    Operation(
        verb="POST", path=f"{ONE}/complaints", act=complain, takes={"times": whole(1, 1000)}, asks=WABA
    ),
    Operation(verb="POST", path=f"{ONE}/appeal", act=appeal, takes={"granted": flag}, asks=WABA),
    Operation(verb="POST", path=f"{ONE}/pacing", act=pace, takes={"good": flag}, asks=WABA),
)  # fmt: skip
