"""Lint: what a reviewer at the platform will say of a draft, before one has to ask.

What is refused comes from Meta's template reference (create: subcodes 2388299, 2388293, 2388040, 2388047,
2388072, 2388073). What makes a text marketing is our reading of Meta's category rules. How many variables a
text bears is not published at all: `WORDS_PER_VARIABLE` is our estimate.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.promotion import GREETINGS, PROMOTIONAL, REQUESTED, VAGUE, found_in, without_words
from wa_notify.core.template import (
    BODY_LIMIT,
    BUTTON_LIMIT,
    FOOTER_LIMIT,
    HEADER_LIMIT,
    LINK_LIMIT,
    VARIABLE,
    Category,
    TemplateShape,
    variables,
)

Part: TypeAlias = tuple[str | int, ...]  # such as ("body",) or ("buttons", 1); empty for the whole

FEWEST_WORDS = 3  # beside the variables; with fewer it is a bare parameter
WORDS_PER_VARIABLE = 2  # fixed words for each variable, and one more; ours
MOST_EXCLAMATIONS = 2
MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")
WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts without spaces between words
WORD = re.compile(r"[^\W_]+(?:[^\s\w]*[^\W_]+)*")
MARKDOWN = re.compile(r"[*_~`]")
CHAT_HOSTS = ("wa.me", "api.whatsapp.com", "chat.whatsapp.com")
SHORTENERS = (
    *("bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly"),
    *("shorturl.at", "rb.gy", "lnkd.in", "t.ly", "s.id", "v.gd", "tiny.cc"),
)


class Severity(StrEnum):
    """What comes of it."""

    REFUSED = "refused"
    MARKETING = "marketing"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reviewer will not like, where it stands, and what to do."""

    name: str
    language: str
    part: Part
    severity: Severity
    what: str
    fix: str

    @property
    def grave(self) -> bool:
        """Whether the template would be refused, or approved as what alerts may not be."""
        return self.severity is not Severity.ADVICE


_Found: TypeAlias = tuple[Part, Severity, str, str]


def lint(drafts: Sequence[TemplateDraft]) -> tuple[Finding, ...]:
    """All findings of all drafts, in the order of the drafts."""
    told: list[Finding] = []
    first: dict[tuple[str, str, str], str] = {}
    for draft in drafts:
        shape = draft.shape
        for part, severity, what, fix in (*_refused(draft), *_marketing(shape), *_twice(shape, first)):
            told.append(
                Finding(
                    name=shape.name,
                    language=shape.language,
                    part=part,
                    severity=severity,
                    what=what,
                    fix=fix,
                )
            )
    return tuple(told)


def edges_vary(body: str) -> bool:
    """Whether a text begins or ends with a variable (2388299)."""
    return re.match(r"\s*\{\{", body) is not None or re.search(r"\}\}\s*$", body) is not None


def variables_touch(body: str) -> bool:
    """Whether two variables stand side by side."""
    return re.search(r"\}\}\s*\{\{", body) is not None


def _refused(draft: TemplateDraft) -> Iterator[_Found]:
    yield from _body(draft.shape.body)
    yield from _plain_parts(draft.shape)
    yield from _lengths(draft)
    yield from _links(draft.shape)
    yield from _examples(draft)


def _body(body: str) -> Iterator[_Found]:
    part, names = ("body",), variables(body)
    words = _words(VARIABLE.sub(" ", body))
    needed = WORDS_PER_VARIABLE * len(names) + 1
    if names and words < FEWEST_WORDS:
        what = "The body is little more than a variable, which is refused or becomes marketing."
        yield part, Severity.REFUSED, what, "Say in fixed words what the message is about."
    elif words < needed and names:
        what = f"{len(names)} variables are too many for {words} fixed words; by our estimate {needed} do."
        yield part, Severity.REFUSED, what, "Write more words, or use fewer variables."
    if edges_vary(body):
        what = "The body begins or ends with a variable."
        yield part, Severity.REFUSED, what, "Put fixed words around it; a full stop is too little."
    elif re.match(r"\W*\{\{", body) or re.search(r"\}\}\W*$", body):
        what = "Only punctuation stands between a variable and the edge of the body."
        yield part, Severity.ADVICE, what, "Reviewers may count that as the edge; add a word."
    if variables_touch(body):
        yield part, Severity.REFUSED, "Two variables stand side by side.", "Put fixed words between them."
    if re.search(r"\n[ \t]*\n[ \t]*\n", body):
        what = "More than two line breaks follow each other."
        yield part, Severity.REFUSED, what, "Leave one empty line at most."
    if re.search(r" {5}", body):
        yield part, Severity.REFUSED, "More than four spaces follow each other.", "Write one."


