"""The bodies of callbacks, and the signature over their exact bytes.

Every function here is pure. Shapes follow Meta's webhook reference: seconds since 1970 as text in messages
and statuses, as a number in management notifications; numbers without `+`; the person's business-scoped id
beside the number. A person whose number is hidden behind a username appears by that id alone.
"""

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .account import Account, Line
from .messages import Message, Status
from .templates import Template

SIGNATURE_HEADER = "X-Hub-Signature-256"
OLD_SIGNATURE_HEADER = "X-Hub-Signature"
UNKNOWN = {"added_lately": {"kind": "unheard_of", "since": 1795253400}}
PADDING = "padding"
SIGNUP = "800000000000505"  # the id of the only offer that people sign up for here


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How the platform names a person. `hidden`: the number is not shown to the business.

    username: if they have one; the business sees it, but cannot write to it.
    """

    wa_id: str
    user_id: str
    name: str
    hidden: bool = False
    username: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """One status of one message on its way into a callback.

    `contact` stands beside failures, too: documented as absent there, but seen, and clients count on it.
    """

    line: Line
    wamid: str
    wa_id: str
    status: Status
    item: Mapping[str, Any]
    contact: Mapping[str, Any]


def encode(payload: Any) -> bytes:
    r"""Return the JSON as Meta writes it: compact, everything beyond ASCII escaped, and `/` as `\/`."""
    return json.dumps(payload, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def sign(body: bytes, app_secret: str) -> str:
    """Return the value of the signature header: HMAC-SHA256 over the bytes, keyed with the app secret."""
    return "sha256=" + hmac.digest(app_secret.encode(), body, "sha256").hex()


def sign_old(body: bytes, app_secret: str) -> str:
    """Return the value of the older header: HMAC-SHA1."""
    return "sha1=" + hmac.digest(app_secret.encode(), body, "sha1").hex()


def with_unknown_fields(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload with fields that no client can know, wherever the platform might add one."""
    return {**{name: _with_unknown(value) for name, value in payload.items()}, **UNKNOWN}


def _with_unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return with_unknown_fields(value)
    return [_with_unknown(item) for item in value] if isinstance(value, list | tuple) else value


