"""Fill a template with the parameters of a send, refusing what the platform refuses.

The order of the checks is ours: the template's state, then header, body and buttons, each first by count,
then by form, then by text, and the filled lengths last.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from .messages import Button, ButtonKind, Content
from .refusals import Refusal, Refused
from .templates import SENDABLE, Template, filled, variables_of

BODY_MOST, HEADER_MOST, URL_MOST = 1024, 60, 2000
BAD_TEXT = re.compile(r"[\r\n\t]| {5,}")
# The code for bad characters in a parameter changed with this version; API clients report both.
VERSION_OF_PARAMETER_TEXT = 23

REFUSALS_BY_STATUS = {"PAUSED": Refusal.TEMPLATE_PAUSED, "DISABLED": Refusal.TEMPLATE_DISABLED}
MEDIA_HEADERS = frozenset({"IMAGE", "VIDEO", "DOCUMENT", "LOCATION"})

# What a button of the template becomes on the phone, and which `sub_type` fills it.
BUTTON_KINDS = {
    "QUICK_REPLY": (ButtonKind.QUICK_REPLY, "quick_reply"),
    "URL": (ButtonKind.URL, "url"),
    "PHONE_NUMBER": (ButtonKind.PHONE_NUMBER, ""),
    "COPY_CODE": (ButtonKind.COPY_CODE, "copy_code"),
}

Parameters = Sequence[Mapping[str, Any]]


def hydrate(template: Template, components: Parameters, *, version: int) -> Content:
    """Return what the person will see of a template sent with these components.

    `components` must already have the right shape. Raises Refused.
    """
    require_sendable(template)
    header_given, body_given, buttons_given = _sorted_out([_in_small_letters(part) for part in components])
    header = _header(template, header_given, version)
    body = str(template.component("BODY").get("text", ""))
    values = _values("body", variables_of(body), body_given, template, version)
    body = filled(body, values)
    if len(body) > BODY_MOST or len(header) > HEADER_MOST:
        raise Refused(
            Refusal.HYDRATED_TOO_LONG, f"body {len(body)} of 1024, header {len(header)} of 60 characters"
        )
    return Content(
        kind="template",
        header=header,
        body=body,
        footer=str(template.component("FOOTER").get("text", "")),
        buttons=_buttons(template, buttons_given, version),
        template=template,
        fetchable=all(map(_is_fetchable, header_given)),
    )


def require_sendable(template: Template) -> None:
    """Raise Refused unless the template's state allows sending."""
    if template.status not in SENDABLE:
        refusal = REFUSALS_BY_STATUS.get(template.status, Refusal.TEMPLATE_UNKNOWN)
        raise Refused(refusal, f"The template {template.name} ({template.language}) is {template.status}.")


