"""The sandbox's own controls under `/_sandbox/`: look at everything, act as the people, bend the rules.

JSON in, JSON out; bad input is answered with 400 and a sentence. Requests that a foreign web page makes a
browser send are refused, since nothing here asks for a password.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from .answers import PlatformJSON, json_object
from .control_input import (
    BadInput,
    address,
    among,
    any_text,
    exactly_one,
    flag,
    instant,
    mapping,
    read,
    read_all,
    seconds,
    some_of,
    text,
    whole,
)  # fmt: skip
from .faults import FAULT_KINDS, Fault
from .media_control import MediaControl
from .messages import Status
from .numbers import wa_id_of
from .phones import PREFERENCES, Phone
from .policy import ORDERS
from .refusals import Refusal, by_code
from .templates import CATEGORIES, QUALITIES, STATUSES
from .view import fault_view, message_view, phone_view, policy_view, refusals_view, state_view
from .world import World

IDLE_SECONDS = 15.0
REPLIES = ("text", "tap", "reaction", "message")

REPLY_FIELDS = {"text": text, "tap": text, "reaction": any_text, "message": mapping, "to": text, "on": text}
PHONE_FLAGS = ("online", "reads", "on_whatsapp", "hides_number", "from_ad")
PHONE_FIELDS = {**dict.fromkeys(PHONE_FLAGS, flag), "name": text}
LIMIT_FIELDS = {
    "per_second": whole(1, 10_000),
    "pair_burst": whole(1, 10_000),
    "pair_every": seconds,
    "throttle_http": whole(400, 599),
}
POLICY_FIELDS = {
    "sent_after": seconds,
    "delivered_after": seconds,
    "read_after": seconds,
    "inbound_after": seconds,
    "duplicates": whole(0, 100),
    "order": among(ORDERS),
    "before_answer": flag,
    "drop": some_of(set(Status) - {Status.ACCEPTED}),
    "batch": whole(1, 1000),
    "batch_within": seconds,
    "held": flag,
    "reaction_opens_window": flag,
    "limits": mapping,
    "reviews": mapping,
}
FAULT_FIELDS = {
    "kind": among(FAULT_KINDS),
    "code": whole(0, 10_000_000),
    "times": whole(1, 1_000_000),
    "path": any_text,
    "status": whole(400, 599),
    "hold_seconds": seconds,
}
CLOCK_FIELDS = {"advance_seconds": seconds, "now": instant}
REVIEW_FIELDS = {
    "status": among(STATUSES),
    "category": among(CATEGORIES),
    "correct_category": among(CATEGORIES),
    "quality": among(QUALITIES),
    "reason": text,
    "recommendation": text,
}
REVIEWS_FIELDS = {"after": seconds, "most": whole(1, 100_000), "an_hour": whole(1, 100_000)}

Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints, around one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """Return the routes, relative to where they are mounted."""
        return [
            Route("/state", self.state),
            Route("/log", self.log),
            Route("/events", self.events),
            Route("/refusals", self.refusals),
            Route("/phones/{number}", self.phone),
            Route("/phones/{number}", guarded(self.change_phone), methods=["POST"]),
            Route("/phones/{number}/reply", guarded(self.reply), methods=["POST"]),
            Route("/phones/{number}/number", guarded(self.change_number), methods=["POST"]),
            Route("/phones/{number}/user_id", guarded(self.change_user_id), methods=["POST"]),
            Route("/phones/{number}/edit", guarded(self.edit), methods=["POST"]),
            Route("/phones/{number}/delete", guarded(self.delete), methods=["POST"]),
            Route("/phones/{number}/prefer", guarded(self.prefer), methods=["POST"]),
            *MediaControl(self._world, self._person).routes(guarded),
            Route("/policy", self.policy),
            Route("/policy", guarded(self.change_policy), methods=["POST"]),
            Route("/faults", guarded(self.add_fault), methods=["POST"]),
            Route("/faults", guarded(self.clear_faults), methods=["DELETE"]),
            Route("/clock", guarded(self.move_clock), methods=["POST"]),
            Route("/templates", guarded(self.add_template), methods=["POST"]),
            Route("/templates/{name}/{language}", guarded(self.review), methods=["POST"]),
            Route("/subscribe", guarded(self.subscribe), methods=["POST"]),
        ]

    async def state(self, _request: Request) -> Response:
        """Show everything."""
        return PlatformJSON(state_view(self._world))

    async def log(self, request: Request) -> Response:
        """Show what happened, after the entry with number `after` if given."""
        entries = self._world.journal.since(_number(request.query_params.get("after", "0")))
        return PlatformJSON({"entries": [entry.as_json() for entry in entries]})

    async def refusals(self, _request: Request) -> Response:
        """Show the table of refusals."""
        return PlatformJSON({"refusals": refusals_view()})

    async def events(self, request: Request) -> Response:
        """Stream log entries as server-sent events, from now on or after the last one that was seen."""
        given = request.headers.get("last-event-id") or request.query_params.get("after")
        after = self._world.journal.written if given is None else _number(given)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(after), media_type="text/event-stream", headers=headers)

    async def phone(self, request: Request) -> Response:
        """Show one person; looking creates nobody."""
        found = self._world.network.phones.get(self._wa_id(request))
        if found is None:
            return PlatformJSON({"error": "Nobody has used that number yet; POST to it to create one."}, 404)
        return PlatformJSON(phone_view(found, self._world.clock()))

    async def change_phone(self, request: Request) -> Response:
        """Create a person, turn their phone off or on, their receipts, their name."""
        values = read(await json_object(request), PHONE_FIELDS)
        person = self._person(request)
        for name, value in values.items():
            setattr(person, name, value)
        self._world.note("phone", number=person.number, **values)
        return PlatformJSON(phone_view(person, self._world.clock()))

    async def reply(self, request: Request) -> Response:
        """Let a person write, tap, react, or send a message of any kind."""
        values = read(await json_object(request), REPLY_FIELDS)
        what, person = exactly_one(values, REPLIES), self._person(request)
        wamid = _act(person, what, values)
        message = self._world.network.messages[wamid]
        return PlatformJSON({"wamid": wamid, "message": message_view(message)})

    async def change_number(self, request: Request) -> Response:
        """Move a person to another number; the old one is free for somebody else."""
        values, person = read_all(await json_object(request), {"to": text}), self._somebody(request)
        wa_id = wa_id_of(values["to"], home=self._world.account.country_code)
        if wa_id is None:
            raise BadInput("to: must be a telephone number, such as +447700900999")
        wamid = person.change_number(values["to"] if values["to"].startswith("+") else wa_id)
        return PlatformJSON({"wamid": wamid, "phone": phone_view(person, self._world.clock())})

    async def change_user_id(self, request: Request) -> Response:
        """Give a person another business-scoped id."""
        read(await json_object(request), {})
        person = self._somebody(request)
        wamid = person.change_user_id()
        return PlatformJSON({"wamid": wamid, "phone": phone_view(person, self._world.clock())})

    async def edit(self, request: Request) -> Response:
        """Let a person change a message of theirs."""
        values = read_all(await json_object(request), {"wamid": text, "text": text})
        wamid = self._somebody(request).edit(values["wamid"], values["text"])
        message = self._world.network.messages[values["wamid"]]
        return PlatformJSON({"wamid": wamid, "message": message_view(message)})

    async def delete(self, request: Request) -> Response:
        """Let a person delete a message of theirs, told by `revoke` or, `legacy`, by a status."""
        values = read(await json_object(request), {"wamid": text, "legacy": flag})
        if "wamid" not in values:
            raise BadInput("Give wamid.")
        wamid = self._somebody(request).delete(values["wamid"], legacy=values.get("legacy", False))
        message = self._world.network.messages[values["wamid"]]
        return PlatformJSON({"wamid": wamid, "message": message_view(message)})

    async def prefer(self, request: Request) -> Response:
        """Let a person stop or resume marketing in their settings."""
        values = read_all(await json_object(request), {"value": among(PREFERENCES)})
        self._somebody(request).prefer(values["value"])
        return PlatformJSON({"value": values["value"]})

    async def policy(self, _request: Request) -> Response:
        """Show how callbacks travel."""
        return PlatformJSON(policy_view(self._world))

    async def change_policy(self, request: Request) -> Response:
        """Change how callbacks travel, under `limits` how fast the number may send, under `reviews` how
        templates are taken in.
        """
        values = read(await json_object(request), POLICY_FIELDS)
        limits = read(values.pop("limits", {}), LIMIT_FIELDS)
        reviews = read(values.pop("reviews", {}), REVIEWS_FIELDS)
        policy = replace(self._world.courier.policy, **values)
        self._world.limits = replace(self._world.limits, **limits)
        self._world.reviewers.policy = replace(self._world.reviewers.policy, **reviews)
        self._world.courier.policy = policy
        self._world.note("policy", policy=policy_view(self._world), limits=sorted(limits))
        return PlatformJSON(policy_view(self._world))

    async def add_fault(self, request: Request) -> Response:
        """Let the next matching requests fail."""
        values = read(await json_object(request), FAULT_FIELDS)
        refusal = by_code(values.pop("code", Refusal.SOMETHING_WRONG.value.code))
        if refusal is None:
            known = sorted({row.value.code for row in Refusal})
            raise BadInput(f"code: the table of refusals has {', '.join(map(str, known))}.")
        if "hold_seconds" in values:
            values["hold_seconds"] = values["hold_seconds"].total_seconds()
        fault = Fault(refusal=refusal, **values)
        self._world.faults.add(fault)
        return PlatformJSON(fault_view(fault))

    async def clear_faults(self, _request: Request) -> Response:
        """Forget the faults that have not happened."""
        self._world.faults.clear()
        return PlatformJSON({"faults": []})

    async def move_clock(self, request: Request) -> Response:
        """Move the sandbox's time forward, if it is its own."""
        values = read(await json_object(request), CLOCK_FIELDS)
        if exactly_one(values, CLOCK_FIELDS) == "now":
            self._world.clock.move_to(values["now"])
        else:
            self._world.clock.advance(values["advance_seconds"])
        self._world.schedule.on_added()  # what became due needs no new event to be noticed
        self._world.note("clock", offset_seconds=self._world.clock.offset.total_seconds())
        return PlatformJSON({"now": self._world.clock().isoformat()})

    async def add_template(self, request: Request) -> Response:
        """Add or replace a template, given in the shape of the Graph list."""
        template = self._world.account.add_template(await json_object(request))
        self._world.note("template", name=template.name, language=template.language, status=template.status)
        return PlatformJSON(template.as_json())

    async def review(self, request: Request) -> Response:
        """Approve, reject, pause, disable, recategorise a template, or give it another quality."""
        values = read(await json_object(request), REVIEW_FIELDS)
        name, language = request.path_params["name"], request.path_params["language"]
        if (name, language) not in self._world.account.templates:
            return PlatformJSON({"error": f"There is no template {name} in {language}."}, 404)
        return PlatformJSON(self._world.reviewers.change(name, language, **values).as_json())

    async def subscribe(self, request: Request) -> Response:
        """Send callbacks to an address from now on; try the handshake and tell whether it succeeded."""
        values = read(await json_object(request), {"callback_url": address})
        url = values.get("callback_url")
        if url is None:
            raise BadInput("Give callback_url.")
        verified = await self._world.courier.verify(url, self._world.account.verify_token)
        self._world.account.callback_url = url
        self._world.note("subscribed", callback_url=url, verified=verified)
        return PlatformJSON({"callback_url": url, "verified": verified})

    async def _stream(self, after: int) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"
        async for entries in self._world.journal.follow(after, idle_seconds=IDLE_SECONDS):
            for entry in entries:
                yield f"id: {entry.number}\nevent: entry\ndata: {json.dumps(entry.as_json())}\n\n"
            if not entries:
                yield ": idle\n\n"

    def _wa_id(self, request: Request) -> str:
        wa_id = wa_id_of(request.path_params["number"], home=self._world.account.country_code)
        if wa_id is None or wa_id == self._world.account.number:
            raise BadInput("The path must hold the telephone number of a person, such as +447700900123.")
        return wa_id

    def _somebody(self, request: Request) -> Phone:
        """Find a person who is there; these acts create nobody."""
        found = self._world.network.phones.get(self._wa_id(request))
        if found is None:
            raise BadInput("Nobody has used that number yet.")
        return found

    def _person(self, request: Request) -> Phone:
        return self._world.network.phone(self._wa_id(request))


def _act(person: Phone, what: str, values: Mapping[str, Any]) -> str:
    match what:
        case "text":
            return person.reply(values["text"], to=values.get("to"))
        case "tap":
            return person.tap(values["tap"], on=values.get("on"))
        case "reaction":
            if "to" not in values:
                raise BadInput("A reaction needs `to`, the message it belongs to.")
            return person.react(values["reaction"], to=values["to"])
        case _:
            kind = values["message"].get("type")
            value = values["message"].get(kind) if isinstance(kind, str) else None
            if not isinstance(kind, str) or not isinstance(value, dict | list):
                raise BadInput(
                    "`message` must be an object with `type`, and an object or list under the type's name."
                )
            return person.send(kind, value, to=values.get("to"))


def guarded(endpoint: Endpoint) -> Endpoint:
    """Refuse what a page of another origin sends, and turn complaints into answers."""

    async def guarded(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
            return PlatformJSON({"error": "Another web page may not control the sandbox."}, 403)
        try:
            return await endpoint(request)
        except ValueError as error:
            return PlatformJSON({"error": str(error)}, 400)

    return guarded


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 16 else 0
