"""What the controls answer, in JSON Schema, for their description.

A schema names what a caller may count on. More may come at any time, so that no object is closed.
"""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
ANY: Schema = {"type": "object"}
INSTANT: Schema = {"type": "string", "format": "date-time"}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(**fields: Schema) -> Schema:
    return {"type": "object", "required": list(fields), "properties": fields}


def _texts(*names: str) -> dict[str, Schema]:
    return dict.fromkeys(names, TEXT)


def _flags(*names: str) -> dict[str, Schema]:
    return dict.fromkeys(names, FLAG)


SCHEMAS: Mapping[str, Schema] = {
    "Window": _object(open=FLAG, until=_maybe(INSTANT), seconds_left=NUMBER),
    "Chat": _object(
        **_texts("phone_number_id", "name"),
        window=_named("Window"),
        **_flags("typing", "open", "blocked", "marketing_stopped"),
        hiccups=WHOLE,
    ),
    "Button": _object(**_texts("kind", "title", "payload", "description", "url", "section")),
    "Message": _object(
        **_texts("wamid", "phone_number_id", "kind", "header", "body", "footer", "text", "status"),
        direction={"type": "string", "enum": ["in", "out"]},
        sent_at=INSTANT,
        buttons=_list(_named("Button")),
        **_flags("on_screen", "expired", "edited", "voice"),
        quoted=_maybe(TEXT),
        target=_maybe(TEXT),
        template=_maybe(_object(name=TEXT, language=TEXT)),
        opaque=_maybe(TEXT),
        reached={"type": "object", "additionalProperties": INSTANT},
        failure=_maybe(_object(code=WHOLE, title=TEXT)),
        pricing=_maybe(ANY),
        attachment=_maybe(ANY),
        cards=_list(ANY),
    ),
    "Phone": _object(
        **_texts("number", "wa_id", "user_id", "name", "username", "identity_key"),
        **_flags("online", "reads", "on_whatsapp", "hides_number", "app_outdated", "terms_accepted"),
        **_flags("in_experiment", "typing"),
        marketing_cap=_maybe(WHOLE),
        window=_named("Window"),
        chats=_list(_named("Chat")),
        earlier_messages=WHOLE,
        messages=_list(_named("Message")),
    ),
    "Number": _object(
        **_texts("phone_number_id", "display_phone_number", "verified_name", "quality_rating", "throughput"),
        **_texts("status", "name_status", "verification", "api_key"),
        registered=FLAG,
        pin=_maybe(TEXT),
        code=_maybe(TEXT),
        callback_url=_maybe(TEXT),
        blocked=_list(TEXT),
    ),
    "Token": _object(token=TEXT, scopes=_list(TEXT), ends_at=_maybe(INSTANT), ends_as=TEXT),
    "Template": _object(**_texts("id", "name", "language", "status", "category"), components=_list(ANY)),
    "Account": _object(
        **_texts("waba_id", "app_id", "name", "access_token", "app_secret", "verify_token"),
        **_texts("webhook_version"),
        callback_url=_maybe(TEXT),
        numbers=_list(_named("Number")),
        templates=_list(_named("Template")),
        tokens=_list(_named("Token")),
        standing=ANY,
    ),
    "Policy": _object(
        sent_after=NUMBER, delivered_after=NUMBER, read_after=NUMBER, inbound_after=NUMBER, jitter=NUMBER,
        duplicates=WHOLE, batch=WHOLE, order=TEXT, signature=TEXT, drop=_list(TEXT), held=FLAG, limits=ANY,
        reviews=ANY,
    ),
    "Fault": _object(
        kind=TEXT, refusal=TEXT, code=WHOLE, times=WHOLE, share=NUMBER, path=TEXT, until=_maybe(INSTANT)
    ),
    "Entry": _object(number=WHOLE, at=INSTANT, what=TEXT),
    "Limits": _object(
        tier=TEXT, limit=_maybe(WHOLE), used=WHOLE, code=WHOLE, throughput=TEXT, templates_allowed=WHOLE
    ),
    "Quotas": {"type": "object", "additionalProperties": _maybe(WHOLE)},
    "State": _object(
        version=WHOLE,
        world=WHOLE,
        now=INSTANT,
        clock=_object(owned=FLAG, offset_seconds=NUMBER),
        business=_object(id=TEXT, messaging_limit=TEXT, verified=FLAG),
        account=_named("Account"),
        accounts=_list(_named("Account")),
        phones=_list(_named("Phone")),
        policy=_named("Policy"),
        quotas=_named("Quotas"),
        faults=_list(_named("Fault")),
        waiting=_object(scheduled=WHOLE, kept_back=WHOLE, next_due=_maybe(INSTANT)),
        scenario=_maybe(ANY),
        log_number=WHOLE,
    ),
}  # fmt: skip

DEED = _object(wamid=TEXT, message=_named("Message"))
MOVED = _object(wamid=TEXT, phone=_named("Phone"))
TOKENS = _object(tokens=_list(_named("Token")))
# By the name of the operation.
ANSWERS: Mapping[str, Schema] = {
    "openapi": _object(openapi=TEXT, info=ANY, paths=ANY),
    **dict.fromkeys(("state", "load_scenario"), _named("State")),
    "traffic": _object(version=WHOLE, exchanges=_list(ANY)),
    "log": _object(entries=_list(_named("Entry"))),
    "refusals": _object(refusals=_list(_object(name=TEXT, code=WHOLE, title=TEXT, when=TEXT))),
    **dict.fromkeys(("phone", "change_phone"), _named("Phone")),
    **dict.fromkeys(("reply", "report", "edit", "delete", "play", "send_file"), DEED),
    **dict.fromkeys(("change_number", "change_user_id", "change_identity"), MOVED),
    "change_chat": _object(wamid=_maybe(TEXT), chat=_named("Chat")),
    "prefer": _object(value=TEXT),
    **dict.fromkeys(("policy", "change_policy"), _named("Policy")),
    "add_fault": _named("Fault"),
    "clear_faults": _object(faults=_list(_named("Fault"))),
    "move_clock": _object(now=INSTANT),
    "subscribe": _object(callback_url=TEXT, verified=FLAG),
    **dict.fromkeys(("add_template", "review", "appeal"), _named("Template")),
    "complain": _object(status=TEXT),
    "pace": ANY,
    **dict.fromkeys(("limits", "change_limits"), _named("Limits")),
    "announce": _object(field=TEXT, value=ANY),
    "change_health": _object(unwell=ANY),
    **dict.fromkeys(("tokens", "change_token"), TOKENS),
    **dict.fromkeys(("quotas", "change_quotas"), _named("Quotas")),
    **dict.fromkeys(("business_number", "change_business_number"), _named("Number")),
    **dict.fromkeys(("sending", "change_sending"), _object(fetch_links=FLAG)),
    **dict.fromkeys(("standing", "change_standing"), ANY),
    "change_standing_of_number": _object(phone_number_id=TEXT, quality=TEXT),
    "scenarios": _object(scenarios=_list(_object(name=TEXT, about=TEXT))),
}
