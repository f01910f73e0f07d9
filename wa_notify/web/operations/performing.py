"""How an operation is performed, whichever door it comes through: rights, input, and no deed done twice."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from starlette.responses import Response

from wa_notify.core.access import Caller, Via
from wa_notify.ports import Transaction
from wa_notify.ports.access import Remembered
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import LARGEST_NUMBER, Asked, Given, Nothing, Operation, tag_of
from wa_notify.web.refusals import NotAllowed, NotNow, NotThere, Refused, Unfitting

REMEMBERED_FOR = timedelta(hours=24)
LONGEST_KEY = 200
AT_WORK = timedelta(minutes=1)  # after which a request that never ended may be tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came through a door, not yet read: texts of a form (``loose``), or what JSON stands for."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    key: str
    key_given: bool = False
    tag: str = ""
    loose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it: JSON in ``encoded``, or a response of its own. ``tag`` is its version."""

    value: Any = None
    encoded: bytes = b""
    status: int = 200
    tag: str = ""
    repeated: bool = False
    response: Response | None = None


async def perform(operation: Operation, office: Office, caller: Caller, request: Request) -> Done:
    """Do it. Raises `Refused`, `StoreError`, and what the operation raises."""
    allow(operation, caller)
    if any(isinstance(number, int) and number > LARGEST_NUMBER for number in request.path.values()):
        raise NotThere("Nothing has so large a number.", where="path")
    if len(request.key) > LONGEST_KEY:
        fix = f"At most {LONGEST_KEY} characters."
        raise Refused("The key is too long.", where="header Idempotency-Key", fix=fix)
    asked: Asked[Any, Any] = Asked(
        office=office,
        caller=caller,
        now=office.clock(),
        operation=operation.name,
        path=request.path,
        query=read(operation.query, request.query, "query", loose=True),
        body=read(operation.body, request.body, "body", loose=request.loose),
        key=_own(caller, request.key) if request.key_given else request.key,
        tag=request.tag,
    )
    if operation.sends and request.key_given:
        return await _once(operation, asked, request)
    return await _answered(operation, asked)


def allow(operation: Operation, caller: Caller) -> None:
    """Let only those on who may. It comes before anything is read. Raises `NotAllowed`."""
    if not operation.own and not caller.may(operation.right):
        fix = f"It takes the right '{operation.right}'."
        raise NotAllowed(f"{caller.name} may not do this.", where=operation.name, fix=fix)


def read(kind: type[Given], given: Any, where: str, *, loose: bool) -> Any:
    """What was given, as what the operation takes. Raises `Refused` with the field that is wrong."""
    if kind is Nothing and not given:
        return Nothing()
    try:
        return msgspec.convert(given, kind, strict=not loose)
    except msgspec.ValidationError as error:
        raise misread(str(error), where) from None


def misread(said: str, where: str) -> Refused:
    """msgspec's words in ours: ``Expected `int` - at `$.limit``` names the field behind the dollar."""
    what, _, place = said.partition(" - at `$")
    field = place.rstrip("`").lstrip(".")
    return Refused(
        f"{what.rstrip('.')}.",
        where=f"{where}: {field}" if field else where,
        fix="See the API's description.",
    )


async def _answered(operation: Operation, asked: Asked[Any, Any]) -> Done:
    value = await operation.act(asked)
    if isinstance(value, Response):
        return Done(response=value)
    tag = tag_of(value) if operation.tagged else ""
    return Done(value=value, encoded=msgspec.json.encode(value), status=operation.status, tag=tag)


async def _once(operation: Operation, asked: Asked[Any, Any], request: Request) -> Done:
    """The same key again gets the same answer, and nothing happens a second time.

    Source of the manners: the IETF draft "The Idempotency-Key HTTP Header Field".
    """
    desk, now = asked.office.engine.desk, asked.now
    fresh = Remembered(key=asked.key, asked=_digest(operation, request), at=now)
    known = await desk.transact(lambda tx: _claim(tx, fresh, now))
    if known is not None:
        return _again(known, fresh)
    try:
        done = await _answered(operation, asked)
    except BaseException:
        await desk.transact(lambda tx: tx.remember(replace(fresh, at=now - AT_WORK)))  # it may be tried again
        raise
    answer = replace(fresh, status=done.status, answer=done.encoded.decode())
    await desk.transact(lambda tx: tx.remember(answer))
    return done


def _claim(tx: Transaction, fresh: Remembered, now: datetime) -> Remembered | None:
    """What is known of this key; nothing when this request is the one that does it."""
    tx.forget_remembered(now - REMEMBERED_FOR)
    known = tx.remembered(fresh.key)
    gave_up = (
        known is not None and not known.status and known.asked == fresh.asked and now - known.at >= AT_WORK
    )
    if known is None or gave_up:
        tx.remember(fresh)
        return None
    return known


def _again(known: Remembered, fresh: Remembered) -> Done:
    if known.asked != fresh.asked:
        what = "This key was used for another request."
        raise Unfitting(what, where="header Idempotency-Key", fix="Take a new key for each request.")
    if not known.status:
        raise NotNow("The first request with this key is still at work.", where="header Idempotency-Key")
    value = msgspec.json.decode(known.answer)
    return Done(value=value, encoded=known.answer.encode(), status=known.status, repeated=True)


def _own(caller: Caller, key: str) -> str:
    """The key as one of this caller: programs may share a name, and people may choose the same key."""
    proof = caller.proof if caller.via is Via.KEY else ""  # a session's changes with each log-in
    whose = msgspec.json.encode([caller.via, caller.name, proof, key])
    return hashlib.sha256(whose).hexdigest()


def _digest(operation: Operation, request: Request) -> str:
    asked = msgspec.json.encode([operation.name, dict(request.path), request.body], order="sorted")
    return hashlib.sha256(asked).hexdigest()
