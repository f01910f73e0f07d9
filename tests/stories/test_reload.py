"""The configuration is changed while the service runs; what was good goes on, nothing is lost or doubled."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from tests.stories.world import HOUSE, World
from wa_notify.core.errors import StoreError
from wa_notify.core.outbox import Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.ticket import TicketState
from wa_notify.pipeline.limits import headroom
from wa_notify.reload import Reading, Reloader

KEYS = "ingest: {keys: {alerts: old-key}}\n"
REMINDED = "      after: 10m\n"


class Editor:
    """Somebody who edits the configuration beside the running service."""

    def __init__(self, world: World) -> None:
        self.world = world
        reading = Reading(path=world.config_path, environ={})
        self.reloader = Reloader(world.house.engine, world.house.standing, reading, world.clock)

    def writes(self, *changes: tuple[str, str], file: str = "wa-notify.yaml") -> None:
        path = self.world.folder / file
        text = path.read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text)

    async def is_heard(self) -> None:
        """The file has come to rest: one look sees the change, the next obeys it."""
        await self.reloader.check()
        await self.reloader.check()
        await self.world.settle()

    async def changes(self, *changes: tuple[str, str], file: str = "wa-notify.yaml") -> None:
        self.writes(*changes, file=file)
        await self.is_heard()

    async def reasons(self) -> list[str]:
        ready = await self.world.into_service.get("/readyz")
        assert ready.status_code == 200
        return [str(reason) for reason in ready.json()["reasons"]]

    async def metric(self, name: str) -> float:
        text = (await self.world.into_service.get("/metrics")).text
        return float(next(line for line in text.splitlines() if line.startswith(f"{name} ")).split()[1])


@pytest.fixture
async def editor(world: World) -> Editor:
    return Editor(world)


async def test_what_waits_leaves_once_and_by_the_new_words(world: World, editor: Editor) -> None:
    await world.alert("SlowBurn", service="shop", settle=False)  # it waits 30 s for others of its group
    await world.alert("DiskFull")
    await world.forward("1s")
    world.alice.expects("Disk almost full", form="template")
    await editor.changes(
        (REMINDED, "      after: 5m\n"), ('["{{ reminder }}", "{{ title }}"]', '["new", "{{ title }}"]')
    )
    await world.forward("1m")
    world.alice.expects("1 firing: SlowBurn", form="template")
    await world.forward("10m")
    world.alice.expects("Reminder new")
    world.alice.stays_silent()
    items = await world.items()
    assert len({item.key for item in items}) == len(items)
    assert [item.occasion for item in items].count(Occasion.OPENED) == 2


async def test_alerts_that_come_in_the_very_moment_are_neither_lost_nor_doubled(
    world: World, editor: Editor
) -> None:
    await editor.changes(("store:", "defaults: {storm: none}\nstore:"))
    for turn in range(6):
        after = f"      after: {20 + turn}m\n"
        editor.writes((REMINDED if turn == 0 else f"      after: {19 + turn}m\n", after))
        await editor.reloader.check()
        alerts = [world.alert("DiskFull", instance=f"db-{turn}-{n}", settle=False) for n in range(5)]
        await asyncio.gather(*alerts[:3], editor.reloader.check(), *alerts[3:])
    await world.forward("2m")
    assert len(await world.tickets()) == 30
    assert len([item for item in await world.items() if item.occasion is Occasion.OPENED]) == 30
    for _ in range(30):
        world.alice.expects("Disk almost full")
    world.alice.stays_silent()
    assert world.house.engine.book.rules[0].remind
    assert world.house.engine.book.rules[0].remind.after == timedelta(minutes=25)


async def test_a_new_rule_answers_and_new_people_are_known(world: World, editor: Editor) -> None:
    template = "{name: ops_resolved, parameters: ['{{ title }}', now]}"
    rule = f"{{name: fresh, match: {{alertname: Fresh}}, receiver: fresh, template: {template}}}"
    person = "dora: {phone: '+447700900999', name: Dora, opt_in: Signed}"
    dora = world.sandbox.phone("+447700900999")
    await editor.changes(
        ("receivers:\n", f"  {person}\nreceivers:\n  fresh: {{to: [dora]}}\n"),
        ("rules:\n", f"rules:\n  - {rule}\n"),
    )
    await world.alert("Fresh", summary="Something new")
    await world.forward("1m")
    (message,) = [one for one in dora.messages if one.direction == "out"]
    assert "Something new" in message.text
    assert await editor.reasons() == []


async def test_the_reminders_of_a_rule_that_was_taken_out_end_with_a_word(
    world: World, editor: Editor
) -> None:
    await world.alert("DiskFull")
    await world.forward("1s")
    world.alice.expects("Disk almost full")
    await editor.changes(("  - name: disk\n", "  - name: drive\n"))
    await world.forward("1h")
    world.alice.stays_silent()
    assert Reason.RULE_REMOVED in await world.reasons()
    assert (await world.ticket()).state is TicketState.OPEN


async def test_a_rule_with_a_fault_goes_on_as_it_was_and_that_is_said(
    world: World, editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await editor.changes(
        ("  oncall: {to: [alice]}", "  others: {to: [bob]}"),
        (REMINDED, "      after: soon\n"),
        ("  - name: daily\n    match: {alertname: DailyNote}\n    receiver: oncall", DAILY_FOR_OTHERS),
        ("  - name: slow\n", "  - name: slow_burn\n"),
    )
    reasons = await editor.reasons()
    assert "Rule disk works as it was before it was changed." in reasons
    assert any("'soon' is no duration." in reason for reason in reasons)
    assert any("There is no receiver 'oncall'." in reason for reason in reasons)
    assert not any("slow" in reason and "works" in reason for reason in reasons)
    assert await editor.metric("wa_notify_config_last_reload_successful") == 0.0
    refusals = [one for one in caplog.messages if one.startswith(("Rule refused", "Rule disk works"))]
    assert len(refusals) == 4, caplog.messages
    await world.alert("DiskFull")
    await world.alert("DailyNote", summary="Note of the day")
    await world.forward("1m")
    world.alice.expects("Disk almost full")
    world.bob.expects("Note of the day")
    assert [rule.name for rule in world.house.engine.book.rules] == ["disk", "team", "daily"]
    await editor.changes(("after: soon", "after: 7m"), ("to: [bob]}", "to: [bob]}\n  oncall: {to: [alice]}"))
    assert await editor.reasons() == []
    assert await editor.metric("wa_notify_config_last_reload_successful") == 1.0


DAILY_FOR_OTHERS = "  - name: daily\n    match: {alertname: DailyNote}\n    receiver: others"


async def test_a_fault_elsewhere_leaves_everything_as_it_was(
    world: World, editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    began = world.clock.now.timestamp()
    await world.forward("1m")
    await editor.changes(("recipients:\n", "recipient:\n"), (REMINDED, "      after: 1m\n"))
    (*_, reason) = await editor.reasons()
    assert "The changed configuration cannot be used:" in reason
    assert "wa-notify.yaml:" in reason
    assert await editor.metric("wa_notify_config_last_reload_successful") == 0.0
    assert await editor.metric("wa_notify_config_last_reload_success_timestamp_seconds") == began
    told = [one for one in caplog.messages if "what was good goes on" in one]
    assert told
    await editor.is_heard()  # nothing changed since, so nothing is said again
    await editor.changes(("recipient:\n", "recipient: \n"))
    assert [one for one in caplog.messages if "what was good goes on" in one] == told
    await world.alert("DiskFull")
    await world.forward("5m")
    world.alice.expects("Disk almost full")
    world.alice.stays_silent()  # the reminder still comes after ten minutes
    await editor.changes(("recipient: \n", "recipients:\n"))
    assert await editor.reasons() == []
    assert await editor.metric("wa_notify_config_last_reload_success_timestamp_seconds") > began


async def test_what_cannot_change_while_it_runs_is_said_and_stays(world: World, editor: Editor) -> None:
    await editor.changes(
        ("access_token: sandbox-token", "access_token: another-token"),
        (
            "store: ",
            "alertmanager: {url: 'http://localhost:9093'}\nlisten: 127.0.0.1:9\nstore: ",
        ),
        (REMINDED, "      after: 5m\n"),
    )
    assert await editor.reasons() == [
        f"The section {name} has changed; that needs a restart."
        for name in ("whatsapp", "listen", "alertmanager")
    ]
    await world.alert("DiskFull")
    await world.forward("6m")
    world.alice.expects("Disk almost full")
    world.alice.expects("Reminder 1")
    await editor.changes(("another-token", "sandbox-token"), ("listen: 127.0.0.1:9\n", ""))
    assert await editor.reasons() == ["The section alertmanager has changed; that needs a restart."]


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Editor]:
    parts = "secrets.yaml", "rules.yaml"
    (tmp_path / parts[0]).write_text("key: old-key\n")
    text = HOUSE.read_text()
    at = text.index("rules:\n") + len("rules:\n")
    (tmp_path / parts[1]).write_text(text[at:])
    whole = f"{text[: at - 1]} !include rules.yaml\ningest: {{keys: {{alerts: !secret key}}}}\n"
    stage = World(tmp_path, whole)
    await stage.start()
    yield Editor(stage)
    await stage.close()


async def answers(world: World, key: str, path: str = "/alerts") -> int:
    alert = {"labels": {"alertname": "DailyNote"}}
    return (await world.post(path, alert, {"Authorization": f"Bearer {key}"})).status_code


async def test_secrets_and_included_files_are_heard_too(guarded: Editor) -> None:
    await guarded.changes(("old-key", "new-key"), file="secrets.yaml")
    assert await answers(guarded.world, "old-key") == 401
    assert await answers(guarded.world, "new-key") == 202
    await guarded.changes(("  - name: team", "  - name: crew"), file="rules.yaml")
    assert guarded.world.house.engine.book.rule("crew")


async def test_keys_stay_as_long_as_the_socket_they_were_judged_with(guarded: Editor) -> None:
    source = "sources: {backup: {heartbeat: {every: 1h}}}\n"
    await guarded.changes(
        ("ingest: {keys: {alerts: !secret key}}\n", f"listen: 127.0.0.1:9\n{source}"),
    )
    reasons = await guarded.reasons()
    assert [reason.split()[2] for reason in reasons] == ["listen", "ingest", "sources"]
    assert await answers(guarded.world, "no-key") == 401
    assert await answers(guarded.world, "old-key", "/alerts/heartbeat/backup") == 404
    assert guarded.world.house.engine.book.heartbeats == {}


async def test_a_file_that_is_still_being_written_is_waited_for(world: World, editor: Editor) -> None:
    whole = world.config_path.read_text()
    world.config_path.write_text(whole[:300])
    await editor.reloader.check()
    world.config_path.write_text(whole)
    await editor.reloader.check()
    assert await editor.reasons() == []
    world.config_path.unlink()
    await editor.is_heard()
    assert any("There is no such file." in reason for reason in await editor.reasons())
    world.config_path.write_text(whole)
    await editor.is_heard()
    assert await editor.reasons() == []


async def test_heartbeats_and_check_ins_are_taken_up(world: World, editor: Editor) -> None:
    await editor.changes(
        (
            "store:",
            "sources: {backup: {heartbeat: {every: 1h, grace: 1m, labels: {alertname: DailyNote}}}}\nstore:",
        ),
        ("receivers:\n", SHIFTS),
    )
    await world.forward("1m")
    world.bob.expects("Your on-call shift of primary has begun")
    await world.forward("62m")
    world.alice.expects("No heartbeat from backup")
    assert (await world.into_service.get("/alerts/heartbeat/backup")).status_code == 202
    await editor.changes(("{heartbeat: {every: 1h", "{heartbeat: {every: 2h"))
    await world.forward("110m")
    assert not [one for one in await world.tickets() if one.state is TicketState.OPEN]


SHIFTS = """schedules:
  primary:
    rotations: [{people: [bob], every: 1w, starts: "2026-11-16 09:00"}]
    check_in: {template: {name: ops_check_in, parameters: ["{{ schedule }}", "{{ until | clock }}"]}}
