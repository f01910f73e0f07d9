"""What happens where nobody wrote a rule: the usual rule of a host, and a message by hand in a template.

The usual rule answers what no rule before it answers, and tells everybody. Any template of the account serves
it whose blanks are of a number that words about any alert can fill.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wa_notify.config.people import RECEIVERS
from wa_notify.config.rules import RULES, names_of_rules
from wa_notify.core.errors import TemplateMisfit
from wa_notify.core.template import TemplateShape, TemplateWish, fill, variables

EVERYBODY = "everybody"
ANYTHING_ELSE = "anything_else"
SEVERITY = "{{ labels.severity or 'warning' }}"
MORE = "{{ annotations.description or annotations.message or name }}"
ALL = (
    "{{ title }}{% if annotations.description or annotations.message %}: "
    "{{ annotations.description or annotations.message }}{% endif %}"
)
# What stands in the blanks of a template that has so many of them.
ALERT_WORDS: Mapping[int, tuple[str, ...]] = {
    0: (),
    1: (ALL,),
    2: ("{{ title }}", MORE),
    3: (SEVERITY, ALL, "{{ starts_at | clock }}"),
    4: (SEVERITY, "{{ title }}", MORE, "{{ starts_at | clock }}"),
}
REMINDER_WORDS: Mapping[int, tuple[str, ...]] = {**ALERT_WORDS, 2: ("{{ reminder }}", "{{ title }}")}
RESOLVED_WORDS: Mapping[int, tuple[str, ...]] = {
    0: (),
    1: ("{{ title }}",),
    2: ("{{ title }}", "{{ duration }}"),
}
SAMPLE = "x"
FREE_FORM = (
    "*{{ title }}*{% if annotations.description or annotations.message +%}\n"
    "{{ annotations.description or annotations.message }}{% endif %}"
)
STILL_OPEN = "Reminder {{ reminder }}: *{{ title }}* is still open after {{ duration }}."
OVER = "*{{ title }}* is over after {{ duration }}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What the usual rule is made of; without an ``alert`` template there is no such rule."""

    alert: TemplateShape | None
    reminder: TemplateShape | None = None
    resolved: TemplateShape | None = None
    nudge: TemplateShape | None = None  # asks for a reply, so that held text may follow
    after: timedelta = timedelta(minutes=10)  # until the first reminder
    every: timedelta = timedelta(minutes=15)
    times: int = 3  # 0: nobody is reminded


def with_usual_rule(mapping: Mapping[str, Any], people: Iterable[str], usual: Usual) -> dict[str, Any]:
    """The configuration with a receiver of everybody, and with the usual rule behind all others.

    What is written under the names of either stays as it is written.
    """
    names = list(people)
    receivers, rules = mapping.get(RECEIVERS), mapping.get(RULES)
    if not names or usual.alert is None or not takes_alerts(usual.alert):
        return dict(mapping)
    if not isinstance(receivers, Mapping | None) or not isinstance(rules, list | None):
        return dict(mapping)  # which is told where the sections are read
    with_everybody = {**mapping, RECEIVERS: {EVERYBODY: {"to": names}, **(receivers or {})}}
    if ANYTHING_ELSE in names_of_rules(rules):
        return with_everybody
    return {**with_everybody, RULES: [*(rules or []), _rule(usual, usual.alert)]}


def usual_nudge(usual: Usual) -> dict[str, Any]:
    """How people are asked for a reply where the configuration names no way; nothing when none fits."""
    shape = usual.nudge
    if shape is None or blanks(shape) != 1 or not fits(shape, ALERT_WORDS):
        return {}
    return {"nudge": {"template": _use(shape, ("{{ title }}",))}}


def _rule(usual: Usual, alert: TemplateShape) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "name": ANYTHING_ELSE,
        "receiver": EVERYBODY,
        "template": _use(alert, ALERT_WORDS[blanks(alert)]),
        "free_form": FREE_FORM,
        "details": {"attachments": "all"},
        "resolved": {"free_form": OVER},
    }
    if usual.times:
        remind = {"after": _span(usual.after), "every": _span(usual.every), "times": usual.times}
        remind["free_form"] = STILL_OPEN
        if usual.reminder and fits(usual.reminder, REMINDER_WORDS):
            remind["template"] = _use(usual.reminder, REMINDER_WORDS[blanks(usual.reminder)])
        rule["remind"] = remind
    if usual.resolved and fits(usual.resolved, RESOLVED_WORDS):
        rule["resolved"]["template"] = _use(usual.resolved, RESOLVED_WORDS[blanks(usual.resolved)])
    return rule


def _use(shape: TemplateShape, words: Sequence[str]) -> dict[str, Any]:
    parameters = dict(_paired(shape, words)) if _is_named(shape) else list(words)
    use: dict[str, Any] = {"name": shape.name, "parameters": parameters}
    if variables(shape.header):
        use["header"] = "{{ labels.instance or source }}"
    if _has_link(shape):
        use["url"] = "{{ ticket.number }}"
    return use


def message_wish(shape: TemplateShape, title: str, text: str) -> TemplateWish | None:
    """A message by hand in this template; nothing when its blanks cannot take it."""
    whole = f"{title}: {text}" if title else text
    words = {1: (whole,), 2: (title or "-", text)}.get(blanks(shape))
    if words is None:
        return None
    header = (title or "-") if variables(shape.header) else None
    wish = TemplateWish(name=shape.name, header=header, body=_paired(shape, words))
    return wish if _can_be_filled(shape, wish) else None


def fits(shape: TemplateShape, words: Mapping[int, tuple[str, ...]]) -> bool:
    """Whether its blanks can be filled by words that are at hand for any alert."""
    if blanks(shape) not in words:
        return False
    wish = TemplateWish(
        name=shape.name,
        header=SAMPLE if variables(shape.header) else None,
        body=_paired(shape, [SAMPLE] * blanks(shape)),
        url_suffix=SAMPLE if _has_link(shape) else None,
    )
    return _can_be_filled(shape, wish)


def takes_messages(shape: TemplateShape) -> bool:
    """Whether a message by hand can leave as this template."""
    return message_wish(shape, SAMPLE, SAMPLE) is not None


def takes_alerts(shape: TemplateShape) -> bool:
    """Whether an alert that no rule answers can leave as this template."""
    return fits(shape, ALERT_WORDS)


def blanks(shape: TemplateShape) -> int:
    """How many blanks its body has."""
    return len(variables(shape.body))


def _is_named(shape: TemplateShape) -> bool:
    return any(not name.isdecimal() for name in variables(shape.body))


def _paired(shape: TemplateShape, words: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Each text with the name of its blank; blanks with numbers are filled in their order."""
    names = variables(shape.body) if _is_named(shape) else [""] * len(words)
    return tuple(zip(names, words, strict=True))


def _has_link(shape: TemplateShape) -> bool:
    return any(button.takes_suffix for button in shape.buttons)


def _can_be_filled(shape: TemplateShape, wish: TemplateWish) -> bool:
    """The code that fills it later answers that: files, codes and forms are not at hand."""
    try:
        fill(wish, shape, str)
    except TemplateMisfit:
        return False
    return True


def _span(span: timedelta) -> str:
    return f"{int(span.total_seconds())}s"


def check_in_wish(shape: TemplateShape, shift: str, until: str) -> TemplateWish | None:
    """A sign of life asked for by hand, in a template of two blanks: the shift, and until when it lasts."""
    return message_wish(shape, shift, until) if blanks(shape) == 2 else None
