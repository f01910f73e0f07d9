"""``wa-notify templates apply``: hand in what the account lacks, and say what it answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import typer

from wa_notify.cli.asking import YesOption, sure
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import Place
from wa_notify.cli.problem import ExitCode
from wa_notify.cli.templates.planning import PruneOption, planned, show
from wa_notify.cli.templates.planning import as_answer as plan_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from wa_notify.core.plan import Plan, Step
    from wa_notify.core.template import TemplateShape
    from wa_notify.store.sqlite import SqliteStore
    from wa_notify.whatsapp.management import Declined, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one step. ``outcome`` is nothing when it was never asked for."""

    step: "Step"
    outcome: "Outcome | None"

    @property
    def key(self) -> tuple[str, str]:
        """Which language of which template."""
        return self.step.name, self.step.language


def apply_templates(
    *,
    prune: PruneOption = None,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create and change the declared templates at the account. Whoever runs it twice changes nothing more.

    It asks before it edits approved templates, which cannot be sent until they are reviewed again, and before
    it deletes. Exit code 1 when something was refused, rejected, approved in another category, or is left.

    JSON: plan (as `templates plan --json`, before), results [name, language, verdict, done, said, status,
    category], in_order (after).
    """
    import asyncio

    from wa_notify.cli import place, terminal
    from wa_notify.cli.templates.account import keep, read_account

    here = place.read(config)
    with place.writing(here) as store:
        shapes, begun = asyncio.run(read_account(here, quiet=as_json))
        keep(store, shapes, begun)
        before = planned(here, store, shapes, begun, prune or ())
        if not as_json:
            show(before, here)
        results: list[Result] = []
        if before.to_do:
            _ask(before, here, yes=yes, as_json=as_json)
            results = asyncio.run(_carry_out(before, here, store, quiet=as_json))
            shapes, begun = asyncio.run(read_account(here, quiet=as_json))
            keep(store, shapes, begun)
        account = {(shape.name, shape.language): shape for shape in shapes}
        results = [_proven(store, result, account) for result in results]
        after = planned(here, store, shapes, begun, ())
    told = [_told(result, account.get(result.key)) for result in results]
    if as_json:
        terminal.answer({"plan": plan_answer(before), "results": told, "in_order": after.in_order})
    elif results:
        _show(told)
    raise typer.Exit(_exit_code(results, told, after))


def _ask(found: "Plan", here: Place, *, yes: bool, as_json: bool) -> None:
    from wa_notify.cli.spoken import count
    from wa_notify.core.plan import Verdict

    where = str(here.path)
    if edits := [step for step in found.to_do if step.reviews_again]:
        what = f"Edit {count(edits, 'approved template')}? Until they are reviewed they cannot be sent."
        sure(what, yes=yes, as_json=as_json, where=where)
    if removals := found.having(Verdict.REMOVE):
        what = f"Delete {count(removals, 'template')}? It cannot be undone, and blocks the names for 30 days."
        sure(what, yes=yes, as_json=as_json, where=where)


async def _carry_out(found: "Plan", here: Place, store: "SqliteStore", *, quiet: bool) -> list[Result]:
    """Step by step; what was done is remembered at once, so that a run that is cut off loses nothing."""
    from wa_notify.cli.templates.account import progress
    from wa_notify.whatsapp.management import TakenIn

    results = []
    with progress("Handing in", len(found.to_do), quiet=quiet) as advance:
        async for result in _submitted(found.to_do, here):
            if isinstance(result.outcome, TakenIn):
                _remember(store, result.step)
            results.append(result)
            advance()
    return results


async def _submitted(steps: "Sequence[Step]", here: Place) -> "AsyncIterator[Result]":
    """Ask for each step. Once the platform's quota is used up, nothing more is asked for."""
    from wa_notify.cli.templates.account import connected
    from wa_notify.cli.templates.submission import Submission
    from wa_notify.whatsapp.management import Declined

    spent = False
    async with connected(here) as (http, management):
        submission = Submission(http=http, management=management, folder=here.path.resolve().parent)
        for step in steps:
            outcome = None if spent else await submission.carry_out(step)
            spent = spent or (isinstance(outcome, Declined) and outcome.too_fast)
            yield Result(step=step, outcome=outcome)


def _remember(store: "SqliteStore", step: "Step") -> None:
    from wa_notify.clock import system_clock
    from wa_notify.core.plan import TemplateDeed, deed_of

    language = "" if step.whole else step.language
    deed = TemplateDeed(name=step.name, language=language, deed=deed_of(step), at=system_clock())
    store.transact(lambda tx: tx.remember_deeds([deed])).result()


def _proven(
    store: "SqliteStore", result: Result, account: "Mapping[tuple[str, str], TemplateShape]"
) -> Result:
    """An answer was lost, and the account shows that the platform did it all the same."""
    from wa_notify.core.likeness import differences
    from wa_notify.core.message import NoAnswer
    from wa_notify.whatsapp.management import TakenIn

    shape, draft = account.get(result.key), result.step.draft
    gone, as_declared = shape is None, shape and draft and not any(differences(draft.shape, shape))
    done = gone if draft is None else as_declared
    if not done or not isinstance(result.outcome, NoAnswer):
        return result
    _remember(store, result.step)
    return replace(result, outcome=TakenIn())


def _told(result: Result, shape: "TemplateShape | None") -> dict[str, Any]:
    """What became of a step: done, or not, in words; the state is that of the account afterwards."""
    well, said = _judged(result, shape)
    return {
        "name": result.step.name,
        "language": result.step.language,
        "verdict": result.step.verdict.value,
        "done": well,
        "said": said,
        "status": shape.status if shape else None,
        "category": shape.category if shape else None,
    }


def _judged(result: Result, shape: "TemplateShape | None") -> tuple[bool, str]:
    from wa_notify.core.message import NoAnswer
    from wa_notify.core.plan import judged
    from wa_notify.whatsapp.management import Declined, TakenIn

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


def _refused(outcome: "Declined") -> str:
    from wa_notify.cli.spoken import span

    wait = f" It takes more in {span(outcome.again_in)}." if outcome.again_in else ""
    return f"refused: {outcome}{wait}"


def _show(told: Sequence[dict[str, Any]]) -> None:
    from wa_notify.cli import terminal

    terminal.write()
    for one in told:
        sentence = f"{one['name']} ({one['language']}): {one['said']}"
        (terminal.done if one["done"] else terminal.no)(sentence)


def _exit_code(results: Sequence[Result], told: Sequence[dict[str, Any]], after: "Plan") -> ExitCode:
    from wa_notify.core.message import NoAnswer

    if any(isinstance(result.outcome, NoAnswer) for result in results):
        return ExitCode.UNREACHABLE
    well = after.in_order and all(one["done"] for one in told)
    return ExitCode.DONE if well else ExitCode.NO
