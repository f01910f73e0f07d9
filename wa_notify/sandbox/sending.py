"""`POST /{phone_number_id}/messages`: from the body of a request to an accepted message, or a refusal.

What is wrong with the request itself is refused at once. What is wrong with the situation (closed window,
person not on WhatsApp, medium that cannot be fetched) is accepted with 200 and fails later as a callback, as
on the platform. The order of the checks is ours. `marketing_messages` takes the same road, and templates of
the category MARKETING only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from .account import Account, Line
from .button_filling import code_button
from .content import free_form
from .direct_send import DirectSend, direct_send_of, require_own
from .fates import fate_of, of_message
from .fields import Shape, check_object, require_product
from .growth import speed_of
from .hydration import hydrate
from .messages import Content, Message
from .numbers import full_digits, wa_id_of
from .phones import Phone
from .refusals import Refusal, Refused
from .shapes import DIRECT_SEND, ENVELOPE, MARKETING, MESSAGES
from .sources import File, files_in, misfit
from .templates import Template
from .world import World

QUOTABLE_FOR = timedelta(days=30)
REACTION_WITHIN = timedelta(days=30)
JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to send. fate: the refusal that the message shall meet later in any case."""

    body: JsonObject
    version: int
    to_marketing_api: bool = False
    fate: Refusal | None = None


async def accept(world: World, line: Line, request: Request) -> Message:
    """Check a message against every rule and hand it to the network. Raises Refused."""
    body = request.body
    require_product(body)
    if not line.number.registration.registered:
        raise Refused(Refusal.NOT_REGISTERED)
    kind = _check_shape(request)
    direct = direct_send_of(line.account, kind, body, world.clock())
    phone = _recipient(world, line, body)
    content = _content(line.account, kind, request)
    _check_way(line.account, content, request, by_user_id=not body.get("to"))
    _require_known_target(world, line, content, phone)
    content = replace(content, given={kind: body[kind]})
    content = await _with_files(world, line, content, list(files_in(content.given)))
    # The world may have gone on meanwhile: people are forgotten, another scenario is loaded.
    line = world.portfolio.line(line.id) or line
    phone = _recipient(world, line, body)
    if direct is not None:
        content = replace(content, filed_as=direct.category)
    message = Message(
        wamid=world.chance.wamid(phone.wa_id if body.get("to") else phone.user_id, inbound=False),
        direction="out",
        line=line,
        wa_id=phone.wa_id,
        content=content,
        at=world.clock(),
        quoted=_quoted(world, line, phone, body, kind),
        opaque=body.get("biz_opaque_callback_data"),
        by_user_id=not body.get("to"),
        identity=body.get("recipient_identity_key_hash"),
        by_marketing_api=request.to_marketing_api,
        window_open=phone.chat(line.id).window_left(world.clock()) > timedelta(),
    )
    met = _met(world, message, phone, body.get("to"))
    message.held = world.reviewers.pacing.holds(line.account, content.template)
    message.fate = request.fate or _fate_of_paused(content) or met
    if direct is not None:
        _send_directly(world, message, direct)
    world.network.accept(message, phone)
    return message


def answer_to(message: Message, body: JsonObject, phone: Phone) -> dict[str, Any]:
    """Return the response to an accepted message. `message_status` comes with templates only."""
    contact = {"input": body.get("to") or body["recipient"]}
    if not message.by_user_id:
        contact["wa_id"] = phone.wa_id
    shown = {"id": message.wamid}
    if message.content.template is not None:
        shown["message_status"] = _message_status(message)
    return {
        "messaging_product": "whatsapp",
        "contacts": [{**contact, "user_id": phone.user_id}],
        "messages": [shown],
    }


def _message_status(message: Message) -> str:
    """When it is `paused` is not documented; here where an account wants paused templates answered so."""
    if message.held:
        return "held_for_quality_assessment"
    return "paused" if message.fate is Refusal.PAUSED_LATER else "accepted"


def _check_shape(request: Request) -> str:
    """Check envelope and content, and return the type."""
    body = request.body
    kind = body.get("type") or "text"
    if not isinstance(kind, str) or kind not in MESSAGES:
        raise Refused(Refusal.TYPE_UNSUPPORTED, f"type must be one of {', '.join(MESSAGES)}.")
    own: Shape = MARKETING if request.to_marketing_api else DIRECT_SEND
    check_object(body, {**ENVELOPE, **own, kind: MESSAGES[kind]})
    if body.get(kind) is None:
        raise Refused(Refusal.REQUIRED_MISSING, f"The field {kind} is required.")
    if body.get("recipient_type") == "group":
        raise Refused(Refusal.GROUP_UNSUPPORTED)
    if kind == "template" and body.get("context") is not None:
        raise Refused(Refusal.TEMPLATE_AS_REPLY)
    return kind


def _recipient(world: World, line: Line, body: JsonObject) -> Phone:
    """Find the person; if both kinds of address are given, `to` wins."""
    if body.get("to"):
        wa_id = wa_id_of(body["to"], home=line.number.country_code)
        if wa_id is None:
            raise Refused(Refusal.VALUE_INVALID, "The field to must be a telephone number.")
        if wa_id == line.number.digits:
            raise Refused(Refusal.SELF_SEND)
        return world.people.phone(wa_id)
    if not body.get("recipient"):
        raise Refused(Refusal.REQUIRED_MISSING, "The field to (or recipient) is required.")
    phone = world.people.by_user_id(body["recipient"])
    if phone is None:
        raise Refused(Refusal.VALUE_INVALID, "No person has this business-scoped user id here.")
    return phone


