"""doctor, its questions to the platform: against the sandbox, whole and with every thing wrong in turn."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from wa_notify.core.examination import Check, Finding, Grade
from wa_notify.core.secret import Secret
from wa_notify.sandbox import Fault, Refusal, Sandbox
from wa_notify.sandbox.registration import Registration
from wa_notify.sandbox.tokens import MANAGEMENT, MESSAGING, Ending
from wa_notify.whatsapp.account import Account
from wa_notify.whatsapp.examination import Examiner, examine
from wa_notify.whatsapp.judging import shown_address
from wa_notify.whatsapp.tokens import TokenFacts, read_token

NUMBER, WABA, APP = "400000000000101", "300000000000202", "200000000000303"
HERE, ELSEWHERE = "http://ops.test/webhook", "http://crm.test/whatsapp"
PRIVATE = ("sandbox-token", "sandbox-app-secret", "our-word", "441632960111", "1632 960111")
DAY = timedelta(days=1)


@dataclass
class Site:
    """Whoever is called back: it answers the handshake of those who know the word."""

    word: str = "our-word"
    answer: Callable[[httpx.Request], httpx.Response] | None = None
    called: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.called.append(str(request.url.copy_with(query=None)))
        if self.answer:
            return self.answer(request)
        if request.url.params.get("hub.verify_token") != self.word:
            return httpx.Response(403)
        return httpx.Response(200, text=request.url.params["hub.challenge"])


class Internet(httpx.AsyncBaseTransport):
    """The platform at graph.test, which tells its time, and the site everywhere else."""

    def __init__(self, sandbox: Sandbox, site: Site) -> None:
        self._graph, self._site = httpx.ASGITransport(sandbox.app), site
        self.theirs = timedelta()  # by how much its clock is ahead of ours
        self.date: str | None = None  # what it says instead of its time
        self.answer: httpx.Response | None = None  # what it answers instead
        self.asked: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != "graph.test":
            return self._site(request)
        self.asked.append((request.method, request.url.path))
        response = self.answer or await self._graph.handle_async_request(request)
        date = self.date or format_datetime(datetime.now(UTC) + self.theirs, usegmt=True)
        response.headers["date"] = date
        return response


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def sandbox(site: Site) -> AsyncIterator[Sandbox]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(site)) as callbacks:
        sandbox = Sandbox(callback_client=callbacks)
        sandbox.account.callback_url, sandbox.account.verify_token = HERE, site.word
        yield sandbox
        await sandbox.aclose()


@pytest.fixture
def internet(sandbox: Sandbox, site: Site) -> Internet:
    return Internet(sandbox, site)


class Patient:
    """The findings of one look."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        for finding in findings:
            for private in PRIVATE:
                assert private not in f"{finding.found} {finding.to_do}", finding
            assert finding.to_do or finding.grade is not Grade.FAULT, finding

    @property
    def bad(self) -> dict[Check, Grade]:
        return {one.check: one.grade for one in self.findings if one.grade is not Grade.OK}

    def about(self, check: Check) -> str:
        (one,) = [one for one in self.findings if one.check is check]
        return one.found

    def has(self, check: Check) -> bool:
        return any(one.check is check for one in self.findings)


async def look(internet: Internet, *, serving: bool = True, app_id: str = "", **changed: Any) -> Patient:
    given: dict[str, Any] = {
        "number_id": NUMBER,
        "waba_id": WABA,
        "base_url": "http://graph.test",
        "access_token": Secret("sandbox-token"),
        "app_secret": Secret("sandbox-app-secret"),
        "verify_token": Secret("our-word"),
    }
    async with httpx.AsyncClient(transport=internet) as http:
        examiner = Examiner(
            http=http,
            account=Account(**{**given, **changed}),
            clock=lambda: datetime.now(UTC),
            challenge="1158201444",
            app_id=app_id,
            serving=serving,
        )
        return Patient(await examine(examiner))


