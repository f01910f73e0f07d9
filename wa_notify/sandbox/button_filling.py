"""The buttons of a template, filled with what a send gives them."""

import re
from collections.abc import Mapping
from typing import Any

from .messages import Button, ButtonKind
from .parameters import Parameters, check_text
from .refusals import Refusal, Refused
from .templates import Template, filled, variables_of

URL_MOST = 2000
OTP_TYPE = re.compile(r"[?&]otp_type=(\w+)")

# What a button of the template becomes on the phone, and which `sub_type` fills it; nothing fills the others.
BUTTON_KINDS = {
    "QUICK_REPLY": (ButtonKind.QUICK_REPLY, "quick_reply"),
    "URL": (ButtonKind.URL, "url"),
    "OTP": (ButtonKind.COPY_CODE, "url"),
    "COPY_CODE": (ButtonKind.COPY_CODE, "copy_code"),
    "FLOW": (ButtonKind.FLOW, "flow"),
    "CATALOG": (ButtonKind.PRODUCTS, "catalog"),
    "MPM": (ButtonKind.PRODUCTS, "mpm"),
    "SPM": (ButtonKind.PRODUCTS, ""),
    "VOICE_CALL": (ButtonKind.CALL, "voice_call"),
    "PHONE_NUMBER": (ButtonKind.PHONE_NUMBER, ""),
    "CALL_PERMISSION_REQUEST": (ButtonKind.CALL_PERMISSION, ""),
    "REQUEST_CONTACT_INFO": (ButtonKind.CONTACT_INFO, ""),
}
TITLES = {
    "COPY_CODE": "Copy code", "OTP": "Copy code", "CATALOG": "View catalog", "MPM": "View items",
    "SPM": "View", "VOICE_CALL": "Call Now", "CALL_PERMISSION_REQUEST": "Choose preference",
    "REQUEST_CONTACT_INFO": "Share contact info",
}  # fmt: skip


def index_of(component: Mapping[str, Any]) -> int:
    """Return which button a component fills. Raises Refused."""
    if component.get("index") is None or component.get("sub_type") is None:
        raise Refused(Refusal.REQUIRED_MISSING, "A button component needs `sub_type` and `index`.")
    written = str(component["index"])
    if not re.fullmatch(r"[0-9]", written):
        raise Refused(Refusal.VALUE_INVALID, "The index of a button must be 0 to 9.")
    return int(written)


def code_button(template: Template) -> int | None:
    """Return the place of the button that copies or fills in a one-time code, if there is one."""
    for place, button in enumerate(template.buttons):
        if _otp_type(template, button):
            return place
    return None


def buttons_of(
    template: Template, given: Mapping[int, Mapping[str, Any]], version: int
) -> tuple[Button, ...]:
    """Return the buttons as they are on the phone. Raises Refused."""
    beyond = [place for place in given if place >= len(template.buttons)]
    if beyond:
        raise Refused(Refusal.PARAMETER_FORMAT, f"button: the template has no button at index {min(beyond)}")
    return tuple(
        _button(template, place, button, given.get(place), version)
        for place, button in enumerate(template.buttons)
    )


def _button(
    template: Template, place: int, button: Mapping[str, Any], given: Mapping[str, Any] | None, version: int
) -> Button:
    written = str(button.get("type", "")).upper()
    title = str(button.get("text") or TITLES.get(written, ""))
    kind, sub_type = BUTTON_KINDS.get(written, (ButtonKind.URL, written.lower()))
    if given is not None and given["sub_type"] != sub_type:
        raise Refused(Refusal.PARAMETER_FORMAT, f"button {place} is {written}, not {given['sub_type']}")
    parameters: Parameters = (given or {}).get("parameters") or ()
    if otp_type := _otp_type(template, button):
        fills = str(button.get("autofill_text") or "Autofill")
        return _code(place, fills if otp_type == "ONE_TAP" else title, otp_type, parameters, version)
    match kind:
        case ButtonKind.QUICK_REPLY:
            return Button(kind=kind, title=title, payload=_one(place, parameters, "payload") or title)
        case ButtonKind.URL:
            return Button(kind=kind, title=title, url=_url(place, button, parameters, version))
        case ButtonKind.COPY_CODE:
            code = _needed(place, written, _one(place, parameters, "coupon_code"))
            return Button(kind=kind, title=title, payload=code)
        case ButtonKind.FLOW:
            action = _action(place, parameters)
            return Button(kind=kind, title=title, payload=str(action.get("flow_token") or "unused"))
        case ButtonKind.PRODUCTS:
            if written == "MPM" and not _action(place, parameters).get("sections"):
                _needed(place, written, "")
            return Button(kind=kind, title=title)
        case _:
            return Button(kind=kind, title=title, payload=str(button.get("phone_number", "")))


def _otp_type(template: Template, button: Mapping[str, Any]) -> str:
    """Return COPY_CODE, ONE_TAP or ZERO_TAP; nothing for a button that has no code.

    Handed in it is an OTP button; in the template list the platform shows it as a link.
    """
    if template.category != "AUTHENTICATION":
        return ""
    if str(button.get("type", "")).upper() == "OTP":
        return str(button.get("otp_type") or "COPY_CODE").upper()
    found = OTP_TYPE.search(str(button.get("url", "")))
    return found[1].upper() if found else ""


def _code(place: int, title: str, otp_type: str, parameters: Parameters, version: int) -> Button:
    """One-tap hands the code to the app that asked; the others show the way to copy it."""
    code = _needed(place, "url", _one(place, parameters, "text"))
    check_text(f"button {place}", code, version)
    if otp_type == "ONE_TAP":
        return Button(kind=ButtonKind.AUTOFILL, title=title, payload=code)
    return Button(kind=ButtonKind.COPY_CODE, title=title, payload=code)


def _needed(place: int, written: str, value: str) -> str:
    if not value.strip():
        raise Refused(
            Refusal.PARAMETER_EMPTY, f"button {place} of type {written.lower()} requires a parameter"
        )
    return value


def _one(place: int, parameters: Parameters, kind: str) -> str:
    """Return the text of a button's only parameter, which must be of that kind; nothing without one."""
    return str(_only(place, parameters, kind) or "")


def _action(place: int, parameters: Parameters) -> Mapping[str, Any]:
    action = _only(place, parameters, "action")
    return action if isinstance(action, dict) else {}


def _only(place: int, parameters: Parameters, kind: str) -> Any:
    if not parameters:
        return None
    if len(parameters) > 1:
        raise Refused(
            Refusal.PARAMETER_COUNT, f"button {place} takes one parameter, received {len(parameters)}"
        )
    if parameters[0]["type"] != kind:
        raise Refused(
            Refusal.PARAMETER_FORMAT, f"button {place}: expected {kind}, received {parameters[0]['type']}"
        )
    return parameters[0].get(kind)


def _url(place: int, button: Mapping[str, Any], parameters: Parameters, version: int) -> str:
    address = str(button.get("url", ""))
    variables = variables_of(address)
    if not variables:
        if parameters:
            raise Refused(Refusal.PARAMETER_COUNT, f"button {place} has no variable, received a parameter")
        return address
    suffix = _needed(place, "url", _one(place, parameters, "text"))
    check_text(f"button {place}", suffix, version)
    whole = filled(address, {variables[0]: suffix})
    if len(whole) > URL_MOST:
        raise Refused(Refusal.HYDRATED_TOO_LONG, f"button {place}: the address has {len(whole)} characters")
    return whole
