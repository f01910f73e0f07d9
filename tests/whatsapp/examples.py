"""The platform's documented webhooks and answers, as data, and envelopes for single items."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wa_notify.core.inbound import Arrival
from wa_notify.whatsapp.webhook import parse

EXAMPLES: dict[str, Any] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
RECEIVED = datetime(2026, 11, 21, 9, 31, tzinfo=UTC)
NUMBER_ID = "400000000000101"
DANA, DANA_BSUID = "447700900123", "GB.48209173655120481"


def envelope(*changes: Any, time: Any = None) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": "300000000000202", "changes": list(changes)}
    if time is not None:
        entry["time"] = time
    return {"object": "whatsapp_business_account", "entry": [entry]}


def messages_change(**value: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "441632960111", "phone_number_id": NUMBER_ID}
    return {
        "field": "messages",
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
    }


def arrivals(document: Any) -> tuple[Arrival, ...]:
    return parse(json.dumps(document).encode(), received_at=RECEIVED)


def arrival(document: Any) -> Arrival:
    (only,) = arrivals(document)
    return only
