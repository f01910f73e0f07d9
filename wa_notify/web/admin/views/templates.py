"""The account's templates, and those that the configuration declares."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.template_plans import plan_templates
from wa_notify.web.operations.templates import list_templates, show_reception, show_template

KINDS = ("", "used", "approved", "review", "refused")


@page("/templates", right=Right.SEE, template="templates.html", section="templates")
async def templates(visit: Visit) -> Mapping[str, Any]:
    """What may be said while the window is closed."""
    chosen = visit.chosen("search", "only", "after")
    found = await visit.ask(list_templates, chosen)
    kept = {name: value for name, value in chosen.items() if name != "after"}
    return {
        "found": found,
        "chosen": chosen,
        "kinds": KINDS,
        "kind_urls": {kind: _url({**kept, "only": kind}) for kind in KINDS},
        "next": _url({**kept, "after": found.next}) if found.next else None,
        "plan": await visit.ask(plan_templates),
    }


@page("/templates/plan", right=Right.SEE, template="templates_plan.html", section="templates")
async def plan(visit: Visit) -> Mapping[str, Any]:
    """What the account lacks of the declared templates."""
    return {"plan": await visit.ask(plan_templates)}


@page("/templates/quality", right=Right.SEE, template="templates_quality.html", section="templates")
async def quality(visit: Visit) -> Mapping[str, Any]:
    """How people take what they get."""
    return {"found": await visit.ask(show_reception)}


@page("/templates/{name}", right=Right.SEE, template="templates_one.html", section="templates")
async def template(visit: Visit) -> Mapping[str, Any]:
    """One template in all its languages."""
    return {"one": await visit.ask(show_template, path=visit.path)}


def _url(query: Mapping[str, str]) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"/admin/templates?{urlencode(given)}" if given else "/admin/templates"


PAGES = (templates, plan, quality, template)
RESULTS = {"apply_templates": "templates_applied.html"}
