"""The section ``rules``: each one read by itself, so that a fault in one leaves the others at work."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import voluptuous as vol

from wa_notify.config.beside import DETAILS, FREE_FORM, followers, header, in_header, parted, text_of
from wa_notify.config.environment import UNKNOWN
from wa_notify.config.fallback import FALLBACK, WISH
from wa_notify.config.faults import Fault, Faults, kind_of, shown, suggestion
from wa_notify.config.places import Spot
from wa_notify.config.secret import Hidden
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, quoting, section, table
from wa_notify.config.text import FACTS, CompiledText, Role, in_zone, jinja
from wa_notify.config.words import duration, flag, label, name, one_of, template_name, text, whole
from wa_notify.core.matcher import Matcher, parse_matcher
from wa_notify.core.pricing import Preference
from wa_notify.core.rule import LASTS, FromAlert, Priority, Remind, Rule, TemplateText
from wa_notify.core.wallclock import TIME_ZONE

RULES = "rules"
REFUSE = "refuse"  # say nothing rather than something with a hole
MOST_REMINDERS = 100
SPANS = ("group_wait", "group_interval", "repeat_interval", "expire")


def conditions(title: str, *, least: int = 0) -> Check:
    """Conditions on labels, as matchers."""

    def check(value: Any) -> tuple[Matcher, ...]:
        if not isinstance(value, Mapping):
            raise Flaw(f"{title} is a mapping, not {kind_of(value)}.", "Write it as {severity: critical}.")
        if len(value) < least:
            raise Flaw(f"{title} has no condition.", "Write it as {severity: critical}.")
        found: list[Matcher] = []
        flaws: list[vol.Invalid] = []
        for key, pattern in value.items():
            try:
                found.append(_matcher(title, str(key), pattern))
            except Flaw as flaw:
                flaws.append(Flaw(flaw.msg, flaw.fix, [key]))
        if flaws:
            raise vol.MultipleInvalid(flaws)
        return tuple(found)

    return check


def _matcher(title: str, key: str, pattern: Any) -> Matcher:
    if not isinstance(pattern, str):
        fix = quoting(pattern) or "For a label that must be missing write '!*'."
        raise Flaw(f"{title} compares texts, this is {kind_of(pattern)}.", fix)
    try:
        return parse_matcher(key, pattern)
    except (re.error, RecursionError, OverflowError) as error:
        problem = "" if isinstance(pattern, Hidden) else f": {error}"
        fix = "Mend it; a plain text needs no `=~`."
        raise Flaw(f"{shown(pattern)} is no regular expression{problem}.", fix) from None


def use(known: Collection[str] = FACTS) -> Check:
    """The use of a template, with texts that may speak of these facts."""
    part = jinja(Role.PARAMETER, known)
    parts = listing("`parameters`", part, most=100)

    def blanks(value: Any) -> tuple[tuple[str, CompiledText], ...]:
        """The texts for the variables of a template: in order, or by name."""
        if isinstance(value, Mapping):
            fit = section("`parameters`", {vol.Required(key): part for key in value})(value)
            return tuple(fit.items())
        return tuple(("", one) for one in parts(value))

    def spare(value: Any) -> dict[str, Any]:
        """Another template that stands in, which may have a spare of its own."""
        fit: dict[str, Any] = either(value)
        return fit

    whole_use = section(
        "The use of a template",
        {
            vol.Required("name"): template_name,
            vol.Optional("header"): header(known),
            vol.Optional("copy_code"): part,
            vol.Optional("parameters", default=list): by_kind(list=blanks, mapping=blanks),
            vol.Optional("url"): jinja(Role.LINK, known),
            vol.Optional("spare"): spare,
        },
    )
    either = by_kind(text=lambda value: {"name": template_name(value), "parameters": ()}, mapping=whole_use)
    return either


_whole = jinja(Role.WHOLE)
USE: Check = use()
REMIND = section(
    "The section `remind`",
    {
        vol.Required("after"): duration(),
        vol.Optional("every"): duration(),
        vol.Optional("times", default=3): whole(1, MOST_REMINDERS),
        vol.Optional("template"): USE,
        vol.Optional("free_form"): _whole,
    },
)
RESOLVED = section(
    "The section `resolved`", {vol.Optional("template"): USE, vol.Optional("free_form"): _whole}
)
UPDATED = section("The section `updated`", {vol.Required("template"): USE, vol.Optional("free_form"): _whole})


def preference(value: Any) -> Preference:
    """Which form leaves while the window is open."""
    return Preference(one_of(*Preference)(value))


OTHERS = "default"  # how a table by severity calls all that it does not name


def by_severity(value: Any) -> dict[str, timedelta]:
    """One span of time for all, or one for each severity."""
    if not isinstance(value, Mapping):
        return {"": duration()(value)}
    spans = table("The spans", label, duration(), least=1)(value)
    return {("" if severity == OTHERS else severity): span for severity, span in spans.items()}


RULE = section(
    "A rule",
    {
        vol.Required("name"): name,
        vol.Optional("match", default=dict): conditions("`match`"),
        vol.Optional("group_by"): by_kind(text=lambda one: (label(one),), list=listing("`group_by`", label)),
        vol.Optional("group_wait"): duration(zero=True),
        vol.Optional("group_interval"): duration(),
        vol.Required("receiver"): text,
        vol.Optional("priority", default="normal"): one_of("critical", "normal", "low"),
        vol.Required("template"): USE,
        vol.Optional("free_form"): FREE_FORM,
        vol.Optional("details"): DETAILS,
        vol.Optional("remind"): REMIND,
        vol.Optional("updated"): UPDATED,
        vol.Optional("repeat_interval"): duration(),
        vol.Optional("acknowledge_timeout"): by_severity,
        vol.Optional("expire"): duration(),
        vol.Optional("resolved"): RESOLVED,
        vol.Optional("ttl"): by_severity,
        vol.Optional(FALLBACK): WISH,
        vol.Optional("continue", default=False): flag,
        vol.Optional("quiet_hours"): one_of("ignore"),
        vol.Optional("missing"): text,
        vol.Optional("prefer"): preference,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rules refer to."""

    receivers: Collection[str] | None  # nothing when nobody can say
    time_zone: str = TIME_ZONE  # of the times in texts
    missing: str = UNKNOWN  # what stands for a label that an alert does not have, or `REFUSE`
    ttls: Mapping[str, timedelta] = field(default_factory=dict)  # of rules without their own


