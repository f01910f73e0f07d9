"""The state of a sandbox as JSON, for the page and for anyone with curl.

Everything is shown, the tokens too: nothing here is real.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from .account import NUMBER_FIELDS, Account, BusinessNumber
from .attachments import attachment_of, list_of, products_of
from .chat import Chat
from .faults import Waiting
from .messages import Message
from .phones import Phone
from .refusals import Refusal, row_view
from .script import Cue
from .tokens import Token
from .world import World

MESSAGES_SHOWN = 200
QUALITY = ("quality_score",)


def state_view(world: World, after: int = 0) -> dict[str, Any]:
    """Return everything: clock, account, phones with their newest messages, policy, limits, faults.

    after: leave out messages that look as they did in the answer of that `version`.
    """
    now, due = world.clock(), world.schedule.next_due()
    phones = list(world.people.phones.values())
    world.changes.take(message for phone in phones for message in phone.history[-MESSAGES_SHOWN:])
    return {
        "version": world.changes.version,
        "world": world.turn,
        "now": now.isoformat(),
        "clock": {"owned": world.clock.owned, "offset_seconds": world.clock.offset.total_seconds()},
        "business": {
            "id": world.portfolio.business_id,
            "messaging_limit": world.portfolio.messaging_limit,
            "verified": world.portfolio.verified,
        },
        "account": account_view(world.account),
        "accounts": [account_view(account) for account in world.portfolio.accounts],
        "phones": [
            phone_view(phone, now, world.changes.since(phone.history[-MESSAGES_SHOWN:], after))
            for phone in phones
        ],
        "policy": policy_view(world),
        "quotas": asdict(world.usage.quotas),
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
    apart = ("templates", "numbers", "tokens", "standing")
    own = _plain({name: getattr(account, name) for name in account.__slots__ if name not in apart})
    own["standing"] = account.standing.as_json()
    numbers = [number_view(number) for number in account.numbers]
    first = {name: numbers[0][name] for name in NUMBER_FIELDS}
    templates = [one.as_json() | one.as_json(QUALITY) for one in account.templates.values()]
    tokens = [token_view(text, token) for text, token in account.tokens.items()]
    return {**first, **own, "tokens": tokens, "numbers": numbers, "templates": templates}


def number_view(number: BusinessNumber) -> dict[str, Any]:
    """Return a business number, with the code that was sent to it while one is waiting."""
    registration = number.registration
    own = {name: getattr(number, name) for name in number.__slots__ if name != "registration"}
    return {
        **_plain(own),
        "api_key": number.key,
        "registered": registration.registered,
        "pin": registration.pin,
        "verification": registration.verification,
        "code": registration.code,
    }


def token_view(text: str, token: Token) -> dict[str, Any]:
    """Return what is known of a token."""
    return {
        "token": text,
        "scopes": sorted(token.scopes),
        "ends_at": token.ends_at and token.ends_at.isoformat(),
        "ends_as": token.ends_as.value,
    }


def policy_view(world: World) -> dict[str, Any]:
    """Return what the control `policy` takes, under the names that it takes; lengths of time in seconds."""
    return {
        **_plain(asdict(world.courier.policy)),
        "limits": _plain(asdict(world.limits)),
        "reviews": _plain(asdict(world.reviewers.policy)),
    }


def phone_view(phone: Phone, now: datetime, messages: Sequence[Message] | None = None) -> dict[str, Any]:
    """Return a person with their newest messages, or with the given ones."""
    shown = phone.history[-MESSAGES_SHOWN:] if messages is None else messages
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
        "username": phone.username,
        "app_outdated": phone.app_outdated,
        "terms_accepted": phone.terms_accepted,
        "in_experiment": phone.in_experiment,
        "marketing_cap": phone.marketing.cap,
        "identity_key": phone.identity_key,
        "typing": chats[0]["typing"],
        "window": chats[0]["window"],
        "chats": chats,
        "earlier_messages": max(len(phone.history) - MESSAGES_SHOWN, 0),
        "messages": [message_view(message) for message in shown],
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
        "open": chat.is_open,
        "blocked": chat.blocked,
        "marketing_stopped": chat.marketing_stopped,
        "hiccups": chat.hiccups,
    }


def message_view(message: Message) -> dict[str, Any]:
    """Return a message as the person sees it, with what the business sees of its fate."""
    content, template = message.content, message.content.template
    opener, sections = list_of(content)
    return {
        "wamid": message.wamid,
        "phone_number_id": message.line.id,
        "direction": message.direction,
        "kind": content.kind,
        "header": content.header,
        "body": content.body,
        "footer": content.footer,
        "text": content.text,
        "buttons": [
            {**asdict(button), "section": sections.get(button.payload, "")} for button in content.buttons
        ],
        "list_button": opener,
        "attachment": attachment_of(content),
        "edited": content.edited,
        "sent_at": message.at.isoformat(),
        "status": message.status.value,
        "reached": {status.value: at.isoformat() for status, at in message.reached.items()},
        "on_screen": message.on_screen,
        "expired": message.expired,
        "quoted": message.quoted,
        "target": content.target,
        "preview": content.preview,
        "voice": content.voice,
        "products": products_of(content),
        "cards": [asdict(card) for card in content.cards],
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
        case set() | frozenset():
            return sorted(value)
        case _:
            return value
