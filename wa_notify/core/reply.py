"""What a person means: STOP before anything else, then buttons, then words; the rest is a remark.

A message counts as a command only when it is nothing but the command, so that "stop the noise please" is
not taken for STOP.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from wa_notify.core.inbound import Content, Tap, Text

# Words of 2026-11-21, in the languages of Meta's opt-out guidance and our own translations of them.
WORDS_OF = date(2026, 11, 21)
STOP_WORDS: dict[str, tuple[str, ...]] = {
    "ar": ("توقف", "إيقاف", "الغاء"),
    "de": ("stopp", "abmelden"),
    "en": ("stop", "unsubscribe", "stopall"),
    "es": ("parar", "alto", "baja"),
    "fr": ("arrêt", "arret", "arrêter", "désabonner"),
    "hi": ("रोकें", "बंद"),
    "id": ("berhenti", "hentikan"),
    "it": ("ferma", "disiscrivimi"),
    "ja": ("停止", "配信停止"),
    "ko": ("중지", "수신거부"),
    "nl": ("afmelden", "stoppen"),
    "pl": ("zatrzymaj", "rezygnuję"),
    "pt": ("pare", "sair", "cancelar"),
    "ru": ("стоп", "отписаться"),
    "tr": ("dur", "durdur"),
    "zh": ("停止", "取消訂閱", "取消订阅"),
}
START_WORDS: dict[str, tuple[str, ...]] = {
    "ar": ("ابدأ", "اشتراك"),
    "de": ("starten", "anmelden"),
    "en": ("start", "unstop", "subscribe"),
    "es": ("empezar", "iniciar", "alta"),
    "fr": ("commencer", "démarrer"),
    "hi": ("शुरू",),
    "id": ("mulai",),
    "it": ("inizia", "iscrivimi"),
    "ja": ("開始", "再開"),
    "ko": ("시작",),
    "nl": ("beginnen", "aanmelden"),
    "pl": ("rozpocznij",),
    "pt": ("começar", "iniciar"),
    "ru": ("старт", "подписаться"),
    "tr": ("başla", "başlat"),
    "zh": ("開始", "开始", "訂閱", "订阅"),
}
ACKNOWLEDGE_WORDS = ("ack", "acknowledge", "acknowledged", "on it", "taken", "mine", "👍", "✅")
DETAILS_WORDS = ("details", "detail", "more", "info")


class Verb(StrEnum):
    """What the payload of a button asks for, in front of the ticket's reference."""

    ACKNOWLEDGE = "ack"
    DETAILS = "details"
    NOTED = "noted"  # a button whose label is no command of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """Which ticket is meant. A word like ``ack 12`` knows only the number; a button knows all three parts."""

    number: int
    full: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    """The person takes the ticket; without ``ref`` the newest one they were told of."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDetails:
    """The person wants the held text. The reply itself opened the window, so it follows."""

    ref: TicketRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The person wants nothing more from us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The person wants to hear from us again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Anything else."""


Command: TypeAlias = Acknowledge | AskDetails | Stop | Start | Remark


def understand(content: Content) -> Command:
    """Read a command out of what a person sent."""
    match content:
        case Text(body=body):
            return _words(body)
        case Tap(payload=payload, title=title):
            return _payload(payload) or _words(title)
        case _:
            return Remark()


def payload_for(label: str, ticket_ref: str) -> str:
    """What a button with this label shall carry back, such as ``ack:12.1.7f1c9a``."""
    match _words(label):
        case Acknowledge():
            verb = Verb.ACKNOWLEDGE
        case AskDetails():
            verb = Verb.DETAILS
        case Stop() | Start():
            return label  # these must work without any ticket
        case _:
            verb = Verb.NOTED
    return f"{verb}:{ticket_ref}" if ticket_ref else label


def _payload(payload: str) -> Command | None:
    found = re.fullmatch(r"(ack|details|noted):((\d{1,18})\.\d+\.[0-9a-f]+)", payload)
    if found is None:
        return None
    ref = TicketRef(number=int(found[3]), full=found[2])
    match Verb(found[1]):
        case Verb.ACKNOWLEDGE:
            return Acknowledge(ref=ref)
        case Verb.DETAILS:
            return AskDetails(ref=ref)
        case Verb.NOTED:
            return Remark()


def _words(text: str) -> Command:
    said = text.strip().strip(".!?,;: \t\r\n").casefold()
    if said in _STOP:
        return Stop()
    if said in _START:
        return Start()
    found = re.fullmatch(r"(.+?)(?:\s*#?(\d{1,18}))?", said)
    word, number = (found[1].strip(), found[2]) if found else ("", None)
    ref = TicketRef(number=int(number)) if number else None
    if word in ACKNOWLEDGE_WORDS:
        return Acknowledge(ref=ref)
    if word in DETAILS_WORDS:
        return AskDetails(ref=ref)
    return Remark()


_STOP = frozenset(word.casefold() for words in STOP_WORDS.values() for word in words)
_START = frozenset(word.casefold() for words in START_WORDS.values() for word in words)
