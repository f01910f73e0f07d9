"""What the panel shows, as JSON: names instead of IDs, and nobody's full number."""

from collections.abc import Iterable
from typing import Any

from wa_notify.core.alert import Alert
from wa_notify.core.condition import Condition
from wa_notify.core.consent import ConsentRecord
from wa_notify.core.outbox import SPOKEN, Item
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.recipient import masked
from wa_notify.core.silence import Silence
from wa_notify.core.ticket import Ticket, TicketState
from wa_notify.core.timeline import SYSTEM, Entry
from wa_notify.engine import Overview, PersonStanding, Story
from wa_notify.whatsapp.number import NumberStanding

from homeassistant.components.notify import DOMAIN as NOTIFY_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from .const import CONF_RECIPIENT_ID, DOMAIN, SUBENTRY_TYPE_RECIPIENT
from .models import WaNotifyConfigEntry

MOST_ALERTS = 50
WAMID_TAIL = 12  # the part before it holds the number of the person
OURSELVES = "WhatsApp Notify"


class Names:
    """What people call whoever does something."""

    def __init__(self, overview: Overview) -> None:
        """Initialize the names."""
        self._people = overview.people

    def of(self, actor: str) -> str:
        """Return the name of a recipient, a source, a user or ourselves."""
        if person := self._people.get(actor):
            return person.recipient.spoken
        return OURSELVES if actor == SYSTEM else actor


@callback
def async_snapshot(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> dict[str, Any]:
    """Return how everything stands, without anybody's full number."""
    data = entry.runtime_data
    overview = data.board.overview
    limits, account = overview.limits, data.coordinator.data
    names = Names(overview)
    entities = _async_entities(hass, entry)
    return {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "now": dt_util.utcnow(),
        "at": overview.at,
        "tickets": [_ticket(ticket, names) for ticket in overview.tickets],
        "counts": {
            "open": overview.counts.tickets[TicketState.OPEN],
            "acknowledged": overview.counts.tickets[TicketState.ACKNOWLEDGED],
            "waiting": overview.waiting,
            "waiting_for_place": limits.waiting,
        },
        "reach": {
            "used": limits.reach.used,
            "limit": limits.reach.limit,
            "reserve": limits.reach.reserve,
            "free_at": limits.places[0] if limits.places else None,
        },
        "spent": {
            "month": overview.month,
            "amount": f"{overview.spent:f}",
            "currency": overview.currency,
        },
        "number": _number(account.number) if account else None,
        "delivered_at": overview.delivered_at,
        "unheard_since": overview.unheard_since,
        "troubles": [_trouble(trouble) for trouble in overview.troubles],
        "silence": _silence(overview.silence, names) if overview.silence else None,
        "recipients": [
            _recipient(person, entities.get(recipient_id), overview, names)
            for recipient_id, person in overview.people.items()
        ],
    }


@callback
def _async_entities(hass: HomeAssistant, entry: WaNotifyConfigEntry) -> dict[str, str]:
    """Return by recipient the entities to which messages are sent."""
    registry = er.async_get(hass)
    return {
        subentry.data[CONF_RECIPIENT_ID]: entity_id
        for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT)
        if (
            entity_id := registry.async_get_entity_id(
                NOTIFY_DOMAIN, DOMAIN, f"{subentry.subentry_id}_message"
            )
        )
    }


def _number(number: NumberStanding) -> dict[str, Any]:
    """Return how WhatsApp sees the number."""
    return {
        "display_number": number.display_number,
        "verified_name": number.verified_name,
        "quality": number.quality,
        "status": number.status,
    }


