"""The rules as they are obeyed, what is wrong with them as they are written, and a place to try new ones."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import msgspec

from wa_notify.config import Finding, Severity, files_of
from wa_notify.config.trying import tried
from wa_notify.config.written import discreet, written
from wa_notify.core.access import Right
from wa_notify.core.errors import Complaint
from wa_notify.core.rule import Rule
from wa_notify.pipeline.reachable import reachable
from wa_notify.ports import Transaction, Views
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.rule_shapes import (
    ReachShape,
    RuleShape,
    approved_languages,
    reach_shape,
    rule_shape,
)
from wa_notify.web.refusals import NotThere
from wa_notify.web.request import storable

LOOK_BACK = timedelta(days=7)
MOST_MATCHES = 200  # tickets that are counted; more are "200 and more"
NEWEST = 5
LONGEST_TEXT = 200_000  # characters of a configuration
MOST_FAULTS = 100
PLACE = re.compile(r"(.*?):(\d+)(?::(\d+))?$", re.DOTALL)


class FaultShape(Shape, frozen=True, kw_only=True):
    """Something that is wrong or worth knowing, where it stands and what to do. A line of 0 is not known.

    ``severity`` is ``fault`` or ``note``; ``rule`` is the name of the rule it is about, where that is known.
    """

    severity: Severity
    file: str
    line: int
    column: int
    what: str
    fix: str
    rule: str = ""


class RuleLine(Shape, frozen=True, kw_only=True):
    """A rule in the list, in the order in which rules are tried. ``last_at`` is when it answered last.

    ``kept``: it is written with a fault and goes on as it was. Without ``obeyed`` it was never right.
    """

    name: str
    position: int
    obeyed: bool
    kept: bool
    matchers: list[str]
    goes_on: bool
    receiver: str
    template: str
    priority: str
    faults: int
    last_at: datetime | None


class RuleList(Shape, frozen=True, kw_only=True):
    """All rules, and how the configuration stands.

    ``refused`` is why what is written now is not obeyed at all, ``complaints`` which rules are left out,
    ``findings`` what does not fit the account's templates. ``to_restart`` are sections that have changed and
    cannot while the service runs.
    """

    items: list[RuleLine]
    in_order: bool
    in_order_at: datetime | None
    refused: list[FaultShape]
    complaints: list[FaultShape]
    findings: list[FaultShape]
    notes: list[FaultShape]
    kept: list[str]
    to_restart: list[str]


class MatchShape(Shape, frozen=True, kw_only=True):
    """A ticket that the rule opened."""

    number: int
    title: str
    state: str
    severity: str
    opened_at: datetime


class RuleDetail(Shape, frozen=True, kw_only=True):
    """All about one rule. ``last_week`` counts its tickets of seven days, at most ``counted_to``."""

    rule: RuleShape
    kept: bool
    people: list[ReachShape]
    newest: list[MatchShape]
    last_week: int
    counted_to: int
    findings: list[FaultShape]


class LineShape(Shape, frozen=True, kw_only=True):
    """One line of a file, counted from 1."""

    number: int
    text: str


class FileShape(Shape, frozen=True, kw_only=True):
    """What may be shown of a file: sections that tell of rules and people, without secrets and numbers."""

    name: str
    lines: list[LineShape]
    faults: list[FaultShape]


class FileList(Shape, frozen=True, kw_only=True):
    """The configuration as it is written now, whether it is obeyed or not."""

    items: list[FileShape]


class TextGiven(Given, frozen=True, kw_only=True):
    """A configuration, or a part of one: ``rules``, ``receivers``, ``templates`` and whatever they lean on.

    Sections that it does not have are those of the configuration that is obeyed.
    """

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_TEXT, description="YAML.")]


class CheckedShape(Shape, frozen=True, kw_only=True):
    """Every fault with its line. ``usable``: it would be obeyed, perhaps without the rules at fault."""

    text: str
    usable: bool
    rules: list[str]
    faults: list[FaultShape]
    given: str


@operation("GET", "/rules", right=Right.SEE)
async def list_rules(asked: Asked[Nothing, Nothing]) -> RuleList:
    """List the rules in the order in which they are tried, and what is wrong with them."""
    standing = asked.office.standing
    config, book = standing.config, asked.book
    findings = list(_findings(await standing.findings(), asked))
    names = list(dict.fromkeys((*config.rules_written, *(rule.name for rule in book.rules))))
    last = await asked.look(lambda views: {name: _last(views, name) for name in names})
    return RuleList(
        items=[
            _line(asked, name, number, findings, last[name]) for number, name in enumerate(names, start=1)
        ],
        in_order=standing.in_order,
        in_order_at=standing.in_order_at,
        refused=[_fault(one, asked) for one in standing.refused],
        complaints=[_fault(one, asked) for one in standing.complaints],
        findings=findings,
        notes=[_fault(one, asked, Severity.NOTE) for one in config.notes],
        kept=list(standing.kept),
        to_restart=list(standing.to_restart),
    )


@operation("GET", "/rules/text", right=Right.SEE)
async def show_rules_text(asked: Asked[Nothing, Nothing]) -> FileList:
    """Show the files of the configuration as they lie on the disk, with their faults at their lines.

    Only sections that tell of rules and people are shown; secrets, addresses and numbers are blanked.
    """
    path = _path(asked)
    if path is None:
        return FileList(items=[])
    config, hidden = asked.office.standing.config, list(_secrets(asked))

    def read() -> FileList:
        loaded = {*config.files, *files_of(path, {})}
        found = written(path, loaded, hidden)
        told = list(_told(asked))
        return FileList(
            items=[
                FileShape(
                    name=one.name,
                    lines=[LineShape(number=line.number, text=storable(line.text)) for line in one.lines],
                    faults=[fault for fault in told if fault.file == one.name],
                )
                for one in found
            ]
        )

    return await asyncio.to_thread(read)


@operation("GET", "/rules/{name}", right=Right.SEE)
async def show_rule(asked: Asked[Nothing, Nothing]) -> RuleDetail:
    """Show a rule: who it tells right now, in which words, whom it could not reach, what it answered."""
    name, book, now = asked.path["name"], asked.book, asked.now
    rule = book.rule(name)
    if rule is None:
        raise NotThere(f"There is no rule {name[:64]} at work.", where="name", fix="See the list of rules.")
    number_id = asked.office.account.number_id
    shapes = await asked.look(lambda views: views.templates())

    def look(tx: Transaction) -> tuple[RuleShape, list[ReachShape]]:
        told = rule_shape(tx, book, rule, approved_languages(shapes), now)
        return told, [reach_shape(one, now) for one in reachable(tx, book, number_id, rule, now)]

    told, people = await asked.office.engine.desk.rehearse(look)
    newest, last_week = await asked.look(lambda views: _matches(views, rule, now))
    findings = _findings(await asked.office.standing.findings(), asked)
    return RuleDetail(
        rule=told,
        kept=name in asked.office.standing.kept,
        people=people,
        newest=newest,
        last_week=last_week,
        counted_to=MOST_MATCHES,
        findings=[one for one in findings if one.rule == name],
    )


@operation("POST", "/rules/check", right=Right.SEE, rehearses=True)
async def check_rules(asked: Asked[TextGiven, Nothing]) -> CheckedShape:
    """Say what is wrong with rules that somebody pasted. Nothing is changed, and nothing of it is kept."""
    return await asyncio.to_thread(_checked, storable(asked.body.text), _path(asked))


# what is obeyed


def _path(asked: Asked[Any, Any]) -> Path | None:
    """The file that the configuration was read from; nothing when it was not."""
    return next(iter(asked.office.standing.config.files), None)


def _line(
    asked: Asked[Any, Any], name: str, number: int, findings: Iterable[FaultShape], last_at: datetime | None
) -> RuleLine:
    rule = asked.book.rule(name)
    return RuleLine(
        name=name,
        position=number,
        obeyed=rule is not None,
        kept=name in asked.office.standing.kept,
        matchers=[str(matcher) for matcher in rule.matchers] if rule else [],
        goes_on=rule.goes_on if rule else False,
        receiver=rule.receiver if rule else "",
        template=rule.template.name if rule else "",
        priority=rule.priority.name.lower() if rule else "",
        faults=sum(one.rule == name and one.severity is Severity.FAULT for one in findings),
        last_at=last_at,
    )


def _last(views: Views, rule: str) -> datetime | None:
    found = views.tickets_page(rules=[rule], limit=1).found
    return found[0].opened_at if found else None


def _matches(views: Views, rule: Rule, now: datetime) -> tuple[list[MatchShape], int]:
    found = views.tickets_page(rules=[rule.name], limit=MOST_MATCHES).found
    newest = [
        MatchShape(
            number=one.id,
            title=one.title,
            state=one.state.value,
            severity=one.severity,
            opened_at=one.opened_at,
        )
        for one in found[:NEWEST]
    ]
    return newest, sum(one.opened_at >= now - LOOK_BACK for one in found)


# what is wrong


def _told(asked: Asked[Any, Any]) -> Iterator[FaultShape]:
    standing = asked.office.standing
    yield from (_fault(one, asked) for one in (*standing.refused, *standing.complaints))
    yield from (_fault(one, asked, Severity.NOTE) for one in standing.config.notes)


def _findings(found: Iterable[Finding], asked: Asked[Any, Any]) -> Iterator[FaultShape]:
    for one in found:
        yield msgspec.structs.replace(_fault(one.complaint, asked, one.severity), rule=one.use.rule)


def _fault(complaint: Complaint, asked: Asked[Any, Any], severity: Severity = Severity.FAULT) -> FaultShape:
    hidden, path = list(_secrets(asked)), _path(asked)
    return fault_shape(complaint, severity, path.resolve().parent if path else None, hidden)


def fault_shape(
    complaint: Complaint, severity: Severity, folder: Path | None, hidden: Iterable[str] = ()
) -> FaultShape:
    """A complaint with its place taken apart; files are told from the folder of the configuration."""
    place = PLACE.match(complaint.where)
    file = place[1] if place else complaint.where
    return FaultShape(
        severity=severity,
        file=storable(_beside(file, folder)),
        line=int(place[2]) if place else 0,
        column=int(place[3] or 0) if place else 0,
        what=storable(discreet(complaint.what, hidden)),
        fix=storable(discreet(complaint.fix, hidden)),
    )


def _beside(file: str, folder: Path | None) -> str:
    if folder is None:
        return Path(file).name
    there = Path(file).resolve()
    return str(there.relative_to(folder)) if there.is_relative_to(folder) else there.name


def _secrets(asked: Asked[Any, Any]) -> Iterator[str]:
    """What must not be seen, wherever it stands."""
    config = asked.office.standing.config
    return (one.reveal() for one in (*config.secret_keys, *config.secret_addresses))


# what somebody tries


def _checked(given: str, beside: Path | None) -> CheckedShape:
    found = tried(given, beside)
    faults = [fault_shape(one, Severity.FAULT, None) for one in found.complaints[:MOST_FAULTS]]
    remarks = [fault_shape(one, Severity.NOTE, None) for one in found.notes[:MOST_FAULTS]]
    rules = f"{len(found.rules)} rule{'' if len(found.rules) == 1 else 's'}"
    if not faults:
        text = f"Nothing is wrong with it: {rules}."
    elif found.usable:
        text = f"{len(found.complaints)} to mend. Of it {rules} would work."
    else:
        text = f"{len(found.complaints)} to mend, before any of it would be obeyed."
    return CheckedShape(
        text=text, usable=found.usable, rules=list(found.rules), faults=[*faults, *remarks], given=given
    )


OPERATIONS = (list_rules, show_rules_text, show_rule, check_rules)
