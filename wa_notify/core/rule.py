"""Rules: which alert becomes which message to whom.

Rules are tried in order; the first that matches answers the alert, and the search goes on only behind a rule
that says ``continue``. Texts are functions of the facts, compiled once when the configuration is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Any, TypeAlias

from wa_notify.core.alert import Alert
from wa_notify.core.bounds import BUTTON_LIMIT, FILENAME_LIMIT, SCHEMES
from wa_notify.core.budget import Budget
from wa_notify.core.cleaner import clean
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.enclosed import Contacts, LinkButton, MediaKind, MediaLink, Place, name_in
from wa_notify.core.errors import MessageMisfit
from wa_notify.core.heartbeat import Heartbeat
from wa_notify.core.inhibit import Inhibit
from wa_notify.core.languages import chain
from wa_notify.core.limits import Limits
from wa_notify.core.matcher import Matcher
from wa_notify.core.pricing import Preference, Prices
from wa_notify.core.quiet import QuietHours
from wa_notify.core.received import KeepFiles
from wa_notify.core.reply import COURTEOUS, NO_OTHERS, Courtesy, Words
from wa_notify.core.schedule import Schedule, members
from wa_notify.core.secret import Secret
from wa_notify.core.shortlist import Shortlist, shortlist
from wa_notify.core.storm import Storm
from wa_notify.core.template import TemplateShape, TemplateWish
from wa_notify.core.wallclock import TIME_ZONE

Facts: TypeAlias = Mapping[
    str, Any
]  # what the texts of a rule may speak of, see `wa_notify.core.ticket.facts`
Text: TypeAlias = Callable[[Facts], str]

HELD_FOR = timedelta(minutes=10)
LASTS = timedelta(hours=4)  # how long a message is worth sending, unless the rule says otherwise
SEVERITIES = ("info", "warning", "critical")  # from the mildest to the gravest


class Priority(IntEnum):
    """Who goes first when many wait; smaller is sooner."""

    CRITICAL = 0
    NORMAL = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """A template and the texts for its blanks."""

    name: str
    header: Text | None = None
    body: tuple[tuple[str, Text], ...] = ()  # parameter name (empty when positional) and text
    url_suffix: Text | None = None
    file: "Attachment | None" = None  # in the header
    place: "PlaceText | None" = None  # in the header
    code: Text | None = None  # for a button that copies it
    spares: tuple["TemplateText", ...] = ()  # in the order in which they stand in

    @property
    def ways(self) -> tuple["TemplateText", ...]:
        """This one, and its spares."""
        return (self, *self.spares)

    def render(self, facts: Facts) -> TemplateWish:
        """Put the facts into the words."""
        return TemplateWish(
            name=self.name,
            header=None if self.header is None else self.header(facts),
            body=tuple((name, text(facts)) for name, text in self.body),
            url_suffix=None if self.url_suffix is None else self.url_suffix(facts),
            file=self.file.render(facts) if self.file else None,
            place=self.place.render(facts) if self.place else None,
            code=None if self.code is None else self.code(facts),
            spares=tuple(spare.render(facts) for spare in self.spares),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a text, if the link comes out as one."""

    kind: MediaKind
    link: Text
    filename: Text | None = None

    def render(self, facts: Facts) -> MediaLink | None:
        """The file; nothing when the alert brings no link for it. Files of this machine are out of reach."""
        link = self.link(facts).strip()
        if not link.lower().startswith(SCHEMES):
            return None
        filename = self.filename(facts).strip() if self.filename else ""
        if self.kind is MediaKind.DOCUMENT:
            filename = filename or name_in(link)  # else the person sees "Untitled"
        return MediaLink(kind=self.kind, link=link, filename=filename[-FILENAME_LIMIT:])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceText:
    """A place whose parts come from the alert."""

    latitude: Text
    longitude: Text
    name: Text | None = None
    address: Text | None = None

    def render(self, facts: Facts) -> Place | None:
        """The place; nothing when the alert brings no degrees."""
        try:
            return Place(
                latitude=float(self.latitude(facts)),
                longitude=float(self.longitude(facts)),
                name=self.name(facts).strip() if self.name else "",
                address=self.address(facts).strip() if self.address else "",
            )
        except (ValueError, MessageMisfit):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkText:
    """A button that opens a page, whose parts come from the alert."""

    title: Text
    url: Text

    def render(self, facts: Facts) -> LinkButton | None:
        """The button; nothing when the alert brings no link for it."""
        try:
            return LinkButton(title=clean(self.title(facts), BUTTON_LIMIT), url=self.url(facts).strip())
        except MessageMisfit:
            return None


