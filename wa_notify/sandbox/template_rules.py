"""What a template must look like to be taken in, rule by rule; each refusal is a row of the table.

Lengths count Unicode code points (Meta does not say what it counts).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .refusals import Refusal, Refused
from .templates import CATEGORIES, FORMATS, VARIABLE, variables_of

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
TTL = {"UTILITY": (30, 43_200), "AUTHENTICATION": (30, 900), "MARKETING": (43_200, 2_592_000)}  # seconds
KINDS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})
MEDIA = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})
MOST_BUTTONS = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
ALL_BUTTONS = 10
MARKDOWN = re.compile(r"[*_~`]")
CHARACTERS_PER_VARIABLE = 6

Part = Mapping[str, Any]


def check_name(name: Any, language: Any) -> None:
    """Refuse a name or a language code that cannot be one."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise Refused(Refusal.TEMPLATE_NAME)
    if not isinstance(language, str) or not LANGUAGE.fullmatch(language):
        raise Refused(Refusal.TEMPLATE_FIELD, "language must be a code such as en or en_GB.")


def check_category(category: Any) -> None:
    """Refuse what is no category."""
    if category not in CATEGORIES:
        raise Refused(Refusal.TEMPLATE_FIELD, f"category must be one of {', '.join(sorted(CATEGORIES))}.")


def check_format(parameter_format: Any) -> None:
    """Refuse what is no format of parameters."""
    if parameter_format not in FORMATS:
        raise Refused(
            Refusal.TEMPLATE_FIELD, f"parameter_format must be one of {', '.join(sorted(FORMATS))}."
        )


def check_ttl(ttl: Any, category: str) -> None:
    """Refuse a time to live that the category does not allow."""
    least, most = TTL[category]
    if isinstance(ttl, bool) or not isinstance(ttl, int) or not least <= ttl <= most:
        raise Refused(
            Refusal.TEMPLATE_FIELD, f"message_send_ttl_seconds of {category} is from {least} to {most}."
        )


def checked(components: Any, *, named: bool, has_handle: Callable[[str], bool]) -> tuple[Part, ...]:
    """Return the components as the platform keeps them. Raises Refused for what it does not take.

    `has_handle` tells which handles of uploaded files there are.
    """
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise Refused(Refusal.TEMPLATE_FIELD, "components must be a list of objects.")
    kinds = [str(part.get("type", "")).upper() for part in components]
    if len(set(kinds)) < len(kinds) or not set(kinds) <= KINDS:
        raise Refused(Refusal.TEMPLATE_FIELD, "Each component is a HEADER, BODY, FOOTER or BUTTONS, once.")
    if "BODY" not in kinds:
        raise Refused(Refusal.TEMPLATE_BODY, "A template needs a body.")
    kept = []
    for kind, part in zip(kinds, components, strict=True):
        match kind:
            case "HEADER":
                kept.append(_header(part, named=named, has_handle=has_handle))
            case "BODY":
                kept.append(_body(part, named=named))
            case "FOOTER":
                kept.append(_footer(part))
            case _:
                kept.append(_button_row(part))
    return tuple(kept)


def _header(part: Part, *, named: bool, has_handle: Callable[[str], bool]) -> Part:
    shape = str(part.get("format", "")).upper()
    if shape in MEDIA:
        handles = _example(part).get("header_handle")
        if not isinstance(handles, list) or not handles or not has_handle(str(handles[0])):
            raise Refused(Refusal.EXAMPLE_MISSING, "The header needs the handle of an uploaded example.")
        return {"type": "HEADER", "format": shape, "example": {"header_handle": [str(handles[0])]}}
    if shape == "LOCATION":
        return {"type": "HEADER", "format": shape}
    if shape != "TEXT":
        raise Refused(Refusal.TEMPLATE_HEADER, "A header is TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.")
    text = _text(part, Refusal.TEMPLATE_HEADER, 60)
    _check_variables(text, Refusal.TEMPLATE_HEADER, named=named)
    if len(VARIABLE.findall(text)) > 1 or "\n" in text or MARKDOWN.search(VARIABLE.sub("", text)):
        raise Refused(Refusal.TEMPLATE_HEADER)
    return _with_example({"type": "HEADER", "format": "TEXT", "text": text}, part, "header_text", named=named)


def _body(part: Part, *, named: bool) -> Part:
    text = _text(part, Refusal.TEMPLATE_BODY, 1024)
    _check_variables(text, Refusal.TEMPLATE_BODY, named=named)
    if re.match(r"\{\{", text) or re.search(r"\}\}$", text):
        raise Refused(Refusal.VARIABLE_AT_EDGE)
    if re.search(r"\}\}\s*\{\{", text):
        raise Refused(Refusal.TEMPLATE_BODY, "Two variables stand side by side.")
    fixed = "".join(VARIABLE.sub("", text).split())
    if len(fixed) < CHARACTERS_PER_VARIABLE * len(VARIABLE.findall(text)):
        raise Refused(Refusal.TOO_MANY_VARIABLES)
    return _with_example({"type": "BODY", "text": text}, part, "body_text", named=named)


