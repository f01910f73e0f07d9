"""The other channels: when something leaves by one of them instead of WhatsApp, and what it says there.

Beside an item for WhatsApp stands its *twin* for each other address of the person. It is due some minutes
later, or at once when WhatsApp is known to fail, and looks at what became of the first item only then.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from wa_notify.core.bounds import SCHEMES
from wa_notify.core.markup import unguarded
from wa_notify.core.message import ChannelMessage, Tone
from wa_notify.core.outbox import ASKS_SOMEBODY, WANTED, Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.progress import TROUBLES
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.secret import Secret
from wa_notify.core.template import VARIABLE, TemplateShape, TemplateStatus, choose, variables
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.wallclock import spoken_span

LITTLE_LATE = timedelta(seconds=5)  # by which an item may leave after it was due, without moving its twin

FALLS_BACK = (*ASKS_SOMEBODY, Occasion.RESOLVED)

# Why an item that would be tried again need not be waited for: somebody has to act first.
KNOWN_TO_FAIL = frozenset(
    {
        Reason.ACCOUNT_BLOCKED,
        Reason.NUMBER_LIMITED,
        Reason.COUNTRY_BLOCKED,
        Reason.IDENTITY_CHANGED,
        Reason.TEMPLATE_NOT_APPROVED,
        Reason.TEMPLATE_MISSING,
        Reason.TEMPLATES_NOT_SYNCED,
        Reason.UNREACHABLE_ON_WHATSAPP,
        Reason.BUDGET_SPENT,
    }
)

# Why an item waits for room, which may take longer than it is worth waiting for.
LIMITED = frozenset({Reason.REACH_USED_UP, Reason.PACE, Reason.PAIR_PACE})

# Why an item was cancelled that nobody has to be told of by any way.
NO_LONGER_NEWS = frozenset(
    {
        Reason.TICKET_ACKNOWLEDGED,
        Reason.TICKET_RESOLVED,
        Reason.TICKET_REOPENED,
        Reason.TICKET_EXPIRED,
        Reason.TICKET_SILENCED,
        Reason.RULE_REMOVED,
        Reason.IN_DIGEST,
        Reason.MERGED,
        Reason.DROPPED,
    }
)

# An entity of Home Assistant as an address. Only the integration reaches it.
ENTITY = re.compile(r"notify\.[a-z0-9_]+")

# Services whose address begins with the name of a machine. That of others begins with a token.
SHOWS_ITS_HOST = frozenset(
    f"{schema}{secure}"
    for schema in ("mailto", "json", "xml", "form", "gotify", "mqtt", "apprise")
    for secure in ("", "s")
)

ACKNOWLEDGED_THERE = "Nobody can answer here: answer on WhatsApp, or type `wa-notify tickets ack {number}`."
PERHAPS_A_REPEAT = "An earlier try had no answer, so this may be a repeat."


@dataclass(frozen=True, slots=True, kw_only=True)
class Detour:
    """What the decision about an item of another channel needs to know beside the item."""

    url: Secret | None  # nothing when the configuration names no such target any more
    first: Item | None  # the item that WhatsApp was to deliver; nothing for news about an earlier twin
    after: timedelta
    told: bool  # whether the same was told to the same target already
    doubtful: bool = False  # WhatsApp could not reach the person lately, so nobody waits and sees


def cannot_deliver(first: Item) -> bool:
    """Whether WhatsApp is known to fail with it, so that waiting would be of no use."""
    ended = first.state in (ItemState.REFUSED, ItemState.FAILED)
    return ended or (first.state is ItemState.PENDING and first.reason in KNOWN_TO_FAIL)


def waits_for_room(first: Item) -> bool:
    """Whether a limit of WhatsApp keeps it back."""
    return first.state is ItemState.PENDING and first.reason in LIMITED


def leaves_too_late(first: Item, at: datetime) -> bool:
    """Whether it waits for room beyond this instant, or until it is not worth sending any more."""
    outlived = first.expires_at is not None and first.due_at >= first.expires_at
    return waits_for_room(first) and (outlived or first.due_at > at)


def whatsapp_has_until(first: Item, after: timedelta, now: datetime) -> datetime | None:
    """Until when WhatsApp still may deliver it; nothing when its time is over.

    What waits on purpose (for its group, the end of a night, a silence) is not late before it was due. Tries
    that failed prolong nothing.
    """
    if waits_for_room(first):
        until = (first.planned_at or first.created_at) + after
        return until if now < until and not leaves_too_late(first, until) else None
    if first.state is ItemState.PENDING and first.reason not in TROUBLES | KNOWN_TO_FAIL:
        until = first.due_at + after
        return until if now < until else None
    on_its_way = first.state in (ItemState.SENDING, ItemState.ACCEPTED, ItemState.SENT)
    if on_its_way and first.claimed_at:
        meant_at = first.planned_at or first.created_at
        left_at = first.claimed_at if first.attempts == 1 else min(meant_at, first.claimed_at)
        until = left_at + after
        return until if now + LITTLE_LATE < until else None
    return None


def twin_key(first: Item, target: str) -> str:
    """Name the twin of an item for a target, so that planning it twice makes one."""
    return f"{first.key}/{target}"


def twin_of(first: Item, target: str, after: timedelta) -> Item:
    """The same for another channel, due so much later than WhatsApp was to deliver it."""
    return replace(
        first,
        id=0,
        key=twin_key(first, target),
        channel=Channel.OTHER,
        target=target,
        instead_of=first.id,
        due_at=first.due_at + after,
        reason=Reason.SENT_ELSEWHERE_FIRST,
    )


def says_the_same(one: Item, other: Item) -> bool:
    """Whether two twins tell one target of one occasion, each on behalf of another person."""
    return one.target == other.target and _occasion_of(one) == _occasion_of(other)


def _occasion_of(twin: Item) -> str:
    """The key without person and target: ticket, episode, occasion, and which of several."""
    return twin.key.removesuffix(f"/{twin.target}").removesuffix(f"/{twin.recipient_id}")


def spoken_channel(url: Secret) -> str:
    """A channel as it may be shown: ``mailto to example.net``. Of many services only the name may be."""
    schema, _, rest = url.reveal().partition("://")
    host = rest.partition("?")[0].partition("/")[0].rpartition("@")[2].partition(":")[0]
    return f"{schema} to {host}" if host and schema.lower() in SHOWS_ITS_HOST else schema


def secrets_in(url: Secret) -> tuple[str, ...]:
    """The whole address and its longer parts, for whoever has to blank them."""
    text = url.reveal()
    try:
        parts = urlsplit(text)
    except ValueError:
        return (text,)
    machine = "" if parts.scheme in SHOWS_ITS_HOST else parts.netloc.rpartition("@")[2]
    found = [parts.username, parts.password, machine, *parts.path.split("/"), *parts.query.split("&")]
    long = [part for part in found if part and len(part) >= 6]  # shorter ones are words of any sentence
    return (text, *long, *(unquote(part) for part in long))


def channel_message(
    item: Item,
    detour: Detour,
    ticket: Ticket,
    who: str,
    shapes: Sequence[TemplateShape],
    languages: Sequence[str],
) -> ChannelMessage:
    """What the other channel says: the words, why they come this way, and where to answer."""
    wanted = WANTED.get(item.occasion, frozenset())
    answerable = TicketState.OPEN in wanted and ticket.state is TicketState.OPEN
    tone = Tone.TROUBLE if TicketState.RESOLVED not in wanted else Tone.OVER
    paragraphs = (
        words(item.intent, shapes, languages),
        _why(detour, who),
        PERHAPS_A_REPEAT if item.unconfirmed else "",
        f"Ticket #{ticket.id}. {ACKNOWLEDGED_THERE.format(number=ticket.id) if answerable else ''}".strip(),
    )
    return ChannelMessage(
        title=f"#{ticket.id} {ticket.title}",
        body="\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        tone=tone if detour.first else Tone.NOTE,
    )


def notice_message(intent: Intent) -> ChannelMessage:
    """What an administrator reads there: the first sentence is the title."""
    said = intent.free_form or ""
    return ChannelMessage(title=said.partition(". ")[0].rstrip("."), body=said, tone=Tone.NOTE)


def _why(detour: Detour, who: str) -> str:
    """One sentence on why it comes this way."""
    first = detour.first
    if first is None:
        return ""
    if cannot_deliver(first) and first.reason:
        return f"It comes this way because WhatsApp cannot bring it to {who}: {SENTENCES[first.reason]}"
    if detour.doubtful:
        return f"It comes this way too because WhatsApp could not reach {who} lately."
    if waits_for_room(first) and first.reason:
        why = SENTENCES[first.reason]
        return f"It comes this way because WhatsApp would bring it to {who} too late: {why}"
    within = spoken_span(detour.after)
    return f"It comes this way because WhatsApp did not deliver it to {who} within {within}."


def words(intent: Intent, shapes: Sequence[TemplateShape], languages: Sequence[str]) -> str:
    """The free-form text, else what the template would say, else what would be filled into it."""
    said = unguarded(_told(intent, shapes, languages))
    return "\n".join(part for part in (said, *_beside(intent)) if part)


def _told(intent: Intent, shapes: Sequence[TemplateShape], languages: Sequence[str]) -> str:
    if intent.free_form is not None:
        return intent.free_form
    if intent.template is None:
        return ""
    shape = _any_shape([shape for shape in shapes if shape.name == intent.template.name], languages)
    if shape is None:
        texts = (intent.template.header or "", *(text for _, text in intent.template.body))
        return "\n".join(text for text in texts if text)
    header = _put_in(shape.header, (("", intent.template.header or ""),))
    return "\n".join(part for part in (header, _put_in(shape.body, intent.template.body)) if part)


def _beside(intent: Intent) -> Iterator[str]:
    """What other channels cannot show is told in words; a file by its link, unless that holds a password."""
    file, place = intent.file, intent.template.place if intent.template else None
    if file and file.link.startswith(SCHEMES) and "@" not in file.link:
        yield f"{file.kind.capitalize()}: {file.link}"
    if beside := intent.enclosed or place:
        yield beside.words


def _any_shape(shapes: Sequence[TemplateShape], languages: Sequence[str]) -> TemplateShape | None:
    """The language that suits best, approved or not: here nobody asks."""
    readable = [replace(shape, status=TemplateStatus.APPROVED) for shape in shapes]
    return choose(readable, languages) or next(iter(readable), None)


def _put_in(text: str, parts: Sequence[tuple[str, str]]) -> str:
    """Fill the blanks of a template; one without a text stays as it is."""
    blanks = variables(text)
    in_order = sorted(blanks, key=int) if all(name.isdecimal() for name in blanks) else blanks
    named = any(name for name, _ in parts)
    texts = (text for _, text in parts)
    values = dict(parts) if named else dict(zip(in_order, texts, strict=False))
    return VARIABLE.sub(lambda blank: values.get(blank[1], blank[0]), text)
