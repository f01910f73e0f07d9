"""Templates as code: a plan is carried out at the account, and what became of each step is told in words.

Whoever calls keeps what was done: `carry_out` hands over each step as soon as the platform took it in, so
that a run that is cut off loses nothing. Carrying out the same plan twice changes nothing more.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.likeness import differences
from wa_notify.core.message import NoAnswer
from wa_notify.core.plan import Step, TemplateDeed, deed_of, judged, needed_by
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import TemplateShape, TemplateWish
from wa_notify.core.wallclock import roughly, spoken_span
from wa_notify.whatsapp.management import Declined, Outcome, TakenIn
from wa_notify.whatsapp.submission import Submission

Remember: TypeAlias = Callable[[Step], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one step. ``outcome`` is nothing when it was never asked for."""

    step: Step
    outcome: Outcome | None

    @property
    def key(self) -> tuple[str, str]:
        """Which language of which template."""
        return self.step.name, self.step.language


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """The same in words; status and category are those of the account afterwards."""

    step: Step
    done: bool
    said: str
    shape: TemplateShape | None


def users_of(book: Rulebook, invite: TemplateWish | None) -> dict[str, tuple[str, ...]]:
    """Which rules, and what else, use which template."""
    found = dict(needed_by(book))
    if invite:
        found[invite.name] = (*found.get(invite.name, ()), "invite")
    return found


def not_to_prune(
    drafts: Sequence[TemplateDraft], shapes: Sequence[TemplateShape], prune: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of these names are declared and so stay, and which the account does not have (any more)."""
    declared = {(draft.shape.name, draft.shape.language) for draft in drafts}
    spare = {shape.name for shape in shapes if (shape.name, shape.language) not in declared}
    kept = {name for name, _ in declared} - spare
    others = [name for name in prune if name not in kept]
    return tuple(name for name in prune if name in kept), tuple(name for name in others if name not in spare)


async def carry_out(
    steps: Sequence[Step], submission: Submission, remember: Remember
) -> AsyncIterator[Result]:
    """Ask for each step. Once the platform's quota is used up, nothing more is asked for."""
    spent = False
    for step in steps:
        outcome = None if spent else await submission.carry_out(step)
        spent = spent or (isinstance(outcome, Declined) and outcome.too_fast)
        if isinstance(outcome, TakenIn):
            await remember(step)
        yield Result(step=step, outcome=outcome)


def deed(step: Step, at: datetime) -> TemplateDeed:
    """What is kept of a step that was taken in, for the platform's limits."""
    return TemplateDeed(
        name=step.name, language="" if step.whole else step.language, deed=deed_of(step), at=at
    )


def proven(result: Result, account: Mapping[tuple[str, str], TemplateShape]) -> Result:
    """When an answer was lost and the account shows that the platform did it all the same, it did."""
    shape, draft = account.get(result.key), result.step.draft
    gone, as_declared = shape is None, shape and draft and not any(differences(draft.shape, shape))
    done = gone if draft is None else as_declared
    if not done or not isinstance(result.outcome, NoAnswer):
        return result
    return replace(result, outcome=TakenIn())


def became(result: Result, shape: TemplateShape | None) -> Became:
    """What became of a step: done, or not, in words."""
    done, said = _judged(result, shape)
    return Became(step=result.step, done=done, said=said, shape=shape)


def _judged(result: Result, shape: TemplateShape | None) -> tuple[bool, str]:
    match result.outcome:
        case None:
            return False, "not asked for: the platform takes no more for now; apply again later"
        case NoAnswer(why=why):
            return False, f"unknown: {why} Apply again."
        case Declined() as declined:
            return False, _refused(declined)
        case TakenIn() if result.step.draft is None:
            return True, "deleted"
        case TakenIn() if shape is None:
            return False, "taken in, and the account does not show it yet"
        case TakenIn():
            return judged(shape, result.step.draft.shape.category)


def _refused(outcome: Declined) -> str:
    wait = f" It takes more in {spoken_span(roughly(outcome.again_in))}." if outcome.again_in else ""
    return f"refused: {outcome}{wait}"
