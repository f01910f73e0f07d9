"""Double opt-in: a one-time code that only the invited person can send us, or a yes to an invitation.

The code stands in a link that opens a chat with us and has the words ready (``https://wa.me/<number>?text=``,
Meta's click-to-chat). Sending them proves that the person has the phone, and that they want to hear from us.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import quote

from wa_notify.core.consent import Purpose
from wa_notify.core.inbound import Content, Tap, Text

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, no 1, I and L, no U
CODE_LENGTH = 10  # of 30 letters: 49 bits
LASTS = timedelta(days=7)
JOIN = "JOIN"
_JOIN = re.compile(rf"\W*{JOIN}\W+([0-9A-Z][0-9A-Z -]*)\W*")

# Words of 2026-11-21, our own translations. Nothing else counts as an answer to an invitation.
WORDS_OF = date(2026, 11, 21)
YES_WORDS: dict[str, tuple[str, ...]] = {
    "": ("👍", "✅"),
    "ar": ("نعم", "أوافق"),
    "de": ("ja", "ja bitte", "einverstanden", "ich stimme zu"),
    "en": ("yes", "yes please", "y", "ok", "okay", "i agree", "agree", "confirm", "join"),
    "es": ("sí", "si", "de acuerdo", "acepto"),
    "fr": ("oui", "d'accord", "j'accepte"),
    "hi": ("हाँ", "हां", "सहमत"),
    "id": ("ya", "setuju"),
    "it": ("sì", "va bene", "accetto", "d'accordo"),
    "ja": ("はい", "同意します"),
    "ko": ("네", "예", "동의합니다"),
    "nl": ("ja graag", "akkoord"),
    "pl": ("tak", "zgadzam się"),
    "pt": ("sim", "concordo", "aceito"),
    "ru": ("да", "согласен", "согласна"),
    "tr": ("evet", "kabul ediyorum"),
    "zh": ("是", "好", "好的", "同意"),
}
NO_WORDS: dict[str, tuple[str, ...]] = {
    "": ("👎", "❌"),
    "ar": ("لا", "لا شكرا"),
    "de": ("nein", "nein danke"),
    "en": ("no", "no thanks", "no thank you", "n", "not now", "decline"),
    "es": ("no gracias", "ahora no"),
    "fr": ("non", "non merci"),
    "hi": ("नहीं",),
    "id": ("tidak", "tidak terima kasih"),
    "it": ("no grazie",),
    "ja": ("いいえ",),
    "ko": ("아니요", "아니오"),
    "nl": ("nee", "nee bedankt"),
    "pl": ("nie", "nie dziękuję"),
    "pt": ("não", "nao", "não obrigado", "não obrigada"),
    "ru": ("нет", "нет спасибо"),
    "tr": ("hayır", "hayır teşekkürler"),  # noqa: RUF001 - Turkish has this letter
    "zh": ("不", "不要", "不用了"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A code that was given to somebody. The code itself is kept nowhere, only its digest."""

    id: int = 0
    code_digest: str
    recipient_id: str
    purpose: Purpose
    wording: str
    language: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def is_good(self, at: datetime) -> bool:
        """Whether the code may be used then, for the first time."""
        return self.used_at is None and at < self.expires_at


def code_of(chance: int) -> str:
    """A code such as ``7KQ4M2XWPD`` out of a random number of 64 bits or more, which nobody can guess."""
    letters = []
    for _ in range(CODE_LENGTH):
        chance, letter = divmod(chance, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def code_digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def code_in(text: str) -> str | None:
    """The code of a message that says ``JOIN <code>`` and nothing else, in any case and with any hyphens."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    found = _JOIN.fullmatch(seen.upper()) if len(seen) <= 100 else None
    code = re.sub(r"\W", "", found[1]) if found else ""
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def link(display_number: str, code: str) -> str:
    """The link that opens a chat with us and has the code ready to be sent."""
    digits = "".join(char for char in display_number if char.isdigit())
    return f"https://wa.me/{digits}?text={quote(f'{JOIN} {code}')}"


def agrees(content: Content) -> bool:
    """Whether this says yes in words."""
    return isinstance(content, Text) and _plain(content.body) in _YES


def disagrees(content: Content) -> bool:
    """Whether this says no, in words or with a button."""
    match content:
        case Text(body=said) | Tap(title=said):
            return _plain(said) in _NO
        case _:
            return False


def taps_yes(content: Content) -> bool:
    """Whether this is a tap on a button of an invitation that does not say no."""
    return isinstance(content, Tap) and _plain(content.title) not in _NO


def _plain(text: str) -> str:
    """The words alone, without what stands around and between them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char if unicodedata.category(char)[0] in "LMNS" else " " for char in folded)
    return " ".join(kept.translate(_TONES).split())


_TONES = dict.fromkeys((65038, 65039, *range(127995, 128000)))  # of an emoji
_YES = frozenset(_plain(word) for words in YES_WORDS.values() for word in words)
_NO = frozenset(_plain(word) for words in NO_WORDS.values() for word in words)
