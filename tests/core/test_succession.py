"""What stays of a rulebook when it is written anew with faults."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.core.builders import rule
from wa_notify.core.rule import OtherWay, Receiver, Rule, Rulebook, Step
from wa_notify.core.schedule import Override, Rotation, Schedule, members
from wa_notify.core.secret import Secret
from wa_notify.core.succession import kept_rules, succeed

MONDAY = datetime(2026, 11, 23, 9, 0)
TURNS = Rotation(people=("alice", "bob", "alice"), starts=MONDAY, every=timedelta(days=7))
PRIMARY = Schedule(name="primary", time_zone="UTC", rotations=(TURNS,))
WAY = OtherWay(targets=("rule:disk", "gone"))


def named(name: str, **special: object) -> Rule:
    return rule(name=name, **special)


OLD = Rulebook(
    rules=(named("disk", other_ways={"": WAY}), named("net", receiver="team")),
    receivers={
        "oncall": Receiver(to=("primary",), escalate=(Step(after=timedelta(minutes=5), to=("carol",)),)),
        "team": Receiver(to=("bob",)),
    },
    schedules={"primary": PRIMARY},
    channels={"rule:disk": Secret("mailto://a"), "rule:net": Secret("mailto://b")},
)


def names(book: Rulebook) -> list[str]:
    return [one.name for one in book.rules]


def test_when_every_rule_is_right_the_new_rulebook_holds_alone() -> None:
    new = Rulebook(rules=(named("disk"),), receivers={"oncall": Receiver(to=("alice",))})
    assert succeed(new, OLD, ["disk"]) is new


def test_a_rule_with_a_fault_goes_on_as_it_was_where_it_is_written() -> None:
    new = Rulebook(rules=(named("first"), named("last")))
    book = succeed(new, OLD, ["first", "disk", "never_right", "last", "disk"])
    assert names(book) == ["first", "disk", "last"]
    assert book.rule("disk") is OLD.rule("disk")
    assert kept_rules(new, OLD, ["first", "disk", "never_right", "last"]) == ("disk",)


def test_a_rule_that_is_no_longer_written_is_gone() -> None:
    assert names(succeed(Rulebook(rules=(named("disk"),)), OLD, ["disk"])) == ["disk"]


def test_a_rule_that_goes_on_brings_what_it_leans_on() -> None:
    book = succeed(Rulebook(), OLD, ["disk"])
    assert set(book.receivers) == {"oncall"}
    assert book.schedules == {"primary": PRIMARY}
    assert book.channels == {"rule:disk": Secret("mailto://a")}


def test_what_the_new_rulebook_says_of_that_counts() -> None:
    fresh = {"oncall": Receiver(to=("dora",))}
    book = succeed(Rulebook(receivers=fresh, channels={"rule:disk": Secret("x")}), OLD, ["disk"])
    assert book.receivers == fresh
    assert book.channels == {"rule:disk": Secret("x")}


def test_a_rule_without_a_receiver_can_go_on() -> None:
    orphaned = replace(OLD, receivers={})
    assert names(succeed(Rulebook(), orphaned, ["disk"])) == ["disk"]


def test_everybody_whom_a_receiver_may_ever_ask_is_known_once() -> None:
    until = datetime(2026, 12, 24).astimezone()
    cover = Override(person="dora", starts_at=until, ends_at=until + timedelta(days=1))
    covered = replace(PRIMARY, overrides=(cover,))
    assert members(covered) == ("alice", "bob", "dora")
    book = replace(OLD, schedules={"primary": covered})
    assert book.reached("oncall") == ("alice", "bob", "dora", "carol")
    assert book.everybody(["carol", "primary", "bob"]) == ("carol", "alice", "bob", "dora")
    assert book.reached("nobody") == ()
