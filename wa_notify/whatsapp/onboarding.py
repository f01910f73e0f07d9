"""What a host asks WhatsApp before it has an engine: is this our number, and where do its callbacks go?

The order of `look_up`: the token sees the number; the app secret is right, for a proof made with another one
is refused; the token tells its app and its accounts; one of them holds the number. What the token does not
tell stays empty, and somebody has to say it.

`register_callback` subscribes the app to the account, and takes the app's callback when it is free. Somebody
else's stays, for other numbers may hang on it: then ours gets an address of its own, which the platform
prefers (number before account before app). News of templates and of the account do not go there.

Source: Meta's references of access tokens, error codes, subscriptions and webhook overrides. Decided by codes
alone. No text of an error holds token, secret or number; redirects are never followed.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

from wa_notify.core.errors import PlatformUnreachable, WaNotifyError
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.account import TOKEN
from wa_notify.whatsapp.asking import CHECK_ADDRESS, AccessRefused, Asking, InvalidAddress, Refused
from wa_notify.whatsapp.line import TIMEOUT
from wa_notify.whatsapp.reading import word
from wa_notify.whatsapp.subscriptions import (
    FIELDS,
    MESSAGES,
    OBJECT,
    OF_NUMBER,
    OVERRIDES,
    addresses,
    addresses_in,
    app_callback,
    subscribed_apps,
)
from wa_notify.whatsapp.tokens import ID, token_facts

__all__ = [
    "FIELDS", "AccessRefused", "AppSecretWrong", "BusinessNumber", "InvalidAddress", "PlatformUnreachable",
    "ProofRequired", "Registered", "RegistrationRefused", "UnknownAccount", "UnknownNumber", "Why",
    "forget_callback", "look_up", "register_callback",
]  # fmt: skip

# A token that is malformed, over, or without the permission for what was asked. To a good token that asks for
# what is not its own, Meta answers any of 10, 100 and 200.
CODES_ACCESS = frozenset({0, 3, 10, 102, 104, 190, *range(200, 300)})
CODES_UNKNOWN = frozenset({33, 100, 803})  # an id that does not exist, or that this token cannot see
CODES_PROOF = frozenset({100, 104})  # a proof that is wrong, or missing where the app wants one
CODE_HANDSHAKE = 2200  # the address did not answer the challenge

REGISTERING = 30.0  # seconds for a request during which the platform calls the address
NUMBER, NUMBERS = "the number", "the numbers of the account"
MOST_ACCOUNTS = 25  # of a token that are asked whether they hold the number


class ProofRequired(AccessRefused):
    """The app takes the token only beside a proof of the app secret, which wa_notify does not send."""


class UnknownNumber(WaNotifyError):
    """The token sees no business number with this id."""


class AppSecretWrong(WaNotifyError):
    """The app secret is not that of the token's app."""


class UnknownAccount(WaNotifyError):
    """The token sees no account with this id, or the account does not hold the number."""


class Why(StrEnum):
    """What stood in the way of a callback."""

    APP_UNKNOWN = "app_unknown"  # the token tells no app, or nobody knows the account
    HANDSHAKE = "handshake"  # the platform called the address and got no right answer
    ACCESS = "access"  # a token was refused, or a permission is missing
    REFUSED = "refused"  # something else
    UNREACHABLE = "unreachable"  # no usable answer; the same may work later


class RegistrationRefused(WaNotifyError):
    """The callback was not registered; ``why`` says what stood in the way."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


class Registered(StrEnum):
    """Where a callback was registered."""

    APP = "app"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessNumber:
    """A business number and what it belongs to; account and app are empty when nobody told them."""

    number_id: str
    display_number: str = ""
    verified_name: str = ""
    waba_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Where we want to be called, and how to tell that an address is an earlier one of ours."""

    url: str
    verify_token: Secret
    mark: str = ""

    def is_at(self, url: str) -> bool:
        """Whether an address is ours."""
        return url == self.url or (bool(self.mark) and self.mark in url)