async def test_where_all_is_well_everything_is_told_and_nothing_changed(
    internet: Internet, site: Site
) -> None:
    patient = await look(internet)
    assert patient.bad == {}
    assert [one.check for one in patient.findings] == [
        Check.PLATFORM, Check.CLOCK, Check.TOKEN, Check.TOKEN_RIGHTS, Check.TOKEN_END, Check.ACCOUNT,
        Check.APP_SECRET, Check.NUMBER, Check.NUMBER_HEALTH, Check.NUMBER_QUALITY, Check.NUMBER_LIMIT,
        Check.NUMBER_PACE, Check.SUBSCRIPTION, Check.SUBSCRIPTION_FIELDS, Check.CALLBACK,
        Check.CALLBACK_ANSWERS,
    ]  # fmt: skip
    assert patient.about(Check.NUMBER) == "The number +44 •••• 0111 is registered and connected."
    assert patient.about(Check.CALLBACK) == "WhatsApp calls http://ops.test/webhook, the app's address."
    assert site.called == [HERE]
    assert {method for method, _ in internet.asked} == {"GET"}


# --- the token ----------------------------------------------------------------------------------------------


async def test_a_dead_token_is_one_fault_and_nothing_more_is_asked(
    internet: Internet, sandbox: Sandbox
) -> None:
    sandbox.account.change_token().end(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    patient = await look(internet)
    assert patient.bad == {Check.TOKEN: Grade.FAULT}
    assert "code 190" in patient.about(Check.TOKEN)
    assert not patient.has(Check.NUMBER)


async def test_the_app_tells_when_its_token_ended(internet: Internet, sandbox: Sandbox) -> None:
    sandbox.account.change_token().end(datetime(2026, 1, 2, 3, 4, tzinfo=UTC))
    patient = await look(internet, app_id=APP)
    assert patient.about(Check.TOKEN_END) == "The access token ended at 2026-01-02 03:04 UTC."
    sandbox.account.change_token().end(datetime(2026, 1, 2, tzinfo=UTC), Ending.INVALIDATED)
    assert (await look(internet, app_id=APP, app_secret=Secret("other"))).bad == {Check.TOKEN: Grade.FAULT}


async def test_a_token_of_nobody_is_told(internet: Internet) -> None:
    assert (await look(internet, access_token=Secret("miscopied"))).bad == {Check.TOKEN: Grade.FAULT}


@pytest.mark.parametrize(
    ("left", "grade"), [(DAY, Grade.FAULT), (10 * DAY, Grade.NOTE), (50 * DAY, Grade.OK)]
)
async def test_a_token_that_will_end_is_told(
    internet: Internet, sandbox: Sandbox, left: timedelta, grade: Grade
) -> None:
    sandbox.account.change_token().ends_at = datetime.now(UTC) + left + timedelta(minutes=1)
    patient = await look(internet)
    assert patient.bad.get(Check.TOKEN_END, Grade.OK) is grade
    assert "ends in" in patient.about(Check.TOKEN_END)


async def test_a_missing_permission_is_named(internet: Internet, sandbox: Sandbox) -> None:
    sandbox.account.change_token().scopes = frozenset({MESSAGING})
    patient = await look(internet)
    assert patient.bad[Check.TOKEN_RIGHTS] is Grade.FAULT
    assert MANAGEMENT in patient.about(Check.TOKEN_RIGHTS)
    assert patient.bad[Check.ACCOUNT] is Grade.FAULT  # the number cannot be read without it
    assert Check.TOKEN not in patient.bad


async def test_a_token_that_may_not_be_looked_at_keeps_nothing_else_from_being_asked(
    internet: Internet, sandbox: Sandbox
) -> None:
    sandbox.fail_next(Fault(refusal=Refusal.API_PERMISSION, path="/debug_token"))
    patient = await look(internet)
    assert patient.bad == {Check.TOKEN: Grade.NOTE, Check.SUBSCRIPTION_FIELDS: Grade.NOTE}
    sandbox.fail_next(Fault(refusal=Refusal.API_PERMISSION, path="/debug_token"))
    assert (await look(internet, app_id=APP)).bad == {Check.TOKEN: Grade.NOTE}


def test_odd_words_about_a_token_tell_nothing() -> None:
    assert read_token({}) == TokenFacts()
    odd = {"app_id": 7, "scopes": "all", "expires_at": "soon", "data_access_expires_at": 10**15}
    assert read_token(odd) == TokenFacts()
    assert read_token({"expires_at": True, "scopes": [1, "a"]}) == TokenFacts(scopes=frozenset({"a"}))


def test_a_token_ends_with_its_right_to_data() -> None:
    told = read_token({"expires_at": 1795352861, "data_access_expires_at": 1790000000, "is_valid": False})
    assert told == TokenFacts(valid=False, ends_at=datetime.fromtimestamp(1790000000, UTC))


# --- what belongs together ----------------------------------------------------------------------------------


async def test_another_apps_secret_is_told(internet: Internet) -> None:
    patient = await look(internet, app_secret=Secret("another"))
    assert patient.bad == {Check.APP_SECRET: Grade.FAULT, Check.SUBSCRIPTION_FIELDS: Grade.NOTE}
    assert "not that of the token's app" in patient.about(Check.APP_SECRET)


async def test_an_app_that_wants_proofs_is_told(internet: Internet, sandbox: Sandbox) -> None:
    sandbox.account.requires_proof = True
    patient = await look(internet)
    assert patient.bad[Check.APP_SECRET] is Grade.FAULT
    assert "requires a proof" in patient.about(Check.APP_SECRET)


@pytest.mark.parametrize("wrong", [{"number_id": "400000000000999"}, {"waba_id": "300000000000999"}])
async def test_ids_that_do_not_belong_together_are_told(internet: Internet, wrong: dict[str, Any]) -> None:
    patient = await look(internet, **wrong)
    assert patient.bad[Check.ACCOUNT] is Grade.FAULT
    (name,) = wrong
    assert {"number_id": "phone_number_id", "waba_id": "waba_id"}[name] in patient.about(Check.ACCOUNT)


# --- who is called ------------------------------------------------------------------------------------------


async def test_an_app_that_is_not_subscribed_is_told(internet: Internet, sandbox: Sandbox) -> None:
    sandbox.account.subscribed = False
    patient = await look(internet)
    assert patient.bad == {Check.SUBSCRIPTION: Grade.FAULT}
    assert "nothing that happens in it is told" in patient.about(Check.SUBSCRIPTION)


@pytest.mark.parametrize(
    ("fields", "grade", "said"),
    [
        ({"messages", "security"}, Grade.NOTE, "message_template_status_update"),
        ({"calls"}, Grade.FAULT, "no reply, no receipt and no failure"),
    ],
)
async def test_what_the_app_does_not_hear_of_is_named(
    internet: Internet, sandbox: Sandbox, fields: set[str], grade: Grade, said: str
) -> None:
    sandbox.account.webhook_fields = frozenset(fields)
    patient = await look(internet)
    assert patient.bad == {Check.SUBSCRIPTION_FIELDS: grade}
    assert said in patient.about(Check.SUBSCRIPTION_FIELDS)


async def test_without_a_callback_nobody_is_called(internet: Internet, sandbox: Sandbox, site: Site) -> None:
    sandbox.account.callback_url, sandbox.account.subscribed = None, True
    patient = await look(internet)
    assert patient.bad == {Check.CALLBACK: Grade.FAULT}
    assert site.called == []


@pytest.mark.parametrize("level", ["number", "account"])
async def test_an_address_that_comes_before_the_apps_is_the_one_that_is_called(
    internet: Internet, sandbox: Sandbox, site: Site, level: str
) -> None:
    sandbox.account.callback_url = ELSEWHERE
    if level == "number":
        sandbox.account.first.callback_url = HERE
    else:
        sandbox.account.override_url, sandbox.account.subscribed = HERE, True
    patient = await look(internet)
    assert patient.bad == {Check.CALLBACK: Grade.NOTE}
    assert f"the {level}'s own address" in patient.about(Check.CALLBACK)
    assert "News of templates and of the account go http://crm.test/whatsapp" in patient.about(Check.CALLBACK)
    assert site.called == [HERE]


def answers_oddly(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(302, headers={"location": "http://evil.test/"})


def is_silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no", request=request)


def knows_another_word(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(403)


@pytest.mark.parametrize(
    ("answer", "said", "without_service"),
    [
        (knows_another_word, "does not take our verify token (HTTP 403)", Grade.FAULT),
        (answers_oddly, "does not answer the handshake as it should (HTTP 302)", Grade.NOTE),
        (lambda _: httpx.Response(200, text="hello"), "as it should (HTTP 200)", Grade.NOTE),
        (is_silent, "does not answer from here (ConnectError)", Grade.NOTE),
    ],
)
async def test_an_address_that_is_not_ours_is_told(
    internet: Internet, site: Site, answer: Any, said: str, without_service: Grade
) -> None:
    site.answer = answer
    patient = await look(internet)
    assert patient.bad == {Check.CALLBACK_ANSWERS: Grade.FAULT}
    assert said in patient.about(Check.CALLBACK_ANSWERS)
    assert site.called == [HERE]  # and no redirect is followed
    assert (await look(internet, serving=False)).bad == {Check.CALLBACK_ANSWERS: without_service}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://ops.example.net/wa/webhook", "https://ops.example.net/wa/webhook"),
        ("https://ops.example.net:8443/", "https://ops.example.net:8443"),
        ("https://ha.example.net/api/webhook/0123456789abcdef01234", "https://ha.example.net/api/webhook/…"),
        ("https://user:secret@ops.example.net/x?key=secret#secret", "https://ops.example.net/x"),
        ("http://ops.test:port/", "an address that is none"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert shown_address(url) == shown


# --- the number ---------------------------------------------------------------------------------------------


STANDINGS: list[tuple[dict[str, Any], Check, Grade, str]] = [
    ({"quality_rating": "YELLOW"}, Check.NUMBER_QUALITY, Grade.NOTE, "yellow"),
    ({"quality_rating": "RED"}, Check.NUMBER_QUALITY, Grade.FAULT, "red"),
    ({"status": "FLAGGED"}, Check.NUMBER, Grade.NOTE, "is flagged"),
    ({"status": "MELTED"}, Check.NUMBER, Grade.NOTE, "not known here"),
    ({"allowed": ["447700900123"]}, Check.NUMBER, Grade.NOTE, "a test number"),
    ({"registration": Registration(verification="NOT_VERIFIED")}, Check.NUMBER, Grade.NOTE, "never verified"),
    ({"throughput": "NOT_APPLICABLE"}, Check.NUMBER_PACE, Grade.NOTE, "80 messages a second are assumed"),
]


@pytest.mark.parametrize(("changes", "check", "grade", "said"), STANDINGS)
async def test_how_the_number_stands_is_told(
    internet: Internet, sandbox: Sandbox, changes: dict[str, Any], check: Check, grade: Grade, said: str
) -> None:
    for name, value in changes.items():
        setattr(sandbox.account.first, name, value)
    patient = await look(internet)
    assert patient.bad == {check: grade}
    assert said in patient.about(check)


@pytest.mark.parametrize(("status", "said"), [("BANNED", "is banned"), ("RATE_LIMITED", "is rate limited")])
async def test_a_number_that_may_not_send_is_told(
    internet: Internet, sandbox: Sandbox, status: str, said: str
) -> None:
    sandbox.account.first.status = status
    patient = await look(internet)
    assert patient.bad == {Check.NUMBER: Grade.FAULT, Check.NUMBER_HEALTH: Grade.FAULT}
    assert said in patient.about(Check.NUMBER)


async def test_a_number_that_is_not_registered_cannot_send(internet: Internet, sandbox: Sandbox) -> None:
    sandbox.account.first.registration.registered = False
    patient = await look(internet)
    assert patient.bad == {Check.NUMBER: Grade.FAULT, Check.NUMBER_HEALTH: Grade.FAULT}
    assert "not registered for the Cloud API" in patient.about(Check.NUMBER)


async def test_what_blocks_the_account_is_told_with_whatsapps_advice(
    internet: Internet, sandbox: Sandbox
) -> None:
    error = {
        "error_code": 141006,
        "error_description": "Payment method problem.",
        "possible_solution": "Pay.",
    }
    sandbox.account.unwell["WABA"] = {"can_send_message": "BLOCKED", "errors": [error]}
    patient = await look(internet)
    assert patient.bad == {Check.NUMBER_HEALTH: Grade.FAULT}
    assert "Payment method problem (141006)" in patient.about(Check.NUMBER_HEALTH)
    assert [one.to_do for one in patient.findings if one.grade is Grade.FAULT] == ["Pay."]


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("TIER_UNLIMITED", "Any number of people"),
        ("TIER_250", "250 people may be written to first in 24 hours (TIER_250)."),
    ],
)
async def test_the_limit_is_told(internet: Internet, sandbox: Sandbox, limit: str, said: str) -> None:
    sandbox.portfolio.messaging_limit = limit
    sandbox.account.first.throughput = "HIGH"
    patient = await look(internet)
    assert said in patient.about(Check.NUMBER_LIMIT)
    assert patient.about(Check.NUMBER_PACE) == "1000 messages a second may leave (HIGH)."
    assert patient.bad == {}


# --- clocks and outages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "grade", "said"),
    [
        (timedelta(seconds=12), Grade.NOTE, "behind WhatsApp's"),
        (timedelta(seconds=-12), Grade.NOTE, "ahead of WhatsApp's"),
        (timedelta(seconds=-330), Grade.FAULT, "Our clock is 5 min"),
    ],
)
async def test_a_clock_that_is_off_is_told(
    internet: Internet, theirs: timedelta, grade: Grade, said: str
) -> None:
    internet.theirs = theirs
    patient = await look(internet)
    assert patient.bad == {Check.CLOCK: grade}
    assert said in patient.about(Check.CLOCK)


async def test_a_time_that_cannot_be_read_is_only_a_note(internet: Internet) -> None:
    internet.date = "yesterday"
    assert (await look(internet)).bad == {Check.CLOCK: Grade.NOTE}
    internet.date = "Sun, 22 Nov 2020 12:00:00 -0000"
    assert (await look(internet)).bad == {Check.CLOCK: Grade.FAULT}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(503), "a fault of its own (HTTP 503)"),
        (httpx.Response(200, text="<title>Welcome</title>"), "is not WhatsApp (HTTP 200)"),
    ],
)
async def test_who_is_not_the_platform_is_asked_nothing_more(
    internet: Internet, answer: httpx.Response, said: str
) -> None:
    internet.answer = answer
    patient = await look(internet)
    assert patient.bad == {Check.PLATFORM: Grade.FAULT}
    assert said in patient.about(Check.PLATFORM)
    assert len(internet.asked) == 1


async def test_a_base_url_that_is_none_is_told(internet: Internet) -> None:
    assert (await look(internet, base_url="graph")).bad == {Check.PLATFORM: Grade.FAULT}


@pytest.mark.parametrize(
    ("path", "grades"),
    [
        ("/debug_token", {Check.TOKEN: Grade.NOTE, Check.ACCOUNT: Grade.NOTE}),
        ("/subscribed_apps", {Check.SUBSCRIPTION: Grade.NOTE}),
        ("/subscriptions", {Check.SUBSCRIPTION_FIELDS: Grade.NOTE}),
    ],
)
@pytest.mark.parametrize("how", [{"status": 503}, {"kind": "disconnect"}])
async def test_one_question_without_an_answer_keeps_no_other_from_being_asked(
    internet: Internet, sandbox: Sandbox, path: str, grades: dict[Check, Grade], how: dict[str, Any]
) -> None:
    sandbox.fail_next(Fault(path=path, times=1 if path != "/debug_token" else 2, **how))
    patient = await look(internet, app_id=APP)
    assert {check: grade for check, grade in patient.bad.items() if check in grades} == grades
    assert Grade.FAULT not in patient.bad.values()
    assert patient.has(Check.CALLBACK_ANSWERS)