def padded(payload: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Return the payload with a meaningless field that brings its body to `size` bytes, if it is shorter."""
    bare = len(encode({**payload, PADDING: ""}))
    return {**payload, PADDING: "x" * (size - bare)} if bare <= size else dict(payload)


def stamp(at: datetime) -> str:
    """Return an instant as text of whole Unix seconds."""
    return str(int(at.timestamp()))


def messages_payload(line: Line, value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a callback of the field `messages` around a value."""
    return _envelope(line.account, "messages", _of_line(line, value))


def management_payload(
    account: Account, field: str, value: Mapping[str, Any], at: datetime, *, about: str | None = None
) -> dict[str, Any]:
    """Return a callback of a management field, which carries the time beside an id, the account's by default.

    `about`: another id. News of the account itself carry the portfolio's, as API clients describe it.
    """
    payload = _envelope(account, field, value)
    payload["entry"][0]["time"] = int(at.timestamp())
    if about is not None:
        payload["entry"][0]["id"] = about
    return payload


def _envelope(account: Account, field: str, *values: Mapping[str, Any]) -> dict[str, Any]:
    changes = [{"field": field, "value": value} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": account.waba_id, "changes": changes}]}


def _of_line(line: Line, value: Mapping[str, Any]) -> dict[str, Any]:
    metadata = {"display_phone_number": line.number.digits, "phone_number_id": line.id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **value}


def contact_of(person: Identity) -> dict[str, Any]:
    """Return the item of `contacts[]` for a person."""
    username = {"username": person.username} if person.username else {}
    contact: dict[str, Any] = {"profile": {"name": person.name, **username}}
    if not person.hidden:
        contact["wa_id"] = person.wa_id
    return {**contact, "user_id": person.user_id}


def inbound_value(person: Identity, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of a callback with one message of a person."""
    sender = {} if person.hidden else {"from": person.wa_id}
    message = {**sender, "from_user_id": person.user_id, **item}
    return {"contacts": [contact_of(person)], "messages": [message]}


def notice_value(person: Identity, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of a callback of the system about a person; no contact stands beside it.

    That whoever hides the number is named by the business-scoped id is our deduction.
    """
    sender = {"from_user_id": person.user_id} if person.hidden else {"from": person.wa_id}
    return {"messages": [{**sender, **item}]}


def deleted_value(person: Identity, wamid: str, at: datetime) -> dict[str, Any]:
    """Return the value that tells in the older way that a person deleted a message of theirs."""
    recipient = {} if person.hidden else {"recipient_id": person.wa_id}
    item = {"id": wamid, "status": "deleted", "timestamp": stamp(at), **recipient}
    return {"contacts": [contact_of(person)], "statuses": [{**item, "recipient_user_id": person.user_id}]}


def preferences_payload(line: Line, person: Identity, choice: str, at: datetime) -> dict[str, Any]:
    """Return the callback that tells what a person chose about marketing in their settings."""
    wa_id = {} if person.hidden else {"wa_id": person.wa_id}
    preference = {
        **wa_id,
        "user_id": person.user_id,
        "detail": f"User chose {choice} for marketing messages",
        "category": "marketing_messages",
        "value": choice,
        "timestamp": int(at.timestamp()),
        **({"signup_id": SIGNUP} if choice == "signup" else {}),
    }
    value = {"contacts": [contact_of(person)], "user_preferences": [preference]}
    return _envelope(line.account, "user_preferences", _of_line(line, value))


def status_report(message: Message, person: Identity, at: datetime, *, priced: bool) -> StatusReport:
    """Return the report of a message's present status.

    `priced`: pricing comes with `sent` and with one of `delivered` and `read`, never with `failed`.
    """
    status = message.status
    item: dict[str, Any] = {"id": message.wamid, "status": status.value, "timestamp": stamp(at)}
    if not (message.by_user_id or person.hidden):
        item["recipient_id"] = person.wa_id
    if status is not Status.FAILED or "recipient_id" not in item:
        item["recipient_user_id"] = person.user_id
    if message.opaque is not None:
        item["biz_opaque_callback_data"] = message.opaque
    if message.template_id is not None:
        item["template_id"] = message.template_id
    if message.failure is not None:
        item["errors"] = [message.failure]
    elif priced and message.pricing is not None:
        item["pricing"] = message.pricing
        if message.conversation is not None:
            item["conversation"] = conversation_of(message)
    if message.identity is not None:
        item["recipient_identity_key_hash"] = message.identity
    if status is Status.SENT:
        person = replace(person, username="")  # it comes with `delivered` and `read` only
    return StatusReport(
        line=message.line,
        wamid=message.wamid,
        wa_id=person.wa_id,
        status=status,
        item=item,
        contact=contact_of(person),
    )


def conversation_of(message: Message) -> dict[str, Any]:
    """Return the conversation object of a message's present status; its end comes with `sent` only."""
    whole = dict(message.conversation or {})
    if message.status is not Status.SENT:
        whole.pop("expiration_timestamp", None)
    return whole


def statuses_payload(reports: Sequence[StatusReport]) -> dict[str, Any]:
    """Return a callback with these statuses of one account: a change for each number."""
    lines = dict.fromkeys(report.line for report in reports)
    values = [
        _of_line(line, _statuses_value([report for report in reports if report.line == line]))
        for line in lines
    ]
    return _envelope(reports[0].line.account, "messages", *values)


def _statuses_value(reports: Sequence[StatusReport]) -> dict[str, Any]:
    """Return the value of a change with these statuses and the people they concern, each once."""
    contacts = _unique(report.contact for report in reports)
    return {"contacts": contacts, "statuses": [report.item for report in reports]}


def _unique(contacts: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({contact["user_id"]: contact for contact in contacts}.values())


def template_status_value(
    template: Template, at: datetime, *, event: str = "", info: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the value that tells of a template's new status, or of another event.

    `info`: title and description of what led to it.
    """
    value: dict[str, Any] = {
        "event": event or template.status,
        **_template_names(template),
        "message_template_category": template.category,
        "reason": template.rejected_reason,
    }
    if template.status == "DISABLED":
        value["disable_info"] = {"disable_date": int(at.timestamp())}
    if info is not None:
        value["other_info"] = dict(info)
    if template.recommendation:
        why = template.why or "A reviewer found a fault."
        value["rejection_info"] = {"reason": why, "recommendation": template.recommendation}
    return value


def template_category_value(template: Template) -> dict[str, Any]:
    """Return the value that tells of a template's new category, or announces one for tomorrow."""
    if template.correct_category is not None:
        announced = {"new_category": template.category, "correct_category": template.correct_category}
        return {**_template_names(template), **announced}
    previous = template.previous_category
    return {**_template_names(template), "previous_category": previous, "new_category": template.category}


def template_quality_value(template: Template, previous: str) -> dict[str, Any]:
    """Return the value that tells of a template's new quality."""
    scores = {"previous_quality_score": previous, "new_quality_score": template.quality}
    return {**scores, **_template_names(template)}


def template_components_value(template: Template) -> dict[str, Any]:
    """Return the value that tells what an edited template says.

    Header and footer are there when it has a text in them, buttons when one is a link or a telephone number;
    quick replies are not told.
    """
    header, footer = template.component("HEADER"), template.component("FOOTER")
    value = {**_template_names(template), "message_template_element": template.component("BODY").get("text")}
    if header.get("format") == "TEXT":
        value["message_template_title"] = header["text"]
    if footer:
        value["message_template_footer"] = footer["text"]
    told = [button for button in template.buttons if button["type"] in ("URL", "PHONE_NUMBER")]
    if told:
        value["message_template_buttons"] = [_template_button(button) for button in told]
    return value


def _template_button(button: Mapping[str, Any]) -> dict[str, Any]:
    value = {
        "message_template_button_type": button["type"],
        "message_template_button_text": button.get("text"),
        "message_template_button_url": button.get("url"),
        "message_template_button_phone_number": button.get("phone_number"),
    }
    return {name: told for name, told in value.items() if told is not None}


def _template_names(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }
