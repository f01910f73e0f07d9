"""What a template must look like to be taken in, rule by rule; each refusal is a row of the table.

Lengths count Unicode code points (Meta does not say what it counts).
"""

import re
from collections.abc import Callable
from typing import Any

from .button_rules import checked_buttons
from .otp_rules import checked_code_template
from .refusals import Refusal, Refused
from .template_texts import Part, example_of, text_of
from .templates import CATEGORIES, FORMATS, VARIABLE, variables_of

NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
TTL = {"UTILITY": (30, 43_200), "AUTHENTICATION": (30, 900), "MARKETING": (43_200, 2_592_000)}  # seconds
KINDS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})
# What the example of a media header must be
MEDIA = {
    "IMAGE": frozenset({"image/jpeg", "image/jpg", "image/png"}),
    "VIDEO": frozenset({"video/mp4"}),
    "DOCUMENT": frozenset({"application/pdf"}),
    "GIF": frozenset({"video/mp4", "image/gif"}),
}
HEADERS = ("TEXT", *MEDIA, "LOCATION")
MARKDOWN = re.compile(r"[*_~`]")
CHARACTERS_PER_VARIABLE = 6

FileType = Callable[[str], str | None]


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


def checked(components: Any, *, category: str, named: bool, file_type: FileType) -> tuple[Part, ...]:
    """Return the components as the platform keeps them. Raises Refused for what it does not take.

    `file_type` tells the MIME type of the file uploaded under a handle, or None.
    """
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise Refused(Refusal.TEMPLATE_FIELD, "components must be a list of objects.")
    kinds = [str(part.get("type", "")).upper() for part in components]
    if len(set(kinds)) < len(kinds) or not set(kinds) <= KINDS:
        raise Refused(Refusal.TEMPLATE_FIELD, "Each component is a HEADER, BODY, FOOTER or BUTTONS, once.")
    if "BODY" not in kinds:
        raise Refused(Refusal.TEMPLATE_BODY, "A template needs a body.")
    parts = dict(zip(kinds, components, strict=True))
    if category == "AUTHENTICATION":
        return checked_code_template(parts)
    kept: list[Part] = []
    for kind, part in parts.items():
        match kind:
            case "HEADER":
                kept.append(_header(part, category=category, named=named, file_type=file_type))
            case "BODY":
                kept.append(_body(part, named=named))
            case "FOOTER":
                kept.append(_footer(part))
            case _:
                kept.append(checked_buttons(part))
    return tuple(kept)


def _header(part: Part, *, category: str, named: bool, file_type: FileType) -> Part:
    shape = str(part.get("format", "")).upper()
    if shape not in HEADERS:
        raise Refused(Refusal.TEMPLATE_HEADER, f"A header is one of {', '.join(HEADERS)}.")
    if shape == "GIF" and category != "MARKETING":
        raise Refused(Refusal.TEMPLATE_HEADER, "Only marketing may have a GIF in the header.")
    if shape == "LOCATION":
        return {"type": "HEADER", "format": shape}
    if shape != "TEXT":
        handles = example_of(part).get("header_handle")
        handle = str(handles[0]) if isinstance(handles, list) and handles else ""
        if file_type(handle) not in MEDIA[shape]:
            raise Refused(
                Refusal.EXAMPLE_MISSING, f"The header needs the handle of an uploaded {shape} as an example."
            )
        return {"type": "HEADER", "format": shape, "example": {"header_handle": [handle]}}
    text = text_of(part, Refusal.TEMPLATE_HEADER, 60)
    _check_variables(text, Refusal.TEMPLATE_HEADER, named=named)
    if len(VARIABLE.findall(text)) > 1 or "\n" in text or MARKDOWN.search(VARIABLE.sub("", text)):
        raise Refused(Refusal.TEMPLATE_HEADER)
    return _with_example({"type": "HEADER", "format": "TEXT", "text": text}, part, "header_text", named=named)


def _body(part: Part, *, named: bool) -> Part:
    text = text_of(part, Refusal.TEMPLATE_BODY, 1024)
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
    text = text_of(part, Refusal.TEMPLATE_FOOTER, 60)
    if "{{" in text or "\n" in text:
        raise Refused(Refusal.TEMPLATE_FOOTER)
    return {"type": "FOOTER", "text": text}


def _check_variables(text: str, refusal: Refusal, *, named: bool) -> None:
    names = variables_of(text)
    rest = VARIABLE.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise Refused(refusal, "A variable is malformed.")
    if any(name.isdecimal() is named for name in names):
        raise Refused(refusal, "The variables are not those of parameter_format.")
    if not named and sorted(map(int, names)) != list(range(1, len(names) + 1)):
        raise Refused(refusal, "The variables are not numbered from 1 without gaps.")


def _with_example(kept: dict[str, Any], part: Part, key: str, *, named: bool) -> Part:
    """The kept part with its examples. A text header's are a list, a body's a list of such."""
    names = variables_of(kept["text"])
    if not names:
        return kept
    if named:
        given = example_of(part).get(f"{key}_named_params")
        params = given if isinstance(given, list) else []
        told = {one.get("param_name"): one.get("example") for one in params if isinstance(one, dict)}
        if not all(told.get(name) for name in names):
            raise Refused(Refusal.EXAMPLE_MISSING)
        return {**kept, "example": {f"{key}_named_params": params}}
    given = example_of(part).get(key)
    rows = given if key == "body_text" else [given]
    row = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(row, list) or len(row) != len(names) or not all(row):
        raise Refused(Refusal.EXAMPLE_MISSING)
    return {**kept, "example": {key: given}}