async def look_up(
    http: httpx.AsyncClient,
    *,
    base_url: str,
    version: str,
    number_id: str,
    access_token: Secret,
    app_secret: Secret,
    waba_id: str = "",
    deadline: float = TIMEOUT,
) -> BusinessNumber:
    """The number that these keys belong to. ``deadline`` is in seconds, for each question.

    Raises `InvalidAddress`, `AccessRefused`, `UnknownNumber`, `AppSecretWrong`, `UnknownAccount` for a given
    account that does not hold the number, and `PlatformUnreachable` when there is no usable answer.
    """
    asking = Asking(http, base_url=base_url, version=version, access_token=access_token, deadline=deadline)
    if not ID.fullmatch(number_id):
        raise UnknownNumber("The id of a business number consists of digits. Copy it from the API setup.")
    node = await _number(asking, number_id, _proof(access_token, app_secret))
    display = word(node, "display_phone_number")
    if not display:
        raise PlatformUnreachable(f"Read the number: the answer does not name it. {CHECK_ADDRESS}")
    app_id, candidates = await _told_by(asking, access_token)
    return BusinessNumber(
        number_id=number_id,
        display_number=display,
        verified_name=word(node, "verified_name"),
        waba_id=await _account_of(asking, number_id, waba_id, candidates),
        app_id=app_id,
    )


async def register_callback(
    http: httpx.AsyncClient,
    *,
    base_url: str,
    version: str,
    number: BusinessNumber,
    access_token: Secret,
    app_secret: Secret,
    url: str,
    verify_token: Secret,
    mark: str = "",
    deadline: float = REGISTERING,
) -> Registered:
    """Let the platform call ``url``, which has to answer its handshake meanwhile.

    ``mark`` is a part of the address that nobody else's has, such as a random id: an address with it is an
    earlier one of ours, and is replaced. Raises `RegistrationRefused`.
    """
    if not (number.app_id and number.waba_id):
        raise RegistrationRefused(Why.APP_UNKNOWN, "The app or the account is not known. Register by hand.")
    app_token = Secret(f"{number.app_id}|{app_secret.reveal()}")
    at = {"base_url": base_url, "version": version}
    try:
        asking = Asking(http, **at, access_token=access_token, deadline=deadline)
        app = Asking(http, **at, access_token=app_token, deadline=deadline)
        callback = Callback(url=url, verify_token=verify_token, mark=mark)
        return await _register(asking, app, number, callback)
    except Refused as no:
        raise RegistrationRefused(_why(no), str(no)) from None
    except AccessRefused as error:
        raise RegistrationRefused(Why.ACCESS, str(error)) from None
    except WaNotifyError as error:
        raise RegistrationRefused(Why.UNREACHABLE, str(error)) from None


async def forget_callback(
    http: httpx.AsyncClient,
    *,
    base_url: str,
    version: str,
    number: BusinessNumber,
    access_token: Secret,
    app_secret: Secret,
    url: str,
    mark: str = "",
    deadline: float = TIMEOUT,
) -> bool:
    """Take back what `register_callback` set; whether nothing of it is left. Never raises.

    The app's callback stays while another number of the account has an address of its own, for that one
    hears nothing without the app's subscription.
    """
    app_token = Secret(f"{number.app_id}|{app_secret.reveal()}")
    at = {"base_url": base_url, "version": version}
    try:
        asking = Asking(http, **at, access_token=access_token, deadline=deadline)
        app = Asking(http, **at, access_token=app_token, deadline=deadline)
        callback = Callback(url=url, verify_token=Secret(""), mark=mark)
        return await _forget(asking, app, number, callback)
    except WaNotifyError:
        return False


def _proof(access_token: Secret, app_secret: Secret) -> str:
    if not TOKEN.fullmatch(app_secret.reveal()):
        raise AppSecretWrong("The app secret is empty or holds blanks or odd characters. Copy it again.")
    return hmac.digest(app_secret.reveal().encode(), access_token.reveal().encode(), "sha256").hex()


async def _number(asking: Asking, number_id: str, proof: str) -> dict[str, Any]:
    """The number, once with and once without a proof: what differs lies in the app secret."""
    fields = "display_phone_number,verified_name"
    try:
        node = await asking.get(NUMBER, number_id, fields=fields)
    except Refused as no:
        if no.code in CODES_PROOF and await _takes(asking, number_id, fields, proof):
            raise ProofRequired("The app requires a proof of the app secret. Switch that off.") from None
        raise _judged(no) from None
    try:
        await asking.get(NUMBER, number_id, fields=fields, appsecret_proof=proof)
    except Refused as no:
        if no.code in CODES_PROOF:
            raise AppSecretWrong("The app secret is not that of the token's app. Copy it again.") from None
        raise _judged(no) from None
    return node


