"""The buttons of a template: which kinds there are, how many of each, in which order.

How many there may be of the kinds beyond quick reply, link, telephone number and code, and what they need, is
our deduction where the platform's reference only names them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .refusals import Refusal, Refused
from .template_texts import Part, text_of

MOST = {
    "QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1, "CATALOG": 1, "MPM": 1,
    "SPM": 1, "VOICE_CALL": 1, "REQUEST_CONTACT_INFO": 1,
}  # fmt: skip
ALL_BUTTONS = 10
LABEL_MOST, LINK_MOST, NUMBER_MOST, CODE_MOST = 25, 2000, 20, 20
FLOW_NAMES = ("flow_id", "flow_name", "flow_json")
FLOW_MORE = ("flow_action", "navigate_screen", "icon")
FLOW_ACTIONS = frozenset({"navigate", "data_exchange"})


def checked_buttons(part: Part) -> Part:
    """Return the row of buttons as the platform keeps it. Raises Refused."""
    buttons = part.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= ALL_BUTTONS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"There are 1 to {ALL_BUTTONS} buttons.")
    kept = [_button(button) for button in buttons]
    kinds = [button["type"] for button in kept]
    if any(kinds.count(kind) > most for kind, most in MOST.items()):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "There are too many buttons of one kind.")
    if _apart(kinds):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "Quick replies must stand together.")
    labels = [button["text"] for button in kept]
    if len(set(labels)) < len(labels):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "Two buttons have the same text.")
    return {"type": "BUTTONS", "buttons": kept}


def _apart(kinds: Sequence[str]) -> bool:
    """Whether the quick replies are scattered, or stand between other buttons."""
    places = list(_places(kinds, "QUICK_REPLY"))
    if not places:
        return False
    scattered = places[-1] - places[0] >= len(places)
    return scattered or (places[0] > 0 and places[-1] < len(kinds) - 1)


def _places(kinds: Sequence[str], wanted: str) -> Iterator[int]:
    return (place for place, kind in enumerate(kinds) if kind == wanted)


def _button(button: Any) -> dict[str, Any]:
    kind = str(button.get("type", "")).upper() if isinstance(button, dict) else ""
    if kind == "OTP":
        raise Refused(Refusal.TEMPLATE_BUTTONS, "An OTP button belongs into an authentication template.")
    if kind not in MOST:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"A button is one of {', '.join(MOST)}.")
    return {"type": kind, "text": _label(kind, button), **DETAILS.get(kind, _nothing)(button)}


def _label(kind: str, button: Part) -> str:
    if kind in FIXED_LABELS and (kind == "COPY_CODE" or not button.get("text")):
        return FIXED_LABELS[kind]
    return text_of(button, Refusal.TEMPLATE_BUTTONS, LABEL_MOST)


def _nothing(_button: Part) -> Part:
    return {}


def _code(button: Part) -> Part:
    code = button.get("example")
    code = code[0] if isinstance(code, list) and code else code
    if not isinstance(code, str) or not code or len(code) > CODE_MOST:
        raise Refused(
            Refusal.EXAMPLE_MISSING, f"A code to copy needs an example of at most {CODE_MOST} characters."
        )
    return {"example": [code]}


def _link(button: Part) -> Part:
    url = button.get("url")
    if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s{}]+(\{\{1\}\})?", url):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "A link may have {{1}} at its very end, or no variable.")
    if len(url) > LINK_MOST:
        raise Refused(
            Refusal.TEMPLATE_TOO_LONG, f"The link has {len(url)} characters, {LINK_MOST} are allowed."
        )
    if "{{" not in url:
        return {"url": url}
    example = button.get("example")
    if not isinstance(example, list) or not example or not str(example[0]).startswith("http"):
        raise Refused(Refusal.EXAMPLE_MISSING, "The link needs an example of the whole address.")
    return {"url": url, "example": example}


def _number(button: Part) -> Part:
    number = button.get("phone_number")
    if not isinstance(number, str) or not 3 <= len(re.sub(r"\D", "", number)) <= NUMBER_MOST:
        raise Refused(Refusal.TEMPLATE_BUTTONS, "The telephone number is wrong.")
    return {"phone_number": "+" + re.sub(r"\D", "", number)}


def _flow(button: Part) -> Part:
    named = [name for name in FLOW_NAMES if button.get(name)]
    if len(named) != 1:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"A flow is given by one of {', '.join(FLOW_NAMES)}.")
    if str(button.get("flow_action", "navigate")).lower() not in FLOW_ACTIONS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"flow_action is {' or '.join(sorted(FLOW_ACTIONS))}.")
    return {name: button[name] for name in (*named, *FLOW_MORE) if button.get(name) is not None}


# What the platform writes on a button that has no text of its own
FIXED_LABELS: Mapping[str, str] = {
    "COPY_CODE": "Copy offer code",
    "CATALOG": "View catalog",
    "MPM": "View items",
    "SPM": "View",
    "REQUEST_CONTACT_INFO": "Share Contact Info",
}
DETAILS: Mapping[str, Callable[[Part], Part]] = {
    "URL": _link,
    "PHONE_NUMBER": _number,
    "COPY_CODE": _code,
    "FLOW": _flow,
}
