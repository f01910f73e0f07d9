"""Whatever stands in a notification, reading it ends in values or in `NotificationRefused`."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.errors import NotificationRefused
from wa_notify.core.inbound import Arrival
from wa_notify.whatsapp.webhook import parse

from .examples import RECEIVED, arrivals

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=8)
    | st.sampled_from(["text", "failed", "messages", "wamid.A", "1795253400", "group", "location", "131047"])
)
KEYS = st.sampled_from(
    [
        *("id", "from", "type", "timestamp", "text", "body", "context", "errors", "code", "status", "button"),
        *(
            "interactive",
            "edit",
            "revoke",
            "location",
            "latitude",
            "system",
            "contacts",
            "profile",
            "pricing",
        ),
        *("event", "alert_info", "message_template_name", "user_id", "wa_id", "value", "recipient_type"),
    ]
) | st.text(max_size=3)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)
ITEMS = st.lists(JSON | st.fixed_dictionaries({"id": JSON, "status": JSON, "type": JSON}), max_size=4)
FIELDS = st.sampled_from(
    [
        *("messages", "user_preferences", "account_update", "account_alerts", "security"),
        *(
            "message_template_status_update",
            "template_category_update",
            "business_capability_update",
            "calls",
        ),
    ]
)
CHANGES = st.fixed_dictionaries(
    {
        "field": FIELDS | JSON,
        "value": JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "metadata": JSON,
                "contacts": ITEMS | JSON,
                "messages": ITEMS | JSON,
                "statuses": ITEMS | JSON,
                "errors": ITEMS | JSON,
                "user_preferences": ITEMS | JSON,
            },
        ),
    }
)


def survives(told_us: tuple[Arrival, ...]) -> None:
    for each in told_us:
        each.key.encode()
        json.dumps(each.event.raw, allow_nan=False, ensure_ascii=False).encode()


@given(st.lists(CHANGES | JSON, max_size=3) | JSON, JSON)
def test_no_change_however_odd_breaks_the_reader(changes: Any, time: Any) -> None:
    document = {"object": "whatsapp_business_account", "entry": [{"changes": changes, "time": time}]}
    try:
        survives(arrivals(document))
    except NotificationRefused:
        assert "NaN" in json.dumps(document) or "Infinity" in json.dumps(document)


@given(JSON)
def test_no_entry_however_odd_breaks_the_reader(entry: Any) -> None:
    document = {"object": "whatsapp_business_account", "entry": entry}
    try:
        survives(arrivals(document))
    except NotificationRefused:
        assert not isinstance(entry, list) or "NaN" in json.dumps(entry) or "Infinity" in json.dumps(entry)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_bytes_that_are_no_notification_are_refused(body: bytes) -> None:
    with pytest.raises(NotificationRefused):
        parse(body, received_at=RECEIVED)


def test_a_number_too_large_for_any_database_is_kept_as_text() -> None:
    change = b'{"field":"calls","value":{"x":1e999}}'
    body = b'{"object":"whatsapp_business_account","entry":[{"changes":[' + change + b"]}]}"
    (only,) = parse(body, received_at=RECEIVED)
    assert only.event.raw == {"x": "1e999"}
