"""The steps of a decision in words: what was asked, what the answer was, and which way was not taken."""

from collections.abc import Callable, Iterator

from wa_notify.core.message import TemplateMessage
from wa_notify.core.pricing import Preference
from wa_notify.core.reason import SENTENCES
from wa_notify.core.rule import Priority
from wa_notify.core.situation import Decision, Send, Situation
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import spoken_time
from wa_notify.core.within import spoken_form
from wa_notify.pipeline.explain import AS_TEMPLATE, WITHIN_BUDGET, WITHIN_LIMITS, Prospect
from wa_notify.web.operations.operation import Shape


class StepTaken(Shape, frozen=True, kw_only=True):
    """One question of the decision. ``passed`` is false for the one that gave the answer."""

    stage: str
    title: str
    text: str
    passed: bool


class WayShape(Shape, frozen=True, kw_only=True):
    """One language of a template that could have been taken, and why it was or was not."""

    template: str
    language: str
    status: str
    taken: bool
    text: str


def _wanted(_: Situation, __: str) -> str:
    return "The ticket wants it."


def _in_time(situation: Situation, zone: str) -> str:
    ends = situation.item.expires_at
    return f"It is worth sending until {spoken_time(ends, zone)}." if ends else "It is never too late for it."


def _complete(situation: Situation, _: str) -> str:
    lacks = situation.item.intent.lacks
    if not lacks:
        return "The alert has everything that the texts speak of."
    return f"The alert does not have: {', '.join(lacks)}. A word stands in for it."


def _quiet(situation: Situation, zone: str) -> str:
    if situation.quiet_until is None:
        return "No quiet hours of this person hold now."
    until = spoken_time(situation.quiet_until, zone)
    if situation.item.priority is Priority.CRITICAL:
        return f"Quiet hours until {until}, but this is critical."
    return f"Quiet hours until {until}, but this is said all the same."


def _preferred(situation: Situation, _: str) -> str:
    if situation.money is None or situation.money.prefer is Preference.FREE_FORM:
        return "Free-form text is preferred while the window is open."
    return "A template would not be cheaper, or cannot be compared."


def _free_form(situation: Situation, _: str) -> str:
    if not situation.item.intent.has_free_form:
        return "There is no free-form text for this."
    if not situation.window.is_open(situation.now):
        return "The 24-hour window is closed, so no free-form text."
    return "Free-form text cannot carry it."


def _said(text: str) -> Callable[[Situation, str], str]:
    def said(_: Situation, __: str) -> str:
        return text

    return said


# By the name of the stage: what it asks, and what it means when it lets the message pass; none is not told.
WORDS: dict[str, tuple[str, Callable[[Situation, str], str] | None]] = {
    "no_longer_wanted": ("Still wanted", _wanted),
    "emptied": ("Something to tell", None),
    "too_late": ("In time", _in_time),
    "unconfirmed_too_often": ("Not tried too often", None),
    "nobody_to_write_to": ("Somebody to write to", _said("The person and their number are known.")),
    "not_allowed": ("Consent", _said("The person opted in.")),
    "incomplete": ("Complete", _complete),
    "silenced": ("Silence", _said("Nobody silenced the alert.")),
    "not_asking": ("Asking", None),
    "kept_back_by_another": ("Inhibition", _said("No other alert explains this one.")),
    "in_quiet_hours": ("Quiet hours", _quiet),
    "too_many": ("Not too many", _said("The person was not told too much just now.")),
    "not_its_turn": ("In its turn", None),
    "blocked": ("Nothing in the way", _said("No trouble of account, number or person keeps it back.")),
    "as_preferred": ("Which form first", _preferred),
    "as_free_form": ("Window", _free_form),
    "held_for_a_reply": ("A template at hand", _said("The rule has a template for it.")),
    "templates_blocked": ("Templates at work", _said("No trouble with templates keeps it back.")),
    "templates_unknown": ("Templates known", _said("The account's templates are known.")),
    AS_TEMPLATE: ("Template and language", _said("A template can carry it.")),
    WITHIN_BUDGET: ("Budget", None),
    WITHIN_LIMITS: ("Pace and reach", None),
}


def steps(prospect: Prospect, zone: str) -> Iterator[StepTaken]:
    """The way of one message through its decision."""
    *passed, last = prospect.asked or ("",)
    for stage in passed:
        title, word = WORDS[stage]
        by_limits = last in (WITHIN_BUDGET, WITHIN_LIMITS) and stage == passed[-1]
        if by_limits:
            yield StepTaken(stage=stage, title=title, text="A form was found for it.", passed=True)
        elif word:
            yield StepTaken(stage=stage, title=title, text=word(prospect.situation, zone), passed=True)
    if last:
        title, _ = WORDS[last]
        yield StepTaken(stage=last, title=title, text=_answer(prospect.decision), passed=False)


def _answer(decision: Decision) -> str:
    """The stage that decided, in words."""
    sentence = SENTENCES[decision.reason]
    if not isinstance(decision, Send):
        return sentence
    return f"It leaves as {spoken_form(decision.message)}. {sentence}"


def ways(prospect: Prospect) -> Iterator[WayShape]:
    """Every language of the wished templates, in the order in which they would be tried."""
    situation, wish = prospect.situation, prospect.item.intent.template
    decision = prospect.decision
    message = decision.message if isinstance(decision, Send) else None
    taken = (message.name, message.language) if isinstance(message, TemplateMessage) else None
    for way in wish.ways if wish else ():
        for shape in (one for one in situation.shapes if one.name == way.name):
            is_taken = (shape.name, shape.language) == taken
            yield WayShape(
                template=shape.name,
                language=shape.language,
                status=shape.status,
                taken=is_taken,
                text=_why(prospect, shape, taken=is_taken),
            )


def _why(prospect: Prospect, shape: TemplateShape, *, taken: bool) -> str:
    wanted = ", ".join(dict.fromkeys(prospect.situation.languages))
    if taken:
        return f"Taken: it suits best who reads {wanted}."
    if not shape.sendable:
        return "Not taken: it may not be sent."
    decision = prospect.decision
    if isinstance(decision, Send) and not isinstance(decision.message, TemplateMessage):
        return "Not needed: free-form text leaves."
    if not isinstance(decision, Send) and AS_TEMPLATE not in prospect.asked:
        return "Not looked at: it was decided before."
    return f"Not taken for who reads {wanted}."
