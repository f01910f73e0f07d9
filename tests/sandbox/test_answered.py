"""What the controls answer is what their description says, control by control."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from wa_notify.sandbox import CallbackPolicy, Fault, Sandbox
from wa_notify.sandbox.control import OPERATIONS
from wa_notify.sandbox.control.answered import ANSWERS, SCHEMAS
from wa_notify.sandbox.control.operation import JSON

from .conftest import ANNA, Bench, alert_parts, template_body, text_body, wamid_of

PHONE = f"/phones/{ANNA}"
NUDGE = "/templates/ops_nudge/en"
NUMBER = "/numbers/400000000000101"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


@dataclass(frozen=True)
class Asked:
    """A request to a control. `$read` stands for a message that Anna read, `$hers` for one of hers."""

    path: str
    body: Mapping[str, Any] | None = None
    verb: str = "POST"


def look(path: str) -> Asked:
    return Asked(path, verb="GET")


@dataclass
class Room:
    """A sandbox in which a lot has happened."""

    bench: Bench
    ids: dict[str, str] = field(default_factory=dict)

    async def fill(self) -> None:
        bench = self.bench
        bench.sandbox.policy = CallbackPolicy(duplicates=1)
        bench.sandbox.fail_next(Fault(path="/nowhere"))
        self.ids["$read"] = wamid_of(await bench.post(template_body(*alert_parts(), name="ops_alert")))
        wamid_of(await bench.post(text_body("too early")))
        await bench.pass_time(seconds=3)
        anna = bench.sandbox.phone(ANNA)
        self.ids["$hers"] = anna.reply("hello", to=self.ids["$read"])
        bench.sandbox.send_file(anna, "image", b"png", "image/png", caption="rack")
        wamid_of(await bench.post(text_body("here you are")))
        await bench.sandbox.run_due()

    async def ask(self, asked: Asked) -> Any:
        body = {name: self.ids.get(str(value), value) for name, value in (asked.body or {}).items()}
        sent = body if asked.verb == "POST" else None
        answer = await self.bench.graph.request(asked.verb, f"/_sandbox{asked.path}", json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()


REQUESTS: Mapping[str, Asked] = {
    "openapi": look("/openapi.json"),
    "state": look("/state"),
    "traffic": look("/traffic"),
    "log": look("/log"),
    "refusals": look("/refusals"),
    "phone": look(PHONE),
    "change_phone": Asked(PHONE, {"name": "Anna", "marketing_cap": 3}),
    "reply": Asked(f"{PHONE}/reply", {"tap": "Acknowledge"}),
    "change_number": Asked(f"{PHONE}/number", {"to": "+447700900999"}),
    "change_user_id": Asked(f"{PHONE}/user_id", {}),
    "change_identity": Asked(f"{PHONE}/identity", {}),
    "report": Asked(f"{PHONE}/report", {"wamid": "$read"}),
    "change_chat": Asked(f"{PHONE}/chat", {"blocked": True}),
    "edit": Asked(f"{PHONE}/edit", {"wamid": "$hers", "text": "hello again"}),
    "delete": Asked(f"{PHONE}/delete", {"wamid": "$hers"}),
    "play": Asked(f"{PHONE}/play", {"wamid": "$voice"}),
    "prefer": Asked(f"{PHONE}/prefer", {"value": "stop"}),
    "send_file": Asked(f"{PHONE}/file", {"kind": "image", "mime_type": "image/png", "content": PNG}),
    "policy": look("/policy"),
    "change_policy": Asked("/policy", {"jitter": 3, "limits": {"per_second": 3}}),
    "add_fault": Asked("/faults", {"code": 2, "lasts": 60, "share": 0.5}),
    "clear_faults": Asked("/faults", verb="DELETE"),
    "move_clock": Asked("/clock", {"advance_seconds": 60}),
    "subscribe": Asked("/subscribe", {"callback_url": "http://service.test/webhook"}),
    "add_template": Asked(
        "/templates",
        {"name": "more", "language": "en", "components": [{"type": "BODY", "text": "More."}]},
    ),
    "review": Asked(NUDGE, {"status": "REJECTED"}),
    "complain": Asked(f"{NUDGE}/complaints", {}),
    "appeal": Asked("/templates/ops_rejected/en/appeal", {}),
    "pace": Asked(f"{NUDGE}/pacing", {}),
    "limits": look("/limits"),
    "change_limits": Asked("/limits", {"tier": "TIER_UNLIMITED"}),
    "announce": Asked("/announce", {"field": "account_alerts", "value": {}}),
    "change_health": Asked("/health", {"entity": "WABA"}),
    "tokens": look("/tokens"),
    "change_token": Asked("/tokens", {"ends_as": "expired"}),
    "quotas": look("/quotas"),
    "change_quotas": Asked("/quotas", {"documented": True}),
    "business_number": look(NUMBER),
    "change_business_number": Asked(NUMBER, {}),
    "sending": look("/sending"),
    "change_sending": Asked("/sending", {"fetch_links": False}),
    "standing": look("/standing"),
    "change_standing": Asked("/standing", {"measure": "LOCKED", "lasts": 60}),
    "change_standing_of_number": Asked(f"{NUMBER}/standing", {"quality": "YELLOW"}),
    "scenarios": look("/scenarios"),
    "load_scenario": Asked("/scenario", {"name": "nobody-answers"}),
}


def test_every_control_says_what_it_answers_and_nothing_else_does() -> None:
    in_json = [operation.name for operation in OPERATIONS if operation.answers == JSON]
    assert sorted(ANSWERS) == sorted(in_json) == sorted(REQUESTS)


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_control_answers_as_its_description_says(bench: Bench, name: str) -> None:
    room = Room(bench)
    await room.fill()
    if name == "play":
        await heard(room)
    if name == "move_clock":  # which a clock of the host does not let itself be
        transport = httpx.ASGITransport(Sandbox().app)
        bench.graph = httpx.AsyncClient(transport=transport, base_url="http://graph.test")
    answer = await room.ask(REQUESTS[name])
    schema = {"components": {"schemas": dict(SCHEMAS)}, **ANSWERS[name]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer)


async def heard(room: Room) -> None:
    """Anna has a voice note of the business."""
    form = {"messaging_product": "whatsapp"}
    files = {"file": ("a.ogg", b"OggS", "audio/ogg")}
    uploaded = await room.bench.graph.post("/v26.0/400000000000101/media", data=form, files=files)
    audio = {"id": uploaded.json()["id"], "voice": True}
    body = {"messaging_product": "whatsapp", "to": ANNA, "type": "audio", "audio": audio}
    room.ids["$voice"] = wamid_of(await room.bench.post(body))
    await room.bench.pass_time(seconds=3)


async def test_a_schema_that_misses_a_field_would_be_noticed(bench: Bench) -> None:
    room = Room(bench)
    await room.fill()
    answer = await room.ask(REQUESTS["phone"])
    del answer["messages"][0]["buttons"]
    schema = {"components": {"schemas": dict(SCHEMAS)}, **ANSWERS["phone"]}
    assert not Draft202012Validator(schema).is_valid(answer)
