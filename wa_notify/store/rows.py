"""Value and row: every field of a value is a column of the same name, so nothing can get lost between them.

What SQL has no type for is stored as text or number: instants as microseconds since 1970 in UTC (exact, and
their order is the order of time), structures as JSON.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

from wa_notify.core.access import Right
from wa_notify.core.alert import Alert
from wa_notify.core.charge import Charge, Total
from wa_notify.core.condition import Condition
from wa_notify.core.consent import ConsentRecord
from wa_notify.core.duty import Duty
from wa_notify.core.enclosed import MediaLink
from wa_notify.core.heartbeat import Pulse
from wa_notify.core.invite import Invite
from wa_notify.core.ledger import LedgerEntry, Proof
from wa_notify.core.matcher import Comparison, Matcher, matcher
from wa_notify.core.message import Button, Row
from wa_notify.core.outbox import Intent, Item
from wa_notify.core.plan import TemplateDeed
from wa_notify.core.pricing import EntryPoint
from wa_notify.core.recipient import Recipient
from wa_notify.core.silence import Silence
from wa_notify.core.template import ButtonShape, TemplateShape, TemplateWish
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry
from wa_notify.core.window import Window
from wa_notify.core.wording import Change
from wa_notify.store import enclosed

V = TypeVar("V")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Count the microseconds since 1970; a time without a zone is refused with a `TypeError`."""
    return (at - EPOCH) // MICROSECOND


def instant(count: int) -> datetime:
    """The time that many microseconds after 1970, in UTC."""
    return EPOCH + timedelta(microseconds=count)


def nanos(amount: Decimal) -> int:
    """Count the billionths of an amount of money."""
    return round(amount.scaleb(9))


def money(count: int) -> Decimal:
    """The amount of that many billionths."""
    return Decimal(count).scaleb(-9)


# Pure ASCII: half a surrogate pair, which foreign JSON may hold, would be no text. Made once, because
# `json.dumps` with options makes a new encoder each time.
json_text = json.JSONEncoder(separators=(",", ":"), default=dict).encode


def departures_text(taken: Sequence[tuple[datetime, int]]) -> str:
    """Store when messages left, and how many."""
    return json_text([[micros(at), count] for at, count in taken])


def departures_of(text: str) -> tuple[tuple[datetime, int], ...]:
    """Read when messages left, and how many."""
    return tuple((instant(at), count) for at, count in json.loads(text))


def mapping_of(text: str) -> Mapping[str, Any]:
    """Read labels, annotations or a raw event."""
    mapping: dict[str, Any] = json.loads(text)
    return mapping


def words_of(text: str) -> tuple[str, ...]:
    """Read a list of words."""
    return tuple(json.loads(text))


def rights_of(text: str) -> tuple[Right, ...]:
    """Read what a key may do."""
    return tuple(Right(word) for word in json.loads(text))


WORDLESS = "{}"  # an intent whose texts are gone


@lru_cache(maxsize=2048)  # an item is read and written several times in its short life
def intent_text(intent: Intent) -> str:
    """Write an intent."""
    wish = intent.template
    return json_text(
        {
            "template": wish and _wish(wish),
            "free_form": intent.free_form,
            "buttons": [[button.payload, button.title] for button in intent.buttons],
            "answers": intent.answers,
            "only_now": intent.only_now,
            "ticket_ref": intent.ticket_ref,
            "rows": [[row.payload, row.title, row.description, row.section] for row in intent.rows],
            "remark": intent.remark,
            "change": intent.change,
            "lacks": intent.lacks,
            "complete_only": intent.complete_only,
            "part": [intent.part, intent.behind, intent.ahead],
            "media": intent.media and enclosed.file_parts(intent.media),
            "enclosed": intent.enclosed and enclosed.parts(intent.enclosed),
            "footer": intent.footer,
            "preview": intent.preview,
            "quotes": intent.quotes,
            "asked_for": intent.asked_for,
        }
    )


