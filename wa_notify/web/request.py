"""Reading a request within limits, and refusing it with an answer that says what, where and what to do."""

import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wa_notify.config.faults import suggestion
from wa_notify.core.errors import AlertRefused, BadInput, Complaint
from wa_notify.web.refusals import TooLarge

PROBLEM = "application/problem+json"
TYPE = "urn:wa-notify:problem:"  # and the kind: a name that stays, and no page that could go away
KINDS = {401: "not-authorized", 404: "not-there", 405: "wrong-verb", 413: "too-large", 422: "unfitting"}
LARGEST_BODY = 4 * 1024 * 1024  # bytes; WhatsApp sends up to 3 MB


class Number(Convertor[int]):
    """A number in a path. Starlette's own stumbles over thousands of digits."""

    regex = "[0-9]{1,19}"

    def convert(self, value: str) -> int:
        """What the digits mean."""
        return int(value)

    def to_string(self, value: int) -> str:
        """As it stands in a path."""
        return str(value)


register_url_convertor("number", Number())


def routed(path: str) -> str:
    """The path of an operation or a page as the framework takes it."""
    return path.replace(":int}", ":number}")


class NotAuthorized(BadInput):
    """The bearer key is missing or wrong."""


class UnknownSource(BadInput):
    """The configuration has no source of that name."""


async def read_body(request: Request) -> bytes:
    """The raw body.

    Raises `TooLarge` as soon as it is clear that there is too much, however the length was announced.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"More than {LARGEST_BODY} bytes.", where="body", fix="Send fewer alerts.")
    return bytes(body)


async def read_json(request: Request) -> Any:
    """The body as JSON.

    Raises `AlertRefused` with the place of the fault when it is not JSON, `TooLarge` when it is too much.
    """
    return json_of(await read_body(request))


def json_of(body: bytes) -> Any:
    """The value that JSON stands for.

    Raises `AlertRefused` with the place of the fault.
    """
    try:
        return json.loads(body)
    except UnicodeDecodeError as error:
        raise refused(f"byte {error.start}", "The body is not UTF-8.", "Send JSON in UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise refused(where, f"The body is not JSON: {error.msg}.", "Send a JSON object.") from None
    except RecursionError:
        raise refused("body", "The JSON is nested too deeply.", "Send a flat object.") from None
    except ValueError:  # a number of thousands of digits
        raise refused("body", "The JSON holds a number that is too long.", "Send it as text.") from None


def storable(value: str) -> str:
    """Without what no database and no answer can hold: half surrogate pairs, and NUL."""
    return value.encode(errors="replace").decode().replace("\0", "")


def refused(where: str, what: str, fix: str) -> AlertRefused:
    """A refusal with a single complaint."""
    return AlertRefused((Complaint(where=where, what=what, fix=fix),))


def require_key(request: Request, keys: Mapping[str, Sequence[str]], source: str) -> None:
    """Let only those in who have one of the source's keys. A source without keys is open to all.

    The service listens beyond loopback only when every source has keys. Raises `NotAuthorized`.
    """
    accepted = keys.get(source, ())
    if not accepted:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    # Every key is compared, in constant time, so that timing tells nothing about them.
    known = [hmac.compare_digest(given.strip().encode(), key.encode()) for key in accepted]
    if scheme.lower() != "bearer" or not any(known):
        raise NotAuthorized(
            (
                Complaint(
                    where="header Authorization",
                    what="The bearer key is missing or wrong.",
                    fix=f"Send 'Authorization: Bearer KEY' with a key of ingest.keys.{source}.",
                ),
            )
        )


def require_source(request: Request, keys: Mapping[str, Sequence[str]], known: Collection[str]) -> str:
    """The source that the path names, for those who have one of its keys.

    Raises `NotAuthorized`, or `UnknownSource` with the names there are for whoever has a key of any source.
    """
    source: str = request.path_params["source"]
    if source not in known:
        require_key(request, {"SOURCE": [key for some in keys.values() for key in some]}, "SOURCE")
        fix = f"{suggestion(source, known, 'source')} They stand under `sources:` in the configuration."
        what = "There is no such source."
        raise UnknownSource((Complaint(where=request.url.path[:200], what=what, fix=fix),))
    require_key(request, keys, source)
    return source


def problem(status: int, error: BadInput, kind: str = "") -> Response:
    """The refusal as problem details (RFC 9457); ``kind`` is a word for programs."""
    complaints = [
        {"where": storable(complaint.where), "what": storable(complaint.what), "fix": complaint.fix}
        for complaint in error.complaints
    ]
    first = complaints[0]
    body = {
        "type": f"{TYPE}{kind or KINDS.get(status, 'bad-request')}",
        "title": first["what"],
        "status": status,
        "detail": " ".join(part for part in (first["what"], first["fix"]) if part),
        "complaints": complaints,
    }
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(body, status, headers, media_type=PROBLEM)
