"""Conditions: what stands in the way of more than one message, until something says that it is over.

A refusal of one message is the item's own affair (see `wa_notify.core.progress`). Some speak of more: the
number, the account, a template, a country, a person. What they speak of is kept as a condition: the next
messages need not knock at a closed door, administrators hear of it once, and all know when it is over::

    raised ─told─> open ─its end comes, a probe or a state says so─> cleared ─steady for a while─> told
                    ^                                                   │
                    └──────────────────raised anew──────────────────────┘

Sources: Meta's error reference (which codes concern what), its health status (the probe), its template
guide (pauses of 3 and 6 hours). How often is probed is our choice.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

PROBE_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 10))
STEADY = timedelta(minutes=1)  # for which a probed recovery must last before anybody hears of it
STEADY_SEEN = timedelta(minutes=5)  # the same for what we see ourselves, which comes and goes more easily
RELAPSE = timedelta(hours=1)  # what comes back within it is the same trouble, and is probed as slowly
STOPPED_MARKETING = "stopped_marketing"  # the cause of what is kept in the consent ledger
FIRST_PAUSE, SECOND_PAUSE = timedelta(hours=3), timedelta(hours=6)  # of a template; the third is for good
LOOK_AGAIN = timedelta(minutes=10)  # until what waits for the end of a condition is looked at again


class Scope(StrEnum):
    """How far a trouble reaches."""

    MESSAGE = "message"  # only this one
    PERSON = "person"
    TEMPLATE = "template"  # in one language
    COUNTRY = "country"
    NUMBER = "number"
    ACCOUNT = "account"
    APP = "app"
    CANARY = "canary"  # whose messages show whether any arrive in time
    SERVICE = "service"  # wa_notify itself


WHATSAPP_WIDE = frozenset({Scope.NUMBER, Scope.ACCOUNT, Scope.APP})


class Effect(StrEnum):
    """What it does to messages."""

    BLOCKS = "blocks"  # nothing of its scope leaves
    SLOWS = "slows"  # only what is critical leaves
    NO_TEMPLATES = "no_templates"  # free-form text leaves, templates do not
    NO_FREE_FORM = "no_free_form"  # templates leave, free-form text does not
    DOUBTS = "doubts"  # all is tried, and goes by other channels at once
    WARNS = "warns"  # nothing changes, but somebody should know


class Recovery(StrEnum):
    """What ends it."""

    ITSELF = "itself"  # nothing is remembered, the next message is tried as ever
    PROBE = "probe"  # the health that the platform tells
    TIME = "time"
    STATE = "state"  # the template's state, by webhook or sync
    DELIVERY = "delivery"  # a message that arrives, or one of the person
    HAND = "hand"  # a message of the person, or a word of an administrator
    NEWS = "news"  # the platform says that it is over, or an administrator does
    LOOK = "look"  # we look again and again, and see that it is over


SPOKEN_RECOVERY: dict[Recovery, str] = {
    Recovery.ITSELF: "at the next try",
    Recovery.PROBE: "by itself, once WhatsApp says that the account can send",
    Recovery.TIME: "when its time is over",
    Recovery.STATE: "when the state of the template says so",
    Recovery.DELIVERY: "when a message arrives there, or one comes from there",
    Recovery.HAND: "when the person writes, or with `wa-notify troubles end`",
    Recovery.NEWS: "when WhatsApp says so, or with `wa-notify troubles end`",
    Recovery.LOOK: "by itself, once it is seen to be over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a refusal means beyond its message. ``lasts`` is how long, or how long we believe it.

    ``cause`` names the trouble where several codes or news mean the same one; else the code does.
    """

    scope: Scope = Scope.MESSAGE
    effect: Effect = Effect.WARNS
    tells: bool = False  # administrators hear of it
    recovery: Recovery = Recovery.ITSELF
    lasts: timedelta | None = None
    cause: str = ""
    refresh: bool = False  # the account's templates are not what we think: read them anew


