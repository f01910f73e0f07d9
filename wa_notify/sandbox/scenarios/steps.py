"""The script of a scenario, read: what happens when, and by which controls."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from wa_notify.sandbox.script import Deed, Step, Trigger
from wa_notify.sandbox.verbs import Verb, Verbs

from .durations import EXAMPLES, length_of
from .places import Page, Path, suggestion

STEP_KEYS = ("after", "at", "when", "every", "times", "who", "do", "keep", "with")
MESSAGE_FACTS = ("to", "business", "template", "language", "kind", "status", "text")
STATUSES = ("accepted", "sent", "delivered", "read", "failed")
PERSON = "number"  # the parameter of a path that names a person; a script says `who`


class Script:
    """Reads the lines of a script. `names`: how many people of the scenario have each name."""

    def __init__(self, page: Page, verbs: Verbs, names: Mapping[str, int]) -> None:
        self._page = page
        self._verbs = verbs
        self._names = names

    def steps(self, path: Path, value: Any) -> tuple[Step, ...]:
        """Return the steps; those that make no sense leave complaints."""
        found = enumerate(self._page.sequence(path, value))
        return tuple(self._step((*path, place), item, place + 1) for place, item in found)

    def deed(self, path: Path, verb: str, given: Any, *, has_person: bool = True) -> Deed:
        """Return one control operation, checked as far as that can be done before it happens."""
        page, operation = self._page, self._verbs.get(verb)
        if operation is None:
            page.complain(path, f"There is no control `{verb}`{suggestion(verb, self._verbs)}")
            return Deed(verb=verb, given={}, spot=page.spot(path))
        beside = [name for name in operation.placed if name != PERSON]
        known = None if operation.takes is None else [*beside, *operation.asks, *operation.takes]
        values = page.mapping(path, {} if given is None else given, known)
        fitted = {name: self._value((*path, name), name, values[name], operation) for name in values}
        missing = [name for name in (*beside, *operation.needs) if name not in values]
        if missing:
            page.complain(path, f"`{verb}` needs {' and '.join(missing)}.")
        if PERSON in operation.placed and not has_person:
            page.complain(path, f"`{verb}` is done by a person: say `who`, a name or number.")
        return Deed(verb=verb, given=fitted, spot=page.spot(path))

    def _step(self, path: Path, value: Any, number: int) -> Step:
        page, given = self._page, self._page.mapping(path, value, STEP_KEYS)
        trigger = self._trigger((*path, "when"), given["when"]) if "when" in given else None
        who = self._who((*path, "who"), given["who"]) if "who" in given else None
        if "at" in given and ("when" in given or "after" in given):
            page.complain((*path, "at"), "A step has either `at`, or `after`, or `when` and `after`.")
        bound = self._bound((*path, "with"), given.get("with", {}))
        about_message = trigger is not None and trigger.what == "message"
        has_person = who is not None or about_message or "message" in bound
        every = self._length(path, "every", given)
        if every is not None and trigger is not None:
            page.complain((*path, "every"), "A step that waits for something happens every time it comes.")
        return Step(
            number=number,
            deeds=self._deeds(path, given, has_person=has_person),
            after=self._length(path, "after", given) or timedelta(),
            at=self.instant((*path, "at"), given["at"]) if "at" in given else None,
            when=trigger,
            times=self._times(path, given, repeats=trigger is not None or every is not None),
            every=every,
            who=who,
            keep=page.text((*path, "keep"), given["keep"]) if "keep" in given else "",
            bound=bound,
            spot=page.spot(path),
        )

    def _deeds(self, path: Path, given: Mapping[str, Any], *, has_person: bool) -> tuple[Deed, ...]:
        if "do" not in given:
            self._page.complain(path, "A step needs `do`: a control, and what it takes.")
            return ()
        below = (*path, "do")
        if isinstance(given["do"], str):  # a control that takes nothing
            return (self.deed(below, given["do"], None, has_person=has_person),)
        deeds = self._page.mapping(below, given["do"])
        return tuple(
            self.deed((*below, verb), verb, value, has_person=has_person) for verb, value in deeds.items()
        )

    def _trigger(self, path: Path, value: Any) -> Trigger:
        page, given = self._page, self._page.mapping(path, value, ("message", "log"))
        if len(given) != 1:
            page.complain(path, "A step waits for one thing: `message` or `log`.")
            return Trigger(what="log", facts={})
        what = next(iter(given))
        below, facts = (*path, what), given[what] or {}
        if what == "log":
            facts = page.mapping(below, facts)
            if "what" not in facts:
                page.complain(below, "Say `what` the entry of the log is, such as `template`.")
            return Trigger(what=what, facts=facts)
        facts = page.mapping(below, facts, MESSAGE_FACTS)
        for name, fact in facts.items():
            page.text((*below, name), fact)
        if facts.get("status", "delivered") not in STATUSES:
            page.complain((*below, "status"), f"A message is one of {', '.join(STATUSES)}.")
        if "to" in facts:
            self._who((*below, "to"), facts["to"])
        return Trigger(what=what, facts=facts)

    def _value(self, path: Path, name: str, given: Any, operation: Verb) -> Any:
        reader = None if operation.takes is None else operation.takes.get(name)
        if reader is None or _is_reference(given):
            return given if operation.takes is None else str(given)
        fit = fitted(given, reader.schema)
        if not _refers(fit):
            try:
                reader(fit)
            except ValueError as error:
                self._page.complain(path, f"{name}: {error}.")
        return fit

    def _who(self, path: Path, value: Any) -> str:
        who = self._page.text(path, value)
        if self._names.get(who, 0) > 1:
            self._page.complain(path, f"More than one person here is called {who}: say the number.")
        elif who and who not in self._names and not who.startswith("$") and not who.lstrip("+").isdecimal():
            self._page.complain(path, f"Nobody here is called {who}{suggestion(who, self._names)}")
        return who

    def _times(self, path: Path, given: Mapping[str, Any], *, repeats: bool) -> int | None:
        if "times" not in given:
            return None if repeats else 1
        if not repeats:
            self._page.complain((*path, "times"), "`times` needs `every`, or `when`.")
        return self._page.whole((*path, "times"), given["times"], 1)

    def _length(self, path: Path, name: str, given: Mapping[str, Any]) -> timedelta | None:
        if name not in given:
            return None
        length = length_of(given[name])
        if length is None or (name == "every" and not length):
            self._page.complain((*path, name), f"`{name}` is {EXAMPLES}, not {given[name]}.")
        return length

    def instant(self, path: Path, value: Any) -> datetime | None:
        """Return an instant; None, with a complaint, for anything else."""
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            at = None
        if at is None or at.tzinfo is None:
            self._page.complain(path, f"Give an instant such as 2026-11-21T09:30:00Z, not {value}.")
            return None
        return at

    def _bound(self, path: Path, value: Any) -> Mapping[str, str]:
        found = self._page.mapping(path, value)
        return {name: self._page.text((*path, name), item) for name, item in found.items()}


def fitted(given: Any, schema: Mapping[str, Any]) -> Any:
    """Return a value as the control reads it: seconds for `10m`, a text for digits that were not quoted."""
    match given:
        case dict() if "properties" in schema:
            properties = schema["properties"]
            return {name: fitted(item, properties.get(name, {})) for name, item in given.items()}
        case str() if schema.get("type") == "number" and (length := length_of(given)) is not None:
            return length.total_seconds()
        case int() if schema.get("type") == "string" and not isinstance(given, bool):
            return str(given)
        case _:
            return given


def _is_reference(given: Any) -> bool:
    return isinstance(given, str) and given.startswith("$")


def _refers(given: Any) -> bool:
    match given:
        case dict():
            return any(map(_refers, given.values()))
        case list():
            return any(map(_refers, given))
        case _:
            return _is_reference(given)
