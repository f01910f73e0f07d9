"""How to bring about what each recorded notification tells of; the sandbox's own notification is returned."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from tests.sandbox.conftest import (
    ANNA,
    Bench,
    alert_parts,
    open_window,
    template_body,
    text_body,
    wamid_of,
)
from wa_notify.sandbox import Phone

from .hearing import BUTTONS, CARD, LIST, ORDER, PLACE, RESTRICTED, interactive

Situation: TypeAlias = Callable[[Bench], Awaitable[Any]]
TAGGED = {"biz_opaque_callback_data": "alert:7f1c;attempt:2"}
WABA, NUMBER = "/v26.0/300000000000202", "/v26.0/400000000000101"
TEMPLATES = f"{WABA}/message_templates"
REPORT = {
    "name": "judge_report",
    "language": "en",
    "category": "UTILITY",
    "components": [
        {
            "type": "BODY",
            "text": "The report of {{1}} on {{2}} is ready.",
            "example": {"body_text": [["db-7", "Monday"]]},
        }
    ],
}


def anna(bench: Bench) -> Phone:
    phone = bench.sandbox.phone(ANNA)
    phone.name = "Dana Okafor"
    return phone


async def told(bench: Bench, field: str = "") -> Any:
    """The newest callback, of that field if one is named, once everything that is due has happened."""
    await bench.pass_time(seconds=0)
    wholes = [callback.whole for callback in bench.service.callbacks]
    return [whole for whole in wholes if field in whole["entry"][0]["changes"][0]["field"]][-1]


def person(act: Callable[[Phone], object]) -> Situation:
    """A person does something of themselves."""

    async def situation(bench: Bench) -> Any:
        act(anna(bench))
        return await told(bench)

    return situation


def person_with_alert(act: Callable[[Phone, str], object]) -> Situation:
    """A person does something with a template that they have read."""

    async def situation(bench: Bench) -> Any:
        phone = anna(bench)
        wamid = wamid_of(await bench.template(*alert_parts(), name="ops_alert"))
        await bench.pass_time(minutes=1)
        act(phone, wamid)
        return await told(bench)

    return situation


def person_with_buttons(buttons: dict[str, Any], title: str) -> Situation:
    async def situation(bench: Bench) -> Any:
        await open_window(bench)
        await bench.post(interactive(buttons))
        await bench.pass_time(minutes=1)
        anna(bench).tap(title)
        return await told(bench)

    return situation


def file(kind: str, mime_type: str, **more: str) -> Situation:
    async def situation(bench: Bench) -> Any:
        bench.sandbox.send_file(anna(bench), kind, b"bytes", mime_type, **more)
        return await told(bench)

    return situation


def _hide_and_write(phone: Phone) -> None:
    phone.username = "kim.vale"
    phone.reply("ack")


async def _chat_opened(bench: Bench) -> Any:
    bench.account.first.welcomes = True
    anna(bench).open_chat()
    return await told(bench)


def _edit(phone: Phone) -> None:
    phone.edit(phone.reply("text"), "corrected text")


def _edit_answer(phone: Phone, alert: str) -> None:
    phone.edit(phone.reply("text", to=alert), "corrected text")


def _edit_caption(phone: Phone) -> None:
    phone.edit(phone.send("image", {"id": "7100000000000031", "caption": "text"}), "corrected caption")


def _delete(phone: Phone) -> None:
    phone.delete(phone.reply("text"))


def _take_reaction_back(phone: Phone, alert: str) -> None:
    phone.react("\N{THUMBS UP SIGN}", to=alert)
    phone.react("", to=alert)


INBOUND: dict[str, Situation] = {
    "text": person(lambda phone: phone.reply("what is db-7 doing")),
    "text_of_a_hidden_person": person(_hide_and_write),
    "answer_to_a_message": person_with_alert(lambda phone, alert: phone.reply("this one", to=alert)),
    "quick_reply_of_a_template": person_with_alert(lambda phone, _alert: phone.tap("Acknowledge")),
    "reply_button": person_with_buttons(BUTTONS, "Acknowledge"),
    "list_row": person_with_buttons(LIST, "Escalate"),
    "image": file("image", "image/jpeg", caption="rack photo"),
    "video": file("video", "video/mp4", caption="the fan"),
    "voice_note": file("audio", "audio/ogg; codecs=opus"),
    "song": file("audio", "audio/mpeg"),
    "document": file("document", "text/plain", filename="log.txt"),
    "sticker": file("sticker", "image/webp"),
    "location": person(lambda phone: phone.send("location", PLACE)),
    "contacts": person(lambda phone: phone.send("contacts", [CARD])),
    "reaction": person_with_alert(lambda phone, alert: phone.react("\N{THUMBS UP SIGN}", to=alert)),
    "reaction_removed": person_with_alert(_take_reaction_back),
    "order": person(lambda phone: phone.send("order", ORDER)),
    "number_changed": person(lambda phone: phone.change_number("+447700900789")),
    "user_id_changed": person(lambda phone: phone.change_user_id()),
    "unsupported": person(lambda phone: phone.send("unsupported", {"type": "poll_creation"})),
    "chat_opened": _chat_opened,
    "edited": person(_edit),
    "edited_answer": person_with_alert(_edit_answer),
    "edited_caption": person(_edit_caption),
    "deleted": person(_delete),
    "kind_of_the_future": person(lambda phone: phone.send("hologram", {"shape": "a cube"})),
}


def status(word: str, body: dict[str, Any], *, window: bool = False, **account: str) -> Situation:
    """The callback that tells that status of a message."""

    async def situation(bench: Bench) -> Any:
        for name, value in account.items():
            setattr(bench.account, name, value)
        anna(bench)
        if window:
            await open_window(bench)
        wamid_of(await bench.post(body))
        await bench.pass_time(minutes=1)
        (found,) = [
            callback.whole
            for callback in bench.service.callbacks
            if callback.value["statuses"][0]["status"] == word
        ]
        return found

    return situation


async def _sent_to_a_user_id(bench: Bench) -> Any:
    body = {**template_body(**TAGGED), "recipient": anna(bench).user_id}
    del body["to"]
    return await status("sent", body)(bench)


async def _undeliverable(bench: Bench) -> Any:
    anna(bench).on_whatsapp = False
    return await status("failed", template_body(**TAGGED))(bench)


async def _in_the_days_of_conversations(bench: Bench) -> Any:
    bench.clock.now = datetime(2024, 3, 1, tzinfo=UTC)
    return await status("sent", template_body(**TAGGED), webhook_version="v19.0")(bench)


STATUSES: dict[str, Situation] = {
    "sent": status("sent", template_body(**TAGGED)),
    "delivered": status("delivered", template_body(**TAGGED)),
    "read": status("read", template_body(**TAGGED)),
    "sent_without_data": status("sent", template_body()),
    "sent_to_a_user_id": _sent_to_a_user_id,
    "sent_free_of_charge": status("sent", text_body(**TAGGED), window=True),
    "failed_window_closed": status("failed", text_body(**TAGGED)),
    "failed_undeliverable": _undeliverable,
    "sent_at_version_23": status("sent", template_body(**TAGGED), webhook_version="v23.0"),
    "delivered_at_version_23": status("delivered", template_body(**TAGGED), webhook_version="v23.0"),
    "sent_in_the_days_of_conversations": _in_the_days_of_conversations,
    "deleted_in_the_older_way": person(lambda phone: phone.delete(phone.reply("text"), legacy=True)),
}

PREFERENCES: dict[str, Situation] = {
    "stopped": person(lambda phone: phone.prefer("stop")),
    "resumed": person(lambda phone: phone.prefer("resume")),
    "signed_up": person(lambda phone: phone.prefer("signup")),
}


def review(field: str = "", **changes: str) -> Situation:
    async def situation(bench: Bench) -> Any:
        bench.sandbox.review("ops_alert", "en", **changes)
        return await told(bench, field)

    return situation


async def _paused(bench: Bench) -> Any:
    """People complain until the template is paused."""
    return await review("message_template_status_update", quality="RED")(bench)


async def _disabled(bench: Bench) -> Any:
    """It is paused for the third time."""
    for _ in range(3):
        await bench.pass_time(hours=7)
        bench.sandbox.review("ops_alert", "en", quality="RED")
    return await told(bench, "message_template_status_update")


def announced(field: str, value: dict[str, Any]) -> Situation:
    async def situation(bench: Bench) -> Any:
        bench.sandbox.announce(field, value)
        return await told(bench)

    return situation


async def _approved(bench: Bench) -> Any:
    await bench.graph.post(TEMPLATES, json=REPORT)
    await bench.pass_time(minutes=5)
    return await told(bench)


async def _edited_words(bench: Bench) -> Any:
    template = bench.account.templates["ops_alert", "en"]
    await bench.graph.post(f"/v26.0/{template.id}", json={"components": list(template.components)})
    return await told(bench)


async def _throughput_raised(bench: Bench) -> Any:
    bench.sandbox.raise_throughput()
    await bench.pass_time(minutes=1)
    return await told(bench)


async def _limit_raised(bench: Bench) -> Any:
    bench.sandbox.set_tier("TIER_10K")
    return await told(bench)


TO_BE_DISABLED = {"waba_ban_state": "SCHEDULE_FOR_DISABLE", "waba_ban_date": "November 28, 2026"}
ALERT = {"alert_severity": "INFORMATIONAL", "alert_status": "NONE", "alert_type": "OBA_APPROVED"}
MANAGEMENT: dict[str, Situation] = {
    "template_approved": _approved,
    "template_paused": _paused,
    "template_disabled": _disabled,
    "template_rejected": review(status="REJECTED", reason="INVALID_FORMAT", recommendation="Number them."),
    "template_quality": review("message_template_quality_update", quality="YELLOW"),
    "category_announced": review(correct_category="MARKETING"),
    "category_changed": review(category="MARKETING"),
    "template_words": _edited_words,
    "throughput_raised": _throughput_raised,
    "limit_raised": _limit_raised,
    "account_restricted": announced("account_update", RESTRICTED),
    "account_to_be_disabled": announced(
        "account_update", {"event": "DISABLED_UPDATE", "ban_info": TO_BE_DISABLED}
    ),
    "account_violation": announced(
        "account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}
    ),
    "account_alert": announced(
        "account_alerts",
        {
            "entity_type": "BUSINESS",
            "entity_id": "200000000000404",
            "alert_info": {**ALERT, "alert_description": "Approved."},
        },
    ),
    "account_reviewed": announced("account_review_update", {"decision": "APPROVED"}),
    "name_rejected": announced(
        "phone_number_name_update",
        {
            "display_phone_number": "441632960111",
            "decision": "REJECTED",
            "requested_verified_name": "Example",
            "rejection_reason": "NAME_NOT_RELATED",
        },
    ),
    "pin_changed": announced(
        "security",
        {"display_phone_number": "441632960111", "event": "PIN_CHANGED", "requester": "200000000000909"},
    ),
    "news_of_the_future": announced("weather_update", {"event": "RAIN"}),
}
