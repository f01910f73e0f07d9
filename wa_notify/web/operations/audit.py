"""Who changed what at the desk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.audit import AuditEntry
from wa_notify.web.operations.operation import Asked, Nothing, Shape, operation
from wa_notify.web.operations.paging import PageAsked, next_of, number_of

Wanted = Annotated[str, msgspec.Meta(max_length=200)]


class AuditAsked(PageAsked, frozen=True, kw_only=True):
    """Which lines: of one subject, such as ``ticket 12``, or of one actor."""

    subject: Wanted = ""
    actor: Wanted = ""


class AuditShape(Shape, frozen=True, kw_only=True):
    """One change."""

    number: int
    at: datetime
    actor: str
    via: str
    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class AuditPage(Shape, frozen=True, kw_only=True):
    """The newest changes first."""

    items: list[AuditShape]
    next: str


@operation("GET", "/audit", right=Right.AUDIT)
async def list_audit(asked: Asked[Nothing, AuditAsked]) -> AuditPage:
    """List who changed what, the newest first, with how it was before and after."""
    query = asked.query
    before = number_of(query.after) or 0
    lines = await asked.look(
        lambda views: views.audit_page(
            subject=query.subject, actor=query.actor, before=before, limit=query.limit + 1
        )
    )
    shown = lines[: query.limit]
    return AuditPage(
        items=[_shape(line) for line in shown],
        next=next_of(shown[-1].id if shown else None, more=len(lines) > len(shown)),
    )


def _shape(line: AuditEntry) -> AuditShape:
    return AuditShape(
        number=line.id,
        at=line.at,
        actor=line.actor,
        via=line.via.value,
        action=line.action,
        subject=line.subject,
        before=line.before,
        after=line.after,
    )


OPERATIONS = (list_audit,)
