"""The state of a sandbox as JSON, for the page and for anyone with curl.

Everything is shown, the tokens too: nothing here is real.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from .account import Account
from .chat import Chat
from .faults import Waiting
from .messages import Message
from .phones import Phone
from .refusals import Refusal, row_view
from .script import Cue
from .world import World

MESSAGES_SHOWN = 200


def state_view(world: World) -> dict[str, Any]:
    """Return everything: clock, account, phones with their newest messages, policy, limits, faults."""
    now, due = world.clock(), world.schedule.next_due()
    return {
        "now": now.isoformat(),
        "clock": {"owned": world.clock.owned, "offset_seconds": world.clock.offset.total_seconds()},
        "business": {"id": world.portfolio.business_id, "messaging_limit": world.portfolio.messaging_limit},
        "account": account_view(world.account),
        "accounts": [account_view(account) for account in world.portfolio.accounts],
        "phones": [phone_view(phone, now) for phone in world.people.phones.values()],
        "policy": policy_view(world),
        "limits": _plain(asdict(world.limits)),
        "faults": [fault_view(waiting) for waiting in world.faults.waiting(now)],
        "waiting": {
            "scheduled": len(world.schedule),
            "kept_back": world.courier.waiting,
            "next_due": due and due.isoformat(),
        },
        "scenario": world.play.view(sum(isinstance(event, Cue) for _, event in world.schedule.planned)),
        "log_number": world.journal.written,
    }


def account_view(account: Account) -> dict[str, Any]:
    """Return an account with all its fields; those of its first number stand beside them."""
    own = {name: getattr(account, name) for name in account.__slots__ if name not in ("templates", "numbers")}
    numbers = [asdict(number) for number in account.numbers]
    first = {name: value for name, value in numbers[0].items() if name != "callback_url"}
    templates = [template.as_json() for template in account.templates.values()]
    return {**first, **own, "numbers": numbers, "templates": templates}


def policy_view(world: World) -> dict[str, Any]:
    """Return the callback policy; delays in seconds, under the names that the control API takes."""
    return _plain(asdict(world.courier.policy))


def phone_view(phone: Phone, now: datetime) -> dict[str, Any]:
    """Return a person with their newest messages."""
    chats = [chat_view(chat, now) for chat in (phone.chats or {"": phone.chat()}).values()]
    return {
        "number": phone.number,
        "wa_id": phone.wa_id,
        "user_id": phone.user_id,
        "name": phone.name,
        "online": phone.online,
        "reads": phone.reads,
        "on_whatsapp": phone.on_whatsapp,
        "hides_number": phone.hides_number,
        "typing": chats[0]["typing"],
        "window": chats[0]["window"],
        "chats": chats,
        "earlier_messages": max(len(phone.history) - MESSAGES_SHOWN, 0),
        "messages": [message_view(message) for message in phone.history[-MESSAGES_SHOWN:]],
    }


def chat_view(chat: Chat, now: datetime) -> dict[str, Any]:
    """Return how a person stands with one business number."""
    left = chat.window_left(now)
    return {
        "phone_number_id": chat.line.id,
        "name": chat.line.number.verified_name,
        "window": {
            "open": left > timedelta(),
            "until": chat.window_until and chat.window_until.isoformat(),
            "seconds_left": left.total_seconds(),
        },
        "typing": chat.is_typing(now),
    }


def message_view(message: Message) -> dict[str, Any]:
    """Return a message as the person sees it, with what the business sees of its fate."""
    content, template = message.content, message.content.template
    return {
        "wamid": message.wamid,
        "phone_number_id": message.line.id,
        "direction": message.direction,
        "kind": content.kind,
        "header": content.header,
        "body": content.body,
        "footer": content.footer,
        "text": content.text,
        "buttons": [asdict(button) for button in content.buttons],
        "sent_at": message.at.isoformat(),
        "status": message.status.value,
        "reached": {status.value: at.isoformat() for status, at in message.reached.items()},
        "on_screen": message.on_screen,
        "expired": message.expired,
        "quoted": message.quoted,
        "target": content.target,
        "template": template and {"name": template.name, "language": template.language},
        "opaque": message.opaque,
        "failure": message.failure,
        "pricing": message.pricing,
    }


def fault_view(waiting: Waiting) -> dict[str, Any]:
    """Return a waiting fault: `times` are those that are left, `until` is when a storm ends."""
    fault = waiting.fault
    return {
        **_plain(asdict(fault)),
        "refusal": fault.refusal.name,
        "code": fault.refusal.value.code,
        "times": waiting.left,
        "until": waiting.until and waiting.until.isoformat(),
    }


def refusals_view() -> list[dict[str, Any]]:
    """Return the table of refusals."""
    return [row_view(refusal) for refusal in Refusal]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    match value:
        case timedelta():
            return value.total_seconds()
        case frozenset():
            return sorted(value)
        case _:
            return value
