"""The business profile of a number, and its block list."""

from typing import Any

from wa_notify.sandbox import blocking
from wa_notify.sandbox.fields import require_product
from wa_notify.sandbox.profile import FIELDS, changed

from .asked import fields_in, unreadable
from .call import Call, Operations
from .paging import page_of


async def show(call: Call) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}/whatsapp_business_profile`: the asked fields that have a value.

    Without `fields` there are all of them (our deduction).
    """
    names = [one.name for one in fields_in(call.query.get("fields", ""))] or list(FIELDS)
    for name in names:
        if name not in (*FIELDS, "messaging_product"):
            raise unreadable(name, "WhatsAppBusinessProfile")
    profile = call.line.number.profile
    told = {name: profile[name] for name in names if name in profile}
    return {"data": [{"messaging_product": "whatsapp", **told}]}


async def change(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/whatsapp_business_profile`."""
    body = await call.body()
    require_product(body)
    number = call.line.number
    number.profile = changed(number.profile, body)
    call.world.note("profile", business=call.line.id, fields=sorted(set(body) - {"messaging_product"}))
    return {"success": True}


async def blocked(call: Call) -> dict[str, Any]:
    """Answer `GET /{phone_number_id}/block_users`; clients count on `input`, the number again.

    That somebody who hides theirs stands there by the business-scoped id is our deduction.
    """
    phones, line = call.world.people.phones, call.line
    people = {}
    for wa_id in line.number.blocked:
        phone = phones.get(wa_id)
        hidden = phone is not None and phone.identity_to(line.id).hidden
        key, name = ("user_id", phone.user_id) if phone and hidden else ("wa_id", wa_id)
        people[wa_id] = {"messaging_product": "whatsapp", "input": name, key: name}
    page = page_of(people, call.query, call.url)
    return page.listed(page.items)


async def block(call: Call) -> dict[str, Any]:
    """Answer `POST /{phone_number_id}/block_users`."""
    world, number, body = call.world, call.line.number, await call.body()
    answer = blocking.block(number, world.people, body, world.chance.trace_id())
    world.note("blocked", business=call.line.id, people=len(answer["block_users"]["added_users"]))
    return answer


async def unblock(call: Call) -> dict[str, Any]:
    """Answer `DELETE /{phone_number_id}/block_users`, which has a body."""
    world, number, body = call.world, call.line.number, await call.body()
    answer = blocking.unblock(number, world.people, body, world.chance.trace_id())
    world.note("unblocked", business=call.line.id, people=len(answer["block_users"]["removed_users"]))
    return answer


OPERATIONS: Operations = {
    ("number", "whatsapp_business_profile"): {"GET": show, "POST": change},
    ("number", "block_users"): {"GET": blocked, "POST": block, "DELETE": unblock},
}
