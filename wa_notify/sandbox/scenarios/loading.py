"""A world out of a scenario. A scenario that makes no sense changes nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, get_args, get_type_hints

from wa_notify.sandbox.account import NUMBER_FIELDS, Account, BusinessNumber, Portfolio
from wa_notify.sandbox.agenda import TemplateDue
from wa_notify.sandbox.chat import WINDOW
from wa_notify.sandbox.courier import Delivery
from wa_notify.sandbox.journal import Journal
from wa_notify.sandbox.messages import Message
from wa_notify.sandbox.phones import Phone
from wa_notify.sandbox.play import at_once
from wa_notify.sandbox.regard import ComplaintForgotten
from wa_notify.sandbox.script import Complaint, Placed, Scenario, ScenarioError, Spot
from wa_notify.sandbox.templates import Template
from wa_notify.sandbox.traffic import Traffic
from wa_notify.sandbox.world import Event, World, build

from .durations import EXAMPLES, length_of
from .memory import remember
from .plain import Restorer
from .reading import PERSON_KEYS, SWITCHES

EVENTS: Mapping[str, Any] = {kind.__name__: kind for kind in get_args(Event)}
MOST_TURNS = 1000  # business-scoped ids that a number may have had


def load(world: World, scenario: Scenario) -> None:
    """Let a world begin anew as the scenario says, and play its script.

    Its journal goes on, and so does the subscription of an account that the scenario gives no address.
    Raises ScenarioError, and ValueError when the clock of the host stands elsewhere than `start`.
    """
    start = scenario.start or world.clock()
    rehearsal = _built(world, scenario, lambda: start, Journal(), Traffic())
    _fill(rehearsal, scenario)
    if scenario.start is not None:
        world.clock.begin(scenario.start)
    made = _built(world, scenario, world.clock, world.journal, world.traffic)
    world.journal.on_written = lambda _: None
    world.note("scenario", name=scenario.name)
    people = _fill(made, scenario)
    world.become(made)
    world.play.begin(world, scenario, people)
    world.journal.on_written = partial(world.play.notice, world)


def _built(world: World, scenario: Scenario, clock: Any, journal: Journal, traffic: Traffic) -> World:
    portfolio = deepcopy(world.origin)
    made = build(
        portfolio=portfolio,
        clock=clock,
        seed=scenario.seed,
        client=None,
        verbs=world.verbs,
        journal=journal,
        traffic=traffic,
    )
    made.origin, made.links.fetches = world.origin, world.links.fetches
    if scenario.portfolio is not None:
        with _at(scenario.portfolio.spot):
            Restorer(made).fields(portfolio, scenario.portfolio.given)
    if scenario.accounts:
        portfolio.accounts = [_account(made, placed) for placed in scenario.accounts]
    _keep_addresses(world.portfolio, portfolio)
    return made


def _keep_addresses(former: Portfolio, portfolio: Portfolio) -> None:
    known = {account.waba_id: account for account in former.accounts}
    for account in portfolio.accounts:
        if account.callback_url is None:
            before = known.get(account.waba_id, former.accounts[0])
            account.callback_url, account.subscribed = before.callback_url, before.subscribed
            account.override_url, account.webhook_fields = before.override_url, before.webhook_fields


def _fill(world: World, scenario: Scenario) -> Mapping[str, Phone]:
    """Put the people into a world, bend its rules, and plan what was under way; return who has a name."""
    people = {}
    for placed in scenario.people:
        with _at(placed.spot):
            phone = _person(world, placed.given)
        if "name" in placed.given:
            people[str(placed.given["name"])] = phone
    for placed in scenario.people:  # a chat may show what another person's phone holds
        with _at(placed.spot):
            _past(world, placed.given)
    for deed in scenario.setup:
        with _at(deed.spot):
            at_once(world.verbs[deed.verb].perform(world, deed.given))
    if scenario.memory is not None:
        with _at(scenario.memory.spot):
            remember(world, scenario.memory.given)
    for placed in scenario.planned:
        with _at(placed.spot):
            _plan(world, placed.given)
    return people


def _account(world: World, placed: Placed) -> Account:
    """An account by the names of its fields; what belongs to its first number may stand beside them."""
    with _at(placed.spot):
        values, restorer = dict(placed.given), Restorer(world)
        shapes = values.pop("templates", None)
        plain = [{name: item for name, item in shape.items() if name != "more"} for shape in shapes or ()]
        account = Account.from_mapping({} if shapes is None else {"templates": plain})
        for shape in shapes or ():
            if "more" in shape:
                key = str(shape["name"]), str(shape["language"])
                hints = get_type_hints(Template)
                changed = {name: restorer.value(hints[name], item) for name, item in shape["more"].items()}
                account.templates[key] = replace(account.templates[key], **changed)
        beside = {name: values.pop(name) for name in NUMBER_FIELDS if name in values}
        if "numbers" in values:
            account.numbers = [restorer.record(BusinessNumber, one) for one in values.pop("numbers")]
        restorer.fields(account.first, beside)
        restorer.fields(account, values)
    return account


def _person(world: World, given: Mapping[str, Any]) -> Phone:
    number = str(given["number"])
    wa_id = world.person_id(number)
    if wa_id is None:
        raise ValueError(f"{number} is not the number of a person, such as +447700900123")
    if wa_id in world.people.phones:
        raise ValueError(f"{number} belongs to somebody else here")
    phone = world.people.phone(number if number.startswith("+") else wa_id)
    for _ in range(MOST_TURNS):
        if phone.user_id == given.get("user_id", phone.user_id):
            break
        world.people.renew_user_id(phone)
    else:
        raise ValueError(f"user_id: {given['user_id']} is no id that {number} can have")
    return phone


def _past(world: World, given: Mapping[str, Any]) -> None:
    """What a person's phone is like, and what happened on it so far."""
    restorer, now = Restorer(world), world.clock()
    phone = world.people.phones[str(world.person_id(str(given["number"])))]
    for shape in given.get("messages", ()):
        message = restorer.record(Message, _message(world, phone, shape))
        world.people.keep(message)
        world.network.resume(message)
    for business, shape in given.get("chats", {}).items():
        restorer.fields(phone.chat(business), shape)
    if "opened_ago" in given:
        length = length_of(given["opened_ago"])
        if length is None:
            raise ValueError(f"opened_ago: give {EXAMPLES}")
        phone.chat().window_until = now - length + WINDOW
    if "open_until" in given:
        phone.chat().window_until = restorer.value(datetime, given["open_until"])
    phone.waiting = [restorer.value(Message, wamid) for wamid in given.get("waiting", ())]
    switches = {name: value for name, value in given.items() if name not in PERSON_KEYS}
    operation = world.verbs[SWITCHES]
    at_once(operation.perform(world, {"number": phone.number, **switches}))
    restorer.fields(phone.marketing, given.get("marketing", {}))
    phone.identity_turn = restorer.value(int, given.get("identity_turn", 0))
    phone.kept = restorer.value(bool, given.get("kept", True))


