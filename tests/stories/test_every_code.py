"""Every code of the platform's error table, provoked: what it does, whom it tells, how it ends."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.post_office import Endpoint
from tests.stories.world import HOUSE, World, span
from wa_notify.core.condition import Effect, Recovery, Scope
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal
from wa_notify.sandbox.refusals import Timing, by_code
from wa_notify.whatsapp.codes import CODES, LEGACY, RANGES, failure

OWN_OF_THE_SANDBOX = {2200, 2500}  # of requests that no client of messages makes
OF_THE_HEALTH_STATUS = {refusal.value.code for refusal in Refusal if refusal.value.timing is Timing.HEALTH}
AT_ONCE = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one refusal must set in motion.

    ``state`` and ``reason`` are the item's at once, ``mail`` whether another channel leaves at once,
    ``notice`` whether an administrator hears, ``trouble`` what is remembered, and ``within`` the time after
    which the message, or with ``next_one`` the next one, reaches the phone; nothing when it never does.
    """

    state: ItemState
    reason: Reason | None
    mail: bool = False
    notice: bool = False
    trouble: tuple[Scope, Effect, Recovery] | None = None
    within: str = ""
    next_one: bool = False
    again: str = ""  # how soon the same is tried


def tried_again(within: str = "1m", soon: str = "3s") -> Outcome:
    return Outcome(state=ItemState.PENDING, reason=Reason.RETRY_LATER, within=within, again=soon)


SLOWED = Outcome(state=ItemState.PENDING, reason=Reason.SLOWED_DOWN, within="15m")
BECOMES_TEMPLATE = Outcome(state=ItemState.DELIVERED, reason=Reason.WINDOW_CLOSED, within="1s")


def blocked(scope: Scope) -> Outcome:
    return Outcome(
        state=ItemState.PENDING,
        reason=Reason.ACCOUNT_BLOCKED,
        mail=True,
        notice=True,
        trouble=(scope, Effect.BLOCKS, Recovery.PROBE),
        within="90s",
    )


def slowed_for_hours(scope: Scope, effect: Effect, within: str) -> Outcome:
    return Outcome(
        state=ItemState.PENDING,
        reason=Reason.ACCOUNT_BLOCKED,
        mail=True,
        notice=True,
        trouble=(scope, effect, Recovery.TIME),
        within=within,
    )


def unreachable(
    effect: Effect | None = None,
    recovery: Recovery = Recovery.DELIVERY,
    *,
    scope: Scope = Scope.PERSON,
    notice: bool = False,
) -> Outcome:
    return Outcome(
        state=ItemState.FAILED,
        reason=Reason.UNREACHABLE_ON_WHATSAPP,
        mail=True,
        notice=notice,
        trouble=(scope, effect, recovery) if effect else None,
        next_one=effect is not Effect.BLOCKS,
    )


def template_out(recovery: Recovery, within: str) -> Outcome:
    return Outcome(
        state=ItemState.PENDING,
        reason=Reason.TEMPLATE_NOT_APPROVED,
        mail=True,
        notice=True,
        trouble=(Scope.TEMPLATE, Effect.BLOCKS, recovery),
        within=within,
    )


WRONG = Outcome(state=ItemState.FAILED, reason=Reason.REQUEST_WRONG, mail=True, next_one=True)
OUTDATED = Outcome(
    state=ItemState.FAILED,
    reason=Reason.REQUEST_WRONG,
    mail=True,
    notice=True,
    trouble=(Scope.TEMPLATE, Effect.WARNS, Recovery.TIME),
    next_one=True,
)
MENDED_AT_ONCE = Outcome(state=ItemState.DELIVERED, reason=Reason.SAID_SHORTER, within="1s")

EXPECTED: dict[tuple[int, ...], Outcome] = {
    (1, 2, 131000, 131016, 131057, 133004, 139102, 139103, 2494100): tried_again(),
    (4, 613, 80007, 130429, 131056, 132069, 1015): SLOWED,
    (131047, 132021, 139200, 470): BECOMES_TEMPLATE,
    (0, 3, 10, 104, 190, 200, 299, 131005): blocked(Scope.APP),
    (33, 131037, 131045, 133000, 133005, 133006, 133008, 133009): blocked(Scope.NUMBER),
    (133010, 133015, 133016, 133999): blocked(Scope.NUMBER),
    (368, 131031, 131042, 131044): blocked(Scope.ACCOUNT),
    (131048, 471): slowed_for_hours(Scope.NUMBER, Effect.SLOWS, "4h1m"),
    (131064,): slowed_for_hours(Scope.ACCOUNT, Effect.NO_TEMPLATES, "6h1m"),
    (130472, 472, 131050): unreachable(),
    (131026, 1006, 1013, 1026): unreachable(Effect.DOUBTS),
    (130403, 131030, 131062): unreachable(Effect.DOUBTS, notice=True),
    (131049,): unreachable(Effect.WARNS, Recovery.TIME),
    (130497,): unreachable(Effect.BLOCKS, Recovery.TIME, scope=Scope.COUNTRY, notice=True),
    (137000, 480): unreachable(Effect.BLOCKS, Recovery.HAND, notice=True),
    (132015, 132016): template_out(Recovery.STATE, "1h"),
    (132001, 2001, 2002, 2003, 132999): template_out(Recovery.TIME, "1h1m"),
    (131063,): template_out(Recovery.TIME, "24h1m"),
    (132005, 132018): MENDED_AT_ONCE,
    (132000, 2000, 132007, 132008, 132012): OUTDATED,
    (131021,): Outcome(
        state=ItemState.FAILED,
        reason=Reason.REQUEST_WRONG,
        mail=True,
        notice=True,
        trouble=(Scope.PERSON, Effect.DOUBTS, Recovery.DELIVERY),
        next_one=True,
    ),
    (100, 803, 131008, 131009, 131020, 131041, 131051, 131052, 131053, 131055, 131059): WRONG,
    (131201, 131215, 132068, 135000, 136024, 136025, 138000, 138999, 139100, 139101): WRONG,
    (147001, 147005, 2388000, 2388999): WRONG,
}
TESTED = {code: outcome for codes, outcome in EXPECTED.items() for code in codes}