def _met(world: World, message: Message, phone: Phone, to: str | None) -> Refusal | None:
    """What the situation makes of the message later; counts it. Raises Refused for what is told at once."""
    line, policy = message.line, world.courier.policy
    written = full_digits(to, home=line.number.country_code) if to else None
    fate = fate_of(of_message(message, phone, message.at, written_to=written), policy)
    world.network.require_paid(message)
    try:
        world.paces[line.id].take(phone.wa_id, message.at, world.limits, speed_of(line.number))
    except Refused as refused:
        if refused.refusal.value.code not in policy.called_back:
            raise
        return refused.refusal
    return fate


def _content(account: Account, kind: str, request: Request) -> Content:
    value = request.body[kind]
    if kind != "template":
        return free_form(kind, value)
    name, language = value["name"], value["language"]["code"]
    template = account.templates.get((name, language))
    if template is None:
        raise Refused(Refusal.TEMPLATE_UNKNOWN, f"There is no template {name} in {language}.")
    require_own(template, Refusal.TEMPLATE_GENERATED)
    components = value.get("components") or ()
    if template.status != "PAUSED" or not account.answers_paused:
        return hydrate(template, components, version=request.version)
    filled = hydrate(replace(template, status="APPROVED"), components, version=request.version)
    return replace(filled, template=template)


def _check_way(account: Account, content: Content, request: Request, *, by_user_id: bool) -> None:
    """Refuse what may not be sent over this endpoint, or to this kind of address."""
    template = content.template
    if request.to_marketing_api and (template is None or template.category != "MARKETING"):
        raise Refused(Refusal.METHOD_NOT_ALLOWED, "marketing_messages takes marketing templates only.")
    if template is None:
        return
    forbidden = account.disable_marketing_messages_on_cloud_api and not request.to_marketing_api
    if forbidden and template.category == "MARKETING":
        raise Refused(Refusal.MARKETING_OFF)
    if by_user_id and _has_code(template):
        raise Refused(Refusal.USER_ID_UNSUPPORTED)


def _has_code(template: Template) -> bool:
    return template.category == "AUTHENTICATION" and code_button(template) is not None


async def _with_files(world: World, line: Line, content: Content, files: Sequence[File]) -> Content:
    """The content with its files, and what is wrong with them. Raises Refused for an unknown id."""
    content = _with_uploads(world, line, content, files)
    return await _with_links(world, line, content, files) if world.links.fetches else content


def _with_uploads(world: World, line: Line, content: Content, files: Sequence[File]) -> Content:
    for file in files:
        if file.id and not world.media.has(file.id, line.account):
            raise Refused(Refusal.MEDIUM_ID_INVALID, f"There is no medium with the id {file.id}.")
    obstacle = None
    for file in files:
        medium = world.media.find(file.id) if file.id else None
        if file.leads_nowhere:
            obstacle = Refusal.MEDIA_UNFETCHABLE
        elif medium and (why := misfit(file, medium.mime_type, medium.content)):
            world.note("medium_refused", medium=file.id, why=why)
            obstacle = Refusal.MEDIA_UNFIT
    media_id = next((file.id for file in files if file.id), "")
    first = world.media.find(media_id) if media_id else None
    return replace(content, media_id=media_id, file=first, obstacle=obstacle)


async def _with_links(world: World, line: Line, content: Content, files: Sequence[File]) -> Content:
    """The content with what its links gave, so that the phone can show it. The answer waits for that."""
    for file in files:
        if not file.link or file.leads_nowhere:
            continue
        fetched = await world.links.get(file.link)
        if fetched is None:
            world.note("medium_refused", link=file.link, why="It could not be fetched.")
            content = replace(content, obstacle=Refusal.MEDIA_UNFETCHABLE)
        elif why := misfit(file, fetched.mime_type, fetched.content):
            world.note("medium_refused", link=file.link, why=why)
            content = replace(content, obstacle=Refusal.MEDIA_UNFIT)
        elif not content.media_id:
            medium = world.media.keep_link(line.id, fetched.content, fetched.mime_type, file.filename)
            content = replace(content, media_id=medium.id, file=medium)
    return content


def _send_directly(world: World, message: Message, direct: DirectSend) -> None:
    """Let Direct Send file the message under a template; without one it fails later."""
    found = world.generated.template_for(message.line.account, direct, message.content)
    message.ttl = direct.ttl
    if isinstance(found, Template):
        message.template_id = found.id
    else:
        message.fate = message.fate or found


def _fate_of_paused(content: Content) -> Refusal | None:
    paused = content.template is not None and content.template.status == "PAUSED"
    return Refusal.PAUSED_LATER if paused else None


def _quoted(world: World, line: Line, phone: Phone, body: JsonObject, kind: str) -> str | None:
    """The quoted message. The quote is dropped silently if it is gone, of another chat, or too long ago."""
    quoted = (body.get("context") or {}).get("message_id")
    message = world.people.messages.get(quoted) if quoted and kind != "reaction" else None
    if message is None or (message.line, message.wa_id) != (line, phone.wa_id):
        return None
    too_old = world.clock() - message.at > QUOTABLE_FOR
    return None if too_old or message.content.kind == "deleted" else message.wamid


def _require_known_target(world: World, line: Line, content: Content, phone: Phone) -> None:
    if content.target is None:
        return
    target = world.people.messages.get(content.target)
    if target is None or (target.line, target.wa_id) != (line, phone.wa_id):
        raise Refused(Refusal.REACTION_TARGET, "reaction.message_id is not a message of this chat.")
    if target.content.kind == "reaction":
        raise Refused(Refusal.REACTION_TARGET, "reaction.message_id is a reaction itself.")
    if world.clock() - target.at > REACTION_WITHIN:
        raise Refused(Refusal.REACTION_TARGET, "reaction.message_id is a message of more than 30 days ago.")