def _message(world: World, phone: Phone, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a message; whoever writes one by hand says `ago` and `text`, and need not say more."""
    values = {"wa_id": phone.wa_id, "line": phone.chat().line.id, **given}
    inbound = values.get("direction") == "in"
    if "ago" in values:
        length = length_of(values.pop("ago"))
        if length is None:
            raise ValueError(f"ago: give {EXAMPLES}")
        values["at"] = (world.clock() - length).isoformat()
    if "text" in values:
        values["content"] = {"kind": "text", "body": values.pop("text")}
    if "wamid" not in values:
        values["wamid"] = world.chance.wamid(phone.wa_id, inbound=inbound)
    if "status" not in values:
        values["status"] = "delivered" if inbound else "read"
    return values


def _plan(world: World, given: Mapping[str, Any]) -> None:
    values = dict(given)
    at, kind = values.pop("at", None), values.pop("event", None)
    if kind not in EVENTS:
        raise ValueError(f"event: give one of {', '.join(sorted(EVENTS))}")
    restorer = Restorer(world)
    due, event = restorer.value(datetime, at), restorer.record(EVENTS[kind], values)
    match event:
        case Delivery():
            world.courier.resume(event, due)
        case TemplateDue():
            world.reviewers.resume(event, due)
        case ComplaintForgotten():
            world.regard.resume(event, due)
        case _:
            world.schedule.add(due, event)


@contextmanager
def _at(spot: Spot) -> Iterator[None]:
    """Whatever inside does not fit, or has no shape that could be meant, is a complaint about that place."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        said = isinstance(error, ValueError) and str(error)
        what = str(error) if said else f"This has not the shape it should have ({error})"
        raise ScenarioError((Complaint(spot=spot, what=f"{what.rstrip('.')}."),)) from error
