"""What a person means: STOP before anything else, then buttons, then words; the rest is a remark.

A message counts as a command only when it is nothing but the command, so that "stop the noise please" is
not taken for STOP. What can be said::

    ack [12]                  resolve [12]             escalate [12]          details [12]
    silence [12] [2h]         assign [12] bob          release [12]           comment [12] text
    status                    help                     STOP                   START

A tap on a button says the same with its payload, such as ``ack:12.1.7f1c9a`` or ``silence:12.1.7f1c9a:2h``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, assert_never

from wa_notify.core.inbound import Content, Media, Reaction, Tap, Text
from wa_notify.core.timeline import LONGEST_COMMENT
from wa_notify.core.words import (
    ACKNOWLEDGE_WORDS,
    ACKNOWLEDGING_REACTIONS,
    ASSIGN_WORDS,
    COMMENT_WORDS,
    DETAILS_WORDS,
    ESCALATE_WORDS,
    FILL_WORDS,
    HELP_WORDS,
    ME_WORDS,
    RELEASE_WORDS,
    RESOLVE_WORDS,
    SILENCE_WORDS,
    START_WORDS,
    STATUS_WORDS,
    STOP_WORDS,
    all_of,
    bare,
    unadorned,
    without_span,
)

LONGEST_COMMAND = 100  # characters; nobody commands in more, and looking for a number takes time
LONGEST_SILENCE = timedelta(days=7)
USUAL_SILENCE = timedelta(hours=1)
NUMBER = re.compile(r"#?(\d{1,18})")
OWN_BUTTON = "button:"  # what the payload of a button begins with whose tap is for an automation alone
PAYLOAD = re.compile(r"([a-z]+):((\d{1,18})\.\d+\.[0-9a-f]+)(?::([^\n:]{1,64}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of the house's own for STOP and START, beside those of the tables; `bare_words` prepares them."""

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Courtesy:
    """What a person sees once they were understood: that it was read, and that an answer is being written."""

    mark_read: bool = True
    typing: bool = True


COURTEOUS = Courtesy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message of a person that is to be shown as read, and whether an answer follows."""

    wamid: str
    typing: bool = False


class Verb(StrEnum):
    """What the payload of a button asks for, in front of the ticket's reference."""

    ACKNOWLEDGE = "ack"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    SILENCE = "silence"
    ASSIGN = "assign"
    RELEASE = "release"
    COMMENT = "comment"
    DETAILS = "details"
    NOTED = "noted"  # a button whose label is no command of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """Which ticket is meant. A word like ``ack 12`` knows only the number; a button knows all three parts."""

    number: int
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """The person takes the ticket; without ``ref`` the only open one they were told of."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """The person says that it is over."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """The person wants the next people to be asked."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSilence:
    """The person wants to hear nothing of it for a while."""

    ref: TicketRef | None = None
    span: timedelta = USUAL_SILENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """The ticket goes to somebody, by id or name in lower case; to the person who says so when empty."""

    ref: TicketRef | None = None
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The ticket is given back: nobody has it any more."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something to tell the others of the ticket. Empty after a pick: the text was said before."""

    ref: TicketRef | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDetails:
    """The person wants the long text. The reply itself opened the window, so held text follows."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStatus:
    """The person wants to know which of their tickets are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHelp:
    """The person wants to know what can be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The person wants nothing more from us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The person wants to hear from us again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Anything else."""


AboutTicket: TypeAlias = (
    Acknowledge | Resolve | Escalate | AskSilence | Assign | Release | Comment | AskDetails
)
Wish: TypeAlias = AboutTicket | AskStatus | AskHelp | Remark
Command: TypeAlias = Wish | Stop | Start
NO_OTHERS = Words()


def understand(content: Content, words: Words = NO_OTHERS) -> Command:
    """Read a command out of what a person sent. STOP counts on any button and below a picture too."""
    match content:
        case Text(body=text) | Media(caption=text) | Tap(title=text) if _stops(words, text):
            return Stop()
        case Tap(payload=payload) if _stops(words, payload):
            return Stop()
        case Text(body=body):
            return _own(words, body) or _words(body)
        case Tap(payload=payload, title=title):
            return _own(words, title) or _payload(payload) or _words(title)
        case Reaction(emoji=emoji) if bare(emoji) in ACKNOWLEDGING_REACTIONS:
            return Acknowledge()
        case _:
            return Remark()


def bare_words(words: Iterable[str]) -> frozenset[str]:
    """Words as `understand` compares them; what has no letter in it is left out."""
    return frozenset(said for word in words if (said := bare(word)))


def _stops(words: Words, text: str) -> bool:
    """Whether this is STOP and nothing else, in our words or the house's."""
    return bare(text) in words.stop or unadorned(text) in _STOP


def _own(words: Words, text: str) -> Start | None:
    """Whether one of the house's own words means START."""
    return Start() if bare(text) in words.start else None


def payload_for(label: str, ticket_ref: str) -> str:
    """What a button with this label shall carry back, such as ``ack:12.1.7f1c9a``."""
    said = _label(label)
    if not ticket_ref or isinstance(said, Stop | Start | AskStatus | AskHelp):
        return label  # these must work without any ticket
    return payload_of(said, ticket_ref)


