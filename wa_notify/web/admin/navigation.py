"""The views, in the order of the bar; who may not see one does not find it there."""

from dataclasses import dataclass

from wa_notify.core.access import Caller, Right


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One item of the bar."""

    url: str
    label: str
    current: bool = False
    count: int | None = None
    grave: bool = False


VIEWS: tuple[tuple[str, str, Right], ...] = (
    ("overview", "Overview", Right.SEE),
    ("tickets", "Tickets", Right.SEE),
    ("recipients", "People", Right.SEE),
    ("outbox", "Outbox", Right.SEE),
    ("templates", "Templates", Right.SEE),
    ("rules", "Rules", Right.SEE),
    ("explain", "Explain", Right.SEE),
    ("silences", "Silences", Right.SEE),
    ("schedules", "Schedules", Right.SEE),
    ("audit", "Audit", Right.AUDIT),
    ("accounts", "Accounts", Right.ACCESS),
)


def nav(caller: Caller, section: str) -> list[Place]:
    """The bar for somebody who is in this section."""
    return [
        Place(url="/admin/" if name == "overview" else f"/admin/{name}", label=label, current=name == section)
        for name, label, right in VIEWS
        if caller.may(right)
    ]
