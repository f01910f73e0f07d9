"""From a text to a scenario, with every complaint at its line."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from wa_notify.sandbox.reach import STEPS
from wa_notify.sandbox.script import Deed, Placed, Scenario
from wa_notify.sandbox.verbs import Verbs

from .memory import PARTS
from .places import Page
from .steps import Script

KEYS = ("name", "about", "seed", "start", "portfolio", "accounts", "people", "policy", "limits", "reviews",
        "faults", "setup", "memory", "script", "planned")  # fmt: skip
PORTFOLIO_KEYS = ("business_id", "messaging_limit", "verified", "limit_as_number")
PERSON_KEYS = ("number", "opened_ago", "open_until", "user_id", "identity_turn", "kept", "marketing", "chats",
               "messages", "waiting")  # fmt: skip
SWITCHES = "change_phone"  # the controls whose fields some parts of a scenario take
POLICY, FAULT = "change_policy", "add_fault"


def read_scenario(text: str, *, file: str, verbs: Verbs) -> Scenario:
    """Return the scenario that a YAML text describes. `file` is what complaints call it.

    Raises ScenarioError with every complaint.
    """
    page = Page(text, file)
    whole = page.mapping((), page.value, KEYS)
    people = _people(page, whole, verbs)
    script = Script(page, verbs, Counter(str(one.given["name"]) for one in people if "name" in one.given))
    scenario = Scenario(
        name=page.text(("name",), whole["name"]) if "name" in whole else "",
        about=" ".join(page.text(("about",), whole["about"]).split()) if "about" in whole else "",
        seed=page.whole(("seed",), whole.get("seed", 0), 0),
        start=script.instant(("start",), whole["start"]) if "start" in whole else None,
        portfolio=_portfolio(page, whole),
        accounts=_placed(page, whole, "accounts"),
        people=people,
        setup=_setup(page, whole, script),
        memory=_memory(page, whole),
        script=script.steps(("script",), whole.get("script", [])),
        planned=_placed(page, whole, "planned"),
    )
    page.require_peace()
    return scenario


def _portfolio(page: Page, whole: Mapping[str, Any]) -> Placed | None:
    if "portfolio" not in whole:
        return None
    given = page.mapping(("portfolio",), whole["portfolio"], PORTFOLIO_KEYS)
    if "messaging_limit" in given and str(given["messaging_limit"]) not in STEPS:
        page.complain(("portfolio", "messaging_limit"), f"A messaging limit is one of {', '.join(STEPS)}.")
    return Placed(given=given, spot=page.spot(("portfolio",)))


def _memory(page: Page, whole: Mapping[str, Any]) -> Placed | None:
    if "memory" not in whole:
        return None
    given = page.mapping(("memory",), whole["memory"], PARTS)
    return Placed(given=given, spot=page.spot(("memory",)))


def _placed(page: Page, whole: Mapping[str, Any], name: str) -> tuple[Placed, ...]:
    items = page.sequence((name,), whole.get(name, []))
    return tuple(
        Placed(given=page.mapping((name, place), item), spot=page.spot((name, place)))
        for place, item in enumerate(items)
    )


def _people(page: Page, whole: Mapping[str, Any], verbs: Verbs) -> tuple[Placed, ...]:
    switches, found = verbs[SWITCHES].takes or {}, []
    for place, item in enumerate(page.sequence(("people",), whole.get("people", []))):
        path = ("people", place)
        given = page.mapping(path, item, [*PERSON_KEYS, *switches])
        if "number" not in given:
            page.complain(path, "A person needs a `number`, such as +447700900123.")
        for name in given.keys() & switches.keys():
            try:
                switches[name](given[name])
            except ValueError as error:
                page.complain((*path, name), f"{name}: {error}.")
        found.append(Placed(given=given, spot=page.spot(path)))
    return tuple(found)


def _setup(page: Page, whole: Mapping[str, Any], script: Script) -> tuple[Deed, ...]:
    """The rules of the world, and what else is done to it first; all of it by controls."""
    deeds = [
        script.deed((name,), POLICY, whole[name] if name == "policy" else {name: whole[name]})
        for name in ("policy", "limits", "reviews")
        if name in whole
    ]
    faults = page.sequence(("faults",), whole.get("faults", []))
    deeds += [script.deed(("faults", place), FAULT, item) for place, item in enumerate(faults)]
    for place, item in enumerate(page.sequence(("setup",), whole.get("setup", []))):
        path = ("setup", place)
        given = page.mapping(path, item)
        deeds += [script.deed((*path, verb), verb, value, has_person=False) for verb, value in given.items()]
    return tuple(deeds)