def payload_of(said: AboutTicket | Remark, ticket_ref: str) -> str:
    """What a button or a row of a list carries back that says this about that ticket."""
    match said:
        case Acknowledge():
            return f"{Verb.ACKNOWLEDGE}:{ticket_ref}"
        case Resolve():
            return f"{Verb.RESOLVE}:{ticket_ref}"
        case Escalate():
            return f"{Verb.ESCALATE}:{ticket_ref}"
        case AskSilence(span=span):
            return f"{Verb.SILENCE}:{ticket_ref}:{span // timedelta(seconds=1)}s"
        case Assign(to=to):
            return f"{Verb.ASSIGN}:{ticket_ref}" + (f":{to}" if to else "")
        case Release():
            return f"{Verb.RELEASE}:{ticket_ref}"
        case Comment():
            return f"{Verb.COMMENT}:{ticket_ref}"
        case AskDetails():
            return f"{Verb.DETAILS}:{ticket_ref}"
        case Remark():
            return f"{Verb.NOTED}:{ticket_ref}"
        case _:
            assert_never(said)


def _payload(payload: str) -> Command | None:
    if payload.startswith(OWN_BUTTON):
        return Remark()
    found = PAYLOAD.fullmatch(payload)
    if found is None or found[1] not in set(Verb):
        return None
    ref, more = TicketRef(number=int(found[3]), full=found[2]), found[4] or ""
    match Verb(found[1]):
        case Verb.SILENCE:
            return AskSilence(ref=ref, span=_capped(without_span(more)[0]) or USUAL_SILENCE)
        case Verb.ASSIGN:
            return Assign(ref=ref, to=more)
        case Verb.NOTED:
            return Remark()
        case verb:
            return _PLAIN[verb](ref=ref)


@lru_cache(maxsize=512)  # labels stand in rules and templates, and every message asks what theirs mean
def _label(label: str) -> Command:
    return _words(label)


def _words(text: str) -> Command:
    said = bare(text)
    if unadorned(text) in _STOP:
        return Stop()
    if said in _START:
        return Start()
    if said in _STATUS:
        return AskStatus()
    if said in _HELP or _is_question_mark(text):
        return AskHelp()
    if comment := _COMMENT.match(unicodedata.normalize("NFKC", text)):
        return Comment(ref=_ref(comment[1]), text=comment[2].strip()[:LONGEST_COMMENT])
    if len(said) > LONGEST_COMMAND:
        return Remark()
    return _about_ticket(said) or Remark()


def _is_question_mark(text: str) -> bool:
    return set(unicodedata.normalize("NFKC", text).strip()) == {"?"}


def _about_ticket(said: str) -> Command | None:
    found = re.fullmatch(r"(.+?)(?:\s*#?(\d{1,18}))?", said)
    word, number = (found[1].strip(), found[2]) if found else ("", None)
    for verb, words in _VERBS.items():
        if word in words:
            return _PLAIN[verb](ref=_ref(number))
    if asked := _after(_SILENCE, said):
        return _silence(*asked)
    if asked := _after(_ASSIGN, said):
        return _assign(*asked)
    return None


def _after(words: frozenset[str], said: str) -> tuple[str] | None:
    """What stands behind one of these words, if the text begins with it."""
    for word in sorted(words, key=len, reverse=True):
        rest = said.removeprefix(word)
        if rest != said and not rest[:1].isalpha():
            return (rest.strip(),)
    return None


def _silence(asked: str) -> Command | None:
    """A span and a number in whatever order; anything else makes it no command."""
    span, rest = without_span(asked)
    ref, others = _number_among(rest.split())
    capped = USUAL_SILENCE if span is None else _capped(span)
    return None if capped is None or set(others) - FILL_WORDS else AskSilence(ref=ref, span=capped)


def _capped(span: timedelta | None) -> timedelta | None:
    """At most the longest silence; nothing for no time at all."""
    return min(span, LONGEST_SILENCE) if span else None


def _assign(asked: str) -> Command:
    ref, others = _number_among(asked.split())
    while len(others) > 1 and others[0] in FILL_WORDS and " ".join(others) not in _ME:
        others = others[1:]
    name = " ".join(others)
    return Assign(ref=ref, to="" if name in _ME else name)


def _number_among(words: list[str]) -> tuple[TicketRef | None, list[str]]:
    """The number at the beginning or the end, and the other words."""
    for place in (0, -1):
        if words and (found := NUMBER.fullmatch(words[place])):
            return _ref(found[1]), words[1:] if place == 0 else words[:-1]
    return None, words


def _ref(number: str | None) -> TicketRef | None:
    return TicketRef(number=int(number)) if number else None


_STOP = frozenset(unadorned(word) for word in all_of(STOP_WORDS))
_START = all_of(START_WORDS)
_STATUS, _HELP = all_of(STATUS_WORDS), all_of(HELP_WORDS)
_SILENCE, _ASSIGN, _ME = all_of(SILENCE_WORDS), all_of(ASSIGN_WORDS), all_of(ME_WORDS)
_PLAIN: dict[Verb, type[Acknowledge | Resolve | Escalate | Release | Comment | AskDetails]] = {
    Verb.ACKNOWLEDGE: Acknowledge,
    Verb.RESOLVE: Resolve,
    Verb.ESCALATE: Escalate,
    Verb.RELEASE: Release,
    Verb.COMMENT: Comment,
    Verb.DETAILS: AskDetails,
}
_VERBS = {
    Verb.ACKNOWLEDGE: all_of(ACKNOWLEDGE_WORDS),
    Verb.RESOLVE: all_of(RESOLVE_WORDS),
    Verb.ESCALATE: all_of(ESCALATE_WORDS),
    Verb.RELEASE: all_of(RELEASE_WORDS),
    Verb.DETAILS: all_of(DETAILS_WORDS),
}
_COMMENT = re.compile(
    rf"\s*(?:{'|'.join(sorted(map(re.escape, all_of(COMMENT_WORDS)), key=len, reverse=True))})"
    r"(?:[\s:,]+#?(\d{1,18})(?=[\s:,]))?[\s:,]+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
