"""The texts and examples of a template's parts, which every rule looks at."""

from collections.abc import Mapping
from typing import Any

from .refusals import Refusal, Refused
from .templates import VARIABLE

Part = Mapping[str, Any]


def text_of(part: Part, refusal: Refusal, most: int) -> str:
    """Return the text of a part as the platform keeps it. Raises Refused when it is missing or too long."""
    text = part.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused(refusal, "The text is missing.")
    if len(text) > most:
        raise Refused(Refusal.TEMPLATE_TOO_LONG, f"The text has {len(text)} characters, {most} are allowed.")
    return VARIABLE.sub(r"{{\1}}", text).strip()


def example_of(part: Part) -> Part:
    """Return the example of a part; empty when it has none."""
    example = part.get("example")
    return example if isinstance(example, dict) else {}
