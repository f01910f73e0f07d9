"""A house with the integration set up, WhatsApp beside it, and people with phones who live there."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from scripts.hass_house import House, until
from scripts.hass_setup import add_number, add_recipient
from wa_notify.sandbox import Phone, Sandbox, ShownMessage
from wa_notify.sandbox.testing import SandboxServer


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone. name: as it is entered, and in lower case the id."""

    name: str
    number: str

    @property
    def id(self) -> str:
        return self.name.lower()

    @property
    def form(self) -> Mapping[str, Any]:
        """What is entered for them."""
        proof = "Said yes at the kitchen table"
        return {"name": self.name, "phone": self.number, "agreed": True, "proof": proof}


ADA, BEN = Person("Ada", "+447700900123"), Person("Ben", "+447700900456")


class Home:
    """Both servers, and what people do with them. entry_id: of the business number, once it is set up."""

    def __init__(self, house: House, platform: SandboxServer) -> None:
        self.house = house
        self.platform = platform
        self.entry_id = ""

    def set_up(self, *people: Person) -> None:
        """Add the business number and these people as somebody at the screen would."""
        for person in people:
            self.meet(person)
        self.entry_id = add_number(self.house.api, self.platform.settings)
        for person in people:
            add_recipient(self.house.api, self.entry_id, person.form)
        self.settle(*people)

    def settle(self, *people: Person) -> None:
        """Wait until the integration knows them; it is loaded again whenever somebody is added."""
        until(lambda: self._is_loaded() and all(self._is_there(person) for person in people))

    def _is_loaded(self) -> bool:
        entries = self.house.api.ask("config_entries/get", domain="wa_notify")
        return all(entry["state"] == "loaded" for entry in entries)

    def _is_there(self, person: Person) -> bool:
        with suppress(LookupError):
            return self.state("message", person) != "unavailable"
        return False

    def meet(self, person: Person) -> None:
        """Let WhatsApp know their name."""

        def name(sandbox: Sandbox) -> None:
            sandbox.phone(person.number).name = person.name

        self.platform.do(name)

    def switch(self, helper: str, *, on: bool) -> None:
        """Turn a helper on or off."""
        action = "input_boolean.turn_on" if on else "input_boolean.turn_off"
        self.house.api.service(action, {"entity_id": f"input_boolean.{helper}"})

    def tap(self, person: Person, title: str) -> None:
        """Tap a button of the newest message that has it."""
        self.platform.do(lambda sandbox: sandbox.phone(person.number).tap(title))

    def write(self, person: Person, text: str) -> None:
        """Write a text."""
        self.platform.do(lambda sandbox: sandbox.phone(person.number).reply(text))

    def received(self, person: Person, words: str = "") -> Sequence[ShownMessage]:
        """The messages with these words that are on the phone, oldest first."""
        return [
            one for one in self.platform.do(lambda it: _shown(it.phone(person.number))) if words in one.text
        ]

    def shows(self, person: Person, words: str, seconds: float = 20) -> ShownMessage:
        """Wait until the phone shows such a message; the newest. Raises TimeoutError."""
        try:
            return until(lambda: self.received(person, words), seconds)[-1]
        except TimeoutError:
            texts = [message.text for message in self.received(person)]
            raise TimeoutError(f"{person.name}'s phone does not show {words!r} but {texts}") from None

    def entity(self, key: str, person: Person | None = None) -> str:
        """The entity of the number, or of that person, whose unique id ends like this. Raises LookupError."""
        subentries = self.house.api.ask("config_entries/subentries/list", entry_id=self.entry_id)
        named = {subentry["subentry_id"]: subentry["title"] for subentry in subentries}
        wanted = person.name if person else None
        for entity in self.house.api.ask("config/entity_registry/list"):
            is_of = named.get(entity["config_subentry_id"]) == wanted
            if is_of and entity["platform"] == "wa_notify" and entity["unique_id"].endswith(f"_{key}"):
                return str(entity["entity_id"])
        raise LookupError(f"There is no entity {key} of {wanted or 'the number'}")

    def state(self, key: str, person: Person | None = None) -> str:
        """The state of that entity."""
        return str(self.house.api.states()[self.entity(key, person)]["state"])

    def events(self) -> Sequence[Mapping[str, Any]]:
        """The newest event of each of the integration's event entities."""
        return [
            {**state["attributes"], "at": state["state"], "entity_id": entity_id}
            for entity_id, state in self.house.api.states().items()
            if entity_id.startswith("event.") and state["attributes"].get("event_type")
        ]

    def hears(self, kind: str, seconds: float = 20, **facts: object) -> Mapping[str, Any]:
        """Wait until the newest event of one of them is such; return it. Raises TimeoutError."""
        facts["event_type"] = kind
        try:
            return until(lambda: [one for one in self.events() if facts.items() <= one.items()], seconds)[0]
        except TimeoutError:
            raise TimeoutError(f"There was no event like {facts} but {self.events()}") from None


def _shown(phone: Phone) -> Sequence[ShownMessage]:
    return [message for message in phone.messages if message.direction == "out" and message.on_screen]
