"""``wa-notify templates apply``: hand in what the account lacks, and say what it answered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from wa_notify.cli.asking import YesOption, sure
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import Place
from wa_notify.cli.problem import ExitCode
from wa_notify.cli.templates.planning import PruneOption, planned, show
from wa_notify.cli.templates.planning import as_answer as plan_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wa_notify.core.plan import Plan, Step
    from wa_notify.core.template import TemplateShape
    from wa_notify.engine.approval import Became, Result
    from wa_notify.store.opening import AnyStore


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
    from wa_notify.engine.approval import became

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
    told = [_told(became(result, account.get(result.key))) for result in results]
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


async def _carry_out(found: "Plan", here: Place, store: "AnyStore", *, quiet: bool) -> "list[Result]":
    """Step by step; what was done is remembered at once, so that a run that is cut off loses nothing."""
    from wa_notify.cli.templates.account import connected, progress
    from wa_notify.engine.approval import carry_out
    from wa_notify.whatsapp.submission import Submission

    async def remember(step: "Step") -> None:
        _remember(store, step)

    results = []
    with progress("Handing in", len(found.to_do), quiet=quiet) as advance:
        async with connected(here) as (http, management):
            submission = Submission(http=http, management=management, folder=here.path.resolve().parent)
            async for result in carry_out(found.to_do, submission, remember):
                results.append(result)
                advance()
    return results


def _remember(store: "AnyStore", step: "Step") -> None:
    from wa_notify.clock import system_clock
    from wa_notify.engine.approval import deed

    done = deed(step, system_clock())
    store.transact(lambda tx: tx.remember_deeds([done])).result()


def _proven(
    store: "AnyStore", result: "Result", account: "Mapping[tuple[str, str], TemplateShape]"
) -> "Result":
    """An answer was lost, and the account shows that the platform did it all the same."""
    from wa_notify.engine.approval import proven

    after = proven(result, account)
    if after != result:
        _remember(store, result.step)
    return after


def _told(one: "Became") -> dict[str, Any]:
    """What became of a step: done, or not, in words; the state is that of the account afterwards."""
    return {
        "name": one.step.name,
        "language": one.step.language,
        "verdict": one.step.verdict.value,
        "done": one.done,
        "said": one.said,
        "status": one.shape.status if one.shape else None,
        "category": one.shape.category if one.shape else None,
    }


def _show(told: Sequence[dict[str, Any]]) -> None:
    from wa_notify.cli import terminal

    terminal.write()
    for one in told:
        sentence = f"{one['name']} ({one['language']}): {one['said']}"
        (terminal.done if one["done"] else terminal.no)(sentence)


def _exit_code(results: "Sequence[Result]", told: Sequence[dict[str, Any]], after: "Plan") -> ExitCode:
    from wa_notify.core.message import NoAnswer

    if any(isinstance(result.outcome, NoAnswer) for result in results):
        return ExitCode.UNREACHABLE
    well = after.in_order and all(one["done"] for one in told)
    return ExitCode.DONE if well else ExitCode.NO
