"""What Meta's reviewers make of a template.

Meta names the reasons of a rejection, and that what is filed as utility but sounds like an offer is approved
as MARKETING since April 2025; a text that is (nearly) nothing but variables is rejected or taken for
marketing. The lists of words below are only an example of what a classifier sees: they are our deduction.
"""

import re
from dataclasses import dataclass

from .templates import VARIABLE, Template

PROMOTIONAL = re.compile(
    r"\b(offer|discount|sale|promo|promotion|coupon|voucher|deal|buy now|shop now|exclusive|% off"
    r"|angebot|rabatt|gutschein|oferta|descuento|desconto|promotion|remise|diskon)\b",
    re.IGNORECASE,
)
SCAM = re.compile(
    r"\b(you have won|lottery|wire transfer|credit card number|send (us |me )?your (password|pin)"
    r"|gift card code)\b",
    re.IGNORECASE,
)
ABUSIVE = re.compile(r"\b(idiots?|moron|shut up|we will hurt you)\b", re.IGNORECASE)
# Languages that are not written in Latin letters
OTHER_LETTERS = frozenset({
    "ar", "bg", "bn", "el", "fa", "gu", "he", "hi", "ja", "ka", "kk", "kn", "ko", "ky", "lo", "mk", "ml",
    "mr", "pa", "prs", "ps", "ru", "si", "sr", "ta", "te", "th", "uk", "ur", "zh",
})  # fmt: skip
LAST_LATIN, LATIN_MORE = 0x24F, range(0x1E00, 0x1F00)
WORDS_TO_BE_REVIEWED, WORDS_OF_A_UTILITY = 2, 4  # beside the variables of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a template. reason, why, recommendation: of a rejection."""

    status: str
    category: str
    reason: str = "NONE"
    why: str = ""
    recommendation: str = ""


def verdict_on(template: Template) -> Verdict:
    """Return what the reviewers say."""
    text = " ".join(_texts(template))
    for pattern, reason, why, recommendation in (
        (SCAM, "SCAM", "The text asks for secrets or promises money.", "Leave that out."),
        (ABUSIVE, "ABUSIVE_CONTENT", "The text insults or threatens.", "Be polite."),
    ):
        if pattern.search(text):
            return _rejected(template, reason, why, recommendation)
    if _is_in_other_letters(text, template.language):
        why = f"The text is not written in the language {template.language}."
        return _rejected(template, "TAG_CONTENT_MISMATCH", why, "File it under its own language.")
    words = _words_beside_variables(template)
    if words is not None and words < WORDS_TO_BE_REVIEWED:
        why = "The text is little more than variables."
        return _rejected(template, "INVALID_FORMAT", why, "Describe what the message is about.")
    vague = words is not None and words < WORDS_OF_A_UTILITY and template.category == "UTILITY"
    promotes = template.category != "AUTHENTICATION" and PROMOTIONAL.search(text) is not None
    return Verdict(status="APPROVED", category="MARKETING" if vague or promotes else template.category)


def _rejected(template: Template, reason: str, why: str, recommendation: str) -> Verdict:
    return Verdict(
        status="REJECTED", category=template.category, reason=reason, why=why, recommendation=recommendation
    )


def _texts(template: Template) -> list[str]:
    texts = [str(part.get("text", "")) for part in template.components]
    return [*texts, *(str(button.get("text", "")) for button in template.buttons)]


def _words_beside_variables(template: Template) -> int | None:
    """The words of a body that stay the same; None when it has no variable, or is the platform's own."""
    body = str(template.component("BODY").get("text", ""))
    if template.category == "AUTHENTICATION" or not VARIABLE.search(body):
        return None
    rest = VARIABLE.sub(" ", body)
    # Some languages write no spaces: there a dozen characters count as a word.
    return max(len(re.findall(r"\w+", rest)), sum(map(str.isalpha, rest)) // 12)


def _is_in_other_letters(text: str, language: str) -> bool:
    letters = [letter for letter in VARIABLE.sub("", text) if letter.isalpha()]
    latin = sum(ord(letter) <= LAST_LATIN or ord(letter) in LATIN_MORE for letter in letters)
    return language.partition("_")[0] not in OTHER_LETTERS and latin * 2 < len(letters)
