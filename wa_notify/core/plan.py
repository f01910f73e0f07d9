"""The plan: what is to be done at the account so that it has the templates as they are declared.

Declared drafts are held against what the account has, one language of one template at a time. The laws:

* What is not declared stays. A template is deleted only when `--prune` names it, and never while something
  needs it and no other language of it is declared.
* What the declaration does not say is not compared: without ``ttl`` the account's own may be anything. Of a
  picture, film or document in a header only the kind counts, since the account does not show our example.
* After a plan was carried out, the same drafts plan nothing more: both sides are compared as the platform
  would write them (see `likeness`).

Facts from Meta's template reference: only approved, rejected and paused templates can be edited; an approved
one once in 24 hours and ten times in 30 days, and not its category; the name of a deleted one is blocked for
30 days; an account creates 100 templates an hour.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.likeness import Difference, differences
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import TemplateShape, variables

EDITABLE = frozenset({"REJECTED", "PAUSED"})  # and whatever is approved
GOING = frozenset({"PENDING_DELETION", "DELETED"})
EDIT_PAUSE = timedelta(hours=24)  # between two edits of an approved template
EDITS, EDITS_WITHIN = 10, timedelta(days=30)  # of an approved template
NAME_BLOCKED = timedelta(days=30)  # after a deletion
CREATIONS, CREATIONS_WITHIN = 100, timedelta(hours=1)  # of one account
MEDIA = frozenset({"IMAGE", "VIDEO", "DOCUMENT"})  # headers that need a file as example
NO_APP = "Its header needs an example file: set whatsapp.app_id, under which files are uploaded."


class Verdict(StrEnum):
    """What becomes of one language of one template."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    BLOCKED = "blocked"  # something is to be done that cannot be done now; `Step.why` says why
    REJECTED = "rejected"  # it is as declared, and the platform refused it: only other words help
    DRIFTED = "drifted"  # it is as declared, and the platform takes it for another category, or will
    UNCHANGED = "unchanged"


