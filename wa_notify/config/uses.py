"""Every place of a configuration that sends a template, with all that decides whether it can.

A new section that sends a template needs one more line in `uses_in`; `compiler` does the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from wa_notify.config.places import Places, Spot
from wa_notify.core.rule import Rule, Rulebook, TemplateText
from wa_notify.core.template import TemplateWish

KEYS = (
    "",
    "name",
    "header",
    "parameters",
    "url",
    "copy_code",
)  # what a finding may be about; empty for all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One template that the configuration sends.

    ``owner`` is how a sentence calls whoever sends it, ``rule`` the name of the rule, if it is one. Without
    what is ``vital`` alerts do not reach people. With ``asks`` somebody is to tap a quick reply. ``worth`` is
    how long it is worth arriving, ``followed_by`` says what comes next and when; with ``caught`` another
    channel takes over what is not delivered. ``where`` tells where each key stands, once that is known; the
    name may stand under another key.
    """

    owner: str
    template: TemplateText
    spot: Spot
    written: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    rule: str = ""
    vital: bool = True
    asks: bool = False
    worth: timedelta | None = None
    followed_by: tuple[tuple[timedelta, str], ...] = ()
    caught: bool = False
    name_key: str = "name"
    where: Mapping[str, str] = field(default_factory=dict)

    def spot_of(self, key: str) -> Spot:
        """Where this key stands; where it is missing, the use as a whole."""
        written = self.name_key if key == "name" else key
        return (*self.spot, written) if written in self.written else self.spot

    def located(self, places: Places) -> "Use":
        """The same, knowing where its keys stand."""
        return replace(self, where={key: str(places.of_value(self.spot_of(key))) for key in KEYS})


def uses_in(
    book: Rulebook, values: Mapping[str, Any], spots: Mapping[str, Spot], invite: TemplateWish | None
) -> tuple[Use, ...]:
    """All uses of a rulebook.

    ``values`` is the configuration as it was written, ``spots`` where each rule stands in it, ``invite`` the
    invitation among its defaults.
    """
    return tuple(
        replace(one, written=_keys(_at(values, one.spot)))
        for part in (_of_defaults(book, invite), _of_schedules(book), _of_rules(book, spots))
        for use in part
        for one in with_spares(use)
    )


def _of_defaults(book: Rulebook, invite: TemplateWish | None) -> Iterator[Use]:
    everybody = tuple(dict.fromkeys(person for name in book.receivers for person in book.reached(name)))
    for key, template in (("digest", book.digest), ("nudge", book.nudge)):
        if template:
            yield Use(
                owner=f"defaults.{key}",
                template=template,
                spot=("defaults", key, "template"),
                audience=everybody,
                asks=key == "nudge",
            )
    if invite:
        blanks = tuple((name, str) for name, _ in invite.body)
        template = TemplateText(name=invite.name, body=blanks)
        spot: Spot = ("defaults", "invite")
        yield Use(owner="defaults.invite", template=template, spot=spot, name_key="template", vital=False)
    if book.notice and book.notice.template:
        yield Use(
            owner="admins",
            template=book.notice.template,
            spot=("admins", "template"),
            vital=False,
            audience=book.reached(book.notice.receiver),
        )
    if book.canary:
        yield Use(
            owner="canary",
            template=book.canary.template,
            spot=("canary", "template"),
            vital=False,
            audience=(book.canary.to,),
        )


def _of_schedules(book: Rulebook) -> Iterator[Use]:
    for name, check_in in book.check_ins.items():
        yield Use(
            owner=f"The check-in of {name}",
            template=check_in.template,
            spot=("schedules", name, "check_in", "template"),
            audience=book.everybody((name,)),
            vital=False,
            asks=True,
            worth=check_in.wait,
        )


def _of_rules(book: Rulebook, spots: Mapping[str, Spot]) -> Iterator[Use]:
    for rule in book.rules:
        yield from uses_of(rule, book, spots[rule.name])


def uses_of(rule: Rule, book: Rulebook, spot: Spot) -> Iterator[Use]:
    """The templates of one rule, which is written at this spot."""
    receiver, remind = book.receivers.get(rule.receiver), rule.remind
    steps = receiver.escalate if receiver else ()
    escalation = ((steps[0].after, "the first step of escalation"),) if steps else ()
    page = Use(
        owner=f"Rule {rule.name}",
        rule=rule.name,
        template=rule.template,
        spot=(*spot, "template"),
        audience=book.reached(rule.receiver),
        worth=max((rule.ttl, *rule.ttls.values())),
        caught=bool(rule.other_ways),
    )
    first = ((remind.after, "the first reminder"),) if remind else ()
    yield replace(page, followed_by=(*first, *escalation))
    if remind:
        own = remind.template is not rule.template
        yield replace(
            page,
            template=remind.template,
            spot=(*spot, "remind", "template") if own else page.spot,
            asks=True,
            worth=None,
            followed_by=((remind.every, "the next reminder"),) if remind.times > 1 else (),
        )
    for key, template in (("updated", rule.updated), ("resolved", rule.resolved)):
        if template:
            yield replace(page, template=template, spot=(*spot, key, "template"), worth=None)


def with_spares(use: Use) -> Iterator[Use]:
    """The use, and each template that stands in for it; a spare is written inside the one before it."""
    yield use
    for depth, spare in enumerate(use.template.spares, start=1):
        spot = (*use.spot, *("spare",) * depth)
        yield replace(use, template=spare, spot=spot, vital=False)


def _at(values: Any, spot: Spot) -> Any:
    for step in spot:
        values = values[step]
    return values


def _keys(written: Any) -> tuple[str, ...]:
    return tuple(str(key) for key in written) if isinstance(written, Mapping) else ()
