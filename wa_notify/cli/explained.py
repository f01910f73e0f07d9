"""An explanation in words: what the alert does, and for each person what they get and why."""

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from wa_notify.cli import answers
from wa_notify.cli.bubble import draw
from wa_notify.cli.spoken import count, relative
from wa_notify.cli.terminal import (
    ACCENT,
    DONE,
    NO,
    NOTE,
    QUIET,
    STRONG,
    done,
    in_one_line,
    no,
    note,
    quiet,
    write,
)
from wa_notify.core.alert import Alert
from wa_notify.core.bubble import Bubble
from wa_notify.core.message import Message, TemplateMessage
from wa_notify.core.priced import price_lines
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.situation import Ask, Decision, Divert, Drop, Hold, Send, Wait
from wa_notify.core.ticket import title_of
from wa_notify.core.wallclock import spoken_time
from wa_notify.core.within import spoken_form, spoken_header
from wa_notify.pipeline.explain import OUTCOMES, SUBJECTS, Explanation, Prospect
from wa_notify.pipeline.ingest import Admission, Outcome


def show_admissions(explanation: Explanation, alerts: Sequence[Alert]) -> None:
    """What each alert does to tickets."""
    alert_of = {alert.fingerprint: alert for alert in alerts}
    for admission in explanation.admissions:
        alert = alert_of[admission.fingerprint]
        title = in_one_line(title_of(alert))
        name = in_one_line(alert.name)
        write(
            Text.assemble(
                (title, STRONG),
                f" ({alert.status.value}{f', {name}' if name != title else ''}). ",
                _outcome(admission),
            )
        )
        if admission.outcome is Outcome.NO_RULE:
            _show_trials(explanation, admission)


def _show_trials(explanation: Explanation, admission: Admission) -> None:
    """Each rule with the first condition that did not hold."""
    tried = next(one for one in explanation.tried if one.alert.fingerprint == admission.fingerprint)
    for trial in tried.trials:
        for failed in [one for one in trial.tested if not one.holds][:1]:
            has = "the alert does not have it" if failed.actual is None else f"the alert says {failed.actual}"
            quiet(in_one_line(f"{trial.rule.name} asks for {failed.matcher}; {has}."))


def _outcome(admission: Admission) -> str:
    return OUTCOMES[admission.outcome].format(rule=admission.rule, ticket=admission.ticket_id)


def show_prospect(
    prospect: Prospect, shown: Bubble | None, now: datetime, zone: str, *, in_full: bool
) -> None:
    """What one person gets, why, and what they would see."""
    decision, person = prospect.decision, prospect.recipient
    name = (person.name if person else "") or prospect.item.recipient_id
    number = answers.phone(person, in_full=in_full) if person else ""
    subject = SUBJECTS[prospect.item.occasion]
    write(
        Text.assemble(
            (glyph_of(decision), ACCENT if isinstance(decision, Send) else STRONG),
            " ",
            (in_one_line(name), ACCENT),
            f" {number}" if number else "",
            f"  {fate(decision, subject, prospect.item.due_at, now, zone)}",
        )
    )
    write(Text.assemble("  ", SENTENCES[decision.reason], (f"  {decision.reason.value}", QUIET)))
    if isinstance(decision, Drop) and decision.detail:
        quiet(decision.detail)
    if isinstance(decision, Send) and decision.instead:
        quiet(decision.instead)
    if isinstance(decision, Send) and decision.rest:
        quiet(f"It is too long for one message and leaves in {len(decision.rest) + 1}; this is the first.")
    if isinstance(decision, Send) and prospect.item.intent.lacks:
        quiet(f"The alert does not have: {', '.join(prospect.item.intent.lacks)}.")
    for line in price_lines(decision, prospect.money):
        quiet(line)
    if shown:
        draw(shown)
    if isinstance(decision, Send) and isinstance(decision.message, TemplateMessage):
        quiet(parameters_of(decision.message), indent=4)
        if decision.message.mended:
            quiet(decision.message.mended, indent=4)


def glyph_of(decision: Decision) -> str:
    """✓ it leaves, ! it waits, ✗ it never leaves."""
    match decision:
        case Send() | Ask():
            return DONE
        case Divert(reason=Reason.WHATSAPP_FAILED):
            return DONE
        case Divert():
            return NOTE
        case Hold() | Wait():
            return NOTE
        case Drop():
            return NO


def fate(decision: Decision, subject: str, due_at: datetime, now: datetime, zone: str) -> str:
    """What becomes of it, in half a sentence."""
    match decision:
        case Send(message=message):
            when = "now" if due_at <= now else relative(due_at, now)
            return f"gets {subject} as {form_of(message)}, {when}"
        case Divert(by=by, reason=Reason.WHATSAPP_FAILED):
            return f"gets {subject} by {by} instead, {'now' if due_at <= now else relative(due_at, now)}"
        case Divert(by=by):
            return f"gets {subject} by {by} {relative(due_at, now)}, if WhatsApp has not delivered it"
        case Ask(request=request):
            return f"is asked: {request.title}"
        case Hold():
            return f"gets {subject} after a reply"
        case Wait(until=until):
            return f"gets {subject} later, not before {spoken_time(until, zone)}, {relative(until, now)}"
        case Drop():
            return f"does not get {subject}"


def form_of(message: Message) -> str:
    """Free-form text, or which template in which language."""
    return spoken_form(message)


def parameters_of(message: TemplateMessage) -> str:
    """What is filled in, blank by blank."""
    header = [f"header: {spoken_header(message.header)}"] if message.header else []
    body = [f"{{{{{one.name or place}}}}}: {one.text}" for place, one in enumerate(message.body, start=1)]
    return "; ".join([*header, *body])


def show_spared(explanation: Explanation) -> None:
    """Whose reminders would come at half the pace, and why."""
    for rule, why in explanation.spared:
        write()
        note(f"{SENTENCES[Reason.PEOPLE_MIND]} This holds for rule {rule}. {why}")


def sum_up(explanation: Explanation, *, leaves: bool) -> None:
    """Who gets something in the end."""
    waiting = [p for p in explanation.prospects if _may_leave_later(p.decision)]
    sent = [p for p in explanation.prospects if glyph_of(p.decision) == DONE]
    if sent:
        held = f", {len(waiting)} would wait" if waiting else ""
        done(f"{count(sent, 'message')} would leave{held}. Nothing was sent.")
    elif leaves:
        note(f"{count(waiting, 'message')} would wait. Nothing was sent.")
    else:
        no("Nobody would get anything. Nothing was sent.")


def _may_leave_later(decision: Decision) -> bool:
    return glyph_of(decision) == NOTE