receivers:
"""


async def test_when_the_database_fails_everything_stays_and_it_is_tried_again(
    world: World, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = world.house.engine.book
    editor.writes((REMINDED, "      after: 5m\n"))
    await editor.reloader.check()
    with monkeypatch.context() as broken:

        def full(_: object) -> None:
            raise StoreError("No space left.")

        broken.setattr(world.house.store, "transact", full)
        with pytest.raises(StoreError):
            await editor.reloader.check()
        assert world.house.engine.book is book
    await editor.reloader.check()
    assert world.house.engine.book is not book


async def test_who_asks_is_answered_although_no_file_has_changed(
    world: World, editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    book = world.house.engine.book
    await editor.is_heard()
    assert world.house.engine.book is book
    editor.reloader.ask()
    for _ in range(200):
        await asyncio.sleep(0.01)
        if "The configuration was read again: 4 rules" in caplog.messages:
            break
    assert world.house.engine.book is not book


async def test_a_fault_of_ours_while_answering_is_logged_and_tried_again(
    world: World, editor: Editor, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(world.house.standing, "obey", None)
        editor.reloader.ask()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if any("could not be read again" in one for one in caplog.messages):
                break
    caplog.set_level(logging.INFO)
    await editor.reloader.check()
    assert "The configuration was read again: 4 rules" in caplog.messages


async def test_somebody_whose_number_nobody_knows_is_named(
    world: World, editor: Editor, caplog: pytest.LogCaptureFixture
) -> None:
    await editor.changes(("receivers:\n", "  zoe: {}\nreceivers:\n"))
    assert any("No number of zoe is known" in one for one in caplog.messages)


async def test_files_of_people_are_kept_as_at_the_start_and_that_is_said(
    world: World, editor: Editor
) -> None:
    await editor.changes(("store:", "media: {inbound: store}\nstore:"))
    assert await editor.reasons() == ["The section media has changed; that needs a restart."]
    assert world.house.engine.book.received is None  # nobody is there who would fetch them
    await editor.changes(("media: {inbound: store}\n", ""))
    assert await editor.reasons() == []


async def test_a_table_of_prices_is_heard_too(world: World, editor: Editor) -> None:
    card = world.folder / "card.csv"
    card.write_text("market,category,price\nUnited Kingdom,utility,0.02\n")
    await editor.changes(("store:", "prices: {table: card.csv, currency: GBP}\nstore:"))
    await editor.changes(("0.02", "dear"), file="card.csv")
    assert any("card.csv:2" in reason for reason in await editor.reasons())
    await editor.changes(("dear", "0.035"), file="card.csv")
    assert await editor.reasons() == []
    table = world.house.engine.book.prices.table
    assert table.rate("United Kingdom", "utility", date(2026, 11, 21)) == Decimal("0.035")


async def test_who_was_reached_still_counts_when_people_are_counted_otherwise(
    world: World, editor: Editor
) -> None:
    await world.alert("DiskFull")
    await world.forward("1s")
    world.alice.expects("Disk almost full", form="template")
    for scope in ("number", "portfolio"):
        await editor.changes(("store:", f"limits: {{scope: {scope}}}\nstore:"))
        book, number_id, now = world.house.engine.book, world.house.account.number_id, world.clock()
        found = await world.house.engine.look(partial(headroom, book=book, number_id=number_id, now=now))
        assert (book.limits.scope, found.reach.used) == (scope, 1)
        await editor.changes((f"limits: {{scope: {scope}}}\n", ""))