@lru_cache(maxsize=2048)
def intent_of(text: str) -> Intent:
    """Read an intent."""
    if text == WORDLESS:
        return Intent()
    said = json.loads(text)
    part, behind, ahead = said["part"]
    return Intent(
        template=said["template"] and _wish_of(said["template"]),
        free_form=said["free_form"],
        buttons=tuple(Button(payload=payload, title=title) for payload, title in said["buttons"]),
        answers=said["answers"],
        only_now=said["only_now"],
        ticket_ref=said["ticket_ref"],
        rows=tuple(
            Row(payload=payload, title=title, description=more, section=section)
            for payload, title, more, section in said["rows"]
        ),
        remark=said["remark"],
        change=Change(said["change"]),
        lacks=tuple(said["lacks"]),
        complete_only=said["complete_only"],
        part=part,
        behind=behind,
        ahead=ahead,
        media=said["media"] and enclosed.file_of(said["media"]),
        enclosed=said["enclosed"] and enclosed.enclosed_of(said["enclosed"]),
        footer=said["footer"],
        preview=said["preview"],
        quotes=said["quotes"],
        asked_for=said["asked_for"],
    )


def _wish(wish: TemplateWish) -> Mapping[str, Any]:
    return {
        "name": wish.name,
        "header": wish.header,
        "body": wish.body,
        "url_suffix": wish.url_suffix,
        "file": wish.file and enclosed.file_parts(wish.file),
        "place": wish.place and enclosed.parts(wish.place),
        "code": wish.code,
        "spares": [_wish(spare) for spare in wish.spares],
    }


def _wish_of(said: Mapping[str, Any]) -> TemplateWish:
    return TemplateWish(
        name=said["name"],
        header=said["header"],
        body=tuple((name, text) for name, text in said["body"]),
        url_suffix=said["url_suffix"],
        file=said["file"] and enclosed.file_of(said["file"]),
        place=said["place"] and enclosed.place_of(said["place"]),
        code=said["code"],
        spares=tuple(_wish_of(spare) for spare in said["spares"]),
    )


def files_text(files: Sequence[MediaLink]) -> str:
    """Write the files that an alert brings."""
    return json_text([enclosed.file_parts(file) for file in files])


def files_of(text: str) -> tuple[MediaLink, ...]:
    """Read the files that an alert brings."""
    return tuple(enclosed.file_of(parts) for parts in json.loads(text))


def matchers_text(matchers: Sequence[Matcher]) -> str:
    """Write the conditions of a silence."""
    return json_text([[one.label, one.comparison.value, one.value] for one in matchers])


def matchers_of(text: str) -> tuple[Matcher, ...]:
    """Read the conditions of a silence."""
    return tuple(matcher(label, Comparison(sign), value) for label, sign, value in json.loads(text))


def buttons_text(buttons: Sequence[ButtonShape]) -> str:
    """Write the buttons of a template."""
    return json_text([[button.kind, button.text, button.target] for button in buttons])


def buttons_of(text: str) -> tuple[ButtonShape, ...]:
    """Read the buttons of a template."""
    return tuple(
        ButtonShape(kind=kind, text=label, target=target) for kind, label, target in json.loads(text)
    )


class Record(Generic[V]):
    """A kind of value whose fields are columns."""

    def __init__(self, kind: type[V]) -> None:
        self.names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]  # always a dataclass
        self._kind = kind
        self._all_of = attrgetter(*self.names)

    def values(self, value: V) -> dict[str, Any]:
        """What goes into the columns."""
        return dict(zip(self.names, self._all_of(value), strict=True))

    def value(self, row: Sequence[Any]) -> V:
        """What came out of the columns, in the order of `names`."""
        return self._kind(**dict(zip(self.names, row, strict=True)))


RECIPIENT = Record(Recipient)
CONSENT = Record(ConsentRecord)
LEDGER_ENTRY = Record(LedgerEntry)
PROOF = Record(Proof)
INVITE = Record(Invite)
WINDOW = Record(Window)
SHAPE = Record(TemplateShape)
DEED = Record(TemplateDeed)
TICKET = Record(Ticket)
DUTY = Record(Duty)
ALERT = Record(Alert)
PULSE = Record(Pulse)
ITEM = Record(Item)
ENTRY = Record(Entry)
SILENCE = Record(Silence)
CONDITION = Record(Condition)
CHARGE = Record(Charge)
TOTAL = Record(Total)
ENTRY_POINT = Record(EntryPoint)
