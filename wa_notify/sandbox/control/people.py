"""Acting as the people: phones on and off, messages, taps, reactions, edits, new numbers, settings."""

from typing import Any

from wa_notify.sandbox.numbers import wa_id_of
from wa_notify.sandbox.phones import PREFERENCES, Phone
from wa_notify.sandbox.view import message_view, phone_view

from .operation import Asked, NotThere, Operation
from .reading import BadInput, among, any_text, exactly_one, flag, mapping, text

PHONE_FLAGS = ("online", "reads", "on_whatsapp", "hides_number", "from_ad")
PHONE_FIELDS = {**dict.fromkeys(PHONE_FLAGS, flag), "name": text}
REPLIES = ("text", "tap", "reaction", "message")
REPLY_FIELDS = {
    "text": text, "tap": text, "reaction": any_text, "message": mapping, "to": text, "on": text,
    "business": text,
}  # fmt: skip


async def phone(asked: Asked) -> dict[str, Any]:
    """Show one person; looking creates nobody."""
    found = asked.world.people.phones.get(asked.wa_id)
    if found is None:
        raise NotThere("Nobody has used that number yet; POST to it to create one.")
    return phone_view(found, asked.world.clock())


async def change_phone(asked: Asked) -> dict[str, Any]:
    """Create a person, turn their phone off or on, their receipts, their name."""
    person = asked.person
    for name, value in asked.values.items():
        setattr(person, name, value)
    asked.world.note("phone", number=person.number, **asked.values)
    return phone_view(person, asked.world.clock())


async def reply(asked: Asked) -> dict[str, Any]:
    """Let a person write, tap, react, or send a message of any kind; `business` says to which number."""
    what, person = exactly_one(asked.values, REPLIES), asked.person
    return _shown(asked, _act(person, what, asked.values))


async def change_number(asked: Asked) -> dict[str, Any]:
    """Move a person to another number; the old one is free for somebody else."""
    person, to = asked.somebody, asked.values["to"]
    wa_id = wa_id_of(to, home=asked.world.account.first.country_code)
    if wa_id is None:
        raise BadInput("to: must be a telephone number, such as +447700900999")
    wamid = person.change_number(to if to.startswith("+") else wa_id)
    return {"wamid": wamid, "phone": phone_view(person, asked.world.clock())}


async def change_user_id(asked: Asked) -> dict[str, Any]:
    """Give a person another business-scoped id."""
    person = asked.somebody
    return {"wamid": person.change_user_id(), "phone": phone_view(person, asked.world.clock())}


async def edit(asked: Asked) -> dict[str, Any]:
    """Let a person change a message of theirs."""
    notice = asked.somebody.edit(asked.values["wamid"], asked.values["text"])
    return {**_shown(asked, asked.values["wamid"]), "wamid": notice}


async def delete(asked: Asked) -> dict[str, Any]:
    """Let a person delete a message of theirs, told by `revoke` or, `legacy`, by a status."""
    wamid, legacy = asked.values["wamid"], asked.values.get("legacy", False)
    notice = asked.somebody.delete(wamid, legacy=legacy)
    return {**_shown(asked, wamid), "wamid": notice}


async def prefer(asked: Asked) -> dict[str, Any]:
    """Let a person stop or resume marketing in their settings."""
    asked.somebody.prefer(asked.values["value"], business=asked.values.get("business"))
    return {"value": asked.values["value"]}


def _shown(asked: Asked, wamid: str) -> dict[str, Any]:
    return {"wamid": wamid, "message": message_view(asked.world.people.messages[wamid])}


def _act(person: Phone, what: str, values: Any) -> str:
    business = values.get("business")
    match what:
        case "text":
            return person.reply(values["text"], to=values.get("to"), business=business)
        case "tap":
            return person.tap(values["tap"], on=values.get("on"))
        case "reaction":
            if "to" not in values:
                raise BadInput("A reaction needs `to`, the message it belongs to.")
            return person.react(values["reaction"], to=values["to"])
        case _:
            kind = values["message"].get("type")
            value = values["message"].get(kind) if isinstance(kind, str) else None
            if not isinstance(kind, str) or not isinstance(value, dict):
                raise BadInput(
                    "`message` must be an object with `type`, and an object under the type's name."
                )
            return person.send(kind, value, to=values.get("to"), business=business)


PHONE = "/phones/{number}"
OPERATIONS = (
    Operation(verb="GET", path=PHONE, act=phone),
    Operation(verb="POST", path=PHONE, act=change_phone, takes=PHONE_FIELDS),
    Operation(verb="POST", path=f"{PHONE}/reply", act=reply, takes=REPLY_FIELDS),
    Operation(verb="POST", path=f"{PHONE}/number", act=change_number, takes={"to": text}, needs=("to",)),
    Operation(verb="POST", path=f"{PHONE}/user_id", act=change_user_id),
    Operation(
        verb="POST", path=f"{PHONE}/edit", act=edit, takes={"wamid": text, "text": text},
        needs=("wamid", "text"),
    ),
    Operation(
        verb="POST", path=f"{PHONE}/delete", act=delete, takes={"wamid": text, "legacy": flag},
        needs=("wamid",),
    ),
    Operation(
        verb="POST", path=f"{PHONE}/prefer", act=prefer,
        takes={"value": among(PREFERENCES), "business": text}, needs=("value",),
    ),
)  # fmt: skip
