"""Templates that carry a code to log in with: the platform writes their words, the business chooses a few.

Meta's template reference: category AUTHENTICATION; a fixed body with an optional sentence about security, an
optional footer that says how long the code lasts, and one OTP button: copy code, one tap or zero tap. The
bounds of the expiration and the English wording in every language are our deduction.
"""

import re
from collections.abc import Mapping
from typing import Any

from .refusals import Refusal, Refused
from .template_texts import Part, text_of

BODY = "*{{1}}* is your verification code."
RECOMMENDATION = "For your security, do not share this code."
MINUTES = range(1, 91)
KINDS = ("COPY_CODE", "ONE_TAP", "ZERO_TAP")
LABELS = {"COPY_CODE": "Copy code", "ONE_TAP": "Autofill", "ZERO_TAP": "Autofill"}
MOST_APPS = 5
PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)+")
HASH_LENGTH = 11


def checked_code_template(parts: Mapping[str, Part]) -> tuple[Part, ...]:
    """Return the components of an authentication template as the platform keeps them. Raises Refused."""
    if "HEADER" in parts:
        raise Refused(Refusal.TEMPLATE_HEADER, "An authentication template has no header.")
    if "BUTTONS" not in parts:
        raise Refused(Refusal.TEMPLATE_BUTTONS, "An authentication template needs an OTP button.")
    checks = {"BODY": _body, "FOOTER": _footer, "BUTTONS": _buttons}
    return tuple(checks[kind](part) for kind, part in parts.items())


def _body(part: Part) -> Part:
    if "text" in part:
        raise Refused(Refusal.TEMPLATE_BODY, "The text of an authentication template is the platform's own.")
    recommends = part.get("add_security_recommendation", False)
    if not isinstance(recommends, bool):
        raise Refused(Refusal.TEMPLATE_BODY, "add_security_recommendation must be true or false.")
    text = f"{BODY} {RECOMMENDATION}" if recommends else BODY
    example = {"body_text": [["123456"]]}
    return {"type": "BODY", "text": text, "add_security_recommendation": recommends, "example": example}


def _footer(part: Part) -> Part:
    minutes = part.get("code_expiration_minutes")
    if "text" in part or isinstance(minutes, bool) or not isinstance(minutes, int) or minutes not in MINUTES:
        raise Refused(
            Refusal.TEMPLATE_FOOTER,
            f"The footer of an authentication template is code_expiration_minutes, 1 to {MINUTES[-1]}.",
        )
    text = f"This code expires in {minutes} minute{'s' if minutes > 1 else ''}."
    return {"type": "FOOTER", "text": text, "code_expiration_minutes": minutes}


def _buttons(part: Part) -> Part:
    buttons = part.get("buttons")
    one = buttons[0] if isinstance(buttons, list) and len(buttons) == 1 else None
    if not isinstance(one, dict) or str(one.get("type", "")).upper() != "OTP":
        raise Refused(Refusal.TEMPLATE_BUTTONS, "An authentication template has one button, of type OTP.")
    kind = str(one.get("otp_type", "")).upper()
    if kind not in KINDS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"otp_type must be one of {', '.join(KINDS)}.")
    label = text_of(one, Refusal.TEMPLATE_BUTTONS, 25) if one.get("text") else LABELS["COPY_CODE"]
    button: dict[str, Any] = {"type": "OTP", "otp_type": kind, "text": label}
    if kind == "COPY_CODE":
        return {"type": "BUTTONS", "buttons": [button]}
    if kind == "ZERO_TAP" and one.get("zero_tap_terms_accepted") is not True:
        raise Refused(Refusal.TEMPLATE_BUTTONS, "A zero-tap button needs zero_tap_terms_accepted.")
    if kind == "ZERO_TAP":
        button["zero_tap_terms_accepted"] = True
    fills = {"text": one.get("autofill_text") or LABELS[kind]}
    button["autofill_text"] = text_of(fills, Refusal.TEMPLATE_BUTTONS, 25)
    button["supported_apps"] = [_app(app) for app in _apps(one)]
    return {"type": "BUTTONS", "buttons": [button]}


def _apps(button: Mapping[str, Any]) -> list[Any]:
    """The apps that may take the code; older requests name a single one on the button itself."""
    apps = button.get("supported_apps")
    if apps is None and "package_name" in button:
        apps = [{name: button.get(name) for name in ("package_name", "signature_hash")}]
    if not isinstance(apps, list) or not 1 <= len(apps) <= MOST_APPS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"supported_apps must list 1 to {MOST_APPS} apps.")
    return apps


def _app(app: Any) -> dict[str, str]:
    if not isinstance(app, dict):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "Each of supported_apps must be an object.")
    package, signature = app.get("package_name"), app.get("signature_hash")
    if not isinstance(package, str) or not PACKAGE.fullmatch(package):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "package_name must be one such as com.example.app.")
    if not isinstance(signature, str) or len(signature) != HASH_LENGTH:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"signature_hash has {HASH_LENGTH} characters.")
    return {"package_name": package, "signature_hash": signature}
