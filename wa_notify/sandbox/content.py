"""From the JSON of a free-form message to what the person will see, refusing what the platform refuses."""

from collections.abc import Callable, Mapping
from typing import Any

from .hydration import is_fetchable, require_one_source
from .messages import Button, ButtonKind, Content
from .refusals import Refusal, Refused
from .shapes import INTERACTIVE, check_object

LIST_ROWS_MOST = 10
HEADERS_OF_A_LIST = frozenset({"text"})
NO_HEADER: Mapping[str, Any] = {}


def free_form(kind: str, value: Any) -> Content:
    """Return the content of a message of a type other than template, whose shape was checked.

    Raises Refused for what a shape cannot say.
    """
    return BUILDERS[kind](kind, value)


def _text(kind: str, value: Mapping[str, Any]) -> Content:
    return Content(kind=kind, body=value["body"])


def _medium(kind: str, value: Mapping[str, Any]) -> Content:
    require_one_source(value, kind)
    label = f"[{value.get('filename') or kind}]"
    caption = value.get("caption") or ""
    return Content(kind=kind, header=label, body=caption, fetchable=is_fetchable(value))


def _location(kind: str, value: Mapping[str, Any]) -> Content:
    place = f"{value['latitude']}, {value['longitude']}"
    return Content(kind=kind, header=value.get("name") or "[location]", body=value.get("address") or place)


def _contacts(kind: str, value: list[Any]) -> Content:
    names = [card.get("name") if isinstance(card, dict) else None for card in value]
    if not all(isinstance(name, dict) and name.get("formatted_name") and len(name) > 1 for name in names):
        raise Refused(
            Refusal.REQUIRED_MISSING, "Each contact needs name.formatted_name and one more part of a name."
        )
    shown = ", ".join(str(name["formatted_name"]) for name in names if name)
    return Content(kind=kind, header="[contact]", body=shown)


def _reaction(kind: str, value: Mapping[str, Any]) -> Content:
    return Content(kind=kind, body=value.get("emoji") or "", target=value["message_id"])


def _interactive(kind: str, value: Mapping[str, Any]) -> Content:
    own = value.get("type")
    if not own:
        raise Refused(Refusal.REQUIRED_MISSING, "The field interactive.type is required.")
    if not isinstance(own, str) or own not in INTERACTIVE:
        raise Refused(
            Refusal.VALUE_INVALID, f"interactive.type must be one of {', '.join(sorted(INTERACTIVE))} here."
        )
    check_object(value, INTERACTIVE[own], "interactive")
    header, fetchable = _interactive_header(own, value.get("header") or NO_HEADER)
    return Content(
        kind=kind,
        header=header,
        body=value["body"]["text"],
        footer=(value.get("footer") or {}).get("text", ""),
        buttons=ACTIONS[own](value["action"]),
        fetchable=fetchable,
    )


def _interactive_header(own: str, header: Mapping[str, Any]) -> tuple[str, bool]:
    if not header:
        return "", True
    kind = header["type"]
    if own == "list" and kind not in HEADERS_OF_A_LIST:
        raise Refused(Refusal.VALUE_INVALID, "The header of a list must be text.")
    value = header.get(kind)
    if not value:
        raise Refused(Refusal.REQUIRED_MISSING, f"The field interactive.header.{kind} is required.")
    if kind == "text":
        return value, True
    require_one_source(value, f"interactive.header.{kind}")
    return f"[{value.get('filename') or kind}]", is_fetchable(value)


def _reply_buttons(action: Mapping[str, Any]) -> tuple[Button, ...]:
    replies = [button["reply"] for button in action["buttons"]]
    _require_unique("title", replies)
    _require_unique("id", replies)
    return tuple(
        Button(kind=ButtonKind.REPLY, title=reply["title"], payload=reply["id"]) for reply in replies
    )


def _list_rows(action: Mapping[str, Any]) -> tuple[Button, ...]:
    sections = action["sections"]
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise Refused(Refusal.REQUIRED_MISSING, "With more than one section each needs a title.")
    rows = [row for section in sections for row in section["rows"]]
    if len(rows) > LIST_ROWS_MOST:
        raise Refused(
            Refusal.VALUE_INVALID, f"A list has at most {LIST_ROWS_MOST} rows in total, not {len(rows)}."
        )
    _require_unique("id", rows)
    return tuple(
        Button(
            kind=ButtonKind.ROW,
            title=row["title"],
            payload=row["id"],
            description=row.get("description") or "",
        )
        for row in rows
    )


def _link(action: Mapping[str, Any]) -> tuple[Button, ...]:
    parameters = action["parameters"]
    if not parameters["url"].startswith(("http://", "https://")):
        raise Refused(Refusal.VALUE_INVALID, "The url of a link button must begin with http:// or https://.")
    return (Button(kind=ButtonKind.URL, title=parameters["display_text"], url=parameters["url"]),)


def _location_request(_action: Mapping[str, Any]) -> tuple[Button, ...]:
    return (Button(kind=ButtonKind.LOCATION, title="Send location"),)


def _require_unique(name: str, items: list[Any]) -> None:
    if len({item[name] for item in items}) < len(items):
        raise Refused(Refusal.VALUE_INVALID, f"Every button or row needs a {name} of its own.")


ACTIONS: Mapping[str, Callable[[Mapping[str, Any]], tuple[Button, ...]]] = {
    "button": _reply_buttons,
    "list": _list_rows,
    "cta_url": _link,
    "location_request_message": _location_request,
}

BUILDERS: Mapping[str, Callable[[str, Any], Content]] = {
    "text": _text,
    "interactive": _interactive,
    "reaction": _reaction,
    "image": _medium,
    "video": _medium,
    "document": _medium,
    "audio": _medium,
    "sticker": _medium,
    "location": _location,
    "contacts": _contacts,
}
