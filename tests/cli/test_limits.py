"""``wa-notify limits``: the meter, and what waits because of it."""

from datetime import UTC, datetime, timedelta

from tests.cli.desk import Desk, alert
from wa_notify.clock import system_clock
from wa_notify.core.limits import Allowance, Allowed
from wa_notify.core.pace import Pair, Throttled, slowed
from wa_notify.ports import Transaction

NUMBER = "400000000000101"


def test_before_the_first_start_there_is_nothing_to_tell(desk: Desk) -> None:
    answer = desk.types("limits")
    assert answer.code == 0
    assert "there is no database" in answer.out
    assert desk.types("limits", "--json").json["reach"] is None


def test_the_meter_shows_what_is_used_what_is_kept_and_where_the_limit_was_read(desk: Desk) -> None:
    now = system_clock()

    def work(tx: Transaction) -> None:
        told = Allowance(what=Allowed.REACH, amount=10, said="TIER_10", source="webhook", at=now)
        tx.save_allowance(told)
        for person in ("alice", "bob"):
            tx.count_reached("portfolio", person, now - timedelta(hours=23))

    desk.in_the_store(work)
    answer = desk.types("limits")
    assert answer.code == 0
    assert "2 of 10 people in the last 24 hours; 1 place is kept for critical messages." in answer.out
    assert f"{'█' * 8}{'·' * 28}{'▒' * 4}" in answer.out
    assert "TIER_10, read from the webhook just now." in answer.out
    assert "The next places become free at " in answer.out
    assert "(in 59 min)" in answer.out
    assert "80 messages a second" in answer.out
    told = desk.types("limits", "--json").json
    assert (told["reach"]["used"], told["reach"]["limit"], told["reach"]["reserve"]) == (2, 10, 1)
    assert told["reach"]["reserve_reached"] is False
    freed = datetime.fromisoformat(told["reach"]["next_free_at"][0])
    assert freed == (now + timedelta(hours=1)).astimezone(UTC)


def test_a_reserve_that_is_reached_is_an_answer_of_no_and_the_outbox_says_until_when(desk: Desk) -> None:
    desk.write_config(("receivers:", "limits: {reach: 1, reserve: 1}\nreceivers:"))
    desk.in_the_store(lambda tx: tx.count_reached("portfolio", "bob", system_clock()))
    desk.has_had(alert("DailyNote"))
    answer = desk.types("limits")
    assert answer.code == 1
    assert "1 message waits until one more person may be reached." in answer.out
    assert "The configuration lowers it to 1." in answer.out
    assert "in 23 h 59 min, " in desk.types("outbox", "list").out
    explained = desk.types("explain", "--label", "alertname=DailyNote", "--label", "instance=db-9")
    assert "No more people may be written to first for now." in explained.out
    assert " UTC, in 23 h 59 min" in explained.out


def test_who_is_told_to_slow_down_is_named(desk: Desk) -> None:
    now = system_clock()

    def work(tx: Transaction) -> None:
        told = Allowance(what=Allowed.REACH, amount=-1, said="TIER_UNLIMITED", source="account", at=now)
        tx.save_allowance(told)
        tx.save_slowdown(slowed(None, Throttled.ACCOUNT, now, timedelta(hours=1)))
        tx.save_pair(NUMBER, "alice", Pair().taken(now).refused(now + timedelta(hours=1)))

    desk.in_the_store(work)
    answer = desk.types("limits")
    assert "0 people in the last 24 hours; there is no limit." in answer.out
    assert "WhatsApp asked this account to slow down: nothing leaves before " in answer.out
    assert "Nothing leaves for alice before " in answer.out
    told = desk.types("limits", "--json").json
    assert told["slowdowns"][0]["scope"] == "account"
    assert [one["recipient"] for one in told["paused"]] == ["alice"]
    assert told["reach"]["limit"] is None
    assert told["pace"]["per_second"] == 40
