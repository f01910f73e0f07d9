"""Templates: what the platform has approved, and how a rule's words are fitted into it.

Facts from Meta's template reference: a body holds at most 1,024 characters after filling, a text header 60;
a text parameter must be non-empty and free of newlines, tabs and runs of more than four spaces; the number
and names of the parameters must be those of the template.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from wa_notify.core.bounds import CODE_LIMIT
from wa_notify.core.cleaner import Cleaned, clean, cleaned, shorten
from wa_notify.core.enclosed import MediaLink, Place
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.languages import ENGLISH, are_kin, without_country
from wa_notify.core.message import ButtonKind, ButtonParameter, Parameter, TemplateMessage

BODY_LIMIT = 1024  # characters, after filling
HEADER_LIMIT = 60
FOOTER_LIMIT = 60
BUTTON_LIMIT = 25  # of its label
LINK_LIMIT = 2000
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
UNFILLABLE = frozenset({"OTP", "FLOW", "CATALOG", "MPM", "SPM"})  # buttons that alerts never need


class TemplateStatus(StrEnum):
    """The states in which a template may be sent; every other state is kept as text and may not."""

    APPROVED = "APPROVED"
    FLAGGED = "FLAGGED"
    REINSTATED = "REINSTATED"
    UNARCHIVED = "UNARCHIVED"


class Category(StrEnum):
    """What the platform takes a template for; it decides price and permission."""

    UTILITY = "UTILITY"
    MARKETING = "MARKETING"
    AUTHENTICATION = "AUTHENTICATION"


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonShape:
    """A button as approved. ``takes_suffix``: its link ends in a variable."""

    kind: str  # QUICK_REPLY, URL, PHONE_NUMBER, ... as the platform says it
    text: str
    target: str = ""  # the link with its variable, the phone number, or the code to copy

    @property
    def takes_suffix(self) -> bool:
        """Whether every send has to say how its link ends."""
        return "{{" in self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateShape:
    """One language of one template as the account has it.

    ``ttl`` is how many seconds the platform goes on trying to deliver it; nothing is its own default of 30
    days. ``upcoming_category`` is announced for tomorrow and not true yet.
    """

    name: str
    language: str
    status: str
    category: str
    header: str = ""  # the text of a TEXT header, else empty
    header_format: str = ""  # TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION, or empty without a header
    body: str
    footer: str = ""
    buttons: tuple[ButtonShape, ...] = ()
    id: str = ""  # the platform's; empty for a template that is only declared
    ttl: int | None = None
    quality: str = ""  # GREEN, YELLOW, RED, UNKNOWN; empty while nobody said
    why_rejected: str = ""
    upcoming_category: str = ""

    @property
    def sendable(self) -> bool:
        """Whether the platform would take it now."""
        return self.status in set(TemplateStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateWish:
    """What somebody wants to say with a template, in words; it knows nothing of the template's shape.

    ``body`` pairs each text with its parameter name, or with an empty name for positional parameters.
    ``spares`` say the same by other templates, and are tried in their order when this one cannot leave.
    """

    name: str
    header: str | None = None
    body: tuple[tuple[str, str], ...] = ()
    url_suffix: str | None = None
    file: MediaLink | None = None  # of a header that is a picture, a video or a document
    place: Place | None = None  # of a header that is a map
    code: str | None = None  # for a button that copies it
    spares: tuple["TemplateWish", ...] = ()

    @property
    def ways(self) -> tuple["TemplateWish", ...]:
        """This one, and its spares."""
        return (self, *self.spares)

    @property
    def texts(self) -> tuple[str | None, ...]:
        """All that is to be filled in."""
        return (self.header, *(text for _, text in self.body), self.url_suffix)


def variables(text: str) -> tuple[str, ...]:
    """The variables of a template text in order of first appearance, such as ``("1", "2")``."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def filled(text: str, parameters: Sequence[Parameter]) -> str:
    """The text as a person reads it; a variable without a parameter stays as it stands."""
    values: Mapping[str, str]
    if any(parameter.name for parameter in parameters):
        values = {parameter.name: parameter.text for parameter in parameters}
    else:
        in_order = sorted(variables(text), key=lambda name: (not name.isdigit(), len(name), name))
        values = {name: one.text for name, one in zip(in_order, parameters, strict=False)}
    return VARIABLE.sub(lambda blank: values.get(blank[1], blank[0]), text)


def choose(shapes: Sequence[TemplateShape], languages: Sequence[str]) -> TemplateShape | None:
    """Pick the sendable language that suits the reader best, or nothing.

    Each wanted language is tried exactly, then without its country, then with another country, one that is
    wanted too before the others; after all of them English stands in. Another script is another language:
    who reads ``zh_TW`` never gets ``zh_CN``. ``en`` and ``en_US`` are different translations to the platform.
    """
    chain = (*languages, ENGLISH)
    for wanted in chain:
        fitting = [shape for shape in shapes if shape.sendable and are_kin(shape.language, wanted)]
        if fitting:
            return min(fitting, key=partial(_distance, wanted, chain))
    return None


