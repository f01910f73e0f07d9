"""A world as a scenario: with its people and their chats, its rules, and what is still to happen.

Left out, since it can only be lived through: the log, the bytes of files, uploads that are not complete,
how much was sent and asked of late (pace, quotas, what was free), and statuses that wait for others of their
batch. What there was of it is told in a comment at the head, but for the log and what was counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

import yaml

from wa_notify.sandbox.account import Account, Portfolio
from wa_notify.sandbox.agenda import GIVEN_UP, TemplateDue
from wa_notify.sandbox.chat import Chat
from wa_notify.sandbox.courier import FlushBatch
from wa_notify.sandbox.faults import Waiting
from wa_notify.sandbox.messages import Message
from wa_notify.sandbox.people import user_id_of
from wa_notify.sandbox.phones import Phone
from wa_notify.sandbox.play import Play
from wa_notify.sandbox.script import Cue, Step
from wa_notify.sandbox.templates import DEFAULT_FIELDS, MORE_FIELDS, Template
from wa_notify.sandbox.world import World

from .durations import written
from .memory import remembered
from .places import reads_otherwise
from .plain import Unsayable, plain, record
from .reading import FAULT, POLICY, SWITCHES

WIDTH = 110


def save(world: World) -> str:
    """Return the world as the YAML text of a scenario; loading it gives the same state."""
    left_out: Counter[str] = Counter()
    left_out["statuses that wait for others"] = world.courier.collecting
    left_out["files"] = len(world.media)
    whole = {
        "name": world.play.scenario.name,
        "about": world.play.scenario.about,
        "seed": world.chance.offshoot(),
        "start": world.clock().isoformat(),
        "portfolio": _portfolio(world.portfolio),
        "accounts": [_account(one) for one in world.portfolio.accounts],
        "people": [_person(world, phone) for phone in world.people.phones.values()],
        **_rules(world),
        "setup": _setup(world),
        "memory": remembered(world, left_out),
        "faults": [_fault(world, waiting) for waiting in world.faults.waiting(world.clock())],
        "script": _script(world),
        "planned": _planned(world, left_out),
    }
    told = "".join(f"# Left out: {count} {what}.\n" for what, count in sorted(left_out.items()) if count)
    filled = {name: value for name, value in whole.items() if value not in ("", [], {})}
    return told + yaml.dump(filled, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


SAFE: Any = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper


class Dumper(SAFE):  # type: ignore[misc]  # of two classes, whichever is there
    """PyYAML's safe dumper; what appears twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's name
        """Whether to write it out."""
        return True


def _represented(dumper: Any, text: str) -> Any:
    """A text that reading would take for a number, a truth or nothing, such as 0E0, stands in quotes."""
    style = '"' if reads_otherwise(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, _represented)


def _portfolio(portfolio: Portfolio) -> dict[str, Any]:
    return {
        one.name: plain(getattr(portfolio, one.name)) for one in fields(portfolio) if one.name != "accounts"
    }


def _account(account: Account) -> dict[str, Any]:
    own = {
        one.name: plain(getattr(account, one.name))
        for one in fields(account)
        if one.name not in ("numbers", "templates")
    }
    numbers = [record(number) for number in account.numbers]
    return {**own, "numbers": numbers, "templates": [_template(one) for one in account.templates.values()]}


def _template(template: Template) -> dict[str, Any]:
    """The shape of the template list; under `more` what the list does not tell."""
    shape = plain(template.as_json((*DEFAULT_FIELDS, *MORE_FIELDS)))
    read = Template.from_mapping(shape, id=template.id)
    more = {
        one.name: plain(getattr(template, one.name))
        for one in fields(template)
        if getattr(read, one.name) != getattr(template, one.name)
    }
    return {**shape, "more": more} if more else dict(shape)


def _person(world: World, phone: Phone) -> dict[str, Any]:
    switches = world.verbs[SWITCHES].takes or {}
    person = {"number": phone.number, **{name: plain(getattr(phone, name)) for name in switches}}
    if not phone.kept:
        person["kept"] = False
    if phone.user_id != user_id_of(phone.wa_id):
        person["user_id"] = phone.user_id
    told = {
        "chats": {business: _chat(chat) for business, chat in phone.chats.items()},
        "messages": [_message(world, message) for message in phone.history],
        "waiting": [message.wamid for message in phone.waiting],
        "marketing": {name: value for name, value in record(phone.marketing).items() if name != "cap"},
        "identity_turn": phone.identity_turn,
    }
    return {**person, **{name: value for name, value in told.items() if value}}


