"""The rulebook: who is told what and how, with what every template that is sent has to fit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wa_notify.config.calm import INHIBIT, inhibits
from wa_notify.config.canary import CANARY, canary
from wa_notify.config.check_in import ADMINS, check_ins, notice
from wa_notify.config.compiler import hold
from wa_notify.config.fallback import Wishes, wishes_in, wishes_of_admins, wishes_of_rules
from wa_notify.config.faults import Fault, Faults
from wa_notify.config.findings import Readers, Severity
from wa_notify.config.limits import LIMITS, limits
from wa_notify.config.people import RECEIVERS, RECIPIENTS, names_in, quiet_hours, receivers
from wa_notify.config.places import Spot
from wa_notify.config.prices import shipped
from wa_notify.config.replies import REPLIES, REPLIES_CHECK, Replies
from wa_notify.config.rules import RULES, Surroundings, rules
from wa_notify.config.schedules import SCHEDULES, schedules
from wa_notify.config.settings import Defaults
from wa_notify.config.shape import fitted
from wa_notify.config.starter import approved, declared
from wa_notify.config.templates import with_files_beside
from wa_notify.config.uses import Use, uses_in
from wa_notify.core.recipient import Seed
from wa_notify.core.rule import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A rulebook without the rules that cannot work, all uses of templates in it, and notes on them."""

    book: Rulebook
    uses: tuple[Use, ...]
    notes: Faults


def rulebook(
    values: Mapping[str, Any],
    people: Collection[str] | None,
    defaults: Defaults,
    seeds: Iterable[Seed],
    faults: Faults,
    path: Path | None = None,
) -> Compiled:
    """Read everything that decides who is told what, and hold it together."""
    time_zone = defaults.time_zone
    drafts = declared(values, faults)
    shapes = approved(drafts)
    rosters, roster_names = values.get(SCHEDULES), names_in(values.get(SCHEDULES))
    known = None if people is None or roster_names is None else (*people, *roster_names)
    found = receivers(values.get(RECEIVERS), known, faults)
    around = _surroundings(values, defaults)
    wishes = Wishes(
        people=wishes_in(values.get(RECIPIENTS)),
        receivers=wishes_in(values.get(RECEIVERS)),
        rules=wishes_of_rules(values.get(RULES)),
        admins=wishes_of_admins(values.get(ADMINS)),
    )
    read_rules = rules(values.get(RULES), around, faults)
    replies = fitted(REPLIES_CHECK, values.get(REPLIES), (REPLIES,), faults) or Replies()
    book = replace(
        _of_defaults(defaults),
        words=replies.words,
        courtesy=replies.courtesy,
        rules=tuple(wishes.completed(rule) for rule in read_rules.values()),
        limits=limits(values.get(LIMITS), faults),
        receivers=found,
        templates=shapes,
        drafts=with_files_beside(path, drafts) if path else drafts,
        channels=wishes.channels(),
        schedules=schedules(rosters, people, time_zone, faults),
        check_ins=check_ins(rosters, time_zone, faults),
        notice=notice(values.get(ADMINS), names_in(values.get(RECEIVERS)), faults),
        canary=canary(values.get(CANARY), people, time_zone, faults),
        quiet_hours=quiet_hours(values.get(RECIPIENTS), time_zone, defaults.quiet_hours, faults),
    )
    spots = {rule.name: spot for spot, rule in read_rules.items()}
    return _compiled(book, values, spots, defaults, seeds, faults)


def _compiled(
    book: Rulebook,
    values: Mapping[str, Any],
    spots: Mapping[str, Spot],
    defaults: Defaults,
    seeds: Iterable[Seed],
    faults: Faults,
) -> Compiled:
    """Hold everything that sends a template against what is declared."""
    own = {seed.recipient.id: seed.recipient.languages for seed in seeds}
    uses, notes = uses_in(book, values, spots, defaults.invite), Faults()
    findings = hold(uses, book.templates, Readers(own=own, house=book.languages), account=False)
    for finding in findings:
        said = notes if finding.severity is Severity.NOTE else faults
        said.add(Fault(spot=finding.use.spot_of(finding.key), what=finding.what, fix=finding.fix))
    refused = {name for name, spot in spots.items() if faults.touch(spot)}
    working = tuple(rule for rule in book.rules if rule.name not in refused)
    muting = inhibits(values.get(INHIBIT), working, faults)
    return Compiled(
        book=replace(book, rules=working, inhibits=muting),
        uses=tuple(use for use in uses if use.rule not in refused),
        notes=notes,
    )


def _of_defaults(defaults: Defaults) -> Rulebook:
    """What holds for everybody, before anything is said of people and rules."""
    return Rulebook(
        rules=(),
        receivers={},
        storm=defaults.storm,
        digest=defaults.digest,
        digest_free_form=defaults.digest_free_form,
        nudge=defaults.nudge,
        most_parts=defaults.most_parts,
        held_for=defaults.held_for,
        prices=shipped(defaults.time_zone),
        prefer=defaults.prefer,
        language=defaults.language,
        time_zone=defaults.time_zone,
        severities=defaults.severities,
    )


def _surroundings(values: Mapping[str, Any], defaults: Defaults) -> Surroundings:
    return Surroundings(
        receivers=names_in(values.get(RECEIVERS)),
        time_zone=defaults.time_zone,
        missing=defaults.missing,
        ttls=defaults.ttls,
    )
