"""Statuses, wishes, news, and the envelope around everything."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.errors import NotificationRefused
from wa_notify.core.inbound import (
    AccountNews,
    InboundMessage,
    Preference,
    Sender,
    StatusUpdate,
    TemplateNews,
    TemplateWords,
    Unknown,
)
from wa_notify.core.message import Failure, Remedy
from wa_notify.core.template import ButtonShape
from wa_notify.whatsapp.webhook import parse

from .examples import (
    DANA,
    DANA_BSUID,
    EXAMPLES,
    NUMBER_ID,
    RECEIVED,
    arrival,
    arrivals,
    envelope,
    messages_change,
)

OUT = "wamid.HBgMNDQ3NzAwOTAwMTIzFQIAERgSOTFCNEMwNkVFMkE3RDM1RjEwAA=="


def status(word: str = "sent", **parts: Any) -> dict[str, Any]:
    return {"id": "wamid.OUT", "status": word, "timestamp": "1795253423", "recipient_id": DANA, **parts}


def told(item: dict[str, Any]) -> StatusUpdate:
    event = arrival(envelope(messages_change(statuses=[item]))).event
    assert isinstance(event, StatusUpdate)
    return event


def test_the_documented_delivery_is_read() -> None:
    told_us = arrival(EXAMPLES["delivered"])
    assert (told_us.key, told_us.number_id) == (f"{OUT}/delivered", NUMBER_ID)
    assert told_us.event == StatusUpdate(
        wamid=OUT,
        status=DeliveryStatus.DELIVERED,
        word="delivered",
        at=datetime.fromtimestamp(1795253423, UTC),
        recipient=Sender(wa_id=DANA, bsuid=DANA_BSUID, profile_name="Dana Okafor"),
        callback_data="alert:7f1c;attempt:2",
        pricing={"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"},
        raw=EXAMPLES["delivered"]["entry"][0]["changes"][0]["value"]["statuses"][0],
    )


def test_the_documented_failure_is_read_with_its_remedy_and_without_words_that_may_be_private() -> None:
    event = arrival(EXAMPLES["failed"]).event
    assert isinstance(event, StatusUpdate)
    assert event.status is DeliveryStatus.FAILED
    assert event.failure == Failure(
        code=131047,
        title="Window closed",
        remedy=Remedy.TEMPLATE,
    )


def test_a_status_of_the_conversation_era_is_read() -> None:
    event = told(EXAMPLES["legacy_status"])
    assert (event.status, event.pricing["pricing_model"]) == (DeliveryStatus.SENT, "CBP")


@pytest.mark.parametrize(
    ("word", "reached"),
    [
        ("sent", DeliveryStatus.SENT),
        ("delivered", DeliveryStatus.DELIVERED),
        ("read", DeliveryStatus.READ),
        ("played", DeliveryStatus.READ),
        ("failed", DeliveryStatus.FAILED),
        ("deleted", None),
        ("warning", None),
        ("teleported", None),
    ],
)
def test_each_word_of_the_platform_says_how_far_it_got(word: str, reached: DeliveryStatus | None) -> None:
    event = told(status(word))
    assert (event.status, event.word) == (reached, word)


def test_a_failure_without_a_reason_may_be_tried_again() -> None:
    failure = told(status("failed")).failure
    assert failure is not None
    assert (failure.code, failure.remedy) == (131000, Remedy.RETRY)


def test_the_first_readable_error_of_a_failure_counts() -> None:
    failure = told(status("failed", errors=["?", {"title": "?"}, {"code": "131026"}])).failure
    assert failure is not None
    assert failure.code == 131026


def test_a_send_by_bsuid_is_reported_by_bsuid() -> None:
    event = told(
        {key: value for key, value in status(recipient_user_id=DANA_BSUID).items() if key != "recipient_id"}
    )
    assert event.recipient == Sender(bsuid=DANA_BSUID)


def test_in_a_group_each_person_has_a_status_of_their_own() -> None:
    people = [
        status(recipient_type="group", recipient_id="group-1", recipient_participant_id=each)
        for each in ("447700900123", "447700900456")
    ]
    first, second = arrivals(envelope(messages_change(statuses=people)))
    assert first.key != second.key
    assert isinstance(first.event, StatusUpdate)
    assert first.event.recipient.wa_id == "447700900123"


@pytest.mark.parametrize(
    "odd",
    [{"id": None}, {"status": None}, {"status": 1.5}, {"id": {}}, {"pricing": "free"}, {"recipient_id": []}],
)
def test_an_odd_status_is_unknown_and_loses_no_other(odd: dict[str, Any]) -> None:
    items = [status("sent"), status() | odd, status("read")]
    first, second, third = arrivals(envelope(messages_change(statuses=items)))
    assert (first.key, third.key) == ("wamid.OUT/sent", "wamid.OUT/read")
    assert second.event == Unknown(kind="statuses", raw=items[1])


@pytest.mark.parametrize(
    "contacts", [None, "x", [1, None], [{"wa_id": DANA, "profile": "Dana"}], [{"wa_id": 5}]]
)
def test_odd_contacts_beside_an_item_do_no_harm(contacts: object) -> None:
    event = arrival(envelope(messages_change(contacts=contacts, statuses=[status()]))).event
    assert isinstance(event, StatusUpdate)
    assert event.recipient == Sender(wa_id=DANA)


def test_the_documented_wish_is_read() -> None:
    told_us = arrival(EXAMPLES["preference"])
    assert told_us.number_id == NUMBER_ID
    raw = EXAMPLES["preference"]["entry"][0]["changes"][0]["value"]["user_preferences"][0]
    assert told_us.event == Preference(
        sender=Sender(wa_id=DANA, bsuid=DANA_BSUID, profile_name="Dana Okafor"),
        category="marketing_messages",
        value="stop",
        at=datetime.fromtimestamp(1795253500, UTC),
        raw=raw,
    )


ALERT = "ops_incident_alert"
QUALITY = "phone_number_quality_update"
NEWS: list[tuple[str, ...]] = [  # kind, then name, status, category, upcoming_category, or the event
    ("message_template_status_update", ALERT, "PAUSED", "UTILITY", ""),
    ("message_template_status_update", "ops_incident_alert_named", "REJECTED", "", ""),
    ("message_template_quality_update", ALERT, "", "", ""),
    ("template_category_update", ALERT, "", "UTILITY", "MARKETING"),
    ("template_category_update", ALERT, "", "MARKETING", ""),
    (QUALITY, "THROUGHPUT_UPGRADE"),
    ("account_update", "ACCOUNT_RESTRICTION"),
    ("account_update", "DISABLED_UPDATE"),
    ("account_alerts", "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO"),
    ("business_capability_update", "TIER_2K"),
    ("security", "PIN_CHANGED"),
]


@pytest.mark.parametrize(
    ("change", "wanted"), list(zip(EXAMPLES["management"], NEWS, strict=True)), ids=[row[0] for row in NEWS]
)
def test_each_documented_news_is_read(change: dict[str, Any], wanted: tuple[str, ...]) -> None:
    told_us = arrival(envelope(change, time=1795253600))
    event = told_us.event
    assert told_us.number_id == ""
    if isinstance(event, TemplateNews):
        assert (event.kind, event.name, event.status, event.category, event.upcoming_category) == wanted
        assert event.language == "en"
    else:
        assert isinstance(event, AccountNews)
        assert (event.kind, event.event) == wanted
    assert event.raw == change["value"]


@pytest.mark.parametrize(
    ("field", "value", "event"),
    [
        ("account_alerts", {"alert_type": "OBA_APPROVED", "alert_severity": "INFORMATIONAL"}, "OBA_APPROVED"),
        ("business_capability_update", {"max_daily_conversations_per_business": 2000}, "2000"),
        ("business_capability_update", {"max_daily_conversation_per_phone": -1}, "-1"),
        ("account_review_update", {"decision": "REJECTED"}, "REJECTED"),
        ("phone_number_name_update", {"decision": "APPROVED"}, "APPROVED"),
        ("account_update", {}, ""),
    ],
)
def test_other_shapes_of_account_news_are_read(field: str, value: dict[str, Any], event: str) -> None:
    told_us = arrival(envelope({"field": field, "value": value}))
    limit = event if field == "business_capability_update" else ""
    assert isinstance(told_us.event, AccountNews)
    assert replace(told_us.event, signs=()) == AccountNews(kind=field, event=event, limit=limit, raw=value)


WORDS = {
    "message_template_id": 900000000000770,
    "message_template_name": ALERT,
    "message_template_language": "en",
    "message_template_element": "An alert on {{1}} is open.",
}
LINK = {
    "message_template_button_type": "URL",
    "message_template_button_text": "Open",
    "message_template_button_url": "https://ops.example.net/{{1}}",
}
CALL = {
    "message_template_button_type": "PHONE_NUMBER",
    "message_template_button_text": "Call",
    "message_template_button_phone_number": "+441632960111",
}


def template_news(field: str, value: dict[str, Any]) -> TemplateNews:
    event = arrival(envelope({"field": field, "value": value}, time=1795253600)).event
    assert isinstance(event, TemplateNews)
    return event


def test_news_of_a_template_carry_their_time_and_the_reason_of_a_rejection() -> None:
    paused, rejected, quality = (change["value"] for change in EXAMPLES["management"][:3])
    told = template_news("message_template_status_update", rejected)
    assert told.at == datetime.fromtimestamp(1795253600, UTC)
    assert told.why_rejected == "INVALID_FORMAT: Variables are not in order. Number them from 1."
    assert template_news("message_template_status_update", paused).why_rejected == ""
    bare = {**rejected, "reason": None, "rejection_info": 7}
    assert template_news("message_template_status_update", bare).why_rejected == ""
    assert template_news("message_template_quality_update", quality).quality == "YELLOW"


def test_the_words_of_an_edited_template_are_read() -> None:
    whole = {
        **WORDS,
        "message_template_title": "Alert",
        "message_template_footer": "The desk",
        "message_template_buttons": [LINK, CALL, "odd"],
    }
    assert template_news("message_template_components_update", whole).words == TemplateWords(
        header="Alert",
        body="An alert on {{1}} is open.",
        footer="The desk",
        buttons=(
            ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}"),
            ButtonShape(kind="PHONE_NUMBER", text="Call", target="+441632960111"),
        ),
    )
    bare = template_news("message_template_components_update", WORDS)
    assert bare.words == TemplateWords(body="An alert on {{1}} is open.")
    assert template_news("message_template_quality_update", WORDS).words is None


def test_an_edit_without_its_words_is_kept_as_it_came() -> None:
    value = {key: said for key, said in WORDS.items() if key != "message_template_element"}
    event = arrival(envelope({"field": "message_template_components_update", "value": value})).event
    assert event == Unknown(kind="message_template_components_update", raw=value)


@pytest.mark.parametrize(
    ("field", "value", "limit"),
    [
        (QUALITY, {"event": "UPGRADE", "current_limit": "TIER_1K", "old_limit": "TIER_250"}, "TIER_1K"),
        (QUALITY, {"max_daily_conversations_per_business": "TIER_UNLIMITED"}, "TIER_UNLIMITED"),
        (QUALITY, {"event": "FLAGGED"}, ""),
        ("security", {"current_limit": "TIER_1K"}, ""),
    ],
)
def test_a_messaging_limit_is_read_where_it_is_told(field: str, value: dict[str, Any], limit: str) -> None:
    event = arrival(envelope({"field": field, "value": value})).event
    assert isinstance(event, AccountNews)
    assert event.limit == limit


def test_only_news_of_its_status_changes_the_status_of_a_template() -> None:
    value = EXAMPLES["management"][2]["value"] | {"event": "PAUSED"}
    event = arrival(envelope({"field": "message_template_quality_update", "value": value})).event
    assert isinstance(event, TemplateNews)
    assert event.status == ""


@pytest.mark.parametrize("field", ["calls", "flows", "history", "smb_message_echoes", "field_of_tomorrow"])
def test_a_field_that_we_do_not_follow_is_kept(field: str) -> None:
    value = {"anything": [1, {"x": None}]}
    assert arrival(envelope({"field": field, "value": value})).event == Unknown(kind=field, raw=value)


def test_trouble_on_the_platforms_side_is_news_of_the_account() -> None:
    error = {"code": 131000, "title": "Something went wrong"}
    told_us = arrival(envelope(messages_change(errors=[error])))
    assert told_us.number_id == NUMBER_ID
    assert told_us.event == AccountNews(kind="errors", event="Something went wrong (131000)", raw=error)


@pytest.mark.parametrize(
    "change",
    [
        None,
        "messages",
        {},
        {"field": "messages"},
        {"field": "messages", "value": None},
        {"field": "messages", "value": {}},
        {"field": 5, "value": {}},
        {"value": {"messages": []}},
        {"field": "messages", "value": {"messages": "text"}},
        {"field": "messages", "value": {"statuses": [7]}},
        {"field": "user_preferences", "value": {"user_preferences": [{"value": None}]}},
        {"field": "message_template_status_update", "value": {"event": "PAUSED"}},
        {"field": "account_update", "value": {"event": {"a": 1}}},
        {"field": "account_alerts", "value": {"alert_info": "x"}},
    ],
)
def test_an_odd_change_is_unknown_and_loses_no_other(change: Any) -> None:
    neighbour = messages_change(statuses=[status()])
    first, odd, last = arrivals(envelope(neighbour, change, neighbour))
    assert first.key == last.key == "wamid.OUT/sent"
    assert isinstance(odd.event, Unknown)


def test_an_odd_entry_is_unknown_and_loses_no_other() -> None:
    document = envelope(messages_change(statuses=[status()]))
    document["entry"] = [7, {"id": "1"}, {"changes": {}}, *document["entry"]]
    *odd, last = arrivals(document)
    assert [each.event for each in odd] == [
        Unknown(kind="entry", raw={"item": 7}),
        Unknown(kind="entry", raw={"id": "1"}),
        Unknown(kind="entry", raw={"changes": {}}),
    ]
    assert last.key == "wamid.OUT/sent"


def test_all_entries_changes_and_items_of_a_batch_arrive_in_order() -> None:
    words = ["sent", "delivered", "read", "failed"]
    changes = [messages_change(statuses=[status(word, id=f"wamid.{n}") for word in words]) for n in range(3)]
    document = envelope(*changes)
    document["entry"] *= 2
    keys = [each.key for each in arrivals(document)]
    assert keys == [f"wamid.{n}/{word}" for n in range(3) for word in words] * 2


def test_messages_and_errors_beside_each_other_both_arrive() -> None:
    change = messages_change(errors=[{"code": 1}], messages=[{"id": "wamid.A", "type": "text"}])
    message, error = arrivals(envelope(change))
    assert isinstance(message.event, InboundMessage)
    assert isinstance(error.event, AccountNews)


def test_an_empty_notification_tells_nothing() -> None:
    assert arrivals(envelope()) == ()
    assert arrivals({"object": "whatsapp_business_account", "entry": []}) == ()


def keys_of(document: dict[str, Any], received_at: datetime = RECEIVED) -> list[str]:
    return [each.key for each in parse(json.dumps(document).encode(), received_at=received_at)]


LATER = RECEIVED + timedelta(hours=3)


@pytest.mark.parametrize("example", ["text", "delivered", "failed", "preference"])
def test_what_is_told_twice_has_the_same_key(example: str) -> None:
    assert keys_of(EXAMPLES[example]) == keys_of(EXAMPLES[example], LATER)


def test_news_told_twice_has_the_same_key_whatever_the_order_of_its_fields() -> None:
    document = envelope(*EXAMPLES["management"], time=1795253600)
    turned = envelope(
        *({**change, "value": dict(reversed(change["value"].items()))} for change in EXAMPLES["management"]),
        time=1795253600,
    )
    keys = keys_of(document)
    assert keys == keys_of(turned, LATER)
    assert len(set(keys)) == len(keys)


def test_the_same_news_of_another_day_has_another_key() -> None:
    paused = EXAMPLES["management"][0]
    assert keys_of(envelope(paused, time=1795253600)) != keys_of(envelope(paused, time=1795340000))


def test_news_without_any_time_is_rather_told_twice_than_lost() -> None:
    paused = EXAMPLES["management"][0]
    assert keys_of(envelope(paused)) != keys_of(envelope(paused), LATER)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"field=messages", "no JSON"),
        (b'{"object":"whatsapp_business_account","entry":["\xed\xa0\x80"]}', "no JSON"),
        (b'{"object":', "no JSON"),
        (b'{"object": NaN}', "no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[]", "no object"),
        (b"null", "no object"),
        (b"{}", "object is not whatsapp_business_account"),
        (b'{"object":"page","entry":[]}', "object is not whatsapp_business_account"),
        (b'{"object":"whatsapp_business_account"}', "no list of entries"),
        (b'{"object":"whatsapp_business_account","entry":{}}', "no list of entries"),
        (
            b'{"object":"whatsapp_business_account","entry":[' + b"[" * 100 + b"]" * 100 + b"]}",
            "deeper than 64",
        ),
    ],
)
def test_what_is_no_notification_is_refused_with_its_reason(body: bytes, complaint: str) -> None:
    with pytest.raises(NotificationRefused, match=complaint):
        parse(body, received_at=RECEIVED)
