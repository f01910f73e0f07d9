"""Does a template arrive in time, and can whoever gets it answer with a tap?

Fact from Meta's template reference: what could not be delivered within the template's time to live is dropped
in silence, without any callback; without one of its own that is 30 days.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from wa_notify.config.findings import Finding, Severity
from wa_notify.config.uses import Use
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import spoken_span

SHORTEST_TTL = timedelta(minutes=1)  # every phone is out of reach for that long now and then


def lasting(use: Use, shapes: Sequence[TemplateShape], *, platform_default: bool) -> Iterator[Finding]:
    """A page that comes after its time is noise, and one that is dropped in silence is missed."""
    for shape in shapes:
        what = _untimely(use, shape, platform_default=platform_default)
        if what:
            fix = "Change the time to live of the template, or the times of the rule."
            yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)
            return  # the others are the same as a rule


def _untimely(use: Use, shape: TemplateShape, *, platform_default: bool) -> str:
    if use.worth is None and not use.followed_by:
        return ""
    if shape.ttl is None:
        forever = f"WhatsApp goes on trying to deliver template {shape.name} ({shape.language}) for 30 days"
        return f"{forever}, and nobody wants it so late." if platform_default else ""
    ttl = timedelta(seconds=shape.ttl)
    tries = f"WhatsApp tries to deliver template {shape.name} ({shape.language}) for {spoken_span(ttl)}"
    after, what = min(use.followed_by, default=(None, ""))
    if ttl < SHORTEST_TTL:
        return f"{tries}; a phone that is out of reach for a moment never shows it, and nobody hears of that."
    if after is not None and ttl < after and not use.caught:
        return f"{tries} and drops it in silence; {what} comes only after {spoken_span(after)}."
    if use.worth is not None and ttl > use.worth:
        return f"{tries}, and after {spoken_span(use.worth)} it is no longer worth arriving."
    if use.worth is not None and after is None and not use.caught and ttl < use.worth:
        worth = spoken_span(use.worth)
        return f"{tries} and drops it in silence; nothing follows, although it is worth {worth}."
    return ""


def answerable(use: Use, shapes: Sequence[TemplateShape]) -> Iterator[Finding]:
    """Without a quick reply nobody can acknowledge with a tap, only with a word."""
    if not use.asks:
        return
    mute = [s.language for s in shapes if not any(button.kind == "QUICK_REPLY" for button in s.buttons)]
    if mute:
        where = ", ".join(mute)
        what = f"Template {use.template.name} has no quick reply ({where}), so nobody can answer with a tap."
        fix = "Add one, such as {quick_reply: Acknowledge}."
        yield Finding(use=use, key="name", what=what, fix=fix, severity=Severity.NOTE)