def _chat(chat: Chat) -> dict[str, Any]:
    return {name: value for name, value in record(chat).items() if name != "line"}


def _message(world: World, message: Message) -> dict[str, Any]:
    """A message; its template by its name alone, where the account still has the same."""
    values = {name: value for name, value in record(message).items() if name != "wa_id"}
    values["status"] = message.status.value  # which one that is written by hand need not say
    template = message.content.template
    if template is not None:
        key = template.name, template.language
        same = next((one.templates[key] for one in world.portfolio.accounts if key in one.templates), None)
        if same == template:
            values["content"]["template"] = "/".join(key)
    return values


def _rules(world: World) -> dict[str, Any]:
    takes = world.verbs[POLICY].takes or {}
    parts = {"limits": world.limits, "reviews": world.reviewers.policy}
    policy = {name: plain(getattr(world.courier.policy, name)) for name in takes if name not in parts}
    nested = {
        part: {
            name: plain(value)
            for name in takes[part].schema["properties"]
            if (value := getattr(rules, name)) is not None
        }
        for part, rules in parts.items()
    }
    return {"policy": policy, **nested}


def _setup(world: World) -> list[dict[str, Any]]:
    """Rules that have a control of their own."""
    reach, quotas = world.reach, world.usage.quotas
    deeds = {
        "change_limits": {"code": reach.code, "fast_from": reach.fast_from},
        "change_quotas": {name: calls for name, calls in asdict(quotas).items() if calls is not None},
    }
    return [{verb: given} for verb, given in deeds.items() if given]


def _fault(world: World, waiting: Waiting) -> dict[str, Any]:
    """A fault in the words of the control, which knows a refusal by the name of its row."""
    known = world.verbs[FAULT].takes or {}
    fault = (
        waiting.fault
        if waiting.until is None
        else replace(waiting.fault, lasts=waiting.until - world.clock())
    )
    values = {**record(replace(fault, times=waiting.left)), "row": fault.refusal.name}
    return {name: value for name, value in values.items() if name in known}


def _script(world: World) -> list[dict[str, Any]]:
    """The steps to come: those with an instant in order, then those that wait for something."""
    cues = [(due, event) for due, event in world.schedule.planned if isinstance(event, Cue)]
    kept, left = world.play.kept, world.play.left
    steps = [
        {
            "at": due.isoformat(),
            **_step(world.play, cue.step, {**kept, **cue.bound}, _more_times(cue.step, left)),
        }
        for due, cue in cues
    ]
    return steps + [
        {
            "when": {step.when.what: _facts(world.play, step.when.facts)},
            "after": written(step.after),
            **_step(world.play, step, {**kept, **step.bound}, left[step.number]),
        }
        for step in world.play.waiting
        if step.when is not None
    ]


def _more_times(step: Step, left: Mapping[int, int | None]) -> int | None:
    return None if step.every is None else left[step.number]


def _facts(play: Play, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _who(play, fact) if name == "to" else plain(fact) for name, fact in facts.items()}


def _who(play: Play, who: str) -> str:
    """The number: names may have changed since."""
    return play.people[who].number if who in play.people else who


def _step(play: Play, step: Step, bound: Mapping[str, str], times: int | None) -> dict[str, Any]:
    shape = {
        "who": None if step.who is None else _who(play, step.who),
        "every": step.every and written(step.every),
        "times": times,
        "keep": step.keep or None,
        "with": dict(bound) or None,
        "do": {deed.verb: plain(deed.given) for deed in step.deeds},
    }
    return {name: value for name, value in shape.items() if value is not None}


def _planned(world: World, left_out: Counter[str]) -> list[dict[str, Any]]:
    now: datetime = world.clock()
    under_way = [(due, event) for due, event in world.schedule.planned if not isinstance(event, Cue)]
    under_way += [(now, delivery) for delivery in world.courier.held]
    found = []
    for due, event in under_way:
        if isinstance(event, FlushBatch):
            continue  # the statuses that it would collect are left out too
        try:
            more = {"number": GIVEN_UP} if _is_given_up(world, event) else {}
            found.append({"at": due.isoformat(), "event": type(event).__name__, **record(event), **more})
        except Unsayable:
            left_out[f"events of the kind {type(event).__name__}"] += 1
    return found


def _is_given_up(world: World, event: object) -> bool:
    return isinstance(event, TemplateDue) and world.reviewers.is_given_up(event)