async def _takes(asking: Asking, number_id: str, fields: str, proof: str) -> bool:
    try:
        await asking.get(NUMBER, number_id, fields=fields, appsecret_proof=proof)
    except Refused:
        return False
    return True


def _judged(no: Refused) -> WaNotifyError:
    if no.code in CODES_ACCESS:
        return AccessRefused(str(no))
    return UnknownNumber(str(no)) if no.code in CODES_UNKNOWN else PlatformUnreachable(str(no))


async def _told_by(asking: Asking, access_token: Secret) -> tuple[str, tuple[str, ...]]:
    """The app of the token and the objects it is for; not every token may be looked at."""
    try:
        facts = await token_facts(asking, access_token)
    except Refused:
        return "", ()
    return facts.app_id, facts.targets


async def _account_of(asking: Asking, number_id: str, given: str, candidates: Iterable[str]) -> str:
    if given:
        if ID.fullmatch(given) and await _holds(asking, given, number_id):
            return given
        raise UnknownAccount("No such account is seen with this token, or it does not hold the number.")
    for candidate in [one for one in candidates if one != number_id][:MOST_ACCOUNTS]:
        if await _holds(asking, candidate, number_id):
            return candidate
    return ""


async def _holds(asking: Asking, waba_id: str, number_id: str) -> bool:
    try:
        numbers = await asking.rows(NUMBERS, f"{waba_id}/phone_numbers", "id")
    except Refused:
        return False
    return any(word(row, "id") == number_id for row in numbers)


def _why(no: Refused) -> Why:
    if no.code == CODE_HANDSHAKE:
        return Why.HANDSHAKE
    return Why.ACCESS if no.code in CODES_ACCESS else Why.REFUSED


async def _register(asking: Asking, app: Asking, number: BusinessNumber, callback: Callback) -> Registered:
    await _subscribe_app_to_account(asking, number)
    url, fields = await app_callback(app, number.app_id)
    free = not url or callback.is_at(url)
    await _subscribe_app_to_fields(app, number.app_id, fields, callback if free else None)
    told = await addresses(asking, number.number_id)
    if free and not any(told[level] for level in OVERRIDES):
        return Registered.APP
    own = {"override_callback_uri": callback.url, "verify_token": callback.verify_token.reveal()}
    await asking.post("Redirect the number", number.number_id, webhook_configuration=own)
    return Registered.NUMBER


async def _subscribe_app_to_account(asking: Asking, number: BusinessNumber) -> None:
    """Only when it is not: subscribing again would end an address that the account has for this app."""
    if number.app_id not in await subscribed_apps(asking, number.waba_id):
        await asking.post("Subscribe the app to the account", f"{number.waba_id}/subscribed_apps")


async def _subscribe_app_to_fields(
    app: Asking, app_id: str, before: frozenset[str], callback: Callback | None
) -> None:
    """Add our fields, and with ``callback`` our address. What it heard of before it goes on hearing of.

    Somebody else's subscription that tells messages is good enough, should the platform not take more.
    """
    fields = ",".join(sorted(before | FIELDS))
    if callback is not None:
        ours = {"callback_url": callback.url, "verify_token": callback.verify_token.reveal()}
        await app.post("Subscribe the app", f"{app_id}/subscriptions", object=OBJECT, fields=fields, **ours)
    elif not before >= FIELDS:
        try:
            await app.post("Subscribe the app", f"{app_id}/subscriptions", object=OBJECT, fields=fields)
        except Refused:
            if MESSAGES not in before:
                raise


async def _forget(asking: Asking, app: Asking, number: BusinessNumber, callback: Callback) -> bool:
    told = await addresses(asking, number.number_id)
    if callback.is_at(told[OF_NUMBER]):
        nowhere = {"override_callback_uri": ""}
        await asking.post("Free the number", number.number_id, webhook_configuration=nowhere)
    if not number.app_id:
        return False
    url, _ = await app_callback(app, number.app_id)
    if not callback.is_at(url):
        return True
    if number.waba_id and await _others_lean_on_app(asking, number):
        return False
    await app.delete("Unsubscribe the app", f"{number.app_id}/subscriptions", object=OBJECT)
    return True


async def _others_lean_on_app(asking: Asking, number: BusinessNumber) -> bool:
    fields = "id,webhook_configuration"
    rows = await asking.rows(NUMBERS, f"{number.waba_id}/phone_numbers", fields)
    others = [row for row in rows if word(row, "id") != number.number_id]
    return any(addresses_in(row)[OF_NUMBER] for row in others)
