"""Calls as the platform makes them, to learn from here what it would meet.

The handshake carries the word of `whatsapp.verify_token`, as the platform's own does. The signed call is no
notification, so whoever takes its signature refuses the rest: nothing is stored, and nobody takes it for
news. An empty notification would be taken, and would hide for a while that no real one comes.
"""

import asyncio
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum

import httpx

from wa_notify.core.secret import Secret

PROBE = json.dumps({"object": "wa_notify_probe"}).encode()
REFUSALS = (401, 403)
READ, TAKEN = 400, 200  # the signature was right, and the rest is no notification, or is no matter


class Heard(StrEnum):
    """What a call met."""

    RIGHT = "right"  # what was right was taken
    REFUSED = "refused"
    ODD = "odd"  # an answer that is none of ours
    SILENT = "silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What a call met, and the HTTP status or the kind of silence."""

    heard: Heard
    how: str


async def shake_hands(
    http: httpx.AsyncClient, url: str, word: Secret, challenge: str, deadline: float
) -> Met:
    """Ask an address as the platform does, which wants its ``challenge`` back. Never raises."""
    params = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": word.reveal()}
    answer = await _asked(http, "GET", url, deadline, params=params)
    if isinstance(answer, Met):
        return answer
    right = answer.status_code == TAKEN and answer.text.strip() == challenge
    return Met(heard=Heard.RIGHT if right else _refusal(answer), how=f"HTTP {answer.status_code}")


async def call_signed(http: httpx.AsyncClient, url: str, app_secret: Secret, deadline: float) -> Met:
    """Call an address with this signature. Never raises."""
    signature = hmac.digest(app_secret.reveal().encode(), PROBE, "sha256").hex()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    answer = await _asked(http, "POST", url, deadline, content=PROBE, headers=headers)
    if isinstance(answer, Met):
        return answer
    right = answer.status_code in (READ, TAKEN)
    return Met(heard=Heard.RIGHT if right else _refusal(answer), how=f"HTTP {answer.status_code}")


def _refusal(answer: httpx.Response) -> Heard:
    return Heard.REFUSED if answer.status_code in REFUSALS else Heard.ODD


async def _asked(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    deadline: float,
    *,
    params: dict[str, str] | None = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response | Met:
    """The answer; redirects are not followed, for the platform follows none."""
    try:
        target = httpx.URL(url).copy_merge_params(params or {})
        request = httpx.Request(method, target, content=content, headers=headers)
        request.extensions["timeout"] = httpx.Timeout(deadline).as_dict()
        async with asyncio.timeout(deadline):
            return await http.send(request, auth=None, follow_redirects=False)
    except Exception as error:  # noqa: BLE001 - whatever a transport raises, there was no answer
        return Met(heard=Heard.SILENT, how=type(error).__name__)
