"""What ``--json`` says. These keys are a promise: new ones may come, none goes or changes its meaning.

Times are ISO 8601 in UTC, states and reasons are the words that are stored, what is not there is ``null``.
Phone numbers are masked unless they were asked for.

person    id, name, phone, language, consent (granted, revoked, lapsed, none), since, source, evidence, actor,
          window {open, closes_at, last_inbound_at}, guest, moved (the configuration lists a former address),
          receipts_off_since (when it was learned that they send no read receipts)
ticket    id, title, state, rule, group, episode, opened_at, acknowledged_at, acknowledged_by, resolved_at,
          reminders_sent, remind_at, told_at, updates, silenced_until
silence   id, matchers [label, comparison, value], starts_at, ends_at, author, comment, ticket
entry     at, kind, actor, text, reason, item
item      id, ticket, episode, recipient, channel, target, instead_of, occasion, state, priority, form,
          reason, sentence, due_at, expires_at, created_at, attempts, claimed_at, status_at,
          delivered_at, wamid, failure_code, intent
intent    template {name, header, parameters [{name, text}], url}, free_form, buttons [title]
decision  decision (send, divert, hold, wait, drop), reason, sentence, detail, form, until, state, channel,
          parts (messages in which a long text leaves)
template  name, language, header, parameters [{name, text}], buttons [{index, kind, text}], mended (what was
          changed in the parameters to make them fit)
"""

from datetime import UTC, datetime
from typing import Any, TypeAlias

from wa_notify.core.consent import Purpose, standing
from wa_notify.core.message import Parameter, TemplateMessage
from wa_notify.core.outbox import Intent, Item
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import Recipient, masked
from wa_notify.core.silence import Silence
from wa_notify.core.situation import Ask, Decision, Divert, Drop, Hold, Send, Wait
from wa_notify.core.ticket import Ticket
from wa_notify.core.timeline import Entry
from wa_notify.core.within import spoken_header
from wa_notify.ports import Person

Json: TypeAlias = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """An instant."""
    return None if at is None else at.astimezone(UTC).isoformat()


def phone(recipient: Recipient, *, in_full: bool = False) -> str:
    """A person's number, masked unless asked for; empty when none is known."""
    return recipient.phone if in_full or not recipient.phone else masked(recipient.phone)


def sentence(reason: Reason | None) -> str | None:
    """The reason in words."""
    return None if reason is None else SENTENCES[reason]


def person(found: Person, now: datetime, *, in_full: bool = False) -> Json:
    """Somebody with consent and window."""
    recipient, consent, window = found.recipient, standing(found.consents, Purpose.UTILITY), found.window
    return {
        "id": recipient.id,
        "name": recipient.name or None,
        "phone": phone(recipient, in_full=in_full) or None,
        "language": recipient.language or None,
        "consent": consent.act.value if consent else "none",
        "since": moment(consent.at) if consent else None,
        "source": consent.source if consent else None,
        "evidence": consent.evidence if consent else None,
        "actor": consent.actor if consent else None,
        "window": {
            "open": window.is_open(now),
            "closes_at": moment(window.closes_at),
            "last_inbound_at": moment(window.last_inbound_at),
        },
        "guest": recipient.guest,
        "moved": bool(recipient.former) and not recipient.guest,
        "receipts_off_since": moment(found.receipts_off_since),
    }


def silence(found: Silence) -> Json:
    """A silence."""
    return {
        "id": found.id,
        "matchers": [
            {"label": one.label, "comparison": one.comparison.value, "value": one.value}
            for one in found.matchers
        ],
        "starts_at": moment(found.starts_at),
        "ends_at": moment(found.ends_at),
        "author": found.author,
        "comment": found.comment or None,
        "ticket": found.ticket_id,
    }


def ticket(found: Ticket, silenced_until: datetime | None = None) -> Json:
    """A ticket, and until when it is silenced."""
    return {
        "id": found.id,
        "title": found.title,
        "state": found.state.value,
        "rule": found.rule,
        "group": found.group,
        "episode": found.episode,
        "opened_at": moment(found.opened_at),
        "acknowledged_at": moment(found.acknowledged_at),
        "acknowledged_by": found.acknowledged_by or None,
        "resolved_at": moment(found.resolved_at),
        "reminders_sent": found.reminders_sent,
        "remind_at": moment(found.remind_at),
        "told_at": moment(found.told_at),
        "updates": found.updates,
        "silenced_until": moment(silenced_until),
    }


def entry(found: Entry) -> Json:
    """A line of a timeline."""
    return {
        "at": moment(found.at),
        "kind": found.kind.value,
        "actor": found.actor,
        "text": found.text,
        "reason": found.reason.value if found.reason else None,
        "item": found.item_id,
    }


def item(found: Item) -> Json:
    """An item of the outbox."""
    return {
        "id": found.id,
        "ticket": found.ticket_id,
        "episode": found.episode,
        "recipient": found.recipient_id,
        "channel": found.channel.value,
        "target": found.target or None,
        "instead_of": found.instead_of,
        "occasion": found.occasion.value,
        "state": found.state.value,
        "priority": found.priority.name.lower(),
        "form": found.form.value if found.form else None,
        "reason": found.reason.value if found.reason else None,
        "sentence": sentence(found.reason),
        "due_at": moment(found.due_at),
        "expires_at": moment(found.expires_at),
        "created_at": moment(found.created_at),
        "attempts": found.attempts,
        "claimed_at": moment(found.claimed_at),
        "status_at": moment(found.status_at),
        "delivered_at": moment(found.delivered_at),
        "wamid": found.wamid or None,
        "failure_code": found.failure_code,
        "intent": intent(found.intent),
    }


def intent(found: Intent) -> Json:
    """What an item wants to say."""
    wish = found.template
    return {
        "template": wish
        and {
            "name": wish.name,
            "header": wish.header,
            "parameters": [{"name": name or None, "text": text} for name, text in wish.body],
            "url": wish.url_suffix,
        },
        "free_form": found.free_form,
        "buttons": [button.title for button in found.buttons],
    }


def decision(found: Decision) -> Json:
    """What becomes of an item when it would leave."""
    told: Json = {
        "decision": type(found).__name__.lower(),
        "reason": found.reason.value,
        "sentence": sentence(found.reason),
        "detail": None,
        "form": None,
        "until": None,
        "state": None,
        "channel": None,
        "parts": None,
    }
    match found:
        case Divert(by=by):
            told["channel"] = by
        case Send(message=message, rest=rest, instead=instead):
            told |= {"form": message.form.value, "parts": 1 + len(rest), "detail": instead or None}
        case Wait(until=until):
            told["until"] = moment(until)
        case Drop(state=state, detail=detail):
            told |= {"state": state.value, "detail": detail or None}
        case Hold() | Ask():
            pass
    return told


def template(message: TemplateMessage) -> Json:
    """A template with its blanks filled."""
    return {
        "name": message.name,
        "language": message.language,
        "header": spoken_header(message.header) if message.header else None,
        "parameters": [_parameter(one) for one in message.body],
        "buttons": [{"index": b.index, "kind": b.kind.value, "text": b.text} for b in message.buttons],
        "mended": message.mended or None,
    }


def _parameter(one: Parameter) -> Json:
    return {"name": one.name or None, "text": one.text}