def _plain_parts(shape: TemplateShape) -> Iterator[_Found]:
    """Header, footer and labels are one line of plain text."""
    labels = [(("buttons", index), button.text) for index, button in enumerate(shape.buttons)]
    parts: list[tuple[Part, str]] = [(("header",), shape.header), (("footer",), shape.footer), *labels]
    for part, words in parts:
        name = "label" if part[0] == "buttons" else str(part[0])
        if re.search(r"[\r\n\t]", words) or "    " in words:
            yield (
                part,
                Severity.REFUSED,
                f"The {name} has a line break, a tab or a run of spaces.",
                "Remove it.",
            )
        fixed = VARIABLE.sub("", words)
        if any(map(_is_emoji, fixed)):
            worst = Severity.ADVICE if name == "footer" else Severity.REFUSED
            yield part, worst, f"There is an emoji in the {name}.", "Use words."
        if MARKDOWN.search(fixed):
            worst = Severity.REFUSED if name == "header" else Severity.ADVICE
            yield part, worst, f"The {name} has a formatting mark, which it cannot show.", "Remove it."
        if name == "label" and fixed != words:
            yield part, Severity.REFUSED, "A label has no variables.", "Write fixed words."


def _lengths(draft: TemplateDraft) -> Iterator[_Found]:
    """Texts that are too long, empty or filled with the examples."""
    shape = draft.shape
    body, header = VARIABLE.sub("", shape.body), VARIABLE.sub("", shape.header)
    examples = dict(draft.body_examples)
    filled = sum(len(examples.get(name, "")) for name in VARIABLE.findall(shape.body))
    header_filled = len(draft.header_example) if header != shape.header else 0
    measured: list[tuple[Part, int, int]] = [
        (("header",), max(len(shape.header), len(header) + header_filled), HEADER_LIMIT),
        (("body",), max(len(shape.body), len(body) + filled), BODY_LIMIT),
        (("footer",), len(shape.footer), FOOTER_LIMIT),
    ]
    for index, button in enumerate(shape.buttons):
        measured.append((("buttons", index), len(button.text), BUTTON_LIMIT))
        if button.kind == "URL":
            measured.append((("buttons", index), len(button.target), LINK_LIMIT))
    for part, length, most in measured:
        if length > most:
            what = f"This has {length} characters with its examples, and the platform takes {most}."
            yield part, Severity.REFUSED, what, "Shorten it."


def _links(shape: TemplateShape) -> Iterator[_Found]:
    for index, button in enumerate(shape.buttons):
        if button.kind != "URL":
            continue
        host = (urlsplit(VARIABLE.sub("", button.target)).hostname or "").removeprefix("www.")
        if host in CHAT_HOSTS:
            what = f"A link button may not lead to {host}."
            yield (
                ("buttons", index),
                Severity.REFUSED,
                what,
                "People are in the chat already; use a quick reply.",
            )
        elif host in SHORTENERS:
            what = f"{host} hides where a link leads; reviewers refuse that."
            yield ("buttons", index), Severity.REFUSED, what, "Write the whole link, of your own domain."


