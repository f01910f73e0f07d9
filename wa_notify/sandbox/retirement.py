"""How templates leave: deleted, with messages still under way, or through the archive.

Meta's template reference: messages that are under way when a template is deleted are still tried for 30 days,
in which it is PENDING_DELETION; the name of a deleted template that was approved is blocked for 30 days; what
is archived is deleted after 28 days unless it is taken out. Whether the block meets one language or the whole
name is not documented; here it meets what was deleted. Our deductions: only what could be sent, and what was
rejected, can be archived; that a template is gone is told as DELETED.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from .account import Account
from .agenda import Agenda, Due
from .network import Network, ttl_of
from .register import Register
from .templates import SENDABLE, Template

MONTH = timedelta(days=30)
ARCHIVED_FOR = timedelta(days=28)
ARCHIVABLE = SENDABLE | {"REJECTED"}
ALL = ""  # every language of a name
PLANS = (Due.REVIEW, Due.APPEAL, Due.PAUSE, Due.CATEGORY, Due.ARCHIVE)


class Retirement:
    """Takes templates out of an account."""

    def __init__(self, register: Register, agenda: Agenda, network: Network) -> None:
        self._register = register
        self._agenda = agenda
        self._under_way = network.under_way
        self._under_way.on_empty = self._nothing_under_way
        # (account, name, language or ALL) to when it is free
        self.blocked: dict[tuple[str, str, str], datetime] = {}

    def delete(self, account: Account, template: Template, *, whole_name: bool) -> None:
        """Delete a template as soon as nothing of it is under way."""
        if template.is_sendable:
            self._block(account, template.name, ALL if whole_name else template.language)
        self._agenda.cancel(template, *PLANS)
        leaving = self._register.keep(account, replace(template, status="PENDING_DELETION"))
        self._register.tell_status(account, leaving)
        until = self._under_way.until(account, template.identity, ttl_of)
        if until is None:
            self.finish(account, leaving)
        else:
            self._agenda.plan(account, leaving, Due.DELETION, until)

    def finish(self, account: Account, template: Template) -> None:
        """Strike a template out, and tell it."""
        if template.status == "ARCHIVED" and template.former_status in SENDABLE:
            self._block(account, template.name, template.language)
        gone = replace(template, status="DELETED")
        self._register.drop(account, gone)
        self._register.tell_status(account, gone)

    def free_at(self, account: Account, name: str, language: str) -> datetime | None:
        """Return when a name may be used in a language again; None when nothing blocks it now."""
        now = self._register.now()
        blocks = (self.blocked.get((account.waba_id, name, which), now) for which in (ALL, language))
        return max((until for until in blocks if until > now), default=None)

    def archive(self, account: Account, template: Template) -> str:
        """Put a template into the archive; return why not, or nothing when it is done."""
        if template.status not in ARCHIVABLE:
            return f"A template that is {template.status} cannot be archived."
        archived = replace(template, status="ARCHIVED", former_status=template.status)
        self._register.keep(account, archived)
        self._register.tell_status(account, archived)
        self._agenda.plan(account, archived, Due.ARCHIVE, self._register.now() + ARCHIVED_FOR)
        return ""

    def unarchive(self, account: Account, template: Template) -> str:
        """Take a template out of the archive; return why not, or nothing when it is done."""
        if template.status != "ARCHIVED":
            return "The template is not archived."
        self._agenda.cancel(template, Due.ARCHIVE)
        back = replace(template, status=template.former_status or "APPROVED", former_status="")
        self._register.keep(account, back)
        self._register.tell_status(account, back, event="UNARCHIVED")
        return ""

    def _block(self, account: Account, name: str, language: str) -> None:
        self.blocked[account.waba_id, name, language] = self._register.now() + MONTH

    def _nothing_under_way(self, account: Account, identity: tuple[str, str]) -> None:
        template = account.templates.get(identity)
        if template is not None and template.status == "PENDING_DELETION":
            self.finish(account, template)
