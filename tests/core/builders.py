"""Values for tests: each builder makes an ordinary one; keywords say what is special about it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wa_notify.core.alert import Alert, AlertStatus
from wa_notify.core.charge import Charge
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.message import Failure, Remedy
from wa_notify.core.outbox import Intent, Item, Occasion
from wa_notify.core.pricing import Model
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Facts, Remind, Rule, TemplateText, Text
from wa_notify.core.situation import Situation
from wa_notify.core.template import ButtonShape, TemplateShape, TemplateWish
from wa_notify.core.ticket import Ticket
from wa_notify.core.window import Window

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def saying(text: str) -> Text:
    """A text of a rule that is the same whatever the facts are."""

    def said(_: Facts) -> str:
        return text

    return said


def alert(**special: Any) -> Alert:
    ordinary: dict[str, Any] = {
        "source": "prometheus",
        "status": AlertStatus.FIRING,
        "labels": {"alertname": "DiskFull", "instance": "db-7"},
        "annotations": {"summary": "Disk 96 % full on db-7"},
        "starts_at": NOW,
        "fingerprint": "c0ffee",
    }
    return Alert(**(ordinary | special))


def spent(**special: Any) -> Charge:
    """What a message to somebody in Britain cost: two of the currency, as was thought when it left."""
    ordinary: dict[str, Any] = {
        "item_id": 77,
        "at": NOW,
        "month": "2026-11",
        "number_id": "400000000000101",
        "recipient_id": "bob",
        "market": "GB",
        "category": "utility",
        "model": Model.PER_MESSAGE,
        "currency": "USD",
        "predicted": Decimal(2),
    }
    return Charge(**(ordinary | special))


def template_text(**special: Any) -> TemplateText:
    ordinary: dict[str, Any] = {"name": "ops_alert", "body": (("", saying("db-7")),)}
    return TemplateText(**(ordinary | special))


def rule(**special: Any) -> Rule:
    ordinary: dict[str, Any] = {
        "name": "disk",
        "matchers": (),
        "receiver": "oncall",
        "template": template_text(),
    }
    return Rule(**(ordinary | special))


def remind(**special: Any) -> Remind:
    ordinary: dict[str, Any] = {
        "after": timedelta(minutes=10),
        "every": timedelta(minutes=15),
        "times": 3,
        "template": template_text(name="ops_reminder"),
    }
    return Remind(**(ordinary | special))


def ticket(**special: Any) -> Ticket:
    ordinary: dict[str, Any] = {
        "id": 12,
        "rule": "disk",
        "group": "prometheus/instance=db-7",
        "title": "Disk 96 % full on db-7",
        "opened_at": NOW,
    }
    return Ticket(**(ordinary | special))


def wish(**special: Any) -> TemplateWish:
    ordinary: dict[str, Any] = {"name": "ops_alert", "body": (("", "db-7"),)}
    return TemplateWish(**(ordinary | special))


def shape(**special: Any) -> TemplateShape:
    ordinary: dict[str, Any] = {
        "name": "ops_alert",
        "language": "en",
        "status": "APPROVED",
        "category": "UTILITY",
        "body": "Alert on {{1}}.",
        "buttons": (ButtonShape(kind="QUICK_REPLY", text="Acknowledge"),),
    }
    return TemplateShape(**(ordinary | special))


def intent(**special: Any) -> Intent:
    ordinary: dict[str, Any] = {
        "template": wish(),
        "free_form": "*Disk full* on db-7",
        "ticket_ref": "12.1.7f1c9a",
    }
    return Intent(**(ordinary | special))


def item(**special: Any) -> Item:
    ordinary: dict[str, Any] = {
        "id": 7,
        "key": "12.1/opened/alice",
        "ticket_id": 12,
        "episode": 1,
        "recipient_id": "alice",
        "occasion": Occasion.OPENED,
        "intent": intent(),
        "due_at": NOW,
        "created_at": NOW,
    }
    return Item(**(ordinary | special))


def recipient(**special: Any) -> Recipient:
    ordinary: dict[str, Any] = {"id": "alice", "name": "Alice", "phone": "+447700900123"}
    return Recipient(**(ordinary | special))


def consent(**special: Any) -> ConsentRecord:
    ordinary: dict[str, Any] = {
        "recipient_id": "alice",
        "act": ConsentAct.GRANTED,
        "source": "cli",
        "actor": "admin",
        "at": NOW,
    }
    return ConsentRecord(**(ordinary | special))


def open_window(now: datetime = NOW) -> Window:
    return Window(last_inbound_at=now - timedelta(hours=1))


def situation(**special: Any) -> Situation:
    """Alice agreed, her window is closed, the ticket is open, the template is approved."""
    ordinary: dict[str, Any] = {
        "now": NOW,
        "item": item(),
        "ticket": ticket(),
        "recipient": recipient(),
        "objection": None,
        "window": Window(),
        "shapes": (shape(),),
        "synced": True,
        "languages": ("en",),
    }
    return Situation(**(ordinary | special))


def failure(remedy: Remedy = Remedy.RETRY, **special: Any) -> Failure:
    ordinary: dict[str, Any] = {"code": 131000, "title": "Something went wrong", "remedy": remedy}
    return Failure(**(ordinary | special))
