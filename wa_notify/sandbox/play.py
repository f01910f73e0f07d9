"""The script under way: each step is an event of the schedule, or waits for something to happen."""

import logging
from collections import deque
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from .clock import Clock
from .journal import Entry
from .numbers import canonical, digits_of
from .people import People
from .phones import Phone
from .schedule import Schedule
from .script import Cue, Scenario, Step
from .verbs import Verbs

T = TypeVar("T")
LOG = logging.getLogger(__name__)
FAILURES_KEPT = 100
ABOUT_MESSAGES = ("accepted", "status")  # entries of the journal that move a message of the business


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A step that could not be done. `at`: when, as ISO 8601."""

    step: int
    where: str
    verb: str
    why: str
    at: str


class Stage(Protocol):
    """What a script needs of the world."""

    @property
    def clock(self) -> Clock:
        """Its time."""
        ...

    @property
    def schedule(self) -> Schedule[Any]:
        """What is still to happen."""
        ...

    @property
    def people(self) -> People:
        """Everybody, and their messages."""
        ...

    @property
    def verbs(self) -> Verbs:
        """What can be done."""
        ...

    def note(self, what: str, **facts: object) -> None:
        """Write an entry into the journal."""
        ...


class Play:
    """The script of the scenario that is loaded; an empty one before any is."""

    def __init__(self) -> None:
        self.scenario = Scenario()
        self.people: dict[str, Phone] = {}  # by the names of the scenario
        self.kept: dict[str, str] = {}  # message ids under the names that steps gave them
        self.failures: deque[Failure] = deque(maxlen=FAILURES_KEPT)  # a step may fail again and again
        self.left: dict[int, int | None] = {}  # how often a step may still happen, by its number

    def begin(self, world: Stage, scenario: Scenario, people: Mapping[str, Phone]) -> None:
        """Plan every step that has an instant; the others wait."""
        self.scenario, self.people = scenario, dict(people)
        self.left = {step.number: step.times for step in scenario.script}
        instant = world.clock()
        for step in scenario.script:
            if step.when is None:
                instant = step.at or instant + step.after
                world.schedule.add(instant, Cue(step=step, bound=step.bound))

    @property
    def waiting(self) -> list[Step]:
        """The steps that still wait for something to happen."""
        return [step for step in self.scenario.script if step.when and self.left[step.number] != 0]

    def notice(self, world: Stage, entry: Entry) -> None:
        """Something happened: plan the steps that waited for it."""
        for step in self.waiting:
            bound = self._bound(world, step, entry)
            if bound is not None:
                self._count(step)
                world.schedule.add(entry.at + step.after, Cue(step=step, bound={**step.bound, **bound}))

    def take(self, world: Stage, cue: Cue, at: datetime) -> None:
        """Let a step happen. What cannot be done is noted, and ends the step; it never raises."""
        step = cue.step
        world.note("script", step=step.number, where=str(step.spot), does=[deed.verb for deed in step.deeds])
        for deed in step.deeds:
            try:
                given = self._given(world, deed.verb, deed.given, cue)
                answer = at_once(world.verbs[deed.verb].perform(world, given))
            except Exception as error:  # noqa: BLE001 - a script may ask for anything; the sandbox goes on
                self._fail(world, cue, deed.verb, error)
                break
            if step.keep and isinstance(answer, Mapping) and "wamid" in answer:
                self.kept[step.keep] = str(answer["wamid"])
        if step.every is not None:
            self._count(step)
            if self.left[step.number] != 0:
                world.schedule.add(at + step.every, cue)

    def view(self, waiting: int) -> dict[str, Any] | None:
        """Return what there is to see of it; `waiting` steps have an instant. None without a scenario."""
        if not self.scenario.script and not self.scenario.name:
            return None
        return {
            "name": self.scenario.name,
            "about": self.scenario.about,
            "steps_waiting": waiting + len(self.waiting),
            "failures": [asdict(failure) for failure in self.failures],
        }

    def _count(self, step: Step) -> None:
        left = self.left[step.number]
        self.left[step.number] = None if left is None else left - 1

    def _given(self, world: Stage, verb: str, given: Mapping[str, Any], cue: Cue) -> dict[str, Any]:
        """The fields of a control with every `$name` replaced, and the number of the person who does it."""
        known = {**self.kept, **cue.bound}
        values = {name: _filled(value, known) for name, value in given.items()}
        if "number" in world.verbs[verb].placed:
            values["number"] = self._number(world, cue, known)
        return values

    def _number(self, world: Stage, cue: Cue, known: Mapping[str, str]) -> str:
        if cue.step.who is None:
            return world.people.messages[cue.bound["message"]].wa_id
        who = str(_filled(cue.step.who, known))
        return self.people[who].number if who in self.people else who

    def _bound(self, world: Stage, step: Step, entry: Entry) -> Mapping[str, str] | None:
        """What stands for `$name` in a step that waited for this entry; None when it did not."""
        trigger = step.when
        if trigger is None:
            return None
        if trigger.what == "log":
            facts = {"what": entry.what, **entry.facts}
            fits = all(name in facts and facts[name] == fact for name, fact in trigger.facts.items())
            return {name: fact for name, fact in facts.items() if isinstance(fact, str)} if fits else None
        if entry.what not in ABOUT_MESSAGES:
            return None
        return self._message(world, trigger.facts, entry)

    def _message(self, world: Stage, asked: Mapping[str, Any], entry: Entry) -> Mapping[str, str] | None:
        message = world.people.messages[entry.facts["wamid"]]
        template = message.content.template
        facts = {
            "to": message.wa_id,
            "business": message.line.id,
            "template": template.name if template else "",
            "language": template.language if template else "",
            "kind": message.content.kind,
            "status": entry.facts.get("status", "accepted"),
        }
        wanted = {"status": "delivered", **asked}
        text = wanted.pop("text", "")
        if "to" in wanted:
            who = wanted["to"]
            wanted["to"] = self.people[who].wa_id if who in self.people else canonical(digits_of(who))
        fits = text in message.content.text and all(facts[name] == fact for name, fact in wanted.items())
        return {**facts, "message": message.wamid} if fits else None

    def _fail(self, world: Stage, cue: Cue, verb: str, error: Exception) -> None:
        why = (
            str(error) if isinstance(error, ValueError) and str(error) else f"{type(error).__name__}: {error}"
        )
        step, where = cue.step.number, str(cue.step.spot)
        failure = Failure(step=step, where=where, verb=verb, why=why, at=world.clock().isoformat())
        self.failures.append(failure)
        world.note("script_failed", step=step, where=where, verb=verb, why=why)
        LOG.warning("Step %d of the scenario (%s) could not %s: %s", step, where, verb, why)


def at_once(act: Coroutine[Any, Any, T]) -> T:
    """Return what an act answers. Raises ValueError when it would have to wait for somebody outside."""
    try:
        act.send(None)
    except StopIteration as done:
        answer: T = done.value
        return answer
    finally:
        act.close()
    raise ValueError("This waits for somebody outside, which a step of a scenario cannot.")


def _filled(value: Any, known: Mapping[str, str]) -> Any:
    match value:
        case str() if value.startswith("$$"):
            return value[1:]
        case str() if value.startswith("$"):
            if value[1:] not in known:
                raise ValueError(
                    f"Nothing is called {value} here; there are {', '.join(known) or 'no names'}."
                )
            return known[value[1:]]
        case dict():
            return {name: _filled(item, known) for name, item in value.items()}
        case list():
            return [_filled(item, known) for item in value]
        case _:
            return value