def _footer(part: Part) -> Part:
    text = _text(part, Refusal.TEMPLATE_FOOTER, 60)
    if "{{" in text or "\n" in text:
        raise Refused(Refusal.TEMPLATE_FOOTER)
    return {"type": "FOOTER", "text": text}


def _text(part: Part, refusal: Refusal, most: int) -> str:
    text = part.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused(refusal, "The text is missing.")
    if len(text) > most:
        raise Refused(Refusal.TEMPLATE_TOO_LONG, f"The text has {len(text)} characters, {most} are allowed.")
    return VARIABLE.sub(r"{{\1}}", text).strip()


def _check_variables(text: str, refusal: Refusal, *, named: bool) -> None:
    names = variables_of(text)
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Refused(refusal, "A variable is malformed.")
    if any(name.isdecimal() is named for name in names):
        raise Refused(refusal, "The variables are not those of parameter_format.")
    if not named and sorted(map(int, names)) != list(range(1, len(names) + 1)):
        raise Refused(refusal, "The variables are not numbered from 1 without gaps.")


def _example(part: Part) -> Part:
    example = part.get("example")
    return example if isinstance(example, dict) else {}


def _with_example(kept: dict[str, Any], part: Part, key: str, *, named: bool) -> Part:
    """The kept part with its examples. A text header's are a list, a body's a list of such."""
    names = variables_of(kept["text"])
    if not names:
        return kept
    if named:
        given = _example(part).get(f"{key}_named_params")
        params = given if isinstance(given, list) else []
        told = {one.get("param_name"): one.get("example") for one in params if isinstance(one, dict)}
        if not all(told.get(name) for name in names):
            raise Refused(Refusal.EXAMPLE_MISSING)
        return {**kept, "example": {f"{key}_named_params": params}}
    given = _example(part).get(key)
    rows = given if key == "body_text" else [given]
    row = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(row, list) or len(row) != len(names) or not all(row):
        raise Refused(Refusal.EXAMPLE_MISSING)
    return {**kept, "example": {key: given}}


def _button_row(part: Part) -> Part:
    buttons = part.get("buttons")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= ALL_BUTTONS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"There are 1 to {ALL_BUTTONS} buttons.")
    kept = [_button(button) for button in buttons]
    kinds = [button["type"] for button in kept]
    if any(kinds.count(kind) > most for kind, most in MOST_BUTTONS.items()):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "There are too many buttons of one kind.")
    if _apart(kinds):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "Quick replies must stand together.")
    labels = [button["text"] for button in kept if "text" in button]
    if len(set(labels)) < len(labels):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "Two buttons have the same text.")
    return {"type": "BUTTONS", "buttons": kept}


def _apart(kinds: Sequence[str]) -> bool:
    places = list(_places(kinds, "QUICK_REPLY"))
    return bool(places) and places[-1] - places[0] >= len(places)


def _places(kinds: Sequence[str], wanted: str) -> Iterator[int]:
    return (place for place, kind in enumerate(kinds) if kind == wanted)


def _button(button: Any) -> dict[str, Any]:
    kind = str(button.get("type", "")).upper() if isinstance(button, dict) else ""
    if kind not in MOST_BUTTONS:
        raise Refused(Refusal.TEMPLATE_BUTTONS, f"A button is one of {', '.join(MOST_BUTTONS)}.")
    if kind == "COPY_CODE":
        code = button.get("example")
        code = code[0] if isinstance(code, list) and code else code
        if not isinstance(code, str) or not code or len(code) > 20:
            raise Refused(
                Refusal.EXAMPLE_MISSING, "A code to copy needs an example of at most 20 characters."
            )
        return {"type": kind, "text": "Copy offer code", "example": [code]}
    label = _text(button, Refusal.TEMPLATE_BUTTONS, 25)
    match kind:
        case "URL":
            return {"type": kind, "text": label, **_link(button)}
        case "PHONE_NUMBER":
            return {"type": kind, "text": label, "phone_number": _number(button)}
        case _:
            return {"type": kind, "text": label}


def _link(button: Part) -> Part:
    url = button.get("url")
    if not isinstance(url, str) or not re.fullmatch(r"https?://[^\s{}]+(\{\{1\}\})?", url):
        raise Refused(Refusal.TEMPLATE_BUTTONS, "A link may have {{1}} at its very end, or no variable.")
    if len(url) > 2000:
        raise Refused(Refusal.TEMPLATE_TOO_LONG, f"The link has {len(url)} characters, 2000 are allowed.")
    if "{{" not in url:
        return {"url": url}
    example = button.get("example")
    if not isinstance(example, list) or not example or not str(example[0]).startswith("http"):
        raise Refused(Refusal.EXAMPLE_MISSING, "The link needs an example of the whole address.")
    return {"url": url, "example": example}


def _number(button: Part) -> str:
    number = button.get("phone_number")
    if not isinstance(number, str) or not 3 <= len(re.sub(r"\D", "", number)) <= 20:
        raise Refused(Refusal.TEMPLATE_BUTTONS, "The telephone number is wrong.")
    return "+" + re.sub(r"\D", "", number)
