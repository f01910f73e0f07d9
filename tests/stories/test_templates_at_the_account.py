"""Templates from their declaration to the phone, and what Meta does to them afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.stories.world import HOUSE, World
from wa_notify.core.plan import History, Plan, Verdict, plan
from wa_notify.core.reason import Reason
from wa_notify.core.template import TemplateShape
from wa_notify.sandbox import CallbackPolicy
from wa_notify.service import TemplateSync
from wa_notify.whatsapp import client
from wa_notify.whatsapp.management import Management, TakenIn

DECLARED = """\
templates:
  team_alert:
    category: utility
    languages:
      en:
        header: "Alert: {{1}}"
        body: >-
          A {{1}} alert was raised for a system you are on call for: {{2}}.
          It started at {{3}} and is still open.
        buttons:
          - quick_reply: Acknowledge
          - {url: "https://ops.example.net/{{1}}", text: Open alert, example: alerts/7}
        examples: {header: db-7, body: [critical, Disk 96 % full, "21 Nov 09:30 UTC"]}
"""


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[World]:
    """The house of the stories, with a template of its own that the account does not have yet."""
    stage = World(tmp_path, DECLARED + HOUSE.read_text().replace("name: ops_alert", "name: team_alert"))
    await stage.start()
    yield stage
    await stage.close()


class Office:
    """Whoever hands templates in, and the service's chore that reads the account every now and then."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chore = TemplateSync(world.house.engine, world.clock)

    async def hands_in(self) -> TakenIn:
        (draft,) = self.world.house.engine.book.drafts
        management = Management(http=self.world.into_sandbox, account=self.world.house.account)
        outcome = await management.create(draft)
        assert isinstance(outcome, TakenIn), outcome
        return outcome

    async def waits(self, minutes: int) -> None:
        """Time passes, and the chore has its turn."""
        for _ in range(minutes * 6):
            await self.chore.check()
            await self.world.forward("10s")

    async def knows(self, name: str = "team_alert") -> TemplateShape | None:
        shapes = await self.world.house.engine.look(lambda views: views.templates())
        return next((shape for shape in shapes if shape.name == name), None)

    async def plans(self) -> Plan:
        shapes = await self.world.house.engine.look(lambda views: views.templates())
        return plan(self.world.house.engine.book.drafts, shapes, History(now=self.world.clock.now))

    async def is_told(self, **changes: str) -> None:
        """A reviewer does something, and the callback comes."""
        self.world.sandbox.review("team_alert", "en", **changes)
        await self.world.settle()


@pytest.fixture
def office(team: World) -> Office:
    return Office(team)


async def approved(team: World, office: Office) -> None:
    await office.waits(1)
    await office.hands_in()
    await office.waits(2)
    shape = await office.knows()
    assert shape is not None
    assert shape.status == "APPROVED"


async def test_a_template_is_handed_in_reviewed_and_used_without_a_restart(
    team: World, office: Office
) -> None:
    await team.alert("DiskFull", instance="db-6")
    assert Reason.TEMPLATE_MISSING in await team.reasons(1)
    team.alice.stays_silent()
    await office.waits(1)
    assert [step.verdict for step in (await office.plans()).to_do] == [Verdict.ADD]
    assert (await office.hands_in()).status == "PENDING"
    await office.waits(2)  # the news of the approval make the service read the account
    assert (await office.plans()).in_order
    await team.forward("5m")
    message = team.alice.expects("Alert: db-6", "Disk almost full", form="template")
    assert message.template == ("team_alert", "en"), "what waited for it has left"
    await team.alert("DiskFull", instance="db-8")
    await team.forward("10s")
    team.alice.expects("Alert: db-8", form="template")


async def test_while_it_is_in_review_nothing_leaves_and_the_approval_changes_that_at_once(
    team: World, office: Office
) -> None:
    await office.waits(1)
    team.sandbox.policy = CallbackPolicy(held=True)
    await office.hands_in()
    await team.house.engine.sync_templates()
    known = await office.knows()
    assert known is not None
    assert known.status == "PENDING"
    await team.alert("DiskFull", instance="db-6")
    team.alice.stays_silent()
    team.sandbox.policy = CallbackPolicy()
    await team.forward("10s")
    known = await office.knows()
    assert known is not None
    assert known.status == "APPROVED", "the callback alone told it"
    await team.alert("DiskFull", instance="db-8")
    await team.forward("10s")
    team.alice.expects("Alert: db-8", form="template")


async def test_what_meta_takes_for_marketing_is_told_and_not_used(team: World, office: Office) -> None:
    await approved(team, office)
    await office.is_told(category="MARKETING")
    (step,) = (await office.plans()).steps
    assert (step.verdict, "MARKETING" in step.why) == (Verdict.DRIFTED, True)
    await team.alert("DiskFull")
    await team.forward("1m")
    team.alice.stays_silent()
    assert Reason.TEMPLATE_IS_MARKETING in await team.reasons()


