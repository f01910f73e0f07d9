"""The platform is asked about everything that has to be right: token, app, account, number, callback, clock.

Nothing is changed by it. A question that cannot be asked, because an earlier one failed, is left out. No
finding holds a token, a secret or a full number, nor an address in full.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from wa_notify.core.errors import PlatformUnreachable, WaNotifyError
from wa_notify.core.examination import Check, Finding, fault, judge_clock, judge_end, judge_rights, note, ok
from wa_notify.core.secret import Secret
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.asking import CHECK_ADDRESS, AccessRefused, Asking, InvalidAddress, Refused
from wa_notify.whatsapp.calling import shake_hands
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.judging import (
    judge_address,
    judge_fields,
    judge_handshake,
    judge_number,
    shown_number,
)
from wa_notify.whatsapp.line import TIMEOUT, Line, parsed
from wa_notify.whatsapp.onboarding import (
    AppSecretWrong,
    BusinessNumber,
    ProofRequired,
    UnknownAccount,
    UnknownNumber,
    look_up,
)
from wa_notify.whatsapp.subscriptions import OF_APP, addresses, app_callback, subscribed_apps
from wa_notify.whatsapp.tokens import SCOPES, TokenFacts, token_facts

TOKEN_OVER = 190  # the code of a token that is malformed, over or revoked
RESOLUTION = timedelta(seconds=1)  # of the ``Date`` header
NEW_TOKEN = "Make a new token of the system user, and write it into `whatsapp.access_token`."  # noqa: S105
CHECK_RIGHTS = "Assign the account and the app to the system user, with full control."
COPY_SECRET = "Copy the app secret from the app's basic settings into `whatsapp.app_secret`."  # noqa: S105
SUBSCRIBE = "Subscribe the app to the account: POST /<waba_id>/subscribed_apps with the access token."


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """What is needed to ask. ``app_id`` may be empty; ``challenge`` is any text, and new each time."""

    http: httpx.AsyncClient
    account: Account
    clock: Callable[[], datetime]
    challenge: str
    app_id: str = ""
    serving: bool = True  # whether our service runs, and so should answer when it is called
    deadline: float = TIMEOUT  # seconds for each question

    def asking(self, token: Secret) -> Asking:
        """Questions with this token. Raises `InvalidAddress` and `AccessRefused`."""
        account = self.account
        return Asking(
            self.http,
            base_url=account.base_url,
            version=account.version,
            access_token=token,
            deadline=self.deadline,
        )

    def as_app(self, app_id: str) -> Asking:
        """Questions with the token of the app itself. Raises as `asking`."""
        return self.asking(Secret(f"{app_id}|{self.account.app_secret.reveal()}"))


async def examine(examiner: Examiner) -> tuple[Finding, ...]:
    """Ask everything. Never raises: what could not be asked is a finding too."""
    try:
        return tuple([finding async for finding in _all(examiner)])
    except InvalidAddress as error:
        return (fault(Check.PLATFORM, str(error), "Mend `whatsapp.base_url`."),)


async def _all(examiner: Examiner) -> AsyncIterator[Finding]:
    reached, clock = await _reach(examiner)
    yield reached
    if clock is None:
        return
    yield clock
    facts, told = await _token(examiner)
    for finding in told:
        yield finding
    if not facts.valid:
        return  # everything else would be refused for the same reason
    number, finding = await _belongs(examiner)
    yield finding
    if number is not None:
        yield ok(Check.APP_SECRET, "The app secret is that of the token's app.")
    async for finding in _number(examiner):
        yield finding
    secret_right = number is not None
    async for finding in _callbacks(examiner, (facts.app_id or examiner.app_id) if secret_right else ""):
        yield finding


async def _reach(examiner: Examiner) -> tuple[Finding, Finding | None]:
    """Whether anybody answers, and what time it is there; the answer itself does not matter yet."""
    account, before = examiner.account, examiner.clock()
    line = Line(http=examiner.http, account=account, timeout=examiner.deadline, deadline=examiner.deadline)
    try:
        examiner.asking(account.access_token)  # which knows what a base URL looks like
        response = await line.request("GET", account.number_id, params={"fields": "id"})
    except WaNotifyError:
        raise
    except Exception as error:  # noqa: BLE001 - one finding for all that can happen to a line
        found = f"WhatsApp does not answer at {account.base_url} ({type(error).__name__})."
        return fault(Check.PLATFORM, found, CHECK_ADDRESS), None
    after = examiner.clock()
    clock = _clock(response.headers.get("date", ""), before, after)
    if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        found = f"WhatsApp has a fault of its own (HTTP {response.status_code})."
        return fault(Check.PLATFORM, found, "Try again later."), None
    if not isinstance(parsed(response.content), dict):
        found = f"What answers at {account.base_url} is not WhatsApp (HTTP {response.status_code})."
        return fault(Check.PLATFORM, found, CHECK_ADDRESS), None
    took = f"{(after - before).total_seconds() * 1000:.0f} ms"
    reached = ok(Check.PLATFORM, f"WhatsApp answers at {account.base_url} in {took}.")
    return reached, clock


def _clock(date: str, before: datetime, after: datetime) -> Finding:
    """The platform looked at its clock somewhere between our question and its answer."""
    try:
        theirs = parsedate_to_datetime(date)
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)  # written with -0000
    except ValueError:
        return note(
            Check.CLOCK, "The answer does not say what time it is there, so clocks were not compared."
        )
    give = (after - before) / 2 + RESOLUTION / 2
    ours = before + (after - before) / 2
    return judge_clock(ours - (theirs + RESOLUTION / 2), give)


async def _token(examiner: Examiner) -> tuple[TokenFacts, list[Finding]]:
    """What the token is worth. One that is over tells nothing itself; the app, if it is known, does."""
    token = examiner.account.access_token
    try:
        facts = await token_facts(examiner.asking(token), token)
    except Refused as no:
        if no.code != TOKEN_OVER:
            found = f"The access token may not be looked at (code {no.code}): rights and end are not known."
            return TokenFacts(), [note(Check.TOKEN, found)]
        return await _buried(examiner, token)
    except WaNotifyError as error:
        return TokenFacts(), [note(Check.TOKEN, f"The access token could not be looked at. {error}")]
    if not facts.valid:
        return await _buried(examiner, token)
    end, rights = judge_end(facts.ends_at, examiner.clock()), judge_rights(facts.scopes, SCOPES)
    return facts, [ok(Check.TOKEN, "WhatsApp takes the access token."), rights, end]


async def _buried(examiner: Examiner, token: Secret) -> tuple[TokenFacts, list[Finding]]:
    """A token that does not work any more; ``facts`` of it are that it is not valid."""
    found = "WhatsApp does not take the access token (code 190): it ended, was revoked, or was miscopied."
    dead = [fault(Check.TOKEN, found, NEW_TOKEN)]
    if examiner.app_id:
        try:
            facts = await token_facts(examiner.as_app(examiner.app_id), token)
        except WaNotifyError:
            facts = TokenFacts()
        if facts.ends_at and facts.ends_at <= examiner.clock():
            dead.append(judge_end(facts.ends_at, examiner.clock()))
    return TokenFacts(valid=False), dead


async def _belongs(examiner: Examiner) -> tuple[BusinessNumber | None, Finding]:
    """Whether token, app secret, account and number belong together."""
    account = examiner.account
    try:
        number = await look_up(
            examiner.http,
            base_url=account.base_url,
            version=account.version,
            number_id=account.number_id,
            access_token=account.access_token,
            app_secret=account.app_secret,
            waba_id=account.waba_id,
            deadline=examiner.deadline,
        )
    except AppSecretWrong as error:
        return None, fault(Check.APP_SECRET, _first(error), COPY_SECRET)
    except ProofRequired as error:
        to_do = 'Switch off "Require app secret" in the advanced settings of the app.'
        return None, fault(Check.APP_SECRET, _first(error), to_do)
    except AccessRefused as error:
        return None, fault(Check.ACCOUNT, _first(error), CHECK_RIGHTS)
    except UnknownNumber:
        found = "The token sees no number with the id of `whatsapp.phone_number_id`."
        return None, fault(Check.ACCOUNT, found, f"Copy the id from the API setup of the app. {CHECK_RIGHTS}")
    except UnknownAccount:
        found = "The account of `whatsapp.waba_id` is not seen with this token, or does not hold the number."
        return None, fault(Check.ACCOUNT, found, f"Copy the id from WhatsApp Manager. {CHECK_RIGHTS}")
    except WaNotifyError as error:
        return None, note(Check.ACCOUNT, str(error))
    found = f"Token, account and the number {shown_number(number.display_number)} belong together."
    return number, ok(Check.ACCOUNT, found)


def _first(error: WaNotifyError) -> str:
    """What happened, without the advice behind it, for ours is more exact."""
    return f"{str(error).partition('. ')[0].rstrip('.')}."


async def _number(examiner: Examiner) -> AsyncIterator[Finding]:
    try:
        node = await CloudApi(
            http=examiner.http,
            account=examiner.account,
            timeout=examiner.deadline,
            deadline=examiner.deadline,
        ).number()
    except PlatformUnreachable as error:
        yield fault(Check.NUMBER, _first(error), CHECK_RIGHTS)
        return
    for finding in judge_number(node):
        yield finding


async def _callbacks(examiner: Examiner, app_id: str) -> AsyncIterator[Finding]:
    """Who hears of the account, of what, at which address, and whether that address is ours."""
    account = examiner.account
    asking = examiner.asking(account.access_token)
    try:
        yield _subscribed(await subscribed_apps(asking, account.waba_id), app_id)
    except WaNotifyError as error:
        yield _unasked(Check.SUBSCRIPTION, error)
    known = ""
    if app_id:
        try:
            known, fields = await app_callback(examiner.as_app(app_id), app_id)
            if known:
                yield judge_fields(fields)
        except WaNotifyError as error:
            yield _unasked(Check.SUBSCRIPTION_FIELDS, error)
    else:
        found = "Which app the token belongs to is not known, so it is not known of what it hears."
        yield note(Check.SUBSCRIPTION_FIELDS, found, "Write the id of the app into `whatsapp.app_id`.")
    try:
        told = await addresses(asking, account.number_id)
    except WaNotifyError as error:
        yield _unasked(Check.CALLBACK, error)
        return
    told = {**told, OF_APP: told[OF_APP] or known}
    yield judge_address(told)
    if url := next(filter(None, told.values()), ""):
        met = await shake_hands(
            examiner.http, url, account.verify_token, examiner.challenge, examiner.deadline
        )
        yield judge_handshake(url, met, serving=examiner.serving)


def _subscribed(apps: tuple[str, ...], app_id: str) -> Finding:
    if not apps:
        found = "No app is subscribed to the account, so nothing that happens in it is told."
        return fault(Check.SUBSCRIPTION, found, SUBSCRIBE)
    if app_id and app_id not in apps:
        return fault(
            Check.SUBSCRIPTION, "Another app than the token's is subscribed to the account.", SUBSCRIBE
        )
    return ok(
        Check.SUBSCRIPTION,
        "The app is subscribed to the account." if app_id else "An app is subscribed to the account.",
    )


def _unasked(check: Check, error: WaNotifyError) -> Finding:
    return note(check, f"This could not be asked. {error}")