class FromAlert(StrEnum):
    """Which of the files that the source sent along follow the long text."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"


Follower: TypeAlias = Attachment | PlaceText | Contacts  # what can only be a message of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What goes with the free-form text of a rule, in the same message.

    ``buttons`` tells whether people can answer with a tap; a link button takes their place.
    """

    file: Attachment | None = None
    link: LinkText | None = None
    buttons: bool = True
    footer: str = ""
    preview: bool = False


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    """When an unanswered ticket speaks again: first after ``after``, then ``every``, ``times`` in all."""

    after: timedelta
    every: timedelta
    times: int
    template: TemplateText
    free_form: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """How somebody is told when WhatsApp cannot, or has not delivered within ``after``.

    ``targets`` name addresses of `Rulebook.channels`, each of which is told by itself. With ``tell_late``
    they also hear when WhatsApp delivers after all.
    """

    targets: tuple[str, ...]
    after: timedelta = timedelta(minutes=5)
    tell_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule as compiled from the configuration."""

    name: str
    matchers: tuple[Matcher, ...]
    receiver: str
    template: TemplateText
    group_by: tuple[str, ...] = ()
    group_wait: timedelta = timedelta(0)
    group_interval: timedelta = timedelta(minutes=5)
    priority: Priority = Priority.NORMAL
    free_form: Text | None = None
    details: Text | None = None
    beside: Beside = NOTHING_BESIDE
    attachments: tuple[Follower, ...] = ()
    from_alert: FromAlert = FromAlert.NONE
    remind: Remind | None = None
    resolved: TemplateText | None = None
    resolved_free_form: Text | None = None
    answer_lasts: Mapping[str, timedelta] = field(default_factory=dict)  # by severity; "" for all others
    repeat_interval: timedelta | None = None  # how often it is told that it still fires
    expire: timedelta | None = None  # after how long without a word of the source a ticket is given up
    updated: TemplateText | None = None  # for all that is not the first word: grown, worse, still firing
    updated_free_form: Text | None = None
    ttl: timedelta = LASTS  # what waited longer comes too late and is dropped, with a word
    other_ways: Mapping[str, OtherWay] = field(default_factory=dict)  # by recipient; "" for all others
    ttls: Mapping[str, timedelta] = field(default_factory=dict)  # by severity, where it differs
    goes_on: bool = False
    quiet_hours_ignored: bool = False
    refuses_missing: bool = False  # a message that lacks a label is not sent, rather than with a word for it
    prefer: Preference | None = None  # nothing: as everybody else

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every matcher holds."""
        return all(matcher.matches(labels) for matcher in self.matchers)

    def answer_span(self, severity: str) -> timedelta | None:
        """How long an answer lasts before the ticket asks anew; nothing when it lasts for good."""
        return self.answer_lasts.get(severity, self.answer_lasts.get(""))

    def other_way(self, recipient_id: str) -> OtherWay | None:
        """How this person is told when WhatsApp cannot; nothing when the configuration names no way."""
        return self.other_ways.get(recipient_id, self.other_ways.get(""))

    def lasts(self, severity: str) -> timedelta:
        """How long a message about an alert of this severity is worth sending."""
        return self.ttls.get(severity, self.ttl)

    @property
    def templates(self) -> tuple[TemplateText, ...]:
        """All templates it may use, those that stand in among them."""
        parts = (self.template, self.updated, self.remind.template if self.remind else None, self.resolved)
        return tuple(way for part in parts if part for way in part.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of escalation: who is told ``after`` the ticket opened, while nobody has answered."""

    after: timedelta
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """A named list of people, and who is asked next when none of them answers."""

    to: tuple[str, ...]
    escalate: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """How a schedule asks who is on call for a sign of life, and how long it waits (see `core.duty`)."""

    template: TemplateText
    free_form: Text | None = None
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Who is told that something needs an administrator: ``text`` in a template, or as free-form text.

    ``targets`` name addresses of `Rulebook.channels` for when WhatsApp cannot carry it; without any, those of
    the people themselves stand in.
    """

    receiver: str
    template: TemplateText | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A message that goes ``to`` a test recipient ``every`` so often and is to arrive ``within`` its time.

    So many ``misses`` in a row are a trouble. The ``objective`` is the share that is to arrive in time, of
    those of the last while (``over``); see `wa_notify.core.canary`.
    """

    to: str
    every: timedelta
    template: TemplateText
    free_form: Text | None = None
    within: timedelta = timedelta(seconds=60)
    misses: int = 2
    objective: float = 0.99
    over: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules with the receivers they name, and the template shapes the configuration declares."""

    rules: tuple[Rule, ...] = ()
    receivers: Mapping[str, Receiver] = field(default_factory=dict)
    templates: tuple[TemplateShape, ...] = ()
    drafts: tuple[TemplateDraft, ...] = ()  # the same as they are to be submitted, with their examples
    language: str = "en"  # of the house: codes with commas in between, the preferred one first
    time_zone: str = TIME_ZONE  # of every time that our own words tell; schedules have their own
    words: Words = NO_OTHERS
    courtesy: Courtesy = COURTEOUS
    heartbeats: Mapping[str, Heartbeat] = field(default_factory=dict)  # source -> what is expected of it
    channels: Mapping[str, Secret] = field(default_factory=dict)  # address of each target, see `OtherWay`
    silences_last: Mapping[str, timedelta] = field(default_factory=dict)  # at a source that is asked for them
    severities: tuple[str, ...] = SEVERITIES
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    check_ins: Mapping[str, CheckIn] = field(default_factory=dict)  # schedule -> how
    notice: Notice | None = None
    canary: Canary | None = None
    quiet_hours: Mapping[str, QuietHours] = field(default_factory=dict)  # recipient id -> when
    inhibits: tuple[Inhibit, ...] = ()
    storm: Storm | None = None  # nothing when people get however many messages there are
    digest: TemplateText | None = None  # many in one, while the window is closed
    digest_free_form: Text | None = None  # the same while it is open, instead of a plain list
    nudge: TemplateText | None = None  # asks for a reply, so that held text may follow
    prices: Prices = field(default_factory=Prices)
    budget: Budget | None = None
    prefer: Preference = Preference.FREE_FORM
    limits: Limits = field(default_factory=Limits)
    held_for: timedelta = HELD_FOR  # how long the platform may hold what is critical before a spare leaves
    received: KeepFiles | None = None  # which files of people are kept; nothing when none are
    most_parts: int = 5  # messages in which a text too long for one may leave
    _shortlist: Shortlist = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Rule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Rules are looked for with every alert and every message: here the lists are made, once."""
        object.__setattr__(self, "_shortlist", shortlist([rule.matchers for rule in self.rules]))
        object.__setattr__(self, "_by_name", {rule.name: rule for rule in reversed(self.rules)})

    @property
    def languages(self) -> tuple[str, ...]:
        """What is tried for somebody whose own languages are not there, before English."""
        return chain(self.language)

    def everybody(self, names: Iterable[str]) -> tuple[str, ...]:
        """Everybody whom these names of people and schedules may ever mean, each once."""
        found: dict[str, None] = {}
        for name in names:
            schedule = self.schedules.get(name)
            found |= dict.fromkeys(members(schedule) if schedule else (name,))
        return tuple(found)

    def reached(self, receiver: str) -> tuple[str, ...]:
        """Everybody who may be asked by this receiver, those of its escalation too."""
        target = self.receivers.get(receiver)
        if target is None:
            return ()
        return self.everybody((*target.to, *(name for step in target.escalate for name in step.to)))

    def gravity(self, severity: str) -> int:
        """Where a severity stands among the others; -1 for a word that is not among them."""
        return self.severities.index(severity) if severity in self.severities else -1

    def rules_for(self, alert: Alert) -> Iterator[Rule]:
        """The rules that answer this alert, in order."""
        for place in self._shortlist.candidates(alert.labels):
            rule = self.rules[place]
            if rule.matches(alert.labels):
                yield rule
                if not rule.goes_on:
                    return

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, or nothing when it was removed."""
        return self._by_name.get(name)