def _ticket(ticket: Ticket, names: Names) -> dict[str, Any]:
    """Return a ticket."""
    return {
        "number": ticket.id,
        "rule": ticket.rule,
        "title": ticket.title,
        "severity": ticket.severity,
        "state": ticket.state,
        "episode": ticket.episode,
        "opened_at": ticket.opened_at,
        "acknowledged_at": ticket.acknowledged_at,
        "owner": names.of(ticket.acknowledged_by),
        "resolved_at": ticket.resolved_at,
        "resolved_by": names.of(ticket.resolved_by),
        "remind_at": ticket.remind_at,
        "escalate_at": ticket.escalate_at,
        "release_at": ticket.release_at,
        "repeat_at": ticket.repeat_at,
        "expires_at": ticket.expires_at,
    }


def _trouble(trouble: Condition) -> dict[str, Any]:
    """Return a trouble and what to do about it."""
    return {
        "name": trouble.name,
        "scope": trouble.scope,
        "effect": trouble.effect,
        "what": trouble.what,
        "advice": trouble.advice,
        "recovery": trouble.recovery,
        "since": trouble.since,
        "until": trouble.until,
    }


def _silence(silence: Silence, names: Names) -> dict[str, Any]:
    """Return what mutes all alerts."""
    return {
        "ends_at": silence.ends_at,
        "author": names.of(silence.author),
        "comment": silence.comment,
    }


def _recipient(
    person: PersonStanding, entity_id: str | None, overview: Overview, names: Names
) -> dict[str, Any]:
    """Return how a recipient stands."""
    recipient = person.recipient
    address = recipient.phone or recipient.bsuid
    paused = dict(overview.limits.paused)
    return {
        "recipient_id": recipient.id,
        "name": recipient.spoken,
        "number": masked(address) if address else "",
        "entity_id": entity_id,
        "consent": consent_of(person.consent, names) if person.consent else None,
        "objection": _reason(person.objection),
        "last_inbound_at": person.window.last_inbound_at,
        "window_closes_at": person.window.closes_at,
        "asked": person.window.asked,
        "paused_until": paused.get(recipient.id),
    }


def consent_of(record: ConsentRecord, names: Names) -> dict[str, Any]:
    """Return what somebody said about being written to."""
    return {
        "act": record.act,
        "purpose": record.purpose,
        "source": record.source,
        "evidence": record.evidence,
        "actor": names.of(record.actor),
        "at": record.at,
    }


def story_of(story: Story, names: Names) -> dict[str, Any]:
    """Return a ticket with everything that belongs to it."""
    return {
        "ticket": _ticket(story.ticket, names),
        "alerts": [_alert(alert) for alert in story.alerts[:MOST_ALERTS]],
        "more_alerts": max(len(story.alerts) - MOST_ALERTS, 0),
        "timeline": [_entry(entry, names) for entry in story.timeline],
        "items": _items(story.items, names),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    """Return an alert."""
    return {
        "name": alert.name,
        "source": alert.source,
        "status": alert.status,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "starts_at": alert.starts_at,
        "url": alert.url,
    }


def _entry(entry: Entry, names: Names) -> dict[str, Any]:
    """Return a line of a timeline."""
    return {
        "at": entry.at,
        "kind": entry.kind,
        "actor": names.of(entry.actor),
        "text": entry.text,
        "reason": _reason(entry.reason),
        "item": entry.item_id,
    }


def _items(items: Iterable[Item], names: Names) -> list[dict[str, Any]]:
    """Return what became of messages."""
    return [
        {
            "id": item.id,
            "recipient": names.of(item.recipient_id),
            "occasion": SPOKEN[item.occasion],
            "channel": item.channel,
            "state": item.state,
            "form": item.form,
            "template": item.template,
            "language": item.language,
            "category": item.category,
            "reason": _reason(item.reason),
            "attempts": item.attempts,
            "created_at": item.created_at,
            "claimed_at": item.claimed_at,
            "status_at": item.status_at,
            "wamid": item.wamid[-WAMID_TAIL:],
            "failure_code": item.failure_code,
        }
        for item in items
    ]


def _reason(reason: Reason | None) -> dict[str, str] | None:
    """Return a reason with its sentence."""
    return {"key": reason.value, "text": SENTENCES[reason]} if reason else None