def rules(raw: Any, around: Surroundings, faults: Faults) -> dict[Spot, Rule]:
    """Read all rules, those with a fault too as far as they can be read; the fault is noted."""
    if raw is None:
        return {}
    if not isinstance(raw, list):
        what = f"The section `rules` is a list, not {kind_of(raw)}."
        faults.add(Fault(spot=(RULES,), what=what, fix="Begin each rule with `- name: ...`."))
        return {}
    found: dict[Spot, Rule] = {}
    names: set[str] = set()
    for index, values in enumerate(raw):
        spot: Spot = (RULES, index)
        rule = _rule(values, spot, around, faults)
        if rule is None:
            continue
        if rule.name in names:
            what = f"There is another rule `{rule.name}` above."
            faults.add(Fault(spot=(*spot, "name"), what=what, fix="Tickets need the name to be unique."))
        else:
            names.add(rule.name)
            found[spot] = rule
    return found


def names_of_rules(raw: Any) -> tuple[str, ...]:
    """The names of all rules in their order, be the rules in order or not."""
    names = (one.get("name") for one in raw if isinstance(one, Mapping)) if isinstance(raw, list) else ()
    return tuple(str(name) for name in names if isinstance(name, str))


def _rule(values: Any, spot: Spot, around: Surroundings, faults: Faults) -> Rule | None:
    _check_receiver(values, spot, around, faults)
    fit = fitted(RULE, values, spot, faults)
    if fit is None:
        return None
    missing = fit.get("missing", around.missing)
    fit = in_zone(fit, around.time_zone, UNKNOWN if missing == REFUSE else missing)
    of = f"of rule {fit['name']}"
    fit, beside, following = parted(fit, of)
    details = fit.get("details", {})
    resolved, updated = fit.get("resolved") or {}, fit.get("updated") or {}
    if "resolved" in fit and not resolved:
        faults.add(Fault(spot=(*spot, "resolved"), what="This says nothing.", fix="Give it a `template`."))
    ttls: Mapping[str, timedelta] = fit.get("ttl", around.ttls)
    template, priority = template_text(fit["template"], of), Priority[fit["priority"].upper()]
    return Rule(
        name=fit["name"],
        matchers=fit["match"],
        receiver=fit["receiver"],
        template=template,
        priority=priority,
        quiet_hours_ignored="quiet_hours" in fit or priority is Priority.CRITICAL,
        refuses_missing=missing == REFUSE,
        free_form=text_of(fit, "free_form", of),
        beside=beside,
        details=text_of(details, "text", f"details {of}"),
        attachments=(*following, *followers(details, of)),
        from_alert=FromAlert(details.get("attachments", FromAlert.NONE)),
        remind=_remind(fit, template, of),
        resolved=template_text(resolved["template"], of) if "template" in resolved else None,
        resolved_free_form=text_of(resolved, "free_form", f"resolved {of}"),
        goes_on=fit["continue"],
        prefer=fit.get("prefer"),
        updated=template_text(updated["template"], of) if updated else None,
        updated_free_form=text_of(updated, "free_form", f"updated {of}"),
        answer_lasts=fit.get("acknowledge_timeout", {}),
        ttls={severity: span for severity, span in ttls.items() if severity},
        ttl=ttls.get("", LASTS),
        **{key: fit[key] for key in SPANS if key in fit},
        group_by=tuple(fit.get("group_by", ())),
    )


def _remind(fit: Mapping[str, Any], template: TemplateText, of: str) -> Remind | None:
    """Without words of its own a reminder says what the rule said."""
    if "remind" not in fit:
        return None
    values = fit["remind"]
    speaks = "template" in values or "free_form" in values
    return Remind(
        after=values["after"],
        every=values.get("every", values["after"]),
        times=values["times"],
        template=template_text(values["template"], of) if "template" in values else template,
        free_form=text_of(values if speaks else fit, "free_form", f"remind {of}"),
    )


def template_text(use: Mapping[str, Any], of: str) -> TemplateText:
    """The template with its texts; ``of`` says in complaints whose they are."""
    body = tuple((key, replace(part, label=f"parameter {of}")) for key, part in use["parameters"])
    first = TemplateText(
        name=use["name"],
        body=body,
        url_suffix=text_of(use, "url", of),
        **in_header(use, of),
    )
    if "spare" not in use:
        return first
    spare = template_text(use["spare"], f"spare {of}")
    return replace(first, spares=(replace(spare, spares=()), *spare.spares))


def _check_receiver(values: Any, spot: Spot, around: Surroundings, faults: Faults) -> None:
    receiver = values.get("receiver") if isinstance(values, Mapping) else None
    known = around.receivers
    if known is not None and isinstance(receiver, str) and receiver.strip() and receiver not in known:
        what = f"There is no receiver {shown(receiver)}."
        fix = suggestion(receiver, known, "receiver")
        faults.add(Fault(spot=(*spot, "receiver"), what=what, fix=fix))
