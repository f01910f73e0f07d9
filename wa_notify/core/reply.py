"""What a person means: STOP before anything else, then buttons, then words; the rest is a remark.

A message counts as a command only when it is nothing but the command, so that "stop the noise please" is
not taken for STOP.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from wa_notify.core.inbound import Content, Tap, Text

# Words of 2026-11-21, in the languages of Meta's opt-out guidance and our own translations of them.
WORDS_OF = date(2026, 11, 21)
LONGEST_COMMAND = 100  # characters; nobody commands in more, and looking for a number takes time
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
ACKNOWLEDGE_WORDS: dict[str, tuple[str, ...]] = {
    "": ("👍", "✅"),
    "de": ("übernehmen", "übernommen", "bestätigen"),
    "en": ("ack", "acknowledge", "acknowledged", "on it", "taken", "mine"),
    "es": ("reconocer", "confirmar", "lo tomo"),
    "fr": ("confirmer", "je prends", "prendre en charge"),
    "hi": ("स्वीकार करें",),
    "id": ("terima", "konfirmasi"),
    "it": ("conferma", "prendo io"),
    "nl": ("bevestigen",),
    "pt": ("reconhecer", "confirmar", "assumir"),
    "zh": ("確認", "确认", "收到"),
}
DETAILS_WORDS: dict[str, tuple[str, ...]] = {
    "de": ("einzelheiten", "mehr"),
    "en": ("details", "detail", "more", "info"),
    "es": ("detalles", "más"),
    "fr": ("détails", "plus"),
    "hi": ("विवरण",),
    "id": ("rincian",),
    "it": ("dettagli",),
    "nl": ("bijzonderheden",),
    "pt": ("detalhes", "mais"),
    "zh": ("詳情", "详情", "詳細"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of the house's own for STOP and START, beside those of the tables; `bare_words` prepares them."""

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()


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
NO_OTHERS = Words()


def understand(content: Content, words: Words = NO_OTHERS) -> Command:
    """Read a command out of what a person sent."""
    match content:
        case Text(body=body):
            return _own(words, body) or _words(body)
        case Tap(payload=payload, title=title):
            return _own(words, title) or _payload(payload) or _words(title)
        case _:
            return Remark()


def bare_words(words: Iterable[str]) -> frozenset[str]:
    """Words as `understand` compares them; what has no letter in it is left out."""
    return frozenset(bare for word in words if (bare := _bare(word)))


def _own(words: Words, text: str) -> Stop | Start | None:
    """What the house's own words make of it; of both, STOP."""
    said = _bare(text)
    if said in words.stop:
        return Stop()
    return Start() if said in words.start else None


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
        case verb:
            assert_never(verb)


def _words(text: str) -> Command:
    said = _bare(text)
    if said in _STOP:
        return Stop()
    if said in _START:
        return Start()
    if len(said) > LONGEST_COMMAND:
        return Remark()
    found = re.fullmatch(r"(.+?)(?:\s*#?(\d{1,18}))?", said)
    word, number = (found[1].strip(), found[2]) if found else ("", None)
    ref = TicketRef(number=int(number)) if number else None
    if word in _ACKNOWLEDGE:
        return Acknowledge(ref=ref)
    if word in _DETAILS:
        return AskDetails(ref=ref)
    return Remark()


def _bare(text: str) -> str:
    """The words alone: one way of writing each letter, no invisible marks, nothing around them."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(char for char in normal if not _is_decoration(char))
    start, end = 0, len(seen)
    while start < end and _is_around_words(seen[start]):
        start += 1
    while end > start and _is_around_words(seen[end - 1]):
        end -= 1
    return seen[start:end]


def _is_decoration(char: str) -> bool:
    """Marks nobody sees, and the tones and styles of an emoji."""
    return (
        unicodedata.category(char) == "Cf" or char in "\ufe0e\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _is_around_words(char: str) -> bool:
    """Punctuation, space, quotes and formatting marks of any script; a number sign waits for its number."""
    return char != "#" and (unicodedata.category(char)[0] in "PZC" or char in "~`^<>|=+$")


def _all_of(table: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(_bare(word) for words in table.values() for word in words)


_STOP = _all_of(STOP_WORDS)
_START = _all_of(START_WORDS)
_ACKNOWLEDGE = _all_of(ACKNOWLEDGE_WORDS)
_DETAILS = _all_of(DETAILS_WORDS)
