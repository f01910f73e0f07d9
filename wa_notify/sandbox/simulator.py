"""The sandbox itself: one object that a test, the demo or a server holds in its hand."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from . import conduct, troubles
from .account import Account, Portfolio
from .clock import Clock, utc_now
from .control import VERBS
from .courier import Delivery
from .faults import Fault
from .journal import Entry
from .limits import Limits
from .media import MediaStore
from .phones import Phone
from .policy import CallbackPolicy
from .quotas import Quotas
from .reach import Reach
from .retention import KEPT_MESSAGES, tidy
from .review_policy import ReviewPolicy
from .scenarios import catalogue
from .scenarios.loading import load
from .scenarios.saving import save
from .script import Scenario
from .site import build_app
from .standing import Measure
from .templates import Template
from .tokens import Ending
from .view import policy_view
from .world import Event, build

CONCURRENT_POSTS = 16
# A clock of the host may jump without telling; look at it this often (real seconds).
LOOK_AT_CLOCK_SECONDS = 0.5


class Sandbox:
    """A simulator of Meta's Cloud API with people and their phones.

    Nothing in it sleeps except `run_forever`: everything to come waits in order of time until `run_due` finds
    it due by the clock. With the same seed, clock and calls it does the same again.

    app: the ASGI application: Graph paths, `/_sandbox/...`, `/360dialog/...`, and a page at `/`.
    scenario: what to begin with: the name of one in the library, a file, or one that was read.
    keep_messages: beyond so many the oldest are forgotten; None keeps all.
    hosts: names under which page and controls may be asked for, beside addresses and those of a local
        network: see `hosts`. The Graph answers under any name.
    """

    def __init__(
        self,
        *,
        clock: Clock = utc_now,
        seed: int = 0,
        account: Account | None = None,
        portfolio: Portfolio | None = None,
        keep_messages: int | None = KEPT_MESSAGES,
        callback_client: httpx.AsyncClient | None = None,
        scenario: str | Path | Scenario | None = None,
        hosts: Collection[str] = (),
    ) -> None:
        business = portfolio or Portfolio(accounts=[account or Account()])
        self._world = build(portfolio=business, clock=clock, seed=seed, client=callback_client, verbs=VERBS)
        self._world.keep_messages = keep_messages
        self._wake = asyncio.Event()
        self._world.schedule.on_added = self._wake.set
        self.app: Starlette = build_app(self._world, hosts)
        if scenario is not None:
            self.load(scenario)

    def load(self, scenario: str | Path | Scenario) -> None:
        """Begin anew with a scenario: the name of one in the library, a file, or one that was read.

        Phones and accounts of before belong to the world of before. Raises ValueError for an unknown name,
        ScenarioError with every complaint about a file, OSError when it cannot be read.
        """
        match scenario:
            case str():
                load(self._world, catalogue.named(scenario, VERBS))
            case Path():
                load(self._world, catalogue.from_file(scenario, VERBS))
            case _:
                load(self._world, scenario)

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that was loaded last; None before any was."""
        played = self._world.play.scenario
        return played if played != Scenario() else None

    def save(self) -> str:
        """Return the present world as the YAML text of a scenario."""
        return save(self._world)

    @property
    def portfolio(self) -> Portfolio:
        """The business with its accounts and numbers; may be changed at any time."""
        return self._world.portfolio

    @property
    def account(self) -> Account:
        """The first account."""
        return self._world.account

    @property
    def policy(self) -> CallbackPolicy:
        """How callbacks travel; set another to change it."""
        return self._world.courier.policy

    @policy.setter
    def policy(self, policy: CallbackPolicy) -> None:
        self._world.courier.policy = policy
        self._note_policy()

    @property
    def limits(self) -> Limits:
        """How fast each number may send; set another to change it."""
        return self._world.limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._world.limits = limits
        self._note_policy()

    @property
    def quotas(self) -> Quotas:
        """How many calls an hour there are; set others to change them (no limit to begin with)."""
        return self._world.usage.quotas

    @quotas.setter
    def quotas(self, quotas: Quotas) -> None:
        self._world.usage.quotas = quotas
        self._world.note("quotas", **asdict(quotas))

    def end_token(
        self, why: str = Ending.EXPIRED, *, after: timedelta = timedelta(), token: str | None = None
    ) -> None:
        """Let a token stop working, by default the account's own and now: `expired`, `password_changed` or
        `invalidated`. Raises ValueError for another reason.
        """
        ending, account = Ending(why), self._holder_of(token)
        changed = account.change_token(token)
        changed.end(self.now() + after, ending)
        troubles.note_token(self._world, account, changed)

    def renew_token(self, token: str | None = None) -> None:
        """Let a token work again, by default the account's own."""
        account = self._holder_of(token)
        changed = account.change_token(token)
        changed.renew()
        troubles.note_token(self._world, account, changed)

    def _holder_of(self, token: str | None) -> Account:
        """The account whose token that is; the first for one that nobody has yet."""
        accounts = self.portfolio.accounts
        return next((one for one in accounts if token and one.token(token)), self.account)

    @property
    def log(self) -> tuple[Entry, ...]:
        """Everything that happened, oldest first; secrets are blanked."""
        return self._world.journal.entries

    @property
    def media(self) -> MediaStore:
        """The files that the business uploaded and people sent."""
        return self._world.media

    def send_file(
        self,
        phone: Phone,
        kind: str,
        content: bytes,
        mime_type: str,
        *,
        caption: str = "",
        filename: str = "",
    ) -> str:
        """Let a person send a file; return the message's id."""
        return self._world.send_file(phone, kind, content, mime_type, caption=caption, filename=filename)

    @property
    def phones(self) -> Iterable[Phone]:
        """Every person so far."""
        return tuple(self._world.people.phones.values())

    def now(self) -> datetime:
        """Return the sandbox's time."""
        return self._world.clock()

    def forward(self, by: timedelta) -> None:
        """Shift the sandbox's time. Raises ValueError when it runs on a clock of its host."""
        self._world.forward(by)

    def subscribe(self, callback_url: str) -> None:
        """Send signed callbacks there from now on."""
        self.account.subscribe(callback_url)
        self._world.note("subscribed", callback_url=callback_url)

    def fail_next(self, fault: Fault) -> None:
        """Let a fault meet the next matching requests, or a share of them for a while."""
        self._world.faults.add(fault, self.now())

    @property
    def reviews(self) -> ReviewPolicy:
        """How templates are taken in; set another to change it."""
        return self._world.reviewers.policy

    @reviews.setter
    def reviews(self, policy: ReviewPolicy) -> None:
        self._world.reviewers.policy = policy
        self._note_policy()

    def review(self, name: str, language: str, **changes: str) -> Template:
        """Do to a template what Meta's reviewers may do, and announce it: `status`, `category`, `quality`,
        `correct_category`, `reason`, `recommendation`, with what follows. Raises KeyError, ValueError.
        """
        return self._world.reviewers.change(self.account, name, language, **changes)

    def appeal(self, name: str, language: str, *, granted: bool = True) -> Template:
        """Object to a rejection, a disabling or a category; `granted` is the answer, which takes its time.

        Raises KeyError, and ValueError when there is nothing to object to.
        """
        return self._world.reviewers.appeal(self.account, name, language, granted=granted)

    def complain(self, name: str, language: str) -> Template:
        """Count a person's report of a template, or a block because of it. Raises KeyError."""
        return self._world.reviewers.complain(self.account, name, language)

    def announce(self, field: str, value: Mapping[str, Any]) -> None:
        """Send a callback of a management field, such as `account_update`, with that value."""
        troubles.announce(self._world, self.account, field, value)

    def unwell(self, entity: str, state: str = "BLOCKED", **error: Any) -> None:
        """Let the health status of an entity say so, with an error if given; `AVAILABLE` mends it."""
        troubles.unwell(self._world, self.account, entity, state, error)

    def pace(self, name: str, language: str) -> None:
        """Hold back messages of this template from now on, as while its quality is judged."""
        troubles.pace(self._world, self.account, name, language)

    def judge(self, name: str, language: str, *, good: bool) -> int:
        """End that: what was held is released, or dropped with 132015 and the template paused; return how
        many messages. Raises KeyError when there is no such template.
        """
        return troubles.judge(self._world, self.account, name, language, good=good)

    def set_tier(self, tier: str) -> None:
        """Give the portfolio another messaging limit, and announce it. Raises ValueError for no tier."""
        conduct.set_tier(self._world, tier)

    def verify_business(self) -> None:
        """Let the business be verified, which lifts the smallest messaging limit."""
        conduct.verify(self._world)

    def raise_throughput(self) -> None:
        """Let the number send 1,000 messages a second, after a minute in which it sends none."""
        conduct.set_throughput(self._world, self.portfolio.home, "HIGH")

    def maintain(self, lasts: timedelta) -> None:
        """Refuse every message of the number with 131057 for so long."""
        conduct.maintain(self._world, self.portfolio.home, lasts)

    def restrict(self, measure: Measure, *, lasts: timedelta | None = None) -> None:
        """Take a measure about the account: lock, block, restrict or ban it, or let it lack a way to pay.

        It ends after `lasts`, if given, else by `lift`. Raises ValueError for a ban to come without its date.
        """
        conduct.take_measure(self._world, self.account, measure, lasts=lasts)

    def lift(self, measure: Measure) -> None:
        """End a measure. Raises ValueError if it is not in force."""
        conduct.lift_measure(self._world, self.account, measure)

    def misclassify(self) -> None:
        """Find a template in the wrong category: first a warning, then 131064 for longer each time."""
        conduct.misclassify(self._world, self.account)

    def rate(self, quality: str) -> None:
        """Give the number the quality GREEN, YELLOW, RED or UNKNOWN; RED flags it. Raises ValueError."""
        conduct.rate(self._world, self.portfolio.home, quality)

    def set_number_status(self, status: str) -> None:
        """Let the number be CONNECTED, FLAGGED, RESTRICTED, RATE_LIMITED or BANNED. Raises ValueError."""
        conduct.set_status(self._world, self.portfolio.home, status)

    def judge_name(self, status: str, reason: str = "") -> None:
        """Let the display name be APPROVED, DECLINED, ... Raises ValueError."""
        conduct.judge_name(self._world, self.portfolio.home, status, reason)

    @property
    def fetch_links(self) -> bool:
        """Whether files behind links are really fetched, through the client of callbacks."""
        return self._world.links.fetches

    @fetch_links.setter
    def fetch_links(self, fetch: bool) -> None:
        self._world.links.fetches = fetch
        self._world.note("sending", fetch_links=fetch)

    @property
    def reach(self) -> Reach:
        """Who got a message outside their window."""
        return self._world.reach

    def phone(self, number: str) -> Phone:
        """Return the person with that number, creating them on first use. Raises ValueError for no number."""
        wa_id = self._world.person_id(number)
        if wa_id is None:
            raise ValueError(f"{number!r} is not the telephone number of a person, such as +447700900123.")
        phone = self._world.people.phone(number if number.startswith("+") else wa_id)
        phone.kept = True
        return phone

    def next_due(self) -> datetime | None:
        """Return when the next thing happens (status, callback, second try); None when nothing waits."""
        return self._world.schedule.next_due()

    async def run_due(self) -> int:
        """Let everything happen that is due now, in order; return how many things that were."""
        count = 0
        while (event := self._world.schedule.pop(self.now())) is not None:
            await self._happen(*event)
            count += 1
        tidy(self._world)
        return count

    async def run_forever(self) -> None:
        """Let everything happen when it is due, until cancelled.

        Callbacks about one person keep their order, those about different people run side by side. A callback
        address that fails in whatever way only costs that callback its turn.
        """
        lanes: dict[str, asyncio.Task[None]] = {}
        room = asyncio.Semaphore(CONCURRENT_POSTS)
        try:
            while True:
                self._wake.clear()
                self._start_due(lanes, room)
                tidy(self._world)
                await self._wait_for_more()
        finally:
            for task in lanes.values():
                task.cancel()
            await asyncio.gather(*lanes.values(), return_exceptions=True)

    async def aclose(self) -> None:
        """End live pages and close what the sandbox opened itself."""
        self._world.journal.close()
        await self._world.courier.aclose()

    def _note_policy(self) -> None:
        self._world.note("policy", policy=policy_view(self._world))

    async def _happen(self, due: datetime, event: Event) -> None:
        if isinstance(event, Delivery):
            await self._world.courier.post(event)
        else:
            self._world.apply(event, due)

    def _start_due(self, lanes: dict[str, asyncio.Task[None]], room: asyncio.Semaphore) -> None:
        """Take every due event; a callback joins the end of its lane."""
        for lane in [lane for lane, task in lanes.items() if task.done()]:
            del lanes[lane]
        while (popped := self._world.schedule.pop(self.now())) is not None:
            due, event = popped
            if isinstance(event, Delivery):
                lanes[event.lane] = asyncio.create_task(self._post_after(lanes.get(event.lane), event, room))
            else:
                self._world.apply(event, due)

    async def _post_after(
        self, before: asyncio.Task[None] | None, delivery: Delivery, room: asyncio.Semaphore
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        async with room:
            await self._world.courier.post(delivery)

    async def _wait_for_more(self) -> None:
        due = self.next_due()
        left = LOOK_AT_CLOCK_SECONDS if due is None else (due - self.now()).total_seconds()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(left, 0.001), LOOK_AT_CLOCK_SECONDS)):
                await self._wake.wait()
