"""All pages, and the templates that show what a form brought about where one line is not enough."""

from collections.abc import Mapping

from wa_notify.web.admin.views import (
    access,
    audit,
    explain,
    messages,
    money,
    outbox,
    overview,
    recipients,
    rules,
    schedules,
    silences,
    templates,
    tickets,
)
from wa_notify.web.admin.visit import Page

PAGES: tuple[Page, ...] = (
    *overview.PAGES,
    *tickets.PAGES,
    *messages.PAGES,
    *silences.PAGES,
    *outbox.PAGES,
    *money.PAGES,
    *schedules.PAGES,
    *access.PAGES,
    *audit.PAGES,
    *recipients.PAGES,
    *templates.PAGES,
    *rules.PAGES,
    *explain.PAGES,
)
RESULTS: Mapping[str, str] = {
    **access.RESULTS,
    **recipients.RESULTS,
    **templates.RESULTS,
    **rules.RESULTS,
    **explain.RESULTS,
}
