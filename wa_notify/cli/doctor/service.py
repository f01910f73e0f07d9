"""The service on this machine, asked as anybody may ask it, and called as WhatsApp would call it."""

import ipaddress
from collections.abc import AsyncIterator

import httpx

from wa_notify.config import Config, Listen
from wa_notify.core.examination import Check, Finding, fault, note, ok
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.calling import Heard, Met, call_signed

PATIENCE = 5.0  # seconds for each question
WRONG = Secret("wa-notify-doctor-knows-no-secret")
START = "Start it: `wa-notify serve`."
RESTART = "Restart the service, so that it works with the configuration as it is now."


async def examine(http: httpx.AsyncClient, config: Config, *, locked: bool) -> AsyncIterator[Finding]:
    """Whether it lives, is ready, and knows WhatsApp's signature.

    ``locked`` tells that some service holds the database. Nothing that it keeps is changed by this.
    """
    address = address_of(config.listen)
    alive = await _alive(http, address)
    yield _standing(address, alive=alive, locked=locked)
    if not alive:
        return
    async for finding in _ready(http, address):
        yield finding
    right = await call_signed(http, f"{address}/webhook", config.whatsapp.app_secret, PATIENCE)
    wrong = await call_signed(http, f"{address}/webhook", WRONG, PATIENCE)
    yield _signature(right, wrong)


def address_of(listen: Listen) -> str:
    """Where to ask it from this machine."""
    host = listen.host
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{listen.port}"
    if ip.is_unspecified:
        host = "127.0.0.1" if ip.version == 4 else "::1"
    return f"http://{f'[{host}]' if ip.version == 6 else host}:{listen.port}"


async def _alive(http: httpx.AsyncClient, address: str) -> bool:
    answer = await _asked(http, f"{address}/healthz")
    return answer is not None and answer.status_code == httpx.codes.OK and _json(answer).get("status") == "ok"


def _standing(address: str, *, alive: bool, locked: bool) -> Finding:
    if alive and locked:
        return ok(Check.SERVICE, f"The service answers at {address}.")
    if alive:
        found = f"A service answers at {address}, and it works on another database than this configuration's."
        return fault(Check.SERVICE, found, RESTART)
    if locked:
        found = f"A service holds the database, and does not answer at {address}."
        return fault(
            Check.SERVICE, found, f"`listen` may have changed since it started, or it hangs. {RESTART}"
        )
    return note(Check.SERVICE, "The service does not run.", START)


async def _ready(http: httpx.AsyncClient, address: str) -> AsyncIterator[Finding]:
    answer = await _asked(http, f"{address}/readyz")
    reasons = _json(answer).get("reasons") if answer is not None else None
    if answer is None or not isinstance(reasons, list):
        yield fault(Check.SERVICE_READY, "The service does not say whether it is ready.", RESTART)
        return
    made = note if answer.is_success else fault
    for reason in reasons:
        yield made(
            Check.SERVICE_READY, f"The service says: {reason}", "`wa-notify troubles list` knows more."
        )
    if not reasons:
        yield ok(Check.SERVICE_READY, "The service is ready and has nothing to complain about.")


def _signature(right: Met, wrong: Met) -> Finding:
    if wrong.heard is Heard.RIGHT:
        found = "The service takes calls with a wrong signature: anybody can speak for WhatsApp."
        return fault(
            Check.SERVICE_SIGNATURE, found, "Stop it. What answers there is not wa_notify as it should be."
        )
    if right.heard is Heard.RIGHT:
        return ok(Check.SERVICE_SIGNATURE, "The service takes what WhatsApp signs, and nothing else.")
    if right.heard is Heard.REFUSED:
        found = "The service refuses what is signed with `whatsapp.app_secret`: it was started with another."
        return fault(Check.SERVICE_SIGNATURE, found, RESTART)
    found = f"The service does not answer at /webhook as it should ({right.how})."
    return fault(Check.SERVICE_SIGNATURE, found, RESTART)


async def _asked(http: httpx.AsyncClient, url: str) -> httpx.Response | None:
    try:
        return await http.get(url, timeout=PATIENCE, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def _json(answer: httpx.Response) -> dict[str, object]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
