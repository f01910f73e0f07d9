"""What actions answer, as automations read it."""

from collections.abc import Iterable
from typing import Any

from wa_notify.core.reason import SENTENCES
from wa_notify.core.situation import Send
from wa_notify.core.ticket import Ticket

from homeassistant.util.json import JsonObjectType


def ticket_of(ticket: Ticket) -> JsonObjectType:
    """Return a ticket."""
    return {
        "ticket": ticket.id,
        "episode": ticket.episode,
        "rule": ticket.rule,
        "title": ticket.title,
        "severity": ticket.severity,
        "state": ticket.state.value,
        "opened_at": ticket.opened_at.isoformat(),
        "acknowledged_by": ticket.acknowledged_by or None,
        "reminders": ticket.reminders_sent,
    }


def admitted(admissions: Iterable[Any]) -> JsonObjectType:
    """Return what became of an alert, under each rule that answers it."""
    return {
        "tickets": [one.ticket_id for one in admissions if one.ticket_id is not None],
        "outcomes": [one.outcome.value for one in admissions],
    }


def explanation_of(explanation: Any) -> JsonObjectType:
    """Return what an alert would do."""
    return {
        "rules": [one.rule for one in explanation.admissions if one.rule],
        "messages": [_prospect_of(one) for one in explanation.prospects],
    }


def _prospect_of(prospect: Any) -> JsonObjectType:
    """Return what would become of one message."""
    decision = prospect.decision
    recipient = prospect.recipient
    return {
        "recipient": prospect.item.recipient_id,
        "name": recipient.spoken if recipient else None,
        "occasion": prospect.item.occasion.value,
        "decision": type(decision).__name__.lower(),
        "form": decision.message.form.value if isinstance(decision, Send) else None,
        "reason": decision.reason.value,
        "sentence": SENTENCES[decision.reason],
    }