class Deed(StrEnum):
    """What we did to a template."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDeed:
    """Something that we did to a template, kept for the platform's limits. ``language`` is empty for all."""

    name: str
    language: str
    deed: Deed
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is to be done about one language of one template, and why it is so.

    ``until`` is when a block ends, if it ends by itself.
    """

    verdict: Verdict
    name: str
    language: str
    draft: TemplateDraft | None = None
    shape: TemplateShape | None = None  # as the account has it
    differences: tuple[Difference, ...] = ()
    why: str = ""
    until: datetime | None = None
    whole: bool = False  # a removal of all languages that the account has

    @property
    def reviews_again(self) -> bool:
        """Whether carrying it out takes a template that may be sent today out of use until it is reviewed."""
        return self.verdict is Verdict.CHANGE and self.shape is not None and self.shape.sendable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All steps, in the order of declaration; removals come last."""

    steps: tuple[Step, ...]
    left_over: tuple[TemplateShape, ...] = ()  # we created them once, and they are not declared any more
    others: int = 0  # further templates of the account, which are none of ours

    def having(self, *verdicts: Verdict) -> tuple[Step, ...]:
        """The steps of these kinds."""
        return tuple(step for step in self.steps if step.verdict in verdicts)

    @property
    def to_do(self) -> tuple[Step, ...]:
        """What carrying out the plan would do."""
        return self.having(Verdict.ADD, Verdict.CHANGE, Verdict.REMOVE)

    @property
    def in_order(self) -> bool:
        """Whether everything is as declared, and nothing needs anybody."""
        return all(step.verdict is Verdict.UNCHANGED for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What we did so far, and when it is now; ``can_upload`` when example files have a place to go."""

    now: datetime
    deeds: Sequence[TemplateDeed] = ()
    can_upload: bool = True


def plan(
    drafts: Iterable[TemplateDraft],
    account: Iterable[TemplateShape],
    history: History,
    *,
    prune: Collection[str] = (),
    needed: Collection[str] = (),
) -> Plan:
    """Compare. ``prune`` names templates to delete where they are not declared, ``needed`` what rules use."""
    known = {(shape.name, shape.language): shape for shape in account}
    declared = {(draft.shape.name, draft.shape.language): draft for draft in drafts}
    steps = [_step(draft, known.get(key), history) for key, draft in declared.items()]
    extra = [shape for key, shape in known.items() if key not in declared and shape.status not in GOING]
    names = {name for name, _ in declared}
    removals = [_removal(shape, names, needed) for shape in extra if shape.name in prune]
    ours = {(deed.name, deed.language) for deed in history.deeds if deed.deed is Deed.CREATED}
    kept = [shape for shape in extra if shape.name not in prune]
    left_over = tuple(shape for shape in kept if (shape.name, shape.language) in ours)
    return Plan(
        steps=(*_within_the_hour(steps, history), *removals),
        left_over=left_over,
        others=len(kept) - len(left_over),
    )


def deed_of(step: Step) -> Deed:
    """What carrying the step out is."""
    return {Verdict.CHANGE: Deed.EDITED, Verdict.REMOVE: Deed.DELETED}.get(step.verdict, Deed.CREATED)


def needed_by(book: Rulebook) -> dict[str, tuple[str, ...]]:
    """Which rules, and what else speaks, use which template, also as a spare: its name, and who."""
    uses = [(rule.name, template) for rule in book.rules for template in rule.templates]
    others = (
        ("digest", book.digest),
        ("nudge", book.nudge),
        *((schedule, check_in.template) for schedule, check_in in book.check_ins.items()),
        ("admins", book.notice.template if book.notice else None),
    )
    uses += [(who, way) for who, template in others if template for way in template.ways]
    found: dict[str, list[str]] = {}
    for name, who in dict.fromkeys((template.name, who) for who, template in uses):
        found.setdefault(name, []).append(who)
    return {name: tuple(who) for name, who in found.items()}


def _step(draft: TemplateDraft, shape: TemplateShape | None, history: History) -> Step:
    wanted = draft.shape
    if shape is None:
        step = Step(verdict=Verdict.ADD, name=wanted.name, language=wanted.language, draft=draft)
        return _unless_blocked(step, _creation_block(draft, history))
    found = tuple(differences(wanted, shape))
    drift = _drift(wanted, shape)
    step = Step(
        verdict=Verdict.UNCHANGED,
        name=wanted.name,
        language=wanted.language,
        draft=draft,
        shape=shape,
        differences=found,
        why=drift,
    )
    if found:
        return _unless_blocked(replace(step, verdict=Verdict.CHANGE), _edit_block(draft, shape, history))
    if shape.status in GOING:
        return _unless_blocked(step, ("The account is deleting it.", None))
    if shape.status == "REJECTED":
        return replace(step, verdict=Verdict.REJECTED, why=shape.why_rejected or "No reason was given.")
    return replace(step, verdict=Verdict.DRIFTED) if drift else step


def _removal(shape: TemplateShape, declared: Collection[str], needed: Collection[str]) -> Step:
    step = Step(verdict=Verdict.REMOVE, name=shape.name, language=shape.language, shape=shape)
    if shape.name in declared:
        return step
    if shape.name in needed:
        return replace(step, verdict=Verdict.BLOCKED, why="The configuration still uses it.")
    if shape.status == "DISABLED":
        return replace(step, verdict=Verdict.BLOCKED, why="The platform does not delete disabled templates.")
    return replace(step, whole=True)


Block = tuple[str, datetime | None]  # why something cannot be done, and until when


def _unless_blocked(step: Step, block: Block | None) -> Step:
    return step if block is None else replace(step, verdict=Verdict.BLOCKED, why=block[0], until=block[1])


def _creation_block(draft: TemplateDraft, history: History) -> Block | None:
    shape = draft.shape
    for deed in history.deeds:
        same = deed.name == shape.name and deed.language in ("", shape.language)
        if same and deed.deed is Deed.DELETED and history.now < deed.at + NAME_BLOCKED:
            return "It was deleted, and the platform blocks its name for 30 days.", deed.at + NAME_BLOCKED
    return _example_block(draft, history)


def _edit_block(draft: TemplateDraft, shape: TemplateShape, history: History) -> Block | None:
    if not shape.sendable and shape.status not in EDITABLE:
        return f"The platform edits no template that is {shape.status}.", None
    if not shape.id:
        return "The account did not tell its id: read the templates again.", None
    if shape.sendable and (until := _edits_spent(shape, history)):
        return "An approved template is edited once in 24 hours, and ten times in 30 days.", until
    return _example_block(draft, history)


def _edits_spent(shape: TemplateShape, history: History) -> datetime | None:
    """When an approved template may be edited again; nothing when it may be now."""
    newest_first = sorted(
        (
            deed.at
            for deed in history.deeds
            if deed.deed is Deed.EDITED and (deed.name, deed.language) == (shape.name, shape.language)
        ),
        reverse=True,
    )
    ends = [at + EDIT_PAUSE for at in newest_first[:1]]
    ends += [at + EDITS_WITHIN for at in newest_first[EDITS - 1 : EDITS]]
    return max((end for end in ends if history.now < end), default=None)


def _example_block(draft: TemplateDraft, history: History) -> Block | None:
    lacking = ", ".join(missing_examples(draft))
    if lacking:
        return f"The platform wants an example for {lacking}: add it under `examples`.", None
    if draft.shape.header_format in MEDIA and not history.can_upload:
        return NO_APP, None
    return None


def missing_examples(draft: TemplateDraft) -> Iterator[str]:
    """What varies in the template and has no example."""
    shape = draft.shape
    if (shape.header_format in MEDIA or variables(shape.header)) and not draft.header_example:
        yield "the header"
    given = {name for name, example in draft.body_examples if example}
    yield from (f"{{{{{name}}}}} of the body" for name in variables(shape.body) if name not in given)
    links = {index for index, example in draft.url_examples if example}
    for index, button in enumerate(shape.buttons):
        if button.kind == "URL" and button.takes_suffix and index not in links:
            yield f"the link of '{button.text}'"


def _within_the_hour(steps: Iterable[Step], history: History) -> Iterator[Step]:
    """As many creations as the platform takes in an hour; the others wait."""
    recent = sorted(
        deed.at
        for deed in history.deeds
        if deed.deed is Deed.CREATED and history.now < deed.at + CREATIONS_WITHIN
    )
    room = CREATIONS - len(recent)
    free_at = (recent[0] if recent else history.now) + CREATIONS_WITHIN
    for step in steps:
        if step.verdict is not Verdict.ADD:
            yield step
            continue
        room -= 1
        full = (f"An account creates {CREATIONS} templates an hour.", free_at) if room < 0 else None
        yield _unless_blocked(step, full)


def _drift(wanted: TemplateShape, shape: TemplateShape) -> str:
    """In what the account's category differs from the declared one, now or soon."""
    declared = wanted.category.lower()
    if shape.category != wanted.category and shape.status != "REJECTED":
        return f"Declared as {declared}, and the account has it as {shape.category or 'unknown'}."
    if shape.upcoming_category and shape.upcoming_category != wanted.category:
        return f"Declared as {declared}, and the account announces it as {shape.upcoming_category}."
    return ""


def judged(shape: TemplateShape, wanted: str) -> tuple[bool, str]:
    """What the account made of a template that was handed in as ``wanted``: whether it is well, in words."""
    if shape.status == "REJECTED":
        return False, f"rejected: {shape.why_rejected or 'no reason was given'}"
    if shape.sendable and shape.category != wanted:
        return False, f"approved as {shape.category}, not as {wanted}"
    words = {"PENDING": "handed in, and in review"}
    return True, "approved" if shape.sendable else words.get(shape.status, shape.status.lower())