def _distance(wanted: str, chain: Sequence[str], shape: TemplateShape) -> tuple[bool, bool, int, str]:
    code = shape.language
    rank = chain.index(code) if code in chain else len(chain)
    return code != wanted, code != without_country(wanted), rank, code


def fill(wish: TemplateWish, shape: TemplateShape, payload_of: Callable[[str], str]) -> TemplateMessage:
    """Fit the wish into the shape. ``payload_of`` names what a tap on a quick reply will send us.

    Raises `TemplateMisfit` when the parameters are not those of the template.
    """
    return TemplateMessage(
        name=shape.name,
        language=shape.language,
        header=_header(wish, shape),
        body=_body(wish, shape),
        buttons=tuple(_buttons(wish, shape, payload_of)),
        category=shape.category,
    )


def _header(wish: TemplateWish, shape: TemplateShape) -> Parameter | MediaLink | Place | None:
    wanted = variables(shape.header)
    if shape.header_format not in ("", "TEXT"):
        return _shown_above(wish, shape)
    if wish.file or wish.place:
        raise TemplateMisfit(f"Template {shape.name} has neither a file nor a place in its header.")
    if bool(wanted) != (wish.header is not None):
        problem = "needs a text for" if wanted else "has no parameter in"
        raise TemplateMisfit(f"Template {shape.name} {problem} its header.")
    if wish.header is None:
        return None
    room = HEADER_LIMIT - len(VARIABLE.sub("", shape.header))
    name = wanted[0] if not wanted[0].isdecimal() else ""
    return _parameter(name, cleaned(wish.header, max(room, 1)))


def _shown_above(wish: TemplateWish, shape: TemplateShape) -> MediaLink | Place:
    """A header that is no text needs its parameter on every send (Meta's template reference)."""
    wanted = shape.header_format.lower()
    if wish.header is None and wish.file and wish.place is None and wish.file.kind == wanted:
        return wish.file
    if wish.header is None and wish.place and wish.file is None and shape.header_format == "LOCATION":
        return wish.place
    raise TemplateMisfit(f"Template {shape.name} needs {wanted} in its header.")


def _body(wish: TemplateWish, shape: TemplateShape) -> tuple[Parameter, ...]:
    wanted = variables(shape.body)
    named = any(not name.isdecimal() for name in wanted)
    given = [name for name, _ in wish.body]
    fits = sorted(given) == sorted(wanted) if named else not any(given) and len(given) == len(wanted)
    if not fits:
        asks = ", ".join(wanted) if named else f"{len(wanted)} in order"
        has = ", ".join(given) if any(given) else f"{len(given)} in order"
        raise TemplateMisfit(f"Template {shape.name} takes the body parameters {asks}, and was given {has}.")
    stands = VARIABLE.findall(shape.body)  # a variable may stand more than once
    times = [stands.count(name) for name in (given if named else sorted(wanted, key=int))]
    room = BODY_LIMIT - len(VARIABLE.sub("", shape.body))
    whole = [cleaned(text, BODY_LIMIT) for _, text in wish.body]
    short = shorten([one.text for one in whole], room, times)
    fitting = (one.shortened(text) for one, text in zip(whole, short, strict=True))
    return tuple(_parameter(name, one) for name, one in zip(given, fitting, strict=True))


def _parameter(name: str, one: Cleaned) -> Parameter:
    return Parameter(name=name, text=one.text, mendings=one.mendings)


def _buttons(
    wish: TemplateWish, shape: TemplateShape, payload_of: Callable[[str], str]
) -> Iterable[ButtonParameter]:
    for index, button in enumerate(shape.buttons):
        if button.kind == "QUICK_REPLY":
            yield ButtonParameter(index=index, kind=ButtonKind.QUICK_REPLY, text=payload_of(button.text))
        elif button.kind == "COPY_CODE":
            if not wish.code:
                raise TemplateMisfit(f"Template {shape.name} needs the code that '{button.text}' copies.")
            code = clean(wish.code, CODE_LIMIT)
            yield ButtonParameter(index=index, kind=ButtonKind.COPY_CODE, text=code)
        elif button.kind in UNFILLABLE:
            raise TemplateMisfit(
                f"Template {shape.name} has a {button.kind} button, which alerts cannot fill."
            )
        elif button.takes_suffix:
            if not wish.url_suffix:
                raise TemplateMisfit(f"Template {shape.name} needs the end of the link of '{button.text}'.")
            yield ButtonParameter(index=index, kind=ButtonKind.URL, text=wish.url_suffix)
    if wish.url_suffix and not any(button.takes_suffix for button in shape.buttons):
        raise TemplateMisfit(f"Template {shape.name} has no link that takes an ending.")
    if wish.code and not any(button.kind == "COPY_CODE" for button in shape.buttons):
        raise TemplateMisfit(f"Template {shape.name} has no button that copies a code.")
