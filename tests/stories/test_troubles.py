"""Trouble with WhatsApp itself: who is told by which way, what waits, what goes elsewhere, how it ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stories.post_office import PostOffice
from tests.stories.world import World
from wa_notify.core.condition import Condition, Scope
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.outbox import Channel, Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.sandbox import CallbackPolicy, Fault, Refusal

TROUBLED = Path(__file__).parent / "troubled.yaml"
AT_ONCE = CallbackPolicy(sent_after=timedelta(0), delivered_after=timedelta(0), read_after=timedelta(days=30))


@pytest.fixture
async def troubled(tmp_path: Path, post: PostOffice) -> AsyncIterator[World]:
    text = TROUBLED.read_text().replace("ALICE", f'"{post.url("alice")}"')
    stage = World(tmp_path, text.replace("DESK", f'"{post.url("desk")}"'))
    stage.sandbox.policy = AT_ONCE
    await stage.start()
    yield stage
    await stage.close()


async def fires(world: World, name: str, **labels: Any) -> None:
    """An alert comes, and everything that follows at once has happened."""
    await world.alert(name, **labels)
    await world.forward("0s")


async def conditions(world: World) -> list[Condition]:
    """Those that stand."""
    found = await world.house.engine.look(lambda views: views.conditions())
    return [condition for condition in found if condition.is_open]


async def first(world: World, ticket: int = 1) -> Item:
    return next(
        item
        for item in await world.items(ticket)
        if item.occasion is Occasion.OPENED and item.channel is Channel.WHATSAPP
    )


async def ready(world: World) -> tuple[int, str]:
    answer = await world.into_service.get("/readyz")
    return answer.status_code, answer.text


async def told_on_timeline(world: World, text: str, ticket: int = 1) -> bool:
    return any(text in entry.text for entry in await world.timeline(ticket))


# templates


async def test_while_a_template_is_paused_its_spare_leaves_and_afterwards_the_first_choice_again(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.review("ops_alert", "en", status="PAUSED")
    await troubled.forward("1s")
    troubled.bob.expects("Your alerting needs attention", "template ops_alert in en", form="template")
    await troubled.restart()
    await fires(troubled, "DiskFull")
    troubled.alice.expects("Your on-call shift of Disk almost full", form="template")
    assert await told_on_timeline(
        troubled,
        "leaves as template ops_check_in (en). There is no free-form text for this. "
        "Not by ops_alert: The template is not approved at the moment.",
    )
    troubled.sandbox.review("ops_check_in", "en", status="DISABLED")
    await troubled.settle()
    troubled.bob.expects("template ops_check_in in en", "It never comes back")
    await fires(troubled, "DiskFull", instance="db-8")
    troubled.alice.expects("There is more about the alert Disk almost full")
    troubled.sandbox.review("ops_alert", "en", status="APPROVED")
    await troubled.forward("1s")
    troubled.bob.expects("works again for template ops_alert in en")
    await fires(troubled, "DiskFull", instance="db-9")
    troubled.alice.expects("Alert: db-9", form="template")
    await troubled.forward("1h")
    troubled.bob.stays_silent()
    post.stays_silent()


async def test_a_template_refused_when_it_is_sent_is_replaced_at_once_and_not_tried_again(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.fail_next(Fault(refusal=Refusal.TEMPLATE_PAUSED))
    await fires(troubled, "DiskFull")
    troubled.alice.expects("Your on-call shift of Disk almost full")
    await fires(troubled, "DiskFull", instance="db-8")
    troubled.alice.expects("Your on-call shift of Disk almost full")
    (paused,) = await conditions(troubled)
    assert (paused.subject, paused.cause) == ("ops_alert/en", "paused")
    assert paused.until == troubled.clock.now + timedelta(hours=3)
    assert troubled.house.engine.watch.templates_changed  # so that they are read anew soon
    await troubled.house.engine.sync_templates()
    await fires(troubled, "DiskFull", instance="db-9")
    troubled.alice.expects("Alert: db-9")
    post.stays_silent()


async def test_a_template_that_the_next_reading_finds_paused_is_a_trouble(troubled: World) -> None:
    template = troubled.sandbox.account.templates["ops_alert", "en"]
    troubled.sandbox.policy = CallbackPolicy(held=True)
    troubled.sandbox.review("ops_alert", "en", status="PAUSED")
    await troubled.house.engine.sync_templates()
    await troubled.settle()
    troubled.sandbox.policy = AT_ONCE
    (paused,) = await conditions(troubled)
    assert paused.what == "The account says that the template is paused"
    troubled.sandbox.account.templates["ops_alert", "en"] = template
    await troubled.house.engine.sync_templates()
    assert await conditions(troubled) == []


async def test_without_a_spare_it_waits_for_the_template_and_the_other_channel_leaves_at_once(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.review("ops_alert", "en", status="PAUSED")
    await troubled.settle()
    await fires(troubled, "DailyNote")
    post.expects("alice", "Disk almost full", "The template is not approved at the moment.")
    await troubled.forward("30m")
    troubled.alice.stays_silent()
    await troubled.restart()
    troubled.sandbox.review("ops_alert", "en", status="APPROVED")
    await troubled.forward("1s")  # at once, and not when it is looked at the next time
    troubled.alice.expects("Disk almost full")
    post.stays_silent()


async def test_a_template_that_becomes_marketing_is_announced_a_day_ahead_and_then_refused(
    troubled: World, post: PostOffice
) -> None:
    names = {"message_template_name": "ops_alert", "message_template_language": "en"}
    news: dict[str, Any] = {**names, "new_category": "UTILITY", "correct_category": "MARKETING"}
    troubled.sandbox.announce("template_category_update", news)
    await troubled.forward("1s")
    troubled.bob.expects("will class the template as marketing within a day", "spare")
    await fires(troubled, "DailyNote")
    troubled.alice.expects("Disk almost full")
    await troubled.forward("12h")
    await troubled.restart()
    troubled.sandbox.review("ops_alert", "en", category="MARKETING")
    await troubled.forward("1s")
    troubled.bob.expects("WhatsApp classes the template as marketing, so no alert leaves by it")
    await fires(troubled, "DailyNote", instance="db-8")
    assert (await first(troubled, 2)).reason is Reason.TEMPLATE_IS_MARKETING
    post.expects("alice", "The template is classed as marketing")
    await fires(troubled, "DiskFull")
    troubled.alice.expects("Your on-call shift of Disk almost full")
    troubled.sandbox.review("ops_alert", "en", category="UTILITY")
    await troubled.settle()
    assert await conditions(troubled) == []
    troubled.bob.stays_silent()


async def test_what_is_held_for_quality_leaves_by_the_spare_after_a_while(troubled: World) -> None:
    troubled.sandbox.pace("ops_alert", "en")
    await fires(troubled, "DiskFull")
    await fires(troubled, "DailyNote")
    assert (await first(troubled)).reason is Reason.HELD_BY_PLATFORM
    await troubled.forward("11m")
    troubled.alice.stays_silent()
    await troubled.restart()
    await troubled.forward("2m")
    troubled.alice.expects("Your on-call shift of Delayed 12 min: Disk almost full")
    assert await told_on_timeline(troubled, "WhatsApp has held it for too long")
    assert troubled.sandbox.judge("ops_alert", "en", good=True) == 2
    await troubled.forward("1m")
    assert (await first(troubled)).state is ItemState.DELIVERED
    await troubled.forward("2h")
    forms = sorted(message.template[0] for message in troubled.alice.received if message.template)
    assert forms == ["ops_alert", "ops_alert", "ops_check_in"]  # a late release cannot be taken back


async def test_what_is_held_and_then_dropped_pauses_the_template_and_ends_nothing_that_got_through(
    troubled: World,
) -> None:
    troubled.sandbox.pace("ops_alert", "en")
    await fires(troubled, "DiskFull")
    await troubled.forward("13m")
    troubled.alice.expects("Your on-call shift of Delayed 12 min: Disk almost full")
    await fires(troubled, "DailyNote")
    troubled.sandbox.judge("ops_alert", "en", good=False)
    await troubled.settle()
    assert (await first(troubled)).state is ItemState.DELIVERED
    assert (await first(troubled, 2)).reason is Reason.TEMPLATE_NOT_APPROVED
    assert "paused" in {condition.cause for condition in await conditions(troubled)}


async def test_what_is_held_without_a_spare_goes_another_way(troubled: World, post: PostOffice) -> None:
    text = troubled.config_path.read_text()
    troubled.config_path.write_text(
        text.replace("    ttl: 2d", "    ttl: 2d\n    priority: critical\n    fallback: {after: 12m}")
    )
    await troubled.restart()
    troubled.sandbox.pace("ops_alert", "en")
    await fires(troubled, "DailyNote")
    await troubled.forward("11m")
    post.stays_silent()
    await troubled.forward("1m5s")
    post.expects("alice", "WhatsApp did not deliver it to Alice within 12 min.")


async def test_a_red_quality_is_told_and_nothing_else_changes(troubled: World) -> None:
    names = {"message_template_name": "ops_alert", "message_template_language": "en"}
    for score in ("RED", "RED", "GREEN"):
        news = {**names, "previous_quality_score": "YELLOW", "new_quality_score": score}
        troubled.sandbox.announce("message_template_quality_update", news)
        await troubled.forward("1m")
    troubled.bob.expects("The quality of the template is red")
    troubled.bob.stays_silent()
    await fires(troubled, "DailyNote")
    troubled.alice.expects("Disk almost full")


# account and number


async def test_a_dead_token_is_told_by_mail_and_after_it_everything_leaves_critical_first(
    troubled: World, post: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    troubled.sandbox.account.access_token = "another-token"
    await fires(troubled, "DailyNote")
    post_texts = {letter["subject"]: letter for letter in post.letters}
    assert set(post_texts) == {"WhatsApp has trouble with the app", "#1 Disk almost full"}
    post._seen = len(post.letters)
    requests = len([entry for entry in troubled.sandbox.log if entry.what == "request"])
    for instance in ("db-8", "db-9"):
        await fires(troubled, "DiskFull", instance=instance)
        post.expects("alice", "The WhatsApp account cannot send.")
    knocked = [entry for entry in troubled.sandbox.log if entry.what == "request"][requests:]
    assert knocked == []  # nobody knocks at a closed door
    code, text = await ready(troubled)
    assert (code, "Make a new system-user token" in text) == (503, True)
    metrics = (await troubled.into_service.get("/metrics")).text
    assert 'wa_notify_troubles{effect="blocks",scope="app"} 1.0' in metrics
    await troubled.forward("5m")
    with pytest.raises(PlatformUnreachable):  # what was known of the templates stays
        await troubled.restart()
    await troubled.forward("20m")
    post.stays_silent()
    assert caplog.text.count("WhatsApp has trouble with the app") == 1
    troubled.sandbox.account.access_token = "sandbox-token"
    await troubled.forward("10m")
    order = [troubled.alice.expects("Disk almost full").text.splitlines()[0] for _ in range(3)]
    assert order == ["Alert: db-8", "Alert: db-9", "Alert: db-7"]
    troubled.alice.stays_silent()
    post.expects("desk", "WhatsApp works again for the app", "Access token expired or invalid")
    await troubled.forward("2h")
    post.stays_silent()
    troubled.bob.stays_silent()
    assert (await ready(troubled))[0] == 200


async def test_a_new_token_in_the_configuration_is_tried_when_the_service_starts(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.account.access_token = "another-token"
    await fires(troubled, "DailyNote")
    await troubled.forward("9m")
    await troubled.stop()
    text = troubled.config_path.read_text()
    troubled.config_path.write_text(text.replace("sandbox-token", "another-token"))
    await troubled.start()
    await troubled.forward("1s")
    troubled.alice.expects("Disk almost full")
    assert await conditions(troubled) == []


async def test_the_platform_is_probed_ever_more_slowly_and_never_with_an_alert(troubled: World) -> None:
    troubled.sandbox.account.access_token = "another-token"
    await fires(troubled, "DiskFull")
    began = troubled.clock.now
    await troubled.forward("45m")
    asked = [
        entry.at - began
        for entry in troubled.sandbox.log
        if entry.what == "request" and entry.facts["method"] == "GET" and entry.at > began
    ]
    assert [at // timedelta(minutes=1) for at in asked] == [1, 3, 7, 15, 25, 35, 45]
    posts = [e for e in troubled.sandbox.log if e.what == "request" and e.facts["method"] == "POST"]
    assert len(posts) == 1


async def test_a_payment_failure_by_late_webhook_stops_everything_until_the_platform_is_well(
    troubled: World, post: PostOffice
) -> None:
    payment: dict[str, Any] = {"error_code": 141006, "error_description": "Payment method problem."}
    troubled.sandbox.unwell("WABA", **payment, possible_solution="Add a valid payment method.")
    troubled.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.PAYMENT_ISSUE))
    troubled.sandbox.policy = CallbackPolicy(
        sent_after=timedelta(minutes=3),
        delivered_after=timedelta(minutes=3),
        read_after=timedelta(days=30),
    )
    await fires(troubled, "DiskFull")
    post.stays_silent()
    await troubled.forward("3m")
    subjects = {letter["subject"] for letter in post.letters}
    assert subjects == {"WhatsApp has trouble with the account", "#1 Disk almost full"}
    post._seen = len(post.letters)
    troubled.sandbox.policy = AT_ONCE
    await troubled.restart()
    await troubled.forward("40m")
    troubled.alice.stays_silent()
    (payment_trouble,) = await conditions(troubled)
    assert (payment_trouble.cause, payment_trouble.scope) == ("payment", Scope.ACCOUNT)
    troubled.sandbox.unwell("WABA", "LIMITED", error_code=141010, error_description="Not verified.")
    await troubled.forward("12m")
    troubled.alice.expects("Disk almost full")
    post.expects("desk", "WhatsApp works again for the account")
    post.stays_silent()
    assert await conditions(troubled) == []


async def test_a_ban_that_the_probe_finds_behind_a_lock_is_told_too(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.unwell("WABA", "LIMITED", error_code=141014, error_description="Banned.")
    troubled.sandbox.fail_next(Fault(refusal=Refusal.ACCOUNT_LOCKED))
    await fires(troubled, "DiskFull")
    await troubled.forward("5m")
    troubles = {(condition.cause, condition.what) for condition in await conditions(troubled)}
    assert ("ban", "Banned (141014)") in troubles
    notices = [letter for letter in post.letters if "WhatsApp has trouble" in letter["subject"]]
    assert len(notices) == 2


async def test_a_trouble_that_no_probe_sees_does_not_flutter(troubled: World, post: PostOffice) -> None:
    troubled.sandbox.fail_next(Fault(refusal=Refusal.PERMISSION_DENIED, times=10_000))
    await fires(troubled, "DailyNote")
    await troubled.forward("3h")
    posts = [e for e in troubled.sandbox.log if e.what == "request" and e.facts["method"] == "POST"]
    assert len(posts) < 22  # one knock after each probe, every ten minutes in the end
    notices = [letter for letter in post.letters if "WhatsApp" in letter["subject"]]
    assert len(notices) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="timeout", hold_seconds=0, times=2),
        Fault(kind="disconnect", hold_seconds=0, times=2),
        Fault(refusal=Refusal.UNAVAILABLE, times=5),
        Fault(refusal=Refusal.SOMETHING_WRONG, status=502, times=5),
    ],
)
async def test_hiccups_of_the_platform_never_count_as_trouble_of_the_account(
    troubled: World, fault: Fault
) -> None:
    troubled.sandbox.fail_next(fault)
    await fires(troubled, "DiskFull")
    await troubled.forward("20m")
    assert await troubled.house.engine.look(lambda views: views.conditions()) == []
    troubled.alice.expects("Disk almost full")


async def test_after_a_failure_without_a_cause_others_are_told_at_the_third_try(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.fail_next(Fault(refusal=Refusal.SOMETHING_WRONG, times=20))
    await fires(troubled, "DiskFull")
    await troubled.forward("3s")
    post.stays_silent()
    await troubled.forward("15s")
    post.expects("alice", "Disk almost full")


async def test_a_spam_limit_lets_only_what_is_critical_leave(troubled: World, post: PostOffice) -> None:
    troubled.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.SPAM_RATE))
    await fires(troubled, "DailyNote")
    troubled.bob.expects("Spam rate limit hit", "Only critical messages leave by WhatsApp")
    post.expects("alice", "Disk almost full")
    await troubled.restart()
    await fires(troubled, "DiskFull", instance="db-8")
    troubled.alice.expects("Alert: db-8")
    await fires(troubled, "DailyNote", instance="db-9")
    assert (await first(troubled, 3)).reason is Reason.NUMBER_LIMITED
    post.expects("alice", "WhatsApp limits the number or account")
    await troubled.forward("3h59m")
    troubled.alice.stays_silent()
    await troubled.forward("2m")
    troubled.alice.expects("Alert: db-7")
    troubled.alice.expects("Alert: db-9")
    troubled.bob.expects("works again for the number")
    post.stays_silent()


async def test_a_restriction_forbids_what_it_says_until_its_end(troubled: World, post: PostOffice) -> None:
    ends = troubled.clock.now + timedelta(hours=20)
    info = {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": int(ends.timestamp())}
    news = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [info]}
    troubled.sandbox.announce("account_update", news)
    await troubled.forward("1s")
    post.expects("desk", "The account may not begin conversations", "It ends at 21 Nov 23:00 UTC.")
    await fires(troubled, "DailyNote")
    troubled.alice.stays_silent()
    post.expects("alice", "WhatsApp limits the number or account")
    await troubled.alice.replies("hello")
    troubled.alice.expects("Noted on ticket #1.")
    await fires(troubled, "DailyNote", instance="db-8")
    troubled.alice.expects("Note: Disk almost full", form="interactive")
    await troubled.restart()
    await troubled.forward("21h")
    troubled.alice.expects("Disk almost full")
    post.expects("desk", "WhatsApp works again for the account")


async def test_an_account_that_may_not_answer_sends_the_template_instead(troubled: World) -> None:
    info = {"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}
    troubled.sandbox.announce("account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": [info]})
    await troubled.alice.replies("hello")
    await fires(troubled, "DailyNote")
    troubled.alice.expects("Disk almost full", form="template")


async def test_a_ban_is_announced_comes_and_is_lifted(troubled: World, post: PostOffice) -> None:
    planned = {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "November 28, 2026"}
    troubled.sandbox.announce("account_update", {"event": "DISABLED_UPDATE", "ban_info": planned})
    await troubled.forward("1s")
    troubled.bob.expects("WhatsApp will disable the account on November 28, 2026")
    troubled.sandbox.unwell("WABA", error_code=141014, error_description="Banned.")
    banned = {"waba_ban_state": "DISABLE"}
    troubled.sandbox.announce("account_update", {"event": "DISABLED_UPDATE", "ban_info": banned})
    await troubled.forward("1s")
    post.expects("desk", "The account is disabled")
    await fires(troubled, "DiskFull")
    post.expects("alice", "The WhatsApp account cannot send.")
    await troubled.forward("30m")
    troubled.sandbox.unwell("WABA", "AVAILABLE")
    lifted = {"waba_ban_state": "REINSTATE"}
    troubled.sandbox.announce("account_update", {"event": "DISABLED_UPDATE", "ban_info": lifted})
    await troubled.forward("2m")
    troubled.alice.expects("Disk almost full")
    post.expects("desk", "WhatsApp works again for the account")
    troubled.bob.stays_silent()
    assert await conditions(troubled) == []


NEWS: tuple[tuple[str, dict[str, Any], str], ...] = (
    (
        "account_update",
        {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}},
        "The account broke a policy (SCAM)",
    ),
    (
        "account_alerts",
        {
            "alert_info": {
                "alert_severity": "CRITICAL",
                "alert_type": "OBA_REJECTED",
                "alert_description": "No.",
            }
        },
        "No. See",
    ),
    ("account_alerts", {"alert_severity": "WARNING", "alert_type": "PROFILE_PICTURE_LOST"}, "PICTURE_LOST"),
    ("account_review_update", {"decision": "REJECTED"}, "The review of the account ended badly"),
    (
        "phone_number_name_update",
        {"decision": "REJECTED", "requested_verified_name": "Ops"},
        "The display name Ops was rejected",
    ),
    ("phone_number_quality_update", {"event": "FLAGGED"}, "its quality is low"),
    ("security", {"event": "PIN_CHANGED"}, "The two-step PIN of the number: changed"),
    (
        "account_update",
        {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_NEW"}]},
        "The account is restricted (RESTRICTED_NEW)",
    ),
)


@pytest.mark.parametrize(("field", "value", "text"), NEWS)
async def test_news_that_only_deserve_a_look_are_told_once_and_stop_nothing(
    troubled: World, field: str, value: dict[str, Any], text: str
) -> None:
    for _ in range(2):
        troubled.sandbox.announce(field, value)
        await troubled.forward("1m")
    troubled.bob.expects(text)
    troubled.bob.stays_silent()
    assert (await ready(troubled))[0] == 200
    await fires(troubled, "DiskFull")
    troubled.alice.expects("Disk almost full")
    await troubled.forward("8d")
    troubled.bob.stays_silent()  # nobody is told that a warning is over


async def test_without_any_way_to_an_administrator_log_and_readiness_say_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.sandbox.account.access_token = "another-token"
    await world.alert("DailyNote")
    _, text = await ready(world)
    assert "No administrator could be told of it" in text
    assert caplog.text.count("No administrator could be told of it") == 1
    assert caplog.text.count("Access token expired or invalid") == 1


# people


async def test_after_an_undeliverable_message_the_next_is_tried_and_goes_another_way_at_once(
    troubled: World, post: PostOffice
) -> None:
    troubled.alice.phone.on_whatsapp = False
    await fires(troubled, "DiskFull")
    post.expects("alice", "WhatsApp cannot reach this person.")
    troubled.sandbox.policy = CallbackPolicy(
        sent_after=timedelta(0), delivered_after=timedelta(minutes=2), read_after=timedelta(days=30)
    )
    await fires(troubled, "DiskFull", instance="db-8")
    post.expects("alice", "It comes this way too because WhatsApp could not reach Alice lately.")
    await troubled.forward("10m")
    troubled.alice.phone.on_whatsapp = True
    await fires(troubled, "DiskFull", instance="db-9")
    post.expects("alice", "could not reach Alice lately")
    await troubled.forward("3m")
    troubled.alice.expects("Alert: db-9")
    assert await conditions(troubled) == []
    await fires(troubled, "DiskFull", instance="db-10")
    await troubled.forward("10m")
    post.stays_silent()


async def test_a_changed_identity_holds_messages_until_the_person_writes(
    troubled: World, post: PostOffice
) -> None:
    troubled.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.IDENTITY_CHANGED))
    await fires(troubled, "DiskFull")
    post.expects("alice", "WhatsApp cannot reach this person.")
    troubled.bob.expects("Identity key differs", "make sure who it is")
    await fires(troubled, "DiskFull", instance="db-8")
    assert (await first(troubled, 2)).reason is Reason.IDENTITY_CHANGED
    post.expects("alice", "This person has a new phone or key.")
    await troubled.restart()
    await troubled.forward("20m")
    troubled.alice.stays_silent()
    await troubled.alice.replies("It is me")
    await troubled.settle()
    troubled.alice.expects("Alert: db-8")
    troubled.bob.expects("works again for person alice")


async def test_a_country_that_is_closed_stops_only_its_people(troubled: World, post: PostOffice) -> None:
    text = troubled.config_path.read_text().replace(
        'bob: {phone: "+447700900456"', 'bob: {phone: "+4915735981234"'
    )
    troubled.config_path.write_text(text.replace("oncall: {to: [alice]}", "oncall: {to: [alice, bob]}"))
    await troubled.restart()
    bob = troubled.sandbox.phone("+4915735981234")
    troubled.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.COUNTRY_RESTRICTED))
    await fires(troubled, "DiskFull")
    await fires(troubled, "DiskFull", instance="db-8")
    await troubled.settle()
    assert (await first(troubled, 2)).reason is Reason.COUNTRY_BLOCKED
    told = [message.text for message in bob.messages if "Alert: db-8" in message.text]
    assert len(told) == 1


async def test_who_wants_no_marketing_loses_no_alerts(troubled: World) -> None:
    troubled.sandbox.fail_next(Fault(kind="failed", refusal=Refusal.MARKETING_STOPPED))
    await fires(troubled, "DiskFull")
    pages = await troubled.house.engine.look(lambda views: views.ledger("alice"))
    assert [page.entry.purpose.value for page in pages if page.entry.act.value == "revoked"] == ["marketing"]
    await fires(troubled, "DiskFull", instance="db-8")
    troubled.alice.expects("Alert: db-8")


# words


async def test_a_text_that_the_platform_refuses_leaves_once_more_in_plainer_words(troubled: World) -> None:
    troubled.sandbox.fail_next(Fault(refusal=Refusal.PARAMETER_TEXT))
    await fires(troubled, "DiskFull", summary="Disk ✺ almost ⟪full⟫ on the database of the accounting office")
    shown = troubled.alice.expects("Disk almost full on the dat")
    assert "✺" not in shown.text
    assert (await first(troubled)).reason is Reason.SAID_SHORTER
    troubled.sandbox.fail_next(Fault(refusal=Refusal.HYDRATED_TOO_LONG, times=2))
    await fires(troubled, "DiskFull", instance="db-8")
    assert (await first(troubled, 2)).reason is Reason.REQUEST_WRONG
