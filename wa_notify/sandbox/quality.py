"""What people think of a template, and what follows: warnings, pauses, the end.

Meta's template reference: quality is GREEN, YELLOW, RED or UNKNOWN by blocks and reports of people. RED
pauses a template for 3 hours, the second time for 6, and the third time disables it; a pause ends by itself.
Our deductions: YELLOW is told as FLAGGED and its end as REINSTATED, while the list goes on to say APPROVED;
after a pause the quality is unknown and judged anew; strikes do not expire.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from .account import Account
from .agenda import Agenda, Due
from .register import Register
from .templates import QUALITIES, Template

LOWER = {"UNKNOWN": "YELLOW", "GREEN": "YELLOW", "YELLOW": "RED", "RED": "RED"}
PAUSES = (("FIRST_PAUSE", timedelta(hours=3)), ("SECOND_PAUSE", timedelta(hours=6)))
BY_PACING = "RATE_LIMITING_PAUSE"
UNPAUSE_AFTER = timedelta(minutes=5)  # Meta: so long after a pause by pacing it may be ended by hand
UNPAUSED = {"title": "UNPAUSE", "description": "The template can be sent again."}


class Quality:
    """Judges templates by what people do with them."""

    def __init__(self, register: Register, agenda: Agenda) -> None:
        self._register = register
        self._agenda = agenda
        self._complaints: Counter[str] = Counter()

    def complain(self, account: Account, template: Template) -> Template:
        """Count a report or a block; every few of them lower the quality by a step."""
        self._complaints[template.id] += 1
        if self._complaints[template.id] < self._register.policy.complaints:
            return template
        return self.lower(account, template)

    def lower(self, account: Account, template: Template) -> Template:
        """Lower the quality by a step; complaints are counted anew."""
        del self._complaints[template.id]
        return self.grade(account, template, LOWER[template.quality])

    def grade(self, account: Account, template: Template, quality: str, *, follow: bool = True) -> Template:
        """Give a template another quality, with everything that follows; return it as it is then.

        Raises ValueError for what is no quality.
        """
        if quality not in QUALITIES:
            raise ValueError(f"{quality!r} is no quality; there are {', '.join(sorted(QUALITIES))}.")
        if quality == template.quality:
            return template
        graded = self._write_down(account, template, quality)
        if not graded.is_sendable or not follow:
            return graded
        if quality == "RED":
            return self._strike(account, graded)
        if quality == "YELLOW":
            self._register.tell_status(account, graded, event="FLAGGED")
        elif template.quality == "YELLOW":
            self._register.tell_status(account, graded, event="REINSTATED")
        return graded

    def pause_by_pacing(self, account: Account, template: Template) -> Template:
        """Pause a template whose sample was not liked, until the business ends that."""
        return self._pause(account, template, BY_PACING, "Paused because the first people disliked it.")

    def unpause(self, account: Account, template: Template) -> str:
        """End a pause by pacing on demand of the business; return why not, or nothing when it is done."""
        if template.status != "PAUSED" or template.pause != BY_PACING or template.paused_at is None:
            return "The template is not paused by pacing."
        if self._register.now() < template.paused_at + UNPAUSE_AFTER:
            return "Wait at least 5 minutes after the pause."
        self.end_pause(account, template)
        return ""

    def end_pause(self, account: Account, template: Template) -> None:
        """Let a paused template be sent again."""
        back = replace(template, status="APPROVED", pause="", paused_at=None)
        self._register.keep(account, back)
        self._register.tell_status(account, back, info=UNPAUSED)
        del self._complaints[template.id]
        if back.quality != "UNKNOWN":
            self._write_down(account, back, "UNKNOWN")

    def _write_down(self, account: Account, template: Template, quality: str) -> Template:
        graded = replace(template, quality=quality, quality_at=self._register.now())
        self._register.keep(account, graded)
        self._register.tell_quality(account, graded, template.quality)
        return graded

    def _strike(self, account: Account, template: Template) -> Template:
        struck = replace(template, pauses=template.pauses + 1)
        if struck.pauses > len(PAUSES):
            return self._disable(account, struck)
        title, length = PAUSES[struck.pauses - 1]
        hours = length // timedelta(hours=1)
        self._agenda.plan(account, struck, Due.PAUSE, self._register.now() + length)
        return self._pause(account, struck, title, f"Paused for {hours} hours because of low quality.")

    def _pause(self, account: Account, template: Template, title: str, description: str) -> Template:
        paused = replace(template, status="PAUSED", pause=title, paused_at=self._register.now())
        self._register.keep(account, paused)
        self._register.tell_status(account, paused, info={"title": title, "description": description})
        return paused

    def _disable(self, account: Account, template: Template) -> Template:
        disabled = self._register.keep(account, replace(template, status="DISABLED"))
        info = {"title": "DISABLED", "description": "Disabled because of low quality for the third time."}
        self._register.tell_status(account, disabled, info=info)
        return disabled
