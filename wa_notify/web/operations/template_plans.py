"""Templates as code: what the account lacks of those that are declared, and how it gets them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from wa_notify.config.linting import located_findings
from wa_notify.core.access import Right
from wa_notify.core.lint import Severity
from wa_notify.core.plan import History, Plan, Step, TemplateDeed, Verdict, plan
from wa_notify.core.template import TemplateShape
from wa_notify.engine.approval import Became, Result, became, carry_out, deed, not_to_prune, proven
from wa_notify.ports import Views
from wa_notify.web.operations.bubbles import Bubble
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.templates import read_account, used_by, with_examples
from wa_notify.web.refusals import NotNow, Unfitting
from wa_notify.whatsapp.management import Management
from wa_notify.whatsapp.submission import Submission

MOST_NAMES = 100
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]


class DifferenceShape(Shape, frozen=True, kw_only=True):
    """A part that the account has in one way and the declaration in another; empty where there is none."""

    part: str
    account: str
    declared: str


class StepShape(Shape, frozen=True, kw_only=True):
    """What is to be done about one language of one template, and why it is so.

    ``until`` is when a block ends, if it ends by itself. What ``reviews_again`` is out of use until then.
    """

    verdict: Verdict
    name: str
    language: str
    status: str
    category: str
    differences: list[DifferenceShape]
    why: str
    until: datetime | None
    reviews_again: bool
    bubble: Bubble | None


class RemarkShape(Shape, frozen=True, kw_only=True):
    """What a reviewer will say of a declared template; ``severity`` is refused, marketing or advice."""

    name: str
    language: str
    part: str
    severity: Severity
    where: str
    what: str
    fix: str


class LeftOver(Shape, frozen=True, kw_only=True):
    """We created it once, and it is not declared any more."""

    name: str
    language: str


class PlanShape(Shape, frozen=True, kw_only=True):
    """The declaration held against the account as it was read last. ``others`` are none of ours."""

    synced_at: datetime | None
    in_order: bool
    to_do: int
    edits: int
    steps: list[StepShape]
    left_over: list[LeftOver]
    others: int
    remarks: list[RemarkShape]


class ApplyAsked(Given, frozen=True, kw_only=True):
    """What may be done. ``prune`` names templates to delete where they are not declared.

    Without ``hand_in`` nothing else is done. ``edits`` says yes to taking approved templates out of use until
    they are reviewed again, ``deletions`` to deleting, which cannot be undone.
    """

    prune: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_NAMES)] = ()
    hand_in: bool = True
    edits: bool = False
    deletions: bool = False


class BecameShape(Shape, frozen=True, kw_only=True):
    """What became of one step, in words; status and category are those of the account afterwards."""

    name: str
    language: str
    verdict: Verdict
    done: bool
    said: str
    status: str
    category: str


class AppliedShape(Shape, frozen=True, kw_only=True):
    """What was handed in, and whether all is as declared now. Doing it again changes nothing more."""

    text: str
    in_order: bool
    results: list[BecameShape]


@operation("GET", "/templates/plan", right=Right.SEE)
async def plan_templates(asked: Asked[Nothing, Nothing]) -> PlanShape:
    """Show what the account lacks of the declared templates, and what reviewers will say of them."""
    found, synced_at = await asked.look(
        lambda views: (_planned(asked, views, ()), views.templates_synced_at())
    )
    config = asked.office.standing.config
    path = next(iter(config.files), None)
    remarks = located_findings(path, asked.book.drafts, {}) if path else []
    return PlanShape(
        synced_at=synced_at,
        in_order=found.in_order,
        to_do=len(found.to_do),
        edits=sum(step.reviews_again for step in found.to_do),
        steps=[_step(step) for step in found.steps],
        left_over=[LeftOver(name=shape.name, language=shape.language) for shape in found.left_over],
        others=found.others,
        remarks=[
            RemarkShape(
                name=one.name,
                language=one.language,
                part=".".join(map(str, one.part)),
                severity=one.severity,
                where=f"{Path(spot.file).name}:{spot.line}:{spot.column}",
                what=one.what,
                fix=one.fix,
            )
            for one, spot in remarks
        ],
    )


@operation("POST", "/templates/apply", right=Right.TEMPLATES)
async def apply_templates(asked: Asked[ApplyAsked, Nothing]) -> AppliedShape:
    """Hand in what the account lacks of the declared templates. The account is read before and after.

    What is as declared is left alone, so asking twice does nothing twice.
    """
    given = asked.body
    await read_account(asked)
    before, shapes = await asked.look(lambda views: (_planned(asked, views, given.prune), views.templates()))
    _refuse_declared(asked, shapes)
    steps = before.to_do if given.hand_in else before.having(Verdict.REMOVE)
    _need_a_yes(steps, given)
    results = [result async for result in _carried_out(asked, steps)]
    if results:
        await read_account(asked)
    after, shapes = await asked.look(lambda views: (_planned(asked, views, ()), views.templates()))
    account = {(shape.name, shape.language): shape for shape in shapes}
    told = [await _settled(asked, result, account) for result in results]
    done = sum(one.done for one in told)
    text = f"{done} of {len(told)} done." if told else "Nothing is to be handed in."
    return AppliedShape(
        text=f"{text} All is as declared." if after.in_order else f"{text} Not all is as declared yet.",
        in_order=after.in_order,
        results=[_became(one) for one in told],
    )


def _planned(asked: Asked[Any, Any], views: Views, prune: Collection[str]) -> Plan:
    config = asked.office.standing.config
    history = History(now=asked.now, deeds=views.template_deeds(), can_upload=bool(config.whatsapp.app_id))
    needed = used_by(asked).keys()
    return plan(asked.book.drafts, views.templates(), history, prune=prune, needed=needed)


def _refuse_declared(asked: Asked[ApplyAsked, Nothing], shapes: Sequence[TemplateShape]) -> None:
    declared, _ = not_to_prune(asked.book.drafts, shapes, asked.body.prune)
    for name in declared:
        what = f"Template {name} is declared, so it is not deleted."
        raise Unfitting(what, where="prune", fix="Take it out of `templates` first.")


def _need_a_yes(steps: Sequence[Step], given: ApplyAsked) -> None:
    """Some of it hurts, and whoever asks has to know. Raises `NotNow`."""
    edits = sum(step.reviews_again for step in steps)
    if edits and not given.edits:
        what = f"Approved templates would be edited: {edits}. Until they are reviewed they cannot be sent."
        raise NotNow(what, where="edits", fix="Say yes to `edits`, then it is done.")
    removals = sum(step.verdict is Verdict.REMOVE for step in steps)
    if removals and not given.deletions:
        what = (
            f"Templates would be deleted: {removals}. It cannot be undone, and blocks the names for 30 days."
        )
        raise NotNow(what, where="deletions", fix="Say yes to `deletions`, then it is done.")


async def _carried_out(asked: Asked[ApplyAsked, Nothing], steps: Sequence[Step]) -> Any:
    office = asked.office
    config = office.standing.config
    management = Management(http=office.http, account=office.account, app_id=config.whatsapp.app_id)
    folder = next(iter(config.files), Path()).resolve().parent
    submission = Submission(http=office.http, management=management, folder=folder)
    async for result in carry_out(steps, submission, lambda step: _remember(asked, step)):
        yield result


async def _remember(asked: Asked[ApplyAsked, Nothing], step: Step) -> None:
    """What the platform took in is kept at once, with who asked for it."""
    done: TemplateDeed = deed(step, asked.office.clock())
    told = {"deed": done.deed.value, "language": done.language or "all"}
    await asked.change(f"template {step.name}", lambda tx: tx.remember_deeds([done]), facts=lambda _: told)


async def _settled(
    asked: Asked[ApplyAsked, Nothing], result: Result, account: dict[tuple[str, str], TemplateShape]
) -> Became:
    after = proven(result, account)
    if after != result:
        await _remember(asked, result.step)
    return became(after, account.get(result.key))


def _step(step: Step) -> StepShape:
    shape, again = step.shape, " It is approved, and is reviewed again." if step.reviews_again else ""
    return StepShape(
        verdict=step.verdict,
        name=step.name,
        language=step.language,
        status=shape.status if shape else "",
        category=shape.category if shape else "",
        differences=[
            DifferenceShape(part=one.part, account=one.account, declared=one.declared)
            for one in step.differences
        ],
        why=f"{step.why}{again}".strip(),
        until=step.until,
        reviews_again=step.reviews_again,
        bubble=with_examples(step.draft.shape, step.draft) if step.draft else None,
    )


def _became(one: Became) -> BecameShape:
    return BecameShape(
        name=one.step.name,
        language=one.step.language,
        verdict=one.step.verdict,
        done=one.done,
        said=one.said,
        status=one.shape.status if one.shape else "",
        category=one.shape.category if one.shape else "",
    )


OPERATIONS = (plan_templates, apply_templates)
