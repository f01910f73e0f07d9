"""The section ``rules``: each one read by itself, so that a fault in one leaves the others at work."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import voluptuous as vol

from wa_notify.config.compiler import misfits
from wa_notify.config.fallback import FALLBACK, WISH
from wa_notify.config.faults import Fault, Faults, kind_of, shown, suggestion
from wa_notify.config.places import Spot
from wa_notify.config.secret import Hidden
from wa_notify.config.shape import Check, Flaw, by_kind, fitted, listing, quoting, section, table
from wa_notify.config.text import FACTS, CompiledText, Role, in_zone, jinja
from wa_notify.config.words import duration, flag, label, name, one_of, template_name, text, whole
from wa_notify.core.matcher import Matcher, parse_matcher
from wa_notify.core.message import MediaKind
from wa_notify.core.pricing import Preference
from wa_notify.core.rule import LASTS, Attachment, Priority, Remind, Rule, TemplateText
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import TIME_ZONE

RULES = "rules"
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
    part = jinja(Role.PART, known)
    parts = listing("`parameters`", part, most=100)

    def blanks(value: Any) -> tuple[tuple[str, CompiledText], ...]:
        """The texts for the variables of a template: in order, or by name."""
        if isinstance(value, Mapping):
            fit = section("`parameters`", {vol.Required(key): part for key in value})(value)
            return tuple(fit.items())
        return tuple(("", one) for one in parts(value))

    whole_use = section(
        "The use of a template",
        {
            vol.Required("name"): template_name,
            vol.Optional("header"): part,
            vol.Optional("parameters", default=list): by_kind(list=blanks, mapping=blanks),
            vol.Optional("url"): jinja(Role.LINK, known),
        },
    )
    return by_kind(text=lambda value: {"name": template_name(value), "parameters": ()}, mapping=whole_use)


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


_DOCUMENT = section(
    "A document", {vol.Required("link"): jinja(Role.PART), vol.Optional("filename"): jinja(Role.PART)}
)
DETAILS = by_kind(
    text=lambda value: {"text": _whole(value)},
    mapping=section(
        "The section `details`",
        {
            vol.Optional("text"): _whole,
            vol.Optional("image"): jinja(Role.PART),
            vol.Optional("document"): by_kind(
                text=lambda value: {"link": jinja(Role.PART)(value)}, mapping=_DOCUMENT
            ),
        },
    ),
)
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
        vol.Optional("free_form"): _whole,
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
        vol.Optional("prefer"): preference,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What rules refer to."""

    receivers: Collection[str] | None  # nothing when nobody can say
    shapes: Sequence[TemplateShape]
    time_zone: str = TIME_ZONE  # of the times in texts
    ttls: Mapping[str, timedelta] = field(default_factory=dict)  # of rules without their own


