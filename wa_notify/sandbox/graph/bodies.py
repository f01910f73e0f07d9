"""What a request says: a JSON object, or a form, whose values may be JSON. The Graph takes both."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from wa_notify.sandbox.answers import BODY_MOST, json_object, parsed
from wa_notify.sandbox.refusals import Refusal, Refused

FORM = "application/x-www-form-urlencoded"
CREDENTIALS = frozenset({"access_token", "appsecret_proof"})


def is_form(request: Request) -> bool:
    """Whether the body is a form of moderate size."""
    length = request.headers.get("content-length", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == FORM and length.isdecimal() and int(length[:12]) <= BODY_MOST


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form, the last one where a name is repeated. Raises Refused."""
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    except ValueError as error:
        raise Refused(Refusal.JSON_MALFORMED, f"The form could not be read: {error}") from error


async def body_of(request: Request) -> Mapping[str, Any]:
    """Return what the body says. Raises Refused when it is neither a JSON object nor a form."""
    if is_form(request):
        form = await form_of(request)
        return {name: _value(text) for name, text in form.items() if name not in CREDENTIALS}
    try:
        return await json_object(request)
    except ValueError as error:
        raise Refused(Refusal.JSON_MALFORMED, f"The body could not be read: {error}") from error


def _value(text: str) -> Any:
    """Objects and lists are written as JSON; everything else stays a text."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return parsed(text)
    except ValueError:
        return text