async def test_a_category_that_is_announced_is_shown_for_a_day_and_refused_then(
    team: World, office: Office
) -> None:
    await approved(team, office)
    await office.is_told(correct_category="MARKETING")
    shape = await office.knows()
    assert shape is not None
    assert (shape.category, shape.upcoming_category) == ("UTILITY", "MARKETING")
    await office.waits(3)
    shape = await office.knows()
    assert shape is not None
    assert shape.upcoming_category == "MARKETING", "the account tells it too"
    (step,) = (await office.plans()).steps
    assert step.verdict is Verdict.DRIFTED
    await team.alert("DiskFull", instance="today")
    await team.forward("10s")
    team.alice.expects("Alert: today", form="template")
    await office.is_told(category="MARKETING")
    await team.alert("DiskFull", instance="tomorrow")
    assert Reason.TEMPLATE_IS_MARKETING in await team.reasons(2)


async def test_a_rejection_shows_in_the_plan_with_what_the_reviewer_wrote(
    team: World, office: Office
) -> None:
    await approved(team, office)
    await office.is_told(status="REJECTED", reason="INVALID_FORMAT", recommendation="Number them from 1.")
    for _ in range(2):
        (step,) = (await office.plans()).steps
        assert step.verdict is Verdict.REJECTED
        assert step.why.startswith("INVALID_FORMAT: ")
        assert step.why.endswith("Number them from 1.")
        await office.waits(3)  # the account is read, which tells the bare reason


async def test_the_same_news_late_and_twice_change_nothing(team: World, office: Office) -> None:
    await approved(team, office)
    team.sandbox.policy = CallbackPolicy(held=True, duplicates=2)
    team.sandbox.review("team_alert", "en", status="PAUSED")
    await team.forward("10s")
    team.sandbox.review("team_alert", "en", status="APPROVED")
    await team.forward("10m")
    await team.house.engine.sync_templates()
    team.sandbox.policy = CallbackPolicy(duplicates=2)
    seen: list[str] = []
    for _ in range(5):
        await team.forward("1s")
        shape = await office.knows()
        assert shape is not None
        seen.append(shape.status)
    assert set(seen) == {"APPROVED"}


async def test_a_template_that_is_edited_by_hand_says_its_new_words_at_once(
    team: World, office: Office
) -> None:
    await approved(team, office)
    shape = await office.knows()
    assert shape is not None
    components: list[dict[str, Any]] = [{
        "type": "BODY",
        "text": "A new text about {{1}} for you.",
        "example": {"body_text": [["x"]]},
    }]  # fmt: skip
    answer = await team.into_sandbox.post(
        f"http://sandbox/v26.0/{shape.id}",
        json={"components": components},
        headers={"Authorization": "Bearer sandbox-token"},
    )
    assert answer.status_code == 200, answer.text
    await team.settle()
    known = await office.knows()
    assert known is not None
    assert (known.body, known.header, known.header_format) == ("A new text about {{1}} for you.", "", "")
    (step,) = (await office.plans()).steps
    assert {one.part for one in step.differences} == {"header", "body"}, "buttons are not told"
    await office.waits(2)
    known = await office.knows()
    assert known is not None
    assert (known.status, known.buttons) == ("APPROVED", ())


async def test_what_is_told_while_the_account_is_read_is_not_lost(
    team: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that was read first is out of date when the last one comes."""
    await approved(team, office)
    monkeypatch.setattr(client, "PAGE", 3)
    engine, told = team.house.engine, list[bool]()

    async def in_between(*_: Any) -> None:
        if not told and len([entry for entry in team.sandbox.log if "after" in str(entry)]) > 1:
            told.append(True)
            team.sandbox.review("ops_alert", "de", status="PAUSED")
            await team.settle()

    team.into_sandbox.event_hooks["response"].append(in_between)
    await engine.sync_templates()
    assert told
    assert engine.watch.templates_changed, "so it is read again within a minute"
    await office.waits(2)
    shapes = await engine.look(lambda views: views.templates())
    (german,) = [one for one in shapes if (one.name, one.language) == ("ops_alert", "de")]
    assert german.status == "PAUSED"
    assert not engine.watch.templates_changed


async def test_a_hundred_templates_are_read_in_small_pages(
    team: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PAGE", 7)
    words = [{"type": "BODY", "text": "Nothing varies in this one."}]
    for number in range(100):
        team.sandbox.account.add_template({"name": f"n_{number}", "language": "en", "components": words})
    assert await team.house.engine.sync_templates() == 115
    management = Management(http=team.into_sandbox, account=team.house.account)
    assert await management.how_many() == 115
    assert await office.knows("n_99") is not None