def rules(raw: Any, around: Surroundings, faults: Faults) -> tuple[Rule, ...]:
    """Read all rules; one with a fault is left out and the fault noted."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        what = f"The section `rules` is a list, not {kind_of(raw)}."
        faults.add(Fault(spot=(RULES,), what=what, fix="Begin each rule with `- name: ...`."))
        return ()
    found: dict[str, Rule] = {}
    for index, values in enumerate(raw):
        spot: Spot = (RULES, index)
        rule = _rule(values, spot, around, faults)
        if rule is None:
            continue
        if rule.name in found:
            what = f"There is another rule `{rule.name}` above."
            faults.add(Fault(spot=(*spot, "name"), what=what, fix="Tickets need the name to be unique."))
        if not faults.touch(spot):
            found[rule.name] = rule
    return tuple(found.values())


def _rule(values: Any, spot: Spot, around: Surroundings, faults: Faults) -> Rule | None:
    _check_receiver(values, spot, around, faults)
    fit = fitted(RULE, values, spot, faults)
    if fit is None:
        return None
    fit = in_zone(fit, around.time_zone)
    of = f"of rule {fit['name']}"
    resolved, updated = fit.get("resolved") or {}, fit.get("updated") or {}
    if "resolved" in fit and not resolved:
        fault = Fault(spot=(*spot, "resolved"), what="This says nothing.", fix="Give it a `template`.")
        faults.add(fault)
    ttls: Mapping[str, timedelta] = fit.get("ttl", around.ttls)
    template, priority = template_text(fit["template"], of), Priority[fit["priority"].upper()]
    rule = Rule(
        name=fit["name"],
        matchers=fit["match"],
        receiver=fit["receiver"],
        template=template,
        priority=priority,
        quiet_hours_ignored="quiet_hours" in fit or priority is Priority.CRITICAL,
        free_form=labelled(fit, "free_form", of),
        details=labelled(fit.get("details", {}), "text", f"details {of}"),
        attachments=tuple(_attachments(fit.get("details", {}), of)),
        remind=_remind(fit, template, of),
        resolved=template_text(resolved["template"], of) if "template" in resolved else None,
        resolved_free_form=labelled(resolved, "free_form", f"resolved {of}"),
        goes_on=fit["continue"],
        prefer=fit.get("prefer"),
        updated=template_text(updated["template"], of) if updated else None,
        updated_free_form=labelled(updated, "free_form", f"updated {of}"),
        answer_lasts=fit.get("acknowledge_timeout", {}),
        ttls={severity: span for severity, span in ttls.items() if severity},
        ttl=ttls.get("", LASTS),
        **{key: fit[key] for key in SPANS if key in fit},
        group_by=tuple(fit.get("group_by", ())),
    )
    _check_templates(rule, values, spot, around, faults)
    return rule


def _attachments(details: Mapping[str, Any], of: str) -> Iterator[Attachment]:
    """The files that go with the long text."""
    if image := labelled(details, "image", of):
        yield Attachment(kind=MediaKind.IMAGE, link=image)
    document = details.get("document", {})
    if link := labelled(document, "link", of):
        filename = labelled(document, "filename", of)
        yield Attachment(kind=MediaKind.DOCUMENT, link=link, filename=filename)


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
        free_form=labelled(values if speaks else fit, "free_form", f"remind {of}"),
    )


def template_text(use: Mapping[str, Any], of: str) -> TemplateText:
    """The template with its texts; ``of`` says in complaints whose they are."""
    body = tuple((key, replace(part, label=f"parameter {of}")) for key, part in use["parameters"])
    return TemplateText(
        name=use["name"],
        header=labelled(use, "header", of),
        body=body,
        url_suffix=labelled(use, "url", of),
    )


def labelled(values: Mapping[str, Any], key: str, of: str) -> CompiledText | None:
    """The text of this key, if there is one; it says whose it is when it fails."""
    return replace(values[key], label=f"{key} {of}") if key in values else None


def _check_receiver(values: Any, spot: Spot, around: Surroundings, faults: Faults) -> None:
    receiver = values.get("receiver") if isinstance(values, Mapping) else None
    known = around.receivers
    if known is not None and isinstance(receiver, str) and receiver.strip() and receiver not in known:
        what = f"There is no receiver {shown(receiver)}."
        fix = suggestion(receiver, known, "receiver")
        faults.add(Fault(spot=(*spot, "receiver"), what=what, fix=fix))


def _check_templates(rule: Rule, values: Any, spot: Spot, around: Surroundings, faults: Faults) -> None:
    uses: dict[Spot, TemplateText | None] = {
        ("template",): rule.template,
        ("remind", "template"): rule.remind.template if rule.remind else None,
        ("updated", "template"): rule.updated,
        ("resolved", "template"): rule.resolved,
    }
    for way, template in uses.items():
        if template is None or (template is rule.template and way != ("template",)):
            continue
        written = values
        for step in way:
            written = written[step]
        check_use(template, written, (*spot, *way), around.shapes, faults)


def check_use(
    template: TemplateText, written: Any, spot: Spot, shapes: Sequence[TemplateShape], faults: Faults
) -> None:
    """Whether the use of a template, as it is written at this spot, fits what is declared."""
    for key, what, fix in misfits(template, shapes):
        inside = (key,) if isinstance(written, Mapping) and key in written else ()
        faults.add(Fault(spot=(*spot, *inside), what=what, fix=fix))