@pytest.fixture(scope="module")
def letterbox() -> Iterator[Endpoint]:
    place = Endpoint()
    yield place
    place.close()


@pytest.fixture
async def house(tmp_path: Path, letterbox: Endpoint) -> AsyncIterator[World]:
    """Alice has another channel, and so have the administrators."""
    letterbox.posted.clear()
    address = f"json://127.0.0.1:{letterbox.port}"
    text = HOUSE.read_text().replace(
        'opt_in: "Signed the on-call agreement"}', f'opt_in: "Signed", fallback: "{address}/alice"}}', 1
    )
    text += f"\nadmins: {{receiver: desk, fallback: '{address}/desk'}}\n"
    text = text.replace("receivers:\n", "receivers:\n  desk: {to: [bob]}\n")
    text = text.replace('    free_form: "Note', '    ttl: 3d\n    free_form: "Note')
    stage = World(tmp_path, text)
    stage.sandbox.policy = AT_ONCE
    await stage.start()
    yield stage
    await stage.close()


def titles(letterbox: Endpoint, beginning: str) -> list[str]:
    return [post["title"] for post in letterbox.posted if post["title"].startswith(beginning)]


def refusing(code: int) -> Fault:
    refusal = by_code(code)
    assert refusal is not None
    return Fault(kind="failed" if refusal.value.http is None else "error", refusal=refusal)


async def first(world: World, number: int = 1) -> Item:
    return next(
        item
        for item in await world.items(number)
        if item.occasion is Occasion.OPENED and item.channel is Channel.WHATSAPP
    )


@pytest.mark.parametrize("code", sorted(TESTED))
async def test_a_refusal_sets_in_motion_what_the_table_says(
    house: World, letterbox: Endpoint, code: int
) -> None:
    wanted = TESTED[code]
    if wanted is BECOMES_TEMPLATE:
        await house.alice.replies("hello")
        await house.settle()
    house.sandbox.fail_next(refusing(code))
    refused_at = house.clock.now
    await house.alert("DailyNote")
    await house.settle()
    item = await first(house)
    assert (item.state, item.reason) == (wanted.state, wanted.reason)
    if wanted.again:
        assert refused_at < item.due_at <= refused_at + span(wanted.again)
    assert bool(titles(letterbox, "#1")) is wanted.mail
    assert len(titles(letterbox, "WhatsApp has trouble")) == wanted.notice
    troubles = await house.house.engine.look(lambda views: views.conditions())
    remembered = [(one.scope, one.effect, one.recovery) for one in troubles]
    assert remembered == ([wanted.trouble] if wanted.trouble else [])
    await _ends(house, wanted)
    assert len(titles(letterbox, "WhatsApp has trouble")) == wanted.notice  # nobody is told twice
    assert len(titles(letterbox, "#1")) <= 1


async def _ends(house: World, wanted: Outcome) -> None:
    """How it recovers: the message arrives after all, or the next one does, or neither."""
    before = len(house.alice.received)
    if wanted.trouble and wanted.trouble[2] is Recovery.STATE:  # the templates are read, and it is there
        await house.house.engine.sync_templates()
    if wanted.within:
        await house.forward(wanted.within)
        assert (await first(house)).state is ItemState.DELIVERED
        house.alice.expects("Disk almost full")
        open_troubles = [
            one for one in await house.house.engine.look(lambda views: views.conditions()) if one.is_open
        ]
        assert open_troubles == []
        return
    await house.forward("1h")
    assert len(house.alice.received) == before
    await house.alert("DiskFull")
    assert (len(house.alice.received) > before) is wanted.next_one


def test_table_tests_and_sandbox_know_the_same_codes() -> None:
    ends = {end for first_code, last, _ in RANGES for end in (first_code, last)}
    assert set(TESTED) == {*CODES, *LEGACY, *ends}
    met = {refusal.value.code for refusal in Refusal} - OWN_OF_THE_SANDBOX - OF_THE_HEALTH_STATUS
    assert met == set(TESTED)


@pytest.mark.parametrize("code", sorted(TESTED))
def test_every_row_says_what_to_do(code: int) -> None:
    judged = failure(code)
    assert judged.advice.endswith(".")
    assert judged.consequence.tells is False or judged.consequence.recovery is not Recovery.ITSELF
