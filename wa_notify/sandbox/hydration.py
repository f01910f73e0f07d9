"""Fill a template with the parameters of a send, refusing what the platform refuses.

The order of the checks is ours: the template's state, then header, body and buttons, each first by count,
then by form, then by text, and the filled lengths last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .button_filling import buttons_of, code_button, index_of
from .messages import Content
from .parameters import Parameters, text_of, values_of
from .refusals import Refusal, Refused
from .sources import require_one_source
from .templates import SENDABLE, Template, filled, variables_of

BODY_MOST, HEADER_MOST, CODE_MOST = 1024, 60, 15
REFUSALS_BY_STATUS = {"PAUSED": Refusal.TEMPLATE_PAUSED, "DISABLED": Refusal.TEMPLATE_DISABLED}
MEDIA_HEADERS = frozenset({"IMAGE", "VIDEO", "GIF", "DOCUMENT", "LOCATION"})

# What the platform writes into authentication templates, whose texts are fixed.
CODE_TEXT = "*{{1}}* is your verification code."
SECURITY_TEXT = " For your security, do not share this code."
EXPIRY_TEXT = "This code expires in {} minutes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The components of a send, sorted out. buttons: by the place of the button in the template."""

    header: Parameters = ()
    body: Parameters = ()
    buttons: Mapping[int, Mapping[str, Any]]


def hydrate(template: Template, components: Parameters, *, version: int) -> Content:
    """Return what the person will see of a template sent with these components.

    `components` must already have the right shape. Raises Refused.
    """
    require_sendable(template)
    given = _sorted_out([_in_small_letters(part) for part in components])
    header = _header(template, given.header, version)
    text = body_text(template)
    body = filled(text, values_of("body", variables_of(text), given.body, template, version))
    if len(body) > BODY_MOST or len(header) > HEADER_MOST:
        raise Refused(
            Refusal.HYDRATED_TOO_LONG, f"body {len(body)} of 1024, header {len(header)} of 60 characters"
        )
    _check_code(template, given)
    return Content(
        kind="template",
        header=header,
        body=body,
        footer=footer_text(template),
        buttons=buttons_of(template, given.buttons, version),
        template=template,
    )


def require_sendable(template: Template) -> None:
    """Raise Refused unless the template's state allows sending."""
    if template.status not in SENDABLE:
        refusal = REFUSALS_BY_STATUS.get(template.status, Refusal.TEMPLATE_UNKNOWN)
        raise Refused(refusal, f"The template {template.name} ({template.language}) is {template.status}.")


def body_text(template: Template) -> str:
    """Return the text of a template's body, which the platform itself writes for codes."""
    part = template.component("BODY")
    if part.get("text") or template.category != "AUTHENTICATION":
        return str(part.get("text", ""))
    return CODE_TEXT + (SECURITY_TEXT if part.get("add_security_recommendation") else "")


def footer_text(template: Template) -> str:
    """Return the text of a template's footer, which the platform itself writes for codes that expire."""
    part = template.component("FOOTER")
    minutes = part.get("code_expiration_minutes")
    return EXPIRY_TEXT.format(minutes) if minutes and not part.get("text") else str(part.get("text", ""))


def _in_small_letters(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a component or parameter with its types in small letters; the platform takes capitals, too."""
    types = {name: part[name].lower() for name in ("type", "sub_type") if part.get(name)}
    inner = [_in_small_letters(parameter) for parameter in part.get("parameters") or ()]
    return {**part, **types, **({"parameters": inner} if "parameters" in part else {})}


def _sorted_out(components: Sequence[Mapping[str, Any]]) -> Given:
    texts: dict[str, Parameters] = {}
    buttons: dict[int, Mapping[str, Any]] = {}
    for component in components:
        kind = component["type"]
        place = index_of(component) if kind == "button" else None
        if kind in texts or place in buttons:
            where = kind if place is None else f"button {place}"
            raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: the component stands there twice")
        if place is None:
            texts[kind] = component.get("parameters") or ()
        else:
            buttons[place] = component
    return Given(header=texts.get("header", ()), body=texts.get("body", ()), buttons=buttons)


def _header(template: Template, given: Parameters, version: int) -> str:
    part = template.component("HEADER")
    kind = str(part.get("format", "TEXT")).upper()
    if kind not in MEDIA_HEADERS:
        text = str(part.get("text", ""))
        return filled(text, values_of("header", variables_of(text), given, template, version))
    if len(given) != 1 or given[0]["type"].upper() != kind:
        got = given[0]["type"].upper() if given else "nothing"
        raise Refused(Refusal.PARAMETER_FORMAT, f"header: expected one {kind}, received {got}")
    medium = _medium(given[0])
    if kind == "DOCUMENT":
        return f"[{medium.get('filename') or 'Untitled'}]"
    return f"[{medium.get('name') or kind.lower()}]"


def _medium(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = parameter["type"]
    medium: Mapping[str, Any] | None = parameter.get(kind)
    if medium is None:
        raise Refused(Refusal.REQUIRED_MISSING, f"header: the parameter needs an object {kind}")
    if kind != "location":
        require_one_source(medium, f"header: {kind}")
    return medium


def _check_code(template: Template, given: Given) -> None:
    """Raise Refused unless body and button of an authentication template carry the same short code."""
    if template.category != "AUTHENTICATION" or not given.body:
        return
    code = text_of("body", given.body[0])
    if len(code) > CODE_MOST:
        raise Refused(Refusal.CODE_TOO_LONG, f"body: the code has {len(code)} characters, at most 15 fit")
    place = code_button(template)
    if place is None or place not in given.buttons:
        return  # a missing one is the affair of the buttons
    again = [one.get("text") for one in given.buttons[place].get("parameters") or ()]
    if again != [code]:
        raise Refused(
            Refusal.PARAMETER_VALUE, f"button {place}: it takes the same code as the body, {code!r}"
        )
