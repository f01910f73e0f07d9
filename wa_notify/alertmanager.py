"""Alertmanager behind the `AlertSource` port: its API, version 2, over an injected HTTP client.

==========================================  ================================================================
Alertmanager answers ...                    so it is
==========================================  ================================================================
2xx                                         granted
404 or "already expired" to an end          granted, there is nothing to end
nothing: no connection, time ran out, 5xx   unknown; the next try looks for our mark before it makes another
401, 403, another 4xx, a redirect           refused: token, password, address
400                                         refused: our request is wrong
==========================================  ================================================================

Source: Alertmanager's OpenAPI description (``api/v2/openapi.yaml``), and what version 0.25 does. No text that
leaves here holds a credential; redirects are never followed, since they would carry it to another host.
"""

import asyncio
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from wa_notify.core.alert import fingerprint_of, instant
from wa_notify.core.message import Accepted, Failure, NoAnswer, Rejected, Remedy, SendResult
from wa_notify.core.secret import Secret
from wa_notify.core.source import ALERTMANAGER, Sight, Silencing, Unsilencing

TIMEOUT = 10.0  # seconds for each step of a request
DEADLINE = 40.0  # seconds for all requests of one wish; shorter than the lease of an item in the outbox
SETTLED_AFTER = timedelta(minutes=5)  # Prometheus tells all its alerts again every minute or so
A_BIT_EARLIER = timedelta(minutes=10)  # so that a silence starts at once, whatever their clock says
WHERE = {"active": "true", "silenced": "true", "inhibited": "true", "unprocessed": "true"}
PLAIN_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class _Trouble(Exception):
    """A request had no good end."""

    def __init__(self, result: Rejected | NoAnswer) -> None:
        super().__init__()
        self.result = result


class Alertmanager:
    """One Alertmanager; ``http`` stays the caller's. ``settled_after`` is counted from its start.

    ``token`` is sent as a bearer token, ``user`` and ``password`` as basic authentication.
    """

    name = ALERTMANAGER

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        url: str,
        token: Secret | None = None,
        user: str = "",
        password: Secret | None = None,
        settled_after: timedelta = SETTLED_AFTER,
    ) -> None:
        self._http = http
        self._root = f"{url.rstrip('/')}/api/v2"
        self._settled_after = settled_after
        self._headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token.reveal()}"
        elif password:
            pair = f"{user}:{password.reveal()}".encode()
            self._headers["Authorization"] = f"Basic {b64encode(pair).decode()}"

    def __repr__(self) -> str:
        return f"Alertmanager({self._root!r})"

    async def silence(self, wished: Silencing) -> SendResult:
        """Make or prolong a silence; one that an earlier try made is found by its mark. Never raises."""
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._silence(wished)
        except _Trouble as trouble:
            return trouble.result
        except TimeoutError:
            return NoAnswer(why="Alertmanager did not answer in time.")

    async def expire(self, wished: Unsilencing) -> SendResult:
        """End a silence; one that is gone already is fine. Never raises."""
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._expire(wished)
        except _Trouble as trouble:
            return trouble.result
        except TimeoutError:
            return NoAnswer(why="Alertmanager did not answer in time.")

    async def look(self) -> Sight | Rejected | NoAnswer:
        """See the active alerts, the silences, and whether its memory is complete again. Never raises."""
        try:
            async with asyncio.timeout(DEADLINE):
                settled = await self._is_settled()
                silences = await self._list("silences")
                alerts = await self._list("alerts", WHERE)
        except _Trouble as trouble:
            return trouble.result
        except TimeoutError:
            return NoAnswer(why="Alertmanager did not answer in time.")
        return Sight(
            firing=frozenset(name for alert in alerts for name in _fingerprints(alert)),
            silences=frozenset(_text(silence, "id") for silence in silences if not _has_ended(silence)),
            settled=settled,
        )

    async def _silence(self, wished: Silencing) -> SendResult:
        before = await self._find(wished)
        body: dict[str, Any] = {
            "matchers": _matchers(wished.labels, ()),
            "startsAt": instant(wished.now - A_BIT_EARLIER),
            "endsAt": instant(wished.ends_at),
            "createdBy": wished.author,
            "comment": wished.comment,
        }
        if before is not None:  # as it is but for its end; anything else would end it and make another
            body |= {name: before.get(name) for name in ("id", "matchers", "startsAt")}
        else:
            others = await self._list("alerts", {**WHERE, "filter": _filters(wished.labels)})
            body["matchers"] = _matchers(wished.labels, _names_of_others(others, wished.labels))
        answer = _json(await self._request("POST", "silences", content=json.dumps(body).encode()))
        silence_id = _text(answer, "silenceID")
        if not silence_id:
            return NoAnswer(why="Alertmanager's answer cannot be read: check alertmanager.url.")
        return Accepted(wamid=silence_id)

    async def _find(self, wished: Silencing) -> Mapping[str, Any] | None:
        """The silence that is to last longer, or that an earlier try made."""
        if not wished.known and not wished.tried:
            return None
        for silence in await self._list("silences"):
            ours = _text(silence, "id") == wished.known if wished.known else _is_marked(silence, wished.mark)
            if ours and not _has_ended(silence):
                return silence
        return None

    async def _expire(self, wished: Unsilencing) -> SendResult:
        silences = [silence for silence in await self._list("silences") if not _has_ended(silence)]
        ids = {_text(silence, "id") for silence in silences if _is_marked(silence, wished.mark)}
        ids |= {wished.known} & {_text(silence, "id") for silence in silences}
        for silence_id in sorted(ids):
            await self._request("DELETE", f"silence/{quote(silence_id, safe='')}", fine=(404,))
        return Accepted(wamid=wished.known or next(iter(sorted(ids)), ""))

    async def _is_settled(self) -> bool:
        """By its own clock, since ours may differ."""
        response = await self._request("GET", "status")
        try:
            started = datetime.fromisoformat(_text(_json(response), "uptime"))
            return parsedate_to_datetime(response.headers["Date"]) - started >= self._settled_after
        except (ValueError, TypeError, KeyError):
            raise _Trouble(_unreadable()) from None

    async def _list(
        self, path: str, params: Mapping[str, str | list[str]] | None = None
    ) -> list[Mapping[str, Any]]:
        answer = _json(await self._request("GET", path, params=params))
        if not isinstance(answer, list) or not all(isinstance(part, Mapping) for part in answer):
            raise _Trouble(_unreadable())
        return answer

    async def _request(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        params: Mapping[str, str | list[str]] | None = None,
        fine: Iterable[int] = (),
    ) -> httpx.Response:
        """Exchange one request. Raises `_Trouble` for any but a good answer."""
        request = httpx.Request(
            method,
            f"{self._root}/{path}",
            content=content,
            params=params,
            headers=self._headers,
            extensions={"timeout": httpx.Timeout(TIMEOUT).as_dict()},
        )
        try:
            # auth=None: neither the client's own credentials nor a netrc file
            response = await self._http.send(request, auth=None, follow_redirects=False)
        except Exception as error:  # noqa: BLE001 - whatever a transport raises, the outcome is unknown
            what = f"Alertmanager gave no answer ({type(error).__name__})."
            raise _Trouble(NoAnswer(why=what)) from None
        if response.is_success or response.status_code in fine:
            return response
        raise _Trouble(_judged(response.status_code))