def _in_small_letters(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a component or parameter with its types in small letters; the platform takes capitals, too."""
    types = {name: part[name].lower() for name in ("type", "sub_type") if part.get(name)}
    inner = [_in_small_letters(parameter) for parameter in part.get("parameters") or ()]
    return {**part, **types, **({"parameters": inner} if "parameters" in part else {})}


def _sorted_out(components: Parameters) -> tuple[Parameters, Parameters, dict[int, Mapping[str, Any]]]:
    header: Parameters = ()
    body: Parameters = ()
    buttons: dict[int, Mapping[str, Any]] = {}
    for component in components:
        match component["type"]:
            case "header":
                header = component.get("parameters") or ()
            case "body":
                body = component.get("parameters") or ()
            case _:
                buttons[_index(component)] = component
    return header, body, buttons


def _index(component: Mapping[str, Any]) -> int:
    if component.get("index") is None or component.get("sub_type") is None:
        raise Refused(Refusal.REQUIRED_MISSING, "A button component needs `sub_type` and `index`.")
    written = str(component["index"])
    if not re.fullmatch(r"[0-9]", written):
        raise Refused(Refusal.VALUE_INVALID, "The index of a button must be 0 to 9.")
    return int(written)


def _header(template: Template, given: Parameters, version: int) -> str:
    part = template.component("HEADER")
    kind = str(part.get("format", "TEXT")).upper()
    if kind not in MEDIA_HEADERS:
        text = str(part.get("text", ""))
        return filled(text, _values("header", variables_of(text), given, template, version))
    if len(given) != 1 or given[0]["type"].upper() != kind:
        got = given[0]["type"].upper() if given else "nothing"
        raise Refused(Refusal.PARAMETER_FORMAT, f"header: expected one {kind}, received {got}")
    medium = _medium(given[0])
    return f"[{medium.get('filename') or medium.get('name') or kind.lower()}]"


def _medium(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = parameter["type"]
    medium: Mapping[str, Any] | None = parameter.get(kind)
    if medium is None:
        raise Refused(Refusal.REQUIRED_MISSING, f"header: the parameter needs an object {kind}")
    if kind != "location":
        require_one_source(medium, f"header: {kind}")
    return medium


def require_one_source(medium: Mapping[str, Any], where: str) -> None:
    """Raise Refused unless a medium names either an uploaded id or a link that could be fetched."""
    given = [name for name in ("id", "link") if medium.get(name)]
    if not given:
        raise Refused(Refusal.REQUIRED_MISSING, f"{where} needs `id` or `link`")
    if len(given) == 2:
        raise Refused(Refusal.VALUE_INVALID, f"{where} takes `id` or `link`, not both")
    if given == ["link"] and not re.match(r"https?://[^/\s]+", medium["link"]):
        raise Refused(Refusal.VALUE_INVALID, f"{where}: `link` must be an http or https address")
    if given == ["id"] and not re.fullmatch(r"[0-9]+", medium["id"]):
        raise Refused(Refusal.VALUE_INVALID, f"{where}: there is no medium with this `id`")


def is_fetchable(medium: Mapping[str, Any]) -> bool:
    """Whether the platform could fetch the medium: not when its link's host ends in `.invalid`."""
    return (
        re.match(r"https?://[^/\s]*\.invalid(?:[:/?#]|$)", str(medium.get("link", "")), re.IGNORECASE) is None
    )


def _is_fetchable(parameter: Mapping[str, Any]) -> bool:
    return is_fetchable(parameter.get(parameter["type"]) or {}) if parameter["type"] != "text" else True


def _values(
    where: str, variables: Sequence[str], given: Parameters, template: Template, version: int
) -> dict[str, str]:
    if len(given) != len(variables):
        raise Refused(
            Refusal.PARAMETER_COUNT, f"{where}: {len(given)} parameters for {len(variables)} variables"
        )
    texts = [_text(where, parameter, version) for parameter in given]
    names = [parameter.get("parameter_name") for parameter in given]
    if not template.named:
        if any(names):
            raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: this template's variables have no names")
        return dict(zip(sorted(variables, key=int), texts, strict=True))
    if not all(names):
        raise Refused(Refusal.PARAMETER_UNNAMED, f"{where}: Parameter name is missing or empty")
    if set(names) != set(variables):
        raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: the variables are named {', '.join(variables)}")
    return dict(zip(map(str, names), texts, strict=True))


def _text(where: str, parameter: Mapping[str, Any], version: int) -> str:
    match parameter["type"]:
        case "text":
            text = parameter.get("text")
        case "currency" | "date_time" as kind:
            text = (parameter.get(kind) or {}).get("fallback_value")
        case other:
            raise Refused(Refusal.PARAMETER_FORMAT, f"{where}: expected text, received {other}")
    if not isinstance(text, str) or not text.strip():
        raise Refused(Refusal.PARAMETER_EMPTY, f"{where}: the text of a parameter is empty")
    if BAD_TEXT.search(text):
        _refuse_text(where, version)
    return text


def _refuse_text(where: str, version: int) -> NoReturn:
    new = version >= VERSION_OF_PARAMETER_TEXT
    refusal = Refusal.PARAMETER_TEXT if new else Refusal.PARAMETER_TEXT_OLD
    raise Refused(refusal, f"{where}: no newline, tab or more than 4 consecutive spaces in a parameter")


def _buttons(template: Template, given: Mapping[int, Mapping[str, Any]], version: int) -> tuple[Button, ...]:
    beyond = [index for index in given if index >= len(template.buttons)]
    if beyond:
        raise Refused(Refusal.PARAMETER_FORMAT, f"button: the template has no button at index {min(beyond)}")
    return tuple(
        _button(index, button, given.get(index), version) for index, button in enumerate(template.buttons)
    )


def _button(index: int, button: Mapping[str, Any], given: Mapping[str, Any] | None, version: int) -> Button:
    title, written = str(button.get("text", "")), str(button.get("type", "")).upper()
    kind, sub_type = BUTTON_KINDS.get(written, (ButtonKind.URL, written.lower()))
    if given is not None and given["sub_type"] != sub_type:
        raise Refused(Refusal.PARAMETER_FORMAT, f"button {index} is {written}, not {given['sub_type']}")
    parameters: Parameters = (given or {}).get("parameters") or ()
    match kind:
        case ButtonKind.QUICK_REPLY:
            return Button(kind=kind, title=title, payload=_one(index, parameters, "payload") or title)
        case ButtonKind.URL:
            return Button(kind=kind, title=title, url=_url(index, button, parameters, version))
        case ButtonKind.COPY_CODE:
            code = _one(index, parameters, "coupon_code")
            if not code:
                raise Refused(
                    Refusal.PARAMETER_EMPTY, f"button {index} of type copy_code requires a parameter"
                )
            return Button(kind=kind, title=title or "Copy code", payload=code)
        case _:
            return Button(kind=kind, title=title, payload=str(button.get("phone_number", "")))


def _one(index: int, parameters: Parameters, kind: str) -> str:
    """Return the text of a button's only parameter, which must be of that kind; nothing without one."""
    if not parameters:
        return ""
    if len(parameters) > 1:
        raise Refused(
            Refusal.PARAMETER_COUNT, f"button {index} takes one parameter, received {len(parameters)}"
        )
    if parameters[0]["type"] != kind:
        raise Refused(
            Refusal.PARAMETER_FORMAT, f"button {index}: expected {kind}, received {parameters[0]['type']}"
        )
    return str(parameters[0].get(kind) or "")


def _url(index: int, button: Mapping[str, Any], parameters: Parameters, version: int) -> str:
    address = str(button.get("url", ""))
    variables = variables_of(address)
    if not variables:
        if parameters:
            raise Refused(Refusal.PARAMETER_COUNT, f"button {index} has no variable, received a parameter")
        return address
    suffix = _one(index, parameters, "text")
    if not suffix.strip():
        raise Refused(Refusal.PARAMETER_EMPTY, f"button {index} of type url requires a parameter")
    if BAD_TEXT.search(suffix):
        _refuse_text(f"button {index}", version)
    whole = filled(address, {variables[0]: suffix})
    if len(whole) > URL_MOST:
        raise Refused(Refusal.HYDRATED_TOO_LONG, f"button {index}: the address has {len(whole)} characters")
    return whole
