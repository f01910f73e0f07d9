"""The forms' door: the same operations as the API, for browsers with and without script.

A form posts to ``/admin/do/OPERATION``. Beside the fields of the operation it carries ``csrf``, ``back``
(the page to return to), ``key`` (so that sending it twice does nothing twice), ``tag`` (the version that is
edited) and the parameters of the path. ``a.b`` is a field inside of another, ``a[]`` one of several; an
empty field is none.
"""

import re
from collections.abc import Iterable, Mapping
from secrets import token_hex
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request as HttpRequest
from starlette.types import Message

from wa_notify.web.operations.operation import Operation
from wa_notify.web.operations.performing import Request
from wa_notify.web.refusals import NotThere, Refused, TooLarge
from wa_notify.web.request import storable

OURS = ("csrf", "back", "key", "tag")
HOME = "/admin/"
LOCAL = re.compile(r"/admin(?:/[^\s\\]*)?")
LARGEST_FILE = 8 * 1024 * 1024  # bytes; 100,000 people are 5 MB
LARGEST_FORM = 2 * LARGEST_FILE  # a file and what is written beside it
LARGEST_ENTRY = 64 * 1024  # what strangers may send
MOST_FIELDS = 1000
DEEPEST = 4  # fields inside of each other


async def form_of(http: HttpRequest, most: int = LARGEST_FORM, *, files: int = 1) -> FormData:
    """What the form holds. Raises `TooLarge` as soon as it is clear that it is, and `Refused`."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await http.receive()
        taken += len(message.get("body", b""))
        if taken > most:
            fix = f"At most {most // 1024} kB."
            raise TooLarge("The form is too large.", where="form", fix=fix)
        return message

    read = HttpRequest(http.scope, receive)
    try:
        form = await read.form(max_files=files, max_fields=MOST_FIELDS, max_part_size=LARGEST_FILE)
    except (HTTPException, MultiPartException, UnicodeError) as error:
        what = getattr(error, "detail", "It is in no encoding that we know.")
        raise Refused("The form cannot be read.", where="form", fix=str(what)) from None
    return FormData([(storable(name), _clean(value)) for name, value in form.multi_items()])


def _clean(value: UploadFile | str) -> UploadFile | str:
    return storable(value) if isinstance(value, str) else value


def back_to(form: FormData) -> str:
    """The page to return to: one of ours, wherever a form says."""
    back = form.get("back")
    return back if isinstance(back, str) and LOCAL.fullmatch(back) and "//" not in back else HOME


def word(form: FormData, name: str) -> str:
    """A field that is text; empty when it is missing."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


async def request_of(operation: Operation, form: FormData) -> Request:
    """The form as a request. Raises `Refused`."""
    path = {name: _placed(word(form, name), kind) for name, kind in operation.placed.items()}
    key = word(form, "key")
    return Request(
        path=path,
        query={},
        body=await _body(form.multi_items(), apart_from=(*OURS, *path)),
        key=key or token_hex(16),
        key_given=bool(key),
        tag=word(form, "tag"),
        loose=True,
    )


def _placed(value: str, kind: type) -> Any:
    if kind is not int:
        return value
    if not value.isdecimal() or len(value) > 15:
        raise NotThere("There is no such thing.", where="path")
    return int(value)


async def _body(fields: Iterable[tuple[str, Any]], *, apart_from: Iterable[str]) -> Mapping[str, Any]:
    left_out, body = set(apart_from), dict[str, Any]()
    for name, value in fields:
        given = await _read(value) if isinstance(value, UploadFile) else value
        if name in left_out or not given:
            continue
        inner: Any = body
        *outer, last = name.split(".", DEEPEST)
        try:
            for part in outer:
                inner = inner.setdefault(part, {})
            if last.endswith("[]"):
                inner.setdefault(last.removesuffix("[]"), []).append(given)
            else:
                inner[last] = given
        except (AttributeError, TypeError):  # it is a text, or a list, already
            raise Refused("This field is there twice, in two ways.", where=name[:60]) from None
    return body


async def _read(file: UploadFile) -> str:
    content = await file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Refused("The file is too large.", where="file", fix=f"At most {LARGEST_FILE // 1024**2} MB.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"The file is not UTF-8: byte {error.start} cannot be read."
        raise Refused(what, where="file", fix="Save it as UTF-8.") from None