def _judged(status: int) -> Rejected | NoAnswer:
    if status >= 500:
        return NoAnswer(why=f"Alertmanager has a fault (HTTP {status}).")
    match status:
        case 400 | 422:
            title, remedy = "Alertmanager refused the request as wrong", Remedy.FIX
        case 401 | 403:
            title, remedy = "Alertmanager refused access: check alertmanager.token or password", Remedy.ADMIN
        case 429:
            title, remedy = "Too many requests for Alertmanager", Remedy.SLOW
        case _:
            title, remedy = "This is no Alertmanager: check alertmanager.url", Remedy.ADMIN
    return Rejected(failure=Failure(code=status, title=title, remedy=remedy))


def _unreadable() -> Rejected:
    title = "The answer is none of Alertmanager's: check alertmanager.url"
    return Rejected(failure=Failure(code=0, title=title, remedy=Remedy.ADMIN))


def _json(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise _Trouble(_unreadable()) from None


def _text(answer: object, name: str) -> str:
    value = answer.get(name) if isinstance(answer, Mapping) else None
    return value if isinstance(value, str) else ""


def _matchers(labels: Mapping[str, str], others: Iterable[str]) -> list[dict[str, Any]]:
    """Equal to each label; what only other alerts have must be missing."""
    wanted = {**dict.fromkeys(others, ""), **labels}
    return [
        {"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in wanted.items()
    ]


def _names_of_others(alerts: Iterable[Mapping[str, Any]], labels: Mapping[str, str]) -> list[str]:
    """Labels by which other active alerts differ that have all of ours too, and would be silenced with it."""
    return sorted({name for alert in alerts for name in alert.get("labels", {}) if name not in labels})


def _filters(labels: Mapping[str, str]) -> list[str]:
    return [f"{_quoted_name(name)}={_quoted(value)}" for name, value in labels.items()]


def _quoted_name(name: str) -> str:
    return name if PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(value: str) -> str:
    """As Alertmanager reads matchers: it knows three escapes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _fingerprints(alert: Mapping[str, Any]) -> tuple[str, ...]:
    """Its own, and the one that we give when its notification brings none."""
    labels = alert.get("labels")
    texts = {str(name): str(value) for name, value in labels.items()} if isinstance(labels, Mapping) else {}
    return (_text(alert, "fingerprint"), fingerprint_of(texts))


def _is_marked(silence: Mapping[str, Any], mark: str) -> bool:
    return f"[{mark}]" in _text(silence, "comment")


def _has_ended(silence: Mapping[str, Any]) -> bool:
    return _text(silence.get("status"), "state") == "expired"