def _examples(draft: TemplateDraft) -> Iterator[_Found]:
    shape, fix = draft.shape, "Add it under `examples`; nothing can be submitted without."
    given, links = dict(draft.body_examples), dict(draft.url_examples)
    missing = [name for name in variables(shape.body) if not given.get(name, "").strip()]
    if missing:
        names = ", ".join(f"{{{{{name}}}}}" for name in missing)
        yield ("body",), Severity.REFUSED, f"There is no example for {names} in the body.", fix
    if variables(shape.header) and not draft.header_example.strip():
        yield ("header",), Severity.REFUSED, "There is no example for the header.", fix
    if shape.header_format in MEDIA and not draft.header_example:
        kind = shape.header_format.lower()
        what, file_fix = (
            f"There is no example for the {kind} of the header.",
            f"Write {{{kind}: a link or a file}}.",
        )
        yield ("header",), Severity.REFUSED, what, file_fix
    for index, button in enumerate(shape.buttons):
        if button.kind == "URL" and button.takes_suffix and index not in links:
            what = f"There is no example for the link of '{button.text}'."
            yield ("buttons", index), Severity.REFUSED, what, "Add `example:` to the button."


def _marketing(shape: TemplateShape) -> Iterator[_Found]:
    """What makes a text marketing that says it is utility."""
    if shape.category != Category.UTILITY:
        return
    parts: list[tuple[Part, str]] = [
        (("header",), shape.header),
        (("body",), shape.body),
        (("footer",), shape.footer),
        *((("buttons", index), button.text) for index, button in enumerate(shape.buttons)),
    ]
    for part, words in parts:
        fixed = VARIABLE.sub(" ", words)
        if promotional := tuple(found_in(PROMOTIONAL, fixed, shape.language)):
            said = ", ".join(f"`{word}`" for word in promotional)
            yield (
                part,
                Severity.MARKETING,
                f"This sounds like promotion: {said}.",
                "Say plainly what happened.",
            )
        if fixed.count("!") + fixed.count("\uff01") > MOST_EXCLAMATIONS or re.search(r"[!\uff01]{2}", fixed):
            yield part, Severity.MARKETING, "Exclamation marks shout like advertising.", "Use full stops."
    yield from _says_nothing(shape)


def _says_nothing(shape: TemplateShape) -> Iterator[_Found]:
    """Utility is specific, requested or critical; a greeting and a vague announcement are none of them."""
    part, fixed = ("body",), VARIABLE.sub(" ", shape.body)
    fix = "Say what it is about: which alert, which shift, what was asked for."
    greeted = without_words(GREETINGS, fixed, shape.language)
    if _words(greeted) < FEWEST_WORDS <= _words(fixed):
        yield part, Severity.MARKETING, "The body greets and says nothing else.", fix
    elif vague := next(found_in(VAGUE, fixed, shape.language), ""):
        what = f"`{vague}` says nothing specific, as utility must."
        yield part, Severity.MARKETING, what, fix
    elif not variables(shape.body + shape.header) and not any(found_in(REQUESTED, fixed, shape.language)):
        what = "Nothing shows that this is specific, requested or critical, as utility must be."
        yield part, Severity.ADVICE, what, fix


def _twice(shape: TemplateShape, first: dict[tuple[str, str, str], str]) -> Iterator[_Found]:
    """Reviewers refuse the same words under a second name."""
    key = (shape.language, _same(shape.body), _same(shape.footer))
    known = first.setdefault(key, shape.name)
    if known != shape.name:
        what = f"Template {known} says the same in {shape.language}."
        yield ("body",), Severity.REFUSED, what, f"Use {known}, or say something else."


def _same(words: str) -> str:
    return " ".join(VARIABLE.sub("{{}}", words).casefold().split())


def _words(text: str) -> int:
    """How many words; where none are parted, two signs count as one."""
    wide = len(WIDE.findall(text))
    return len(WORD.findall(_joined(WIDE.sub(" ", text)))) + (wide + 1) // 2


def _joined(text: str) -> str:
    """Without the vowel signs that would part a word of Hindi."""
    return "".join(char for char in text if unicodedata.category(char)[0] != "M")


def _is_emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" or "\U0001f000" <= char <= "\U0001faff" or char == "\ufe0f"
