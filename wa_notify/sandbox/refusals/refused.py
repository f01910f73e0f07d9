"""A refusal on its way: the exception that ends a request, and the shapes in which the platform tells it."""

from datetime import timedelta
from typing import Any

from .table import Refusal

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class Refused(Exception):
    """Ends a request with a row of the table; `details` says in particular what was wrong.

    http: the HTTP status instead of the row's. wait: when a used-up quota is there again.
    """

    def __init__(
        self, refusal: Refusal, details: str = "", *, http: int | None = None, wait: timedelta | None = None
    ) -> None:
        super().__init__(details or refusal.value.when)
        self.refusal = refusal
        self.details = details or refusal.value.when
        self.http = http
        self.wait = wait


def by_code(code: int) -> Refusal | None:
    """Return the first row with that code."""
    return next((refusal for refusal in Refusal if refusal.value.code == code), None)


def error_body(refused: Refused, trace_id: str) -> dict[str, Any]:
    """Return the body of a synchronous refusal, in the platform's shape."""
    row = refused.refusal.value
    error: dict[str, Any] = {
        "message": f"(#{row.code}) {row.title}",
        "type": row.kind.value,
        "code": row.code,
    }
    if row.plain:
        error["message"] = row.title if refused.details == row.when else f"{row.title} {refused.details}"
    if row.subcode is not None:
        error["error_subcode"] = row.subcode
    if row.managed:
        told = {"error_user_title": row.title, "error_user_msg": refused.details}
        error = {**error, "message": "Invalid parameter", "is_transient": False, **told}
    elif not row.plain:
        error["error_data"] = {"messaging_product": "whatsapp", "details": refused.details}
    return {"error": {**error, "fbtrace_id": trace_id}}


def failure_item(refusal: Refusal) -> dict[str, Any]:
    """Return the item of `errors[]` in a `failed` status."""
    row = refusal.value
    return {
        "code": row.code,
        "title": row.title,
        "message": row.title,
        "error_data": {"details": row.when},
        "href": HREF,
    }
