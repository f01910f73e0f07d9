"""A heartbeat: the call itself is the beat, whatever it is made with.

curl https://alerts.example.net/alerts/heartbeat/backup -H 'Authorization: Bearer KEY'
curl .../alerts/heartbeat/backup?status=fail
curl .../alerts/heartbeat/backup -d '{"status": "failed", "message": "disk full"}'
"""

from typing import Any

import voluptuous as vol
from starlette.requests import Request

from wa_notify.web.alerts import text
from wa_notify.web.request import json_of, read_body, refused

GOOD, BAD = ("ok", "success"), ("fail", "failed", "failure")
STATUS = vol.All(str, str.lower, vol.In([*GOOD, *BAD]))
FIX = 'Send nothing at all, or {"status": "ok"}, or {"status": "failed", "message": "..."}.'
REPORT = vol.Schema(
    {vol.Optional("status", default=GOOD[0]): STATUS, vol.Optional("message", default=""): vol.Any("", text)},
    extra=vol.REMOVE_EXTRA,
)


async def read(request: Request) -> str | None:
    """The words of a failure, which may be none; nothing at all when all is well.

    Raises `AlertRefused` or `TooLarge`.
    """
    asked = {key: request.query_params[key] for key in ("status", "message") if key in request.query_params}
    raw = await read_body(request)
    body = json_of(raw) if raw else {}
    if not isinstance(body, dict):
        raise refused("body", "A report is an object.", FIX)
    return _failure({**body, **asked})


def _failure(said: dict[str, Any]) -> str | None:
    try:
        report = REPORT(said)
    except vol.MultipleInvalid as error:
        where = ".".join(str(part) for part in error.path) or "body"
        raise refused(where, f"{error.msg}.", FIX) from None
    return str(report["message"]) if report["status"] in BAD else None
