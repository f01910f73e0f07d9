"""A draft as the JSON in which the platform takes templates in.

Source: Meta's template reference. Every variable comes with its example: a text header's in a list, those of
a body in a list of lists, named ones with their names, a link's as the whole address. A file in a header is
named by the handle of an upload.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.likeness import settled
from wa_notify.core.template import ButtonShape, variables

Json: TypeAlias = dict[str, Any]


def creation(draft: TemplateDraft, header_handle: str = "") -> Json:
    """The body of the request that creates this template."""
    shape = draft.shape
    return {"name": shape.name, "language": shape.language, **edition(draft, header_handle)}


def edition(draft: TemplateDraft, header_handle: str = "", *, with_category: bool = True) -> Json:
    """The body of the request that makes a template say this."""
    shape = draft.shape
    body: Json = {
        "parameter_format": "NAMED" if _is_named(draft) else "POSITIONAL",
        "components": list(_components(draft, header_handle)),
    }
    if with_category:
        body["category"] = shape.category
    if shape.ttl is not None:
        body["message_send_ttl_seconds"] = shape.ttl
    return body


def _is_named(draft: TemplateDraft) -> bool:
    names = (*variables(draft.shape.header), *variables(draft.shape.body))
    return any(not name.isdecimal() for name in names)


def _components(draft: TemplateDraft, header_handle: str) -> Iterator[Json]:
    shape = settled(draft.shape)
    if shape.header_format == "TEXT":
        names = variables(shape.header)
        examples = [(name, draft.header_example) for name in names]
        yield _texts({"type": "HEADER", "format": "TEXT", "text": shape.header}, "header_text", examples)
    elif shape.header_format:
        example = {"example": {"header_handle": [header_handle]}} if header_handle else {}
        yield {"type": "HEADER", "format": shape.header_format, **example}
    given = dict(draft.body_examples)
    examples = [(name, given.get(name, "")) for name in _in_order(variables(shape.body))]
    yield _texts({"type": "BODY", "text": shape.body}, "body_text", examples)
    if shape.footer:
        yield {"type": "FOOTER", "text": shape.footer}
    if draft.shape.buttons:
        links = dict(draft.url_examples)
        buttons = [_button(button, links.get(index, "")) for index, button in enumerate(draft.shape.buttons)]
        yield {"type": "BUTTONS", "buttons": buttons}


def _in_order(names: tuple[str, ...]) -> list[str]:
    """Numbers by their size, names as they stand."""
    return sorted(names, key=lambda name: int(name) if name.isdecimal() else 0)


def _texts(part: Json, key: str, examples: list[tuple[str, str]]) -> Json:
    if not examples:
        return part
    if any(not name.isdecimal() for name, _ in examples):
        named = [{"param_name": name, "example": example} for name, example in examples]
        return {**part, "example": {f"{key}_named_params": named}}
    row = [example for _, example in examples]
    return {**part, "example": {key: [row] if key == "body_text" else row}}


def _button(button: ButtonShape, link_example: str) -> Json:
    match button.kind:
        case "URL":
            example = {"example": [link_example]} if button.takes_suffix else {}
            return {"type": "URL", "text": button.text.strip(), "url": button.target.strip(), **example}
        case "PHONE_NUMBER":
            return {"type": button.kind, "text": button.text.strip(), "phone_number": button.target}
        case "COPY_CODE":
            return {"type": button.kind, "example": button.target}
        case _:
            return {"type": button.kind, "text": button.text.strip()}