NO_CONSEQUENCE = Consequence()
STEADY_FOR: dict[Recovery, timedelta] = {Recovery.PROBE: STEADY, Recovery.LOOK: STEADY_SEEN}
TOKEN, ACCESS = "token", "access"  # causes that are over once the platform answers at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign of a trouble, or with ``over`` of its end, such as a notification of the platform.

    ``subject`` is the template and its language (see `template_subject`), the country's two letters, or the
    person; empty for what there is only one of. An end without a ``cause`` ends all that have this
    effect on the subject.
    """

    scope: Scope
    subject: str = ""
    cause: str = ""
    effect: Effect = Effect.WARNS
    tells: bool = True
    recovery: Recovery = Recovery.NEWS
    what: str = ""
    advice: str = ""
    until: datetime | None = None
    lasts: timedelta | None = None  # from now, where no date is named
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the platform says when it is asked whether we can send: yes, or no with the reasons it gives."""

    can_send: bool
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A trouble that stands, or stood. ``id`` is 0 until it is stored; (scope, subject, cause) is its name.

    ``until`` is its end where that is known; with `Recovery.STATE` it is only expected then. ``probe_at`` is
    when the platform is asked next, ``probes`` how often it said no. ``told_at`` is when administrators were
    told, and nothing again once they heard that it is over; ``unheard`` that there was no way to any of them.
    """

    id: int = 0
    scope: Scope
    subject: str = ""
    cause: str
    effect: Effect
    tells: bool
    recovery: Recovery
    what: str
    advice: str = ""
    since: datetime
    until: datetime | None = None
    probe_at: datetime | None = None
    probes: int = 0
    told_at: datetime | None = None
    unheard: bool = False
    cleared_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still stands."""
        return self.cleared_at is None

    @property
    def whatsapp_wide(self) -> bool:
        """Whether it keeps messages of everybody from leaving by WhatsApp."""
        return self.scope in WHATSAPP_WIDE and self.effect in (Effect.BLOCKS, Effect.NO_TEMPLATES)

    @property
    def told_elsewhere(self) -> bool:
        """Whether administrators hear of it by another channel first: WhatsApp may be what fails."""
        return self.whatsapp_wide or self.recovery is Recovery.LOOK

    @property
    def next_at(self) -> datetime | None:
        """When something is to be done about it: tell, probe, end, or tell of its end."""
        if self.cleared_at is not None:
            return self.cleared_at + STEADY_FOR.get(self.recovery, timedelta(0)) if self.told_at else None
        if self.tells and self.told_at is None:
            return self.since
        return min((at for at in (_certain_end(self), self.probe_at) if at), default=None)

    @property
    def name(self) -> str:
        """What it concerns, for people: ``template ops_alert in en``."""
        match self.scope:
            case Scope.TEMPLATE:
                name, _, language = self.subject.rpartition("/")
                return f"template {name} in {language}"
            case Scope.PERSON | Scope.COUNTRY:
                return f"{self.scope.value} {self.subject}"
            case _:
                return f"the {self.scope.value}"


def template_subject(name: str, language: str) -> str:
    """How conditions call one language of a template."""
    return f"{name}/{language}"


def raised(sign: Sign, known: Condition | None, now: datetime) -> Condition:
    """The condition once the sign has come; ``known`` is the one of that name, open or long cleared.

    What comes back before anybody heard of its end was never over. What comes back soon after is told anew,
    but probed as slowly as before, so that a trouble that no probe sees does not flutter.
    """
    until = sign.until or (now + sign.lasts if sign.lasts else None)
    fresh = Condition(
        id=known.id if known else 0,
        scope=sign.scope,
        subject=sign.subject,
        cause=sign.cause,
        effect=sign.effect,
        tells=sign.tells,
        recovery=sign.recovery,
        what=sign.what,
        advice=sign.advice,
        since=now,
        until=until,
    )
    if known is not None and known.is_open:
        return replace(known, what=sign.what, until=_later(known.until, until))
    if known is not None and known.cleared_at is not None and now - known.cleared_at < RELAPSE:
        kept = replace(fresh, probes=known.probes)
        fresh = replace(kept, since=known.since, told_at=known.told_at) if known.told_at else kept
    return replace(fresh, probe_at=_next_probe(fresh, now))


def still_there(condition: Condition, now: datetime) -> Condition:
    """The platform was asked and said no, or did not answer: it is asked again, ever more slowly."""
    later = replace(condition, probes=condition.probes + 1)
    return replace(later, probe_at=_next_probe(later, now))


def superseded(condition: Condition, now: datetime) -> Condition:
    """Another trouble has taken its place, so that nobody need hear of its end."""
    return replace(cleared(condition, now), told_at=None)


def probed_soon(condition: Condition, now: datetime) -> Condition:
    """It is asked about now, since something may have changed, such as the token in the configuration."""
    return replace(condition, probe_at=now) if condition.probe_at else condition


def cleared(condition: Condition, now: datetime) -> Condition:
    """It is over, as far as one can tell. A probe may err, so its pause grows should it come back."""
    probes = condition.probes + 1 if condition.recovery is Recovery.PROBE else 0
    warned = condition.effect is Effect.WARNS and condition.recovery is not Recovery.LOOK
    told_at = None if warned else condition.told_at  # that a warning of the platform ends is no news
    return replace(condition, cleared_at=now, probe_at=None, probes=probes, told_at=told_at)


def told(condition: Condition, now: datetime, *, heard: bool) -> Condition:
    """Administrators were told that it stands, or that it is over; unless there was no way to any."""
    if condition.is_open:
        return replace(condition, told_at=now, unheard=not heard)
    return replace(condition, told_at=None, unheard=False)


def is_over(condition: Condition, now: datetime) -> bool:
    """Whether its known end has come."""
    end = _certain_end(condition)
    return condition.is_open and end is not None and end <= now


def looked_at_again(condition: Condition, now: datetime) -> datetime:
    """When what waits for its end is looked at again; its end itself lets all of that leave at once."""
    end = _certain_end(condition)
    return min(now + LOOK_AGAIN, max(end, now)) if end else now + LOOK_AGAIN


def _certain_end(condition: Condition) -> datetime | None:
    """Its end, unless that is only expected then."""
    return None if condition.recovery is Recovery.STATE else condition.until


def _next_probe(condition: Condition, now: datetime) -> datetime | None:
    if condition.recovery is not Recovery.PROBE:
        return None
    return now + PROBE_PAUSES[min(condition.probes, len(PROBE_PAUSES) - 1)]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other
