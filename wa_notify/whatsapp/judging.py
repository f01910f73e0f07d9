"""What the platform tells of our number and of its callbacks, judged: findings with their next step.

Source: Meta's references of the phone number node, messaging limits, throughput and webhooks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from wa_notify.core.condition import Health
from wa_notify.core.examination import Check, Finding, fault, note, ok
from wa_notify.core.limits import UNLIMITED, limit_of
from wa_notify.core.pace import PER_SECOND, PER_SECOND_FAST
from wa_notify.core.recipient import masked
from wa_notify.whatsapp.calling import Heard, Met
from wa_notify.whatsapp.health import read_health
from wa_notify.whatsapp.number import UNKNOWN, NumberStanding, read_standing
from wa_notify.whatsapp.reading import word
from wa_notify.whatsapp.subscriptions import FIELDS, MESSAGES, OBJECT, OF_APP, OF_NUMBER

CONNECTED, FLAGGED = "connected", "flagged"
CLOUD_API, TEST_MODE = "CLOUD_API", "SANDBOX"
MANAGER = "Look at the number in WhatsApp Manager."
REGISTER = "Register the number for the Cloud API, with its PIN, in WhatsApp Manager or by /register."
QUALITIES: Mapping[str, str] = {
    "yellow": "People block or report it more than usual.",
    "red": "People block or report it often: WhatsApp may lower its limit or stop it.",
}
SEND_LESS = "Send less, and only what people asked for. `wa-notify templates quality` tells what they mind."
PACES: Mapping[str, int] = {"STANDARD": PER_SECOND, "HIGH": PER_SECOND_FAST}
LEVELS: Mapping[str, str] = {OF_NUMBER: "the number's own", OBJECT: "the account's own", OF_APP: "the app's"}
LONGEST_PART = 20  # characters of a part of a path; longer ones may be a secret
REGISTER_OURS = (
    "Compare `whatsapp.verify_token` with what runs there, or register the address of this service."
)
LEAD_HERE = "Let the address lead to /webhook of this service, with no login and no redirect before it."
ASK_ELSEWHERE = "Ask from outside, for a router may keep us from our own public address."


def judge_number(node: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that is told of the number itself."""
    standing = read_standing(node)
    yield _registered(node, standing)
    yield _health(read_health(node))
    yield _quality(standing)
    yield _limit(standing)
    yield _pace(node)


def _registered(node: Mapping[str, Any], standing: NumberStanding) -> Finding:
    name = f"The number {shown_number(standing.display_number)}"
    platform, verified = word(node, "platform_type"), word(node, "code_verification_status")
    if platform and platform != CLOUD_API:
        return fault(Check.NUMBER, f"{name} is not registered for the Cloud API ({platform}).", REGISTER)
    if standing.status == FLAGGED:
        return note(Check.NUMBER, f"{name} is flagged: its quality has to rise soon.", MANAGER)
    if standing.status not in (CONNECTED, UNKNOWN):
        return fault(Check.NUMBER, f"{name} is {standing.status.replace('_', ' ')}.", MANAGER)
    if word(node, "account_mode") == TEST_MODE:
        to_do = "Add a number of your own before anybody relies on it."
        return note(Check.NUMBER, f"{name} is a test number: it reaches five people at most.", to_do)
    if standing.status == UNKNOWN:
        return note(Check.NUMBER, f"{name} has a status that is not known here.", MANAGER)
    if verified == "NOT_VERIFIED":
        return note(Check.NUMBER, f"{name} is connected, and its owner was never verified by code.", MANAGER)
    return ok(Check.NUMBER, f"{name} is registered and connected.")


def _health(health: Health) -> Finding:
    if health.can_send:
        return ok(Check.NUMBER_HEALTH, "WhatsApp says that the number can send.")
    told = "; ".join(f"{sign.scope.value}: {sign.what}" for sign in health.signs)
    advice = " ".join(dict.fromkeys(sign.advice for sign in health.signs if sign.advice)) or MANAGER
    found = f"WhatsApp says that the number cannot send{f': {told}' if told else ''}."
    return fault(Check.NUMBER_HEALTH, found, advice)


def _quality(standing: NumberStanding) -> Finding:
    why = QUALITIES.get(standing.quality)
    if why is None:
        said = "not rated yet" if standing.quality == UNKNOWN else standing.quality
        return ok(Check.NUMBER_QUALITY, f"The quality of the number is {said}.")
    made = fault if standing.quality == "red" else note
    return made(Check.NUMBER_QUALITY, f"The quality of the number is {standing.quality}. {why}", SEND_LESS)


