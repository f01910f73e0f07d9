"""Acting as the people: phones on and off, messages, taps, reactions, edits, new numbers, settings."""

from typing import Any

from wa_notify.sandbox.numbers import wa_id_of
from wa_notify.sandbox.phones import NO_CAP, PREFERENCES, Phone
from wa_notify.sandbox.view import chat_view, message_view, phone_view

from .operation import Asked, NotThere, Operation
from .reading import BadInput, among, any_text, exactly_one, flag, mapping, text, whole

PHONE_FLAGS = (
    "online", "reads", "on_whatsapp", "app_outdated", "terms_accepted", "hides_number", "from_ad",
    "in_experiment",
)  # fmt: skip
PHONE_FIELDS = {
    **dict.fromkeys(PHONE_FLAGS, flag),
    "name": text,
    "username": any_text,
    "marketing_cap": whole(NO_CAP, 1_000_000),
}
CHAT_FIELDS = {"open": flag, "blocked": flag, "hiccups": whole(0, 1_000_000), "business": text}
REPLIES = ("text", "tap", "reaction", "message", "answer")
REPLY_FIELDS = {
    "text": text, "tap": text, "reaction": any_text, "message": mapping, "answer": mapping,
    "to": text, "on": text, "business": text,
}  # fmt: skip


async def phone(asked: Asked) -> dict[str, Any]:
    """Show one person; looking creates nobody."""
    found = asked.world.people.phones.get(asked.wa_id)
    if found is None:
        raise NotThere("Nobody has used that number yet; POST to it to create one.")
    return phone_view(found, asked.world.clock())


async def change_phone(asked: Asked) -> dict[str, Any]:
    """Create a person, turn their phone off or on, their receipts, their name.

    `marketing_cap`: how many marketing templates they get in 24 hours from all businesses, -1 for no end.
    """
    person = asked.person
    for name, value in asked.values.items():
        setattr(person, name, value)
    asked.world.note("phone", person=person.number, **asked.values)
    return phone_view(person, asked.world.clock())


async def reply(asked: Asked) -> dict[str, Any]:
    """Let a person write, tap, react, or send a message of any kind; `business` says to which number.

    `answer` is what a message asks for: `{"response": "accept"}` of a call, the fields of a form or address,
    `items` of products, `latitude` and `longitude` of a place, nothing for their own number.
    """
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


async def change_identity(asked: Asked) -> dict[str, Any]:
    """Give a person another identity key."""
    person = asked.somebody
    return {"wamid": person.change_identity(), "phone": phone_view(person, asked.world.clock())}


async def change_chat(asked: Asked) -> dict[str, Any]:
    """Let a person open or leave the chat with a number, block or unblock it.

    `hiccups`: for so many free-form messages the platform takes their open window for closed.
    """
    person, values = asked.person, asked.values
    business, wamid = values.get("business"), None
    chat = person.chat(business)
    if "blocked" in values:
        (person.block if values["blocked"] else person.unblock)(business=business)
    if values.get("open"):
        wamid = person.open_chat(business=business)
    elif "open" in values:
        person.close_chat(business=business)
    chat.hiccups = values.get("hiccups", chat.hiccups)
    asked.world.note("chat", person=person.number, **values)
    return {"wamid": wamid, "chat": chat_view(chat, asked.world.clock())}


async def report(asked: Asked) -> dict[str, Any]:
    """Let a person report a message of the business as spam."""
    asked.somebody.report(asked.values["wamid"])
    return _shown(asked, asked.values["wamid"])


async def edit(asked: Asked) -> dict[str, Any]:
    """Let a person change a message of theirs."""
    notice = asked.somebody.edit(asked.values["wamid"], asked.values["text"])
    return {**_shown(asked, asked.values["wamid"]), "wamid": notice}


async def delete(asked: Asked) -> dict[str, Any]:
    """Let a person delete a message of theirs, told by `revoke` or, `legacy`, by a status."""
    wamid, legacy = asked.values["wamid"], asked.values.get("legacy", False)
    notice = asked.somebody.delete(wamid, legacy=legacy)
    return {**_shown(asked, wamid), "wamid": notice}


async def play(asked: Asked) -> dict[str, Any]:
    """Let a person play a voice note of the business."""
    asked.somebody.play(asked.values["wamid"])
    return _shown(asked, asked.values["wamid"])


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
        case "answer":
            return person.answer(values["answer"], on=values.get("on"))
        case _:
            kind = values["message"].get("type")
            value = values["message"].get(kind) if isinstance(kind, str) else None
            if not isinstance(kind, str) or not isinstance(value, dict | list):
                raise BadInput(
                    "`message` must be an object with `type`, and an object or list under the type's name."
                )
            return person.send(kind, value, to=values.get("to"), business=business)


PHONE = "/phones/{number}"
OPERATIONS = (
    Operation(verb="GET", path=PHONE, act=phone),
    Operation(verb="POST", path=PHONE, act=change_phone, takes=PHONE_FIELDS),
    Operation(verb="POST", path=f"{PHONE}/reply", act=reply, takes=REPLY_FIELDS),
    Operation(verb="POST", path=f"{PHONE}/number", act=change_number, takes={"to": text}, needs=("to",)),
    Operation(verb="POST", path=f"{PHONE}/user_id", act=change_user_id),
    Operation(verb="POST", path=f"{PHONE}/identity", act=change_identity),
    Operation(verb="POST", path=f"{PHONE}/report", act=report, takes={"wamid": text}, needs=("wamid",)),
    Operation(verb="POST", path=f"{PHONE}/chat", act=change_chat, takes=CHAT_FIELDS),
    Operation(
        verb="POST", path=f"{PHONE}/edit", act=edit, takes={"wamid": text, "text": text},
        needs=("wamid", "text"),
    ),
    Operation(
        verb="POST", path=f"{PHONE}/delete", act=delete, takes={"wamid": text, "legacy": flag},
        needs=("wamid",),
    ),
    Operation(
        verb="POST", path=f"{PHONE}/play", act=play, takes={"wamid": text}, needs=("wamid",),
    ),
    Operation(
        verb="POST", path=f"{PHONE}/prefer", act=prefer,
        takes={"value": among(PREFERENCES), "business": text}, needs=("value",),
    ),
)  # fmt: skip
