"""Likeness: whether the account has a template as it is declared, both written as the platform writes them.

Of a picture, film or document in a header only the kind counts, and of a button that the platform words
itself only its kind and place, since the account shows no example of ours.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from wa_notify.core.template import VARIABLE, ButtonShape, TemplateShape
from wa_notify.core.wallclock import spoken_span

DEFAULT_TTL = 30 * 24 * 3600  # seconds; the platform's own, which it does not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A part that the account has in one way and the declaration in another; empty where there is none."""

    part: str
    account: str
    declared: str


def differences(declared: TemplateShape, account: TemplateShape) -> Iterator[Difference]:
    """Part by part. The category is compared only of a rejected template, where it may still be edited."""
    wanted, shape = settled(declared), settled(account)
    rejected = shape.status == "REJECTED"
    parts: tuple[tuple[str, bool, Callable[[TemplateShape], str]], ...] = (
        ("category", rejected and shape.category != wanted.category, lambda one: one.category.lower()),
        ("header", _head(shape) != _head(wanted), _header),
        ("body", shape.body != wanted.body, lambda one: one.body),
        ("footer", shape.footer != wanted.footer, lambda one: one.footer),
        ("buttons", shape.buttons != wanted.buttons, _buttons),
        ("ttl", wanted.ttl is not None and _ttl(shape) != _ttl(wanted), _spoken_ttl),
    )
    for part, differs, shown in parts:
        if differs:
            yield Difference(part=part, account=shown(shape), declared=shown(wanted))


def _head(shape: TemplateShape) -> tuple[str, str]:
    return shape.header_format, shape.header


def _ttl(shape: TemplateShape) -> int:
    return shape.ttl or DEFAULT_TTL


def _spoken_ttl(shape: TemplateShape) -> str:
    """As people say it, and to the second."""
    seconds = _ttl(shape)
    return f"{spoken_span(timedelta(seconds=seconds))} ({seconds} s)"


def _header(shape: TemplateShape) -> str:
    return shape.header if shape.header_format in ("", "TEXT") else f"[{shape.header_format.lower()}]"


def _buttons(shape: TemplateShape) -> str:
    return " ".join(f"[{' '.join(filter(None, (*_label(button),)))}]" for button in shape.buttons)


def _label(button: ButtonShape) -> Iterator[str]:
    if button.kind != "QUICK_REPLY":
        yield button.kind.lower().replace("_", " ")
    yield button.text
    if button.target:
        yield f"→ {button.target}"


def settled(shape: TemplateShape) -> TemplateShape:
    """The shape as the platform writes it.

    No text has space at its ends, variables hold no spaces, telephone numbers are a plus and digits, and what
    the platform makes of its own accord is left out.
    """
    is_text = shape.header_format in ("", "TEXT")
    return replace(
        shape,
        header=_settled(shape.header) if is_text else "",
        header_format=shape.header_format if shape.header or not is_text else "",
        body=_settled(shape.body),
        footer=_settled(shape.footer),
        buttons=tuple(map(_settled_button, shape.buttons)),
    )


def _settled(text: str) -> str:
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return VARIABLE.sub(lambda blank: f"{{{{{blank[1]}}}}}", unified).strip()


def _settled_button(button: ButtonShape) -> ButtonShape:
    match button.kind:
        case "QUICK_REPLY":
            return replace(button, text=_settled(button.text), target="")
        case "URL":
            return replace(button, text=_settled(button.text), target=_settled(button.target))
        case "PHONE_NUMBER":
            digits = re.sub(r"\D", "", button.target)
            return replace(button, text=_settled(button.text), target=f"+{digits}")
        case _:  # the platform words these itself, and shows their example in its own way
            return replace(button, text="", target="")