def _limit(standing: NumberStanding) -> Finding:
    limit = limit_of(standing.limit)
    if limit is None:
        said = (
            f"tells a messaging limit that is not known here: {standing.limit}"
            if standing.limit
            else "tells no messaging limit"
        )
        return note(Check.NUMBER_LIMIT, f"WhatsApp {said}.", "What was read last holds, else 250 people.")
    if limit == UNLIMITED:
        return ok(Check.NUMBER_LIMIT, "Any number of people may be written to first in 24 hours.")
    return ok(Check.NUMBER_LIMIT, f"{limit} people may be written to first in 24 hours ({standing.limit}).")


def _pace(node: Mapping[str, Any]) -> Finding:
    throughput = node.get("throughput")
    level = word(throughput, "level") if isinstance(throughput, dict) else ""
    if level in PACES:
        return ok(Check.NUMBER_PACE, f"{PACES[level]} messages a second may leave ({level}).")
    said = f"a throughput that is not known here: {level}" if level else "no throughput"
    return note(Check.NUMBER_PACE, f"WhatsApp tells {said}. {PER_SECOND} messages a second are assumed.")


def judge_fields(fields: frozenset[str]) -> Finding:
    """Of what the app wants to hear."""
    missing = sorted(FIELDS - fields)
    to_do = f"Subscribe the app's webhook to {', '.join(missing)}."
    if MESSAGES in missing:
        found = "The app does not hear of messages: no reply, no receipt and no failure arrives."
        return fault(Check.SUBSCRIPTION_FIELDS, found, to_do)
    if missing:
        found = f"The app does not hear of {', '.join(missing)}."
        return note(Check.SUBSCRIPTION_FIELDS, found, to_do)
    return ok(Check.SUBSCRIPTION_FIELDS, "The app hears of everything that matters here.")


def judge_address(told: Mapping[str, str]) -> Finding:
    """Where callbacks of the number go. News of templates go to the app's address whatever the others are."""
    level = next((level for level, url in told.items() if url), None)
    if level is None:
        to_do = "Register the address of the service, https://<host>/webhook, as callback of the app."
        return fault(Check.CALLBACK, "No callback is registered: WhatsApp tells nobody what happens.", to_do)
    found = f"WhatsApp calls {shown_address(told[level])}, {LEVELS[level]} address."
    if level == OF_APP or told[OF_APP] == told[level]:
        return ok(Check.CALLBACK, found)
    elsewhere = shown_address(told[OF_APP]) if told[OF_APP] else "nowhere"
    return note(
        Check.CALLBACK, f"{found} News of templates and of the account go {elsewhere}, the app's address."
    )


def judge_handshake(url: str, met: Met, *, serving: bool) -> Finding:
    """Whether the registered address is ours, as far as it can be seen from here.

    While our service does not run, nobody answers there, which is no fault of the address.
    """
    check, where = Check.CALLBACK_ANSWERS, shown_address(url)
    if not serving and met.heard in (Heard.ODD, Heard.SILENT):
        found = f"{where} does not answer the handshake ({met.how}), and the service does not run."
        return note(check, found, "Start the service and look again.")
    match met.heard:
        case Heard.RIGHT:
            return ok(check, f"{where} answers the handshake with our verify token.")
        case Heard.REFUSED:
            found = (
                f"{where} does not take our verify token ({met.how}): it is another's, or has another one."
            )
            return fault(check, found, REGISTER_OURS)
        case Heard.ODD:
            found = f"{where} does not answer the handshake as it should ({met.how})."
            return fault(check, found, LEAD_HERE)
        case Heard.SILENT:
            found = f"{where} does not answer from here ({met.how})."
            return fault(
                check, found, f"Start the service, and see that the address leads to it. {ASK_ELSEWHERE}"
            )


def shown_number(number: str) -> str:
    """A number as it may be shown."""
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    return masked(digits)


def shown_address(url: str) -> str:
    """An address without what may be a secret in it: user, query, and long parts of its path."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return "an address that is none"
    path = "/".join("…" if len(part) > LONGEST_PART else part for part in parts.path.split("/"))
    return f"{parts.scheme}://{parts.netloc.decode('ascii', 'replace').rpartition('@')[2]}{path.rstrip('/')}"
