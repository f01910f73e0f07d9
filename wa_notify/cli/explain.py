"""``wa-notify explain``: who would get what, in which form and why. Nothing is stored or sent."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption, NumbersOption, pairs
from wa_notify.cli.place import Place, located, read
from wa_notify.cli.problem import ExitCode, Problem

if TYPE_CHECKING:
    from wa_notify.core.alert import Alert
    from wa_notify.core.bubble import Bubble
    from wa_notify.pipeline.explain import Explanation, Prospect, Tried
    from wa_notify.ports import Transaction
    from wa_notify.store.opening import AnyStore

STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An explanation with each message as the person would see it."""

    explanation: "Explanation"
    bubbles: tuple["Bubble | None", ...]
    rehearsed_on: str  # a path, or empty when a throw-away database stood in


def explain(
    *,
    label: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A label; may be repeated.")
    ] = None,
    annotation: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An annotation; may be repeated.")
    ] = None,
    file: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="Alerts as /alerts takes them, one object or a list; - reads them from stdin.",
        ),
    ] = "",
    show_numbers: NumbersOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show who would get what for an alert, in which form, and why. Nothing is stored or sent.

    It works beside a running service, and without any. Exit code 1 when nobody would get anything.

    JSON: rehearsed_on, rules_left_out, admissions [fingerprint, outcome, rule, ticket], prospects
    [recipient {id, name, phone}, occasion, due_at, decision, reason, sentence, detail, form, until, state,
    channel, template {name, language, header, parameters, buttons}, text,
    prices [form, category, market, amount, currency, free, free_left]],
    tried [fingerprint, rules [rule, answers, reached, conditions [condition, actual, holds]]],
    slower_reminders [rule, reason, why].
    """
    from wa_notify.cli import terminal
    from wa_notify.clock import system_clock

    place, now = read(config), system_clock()
    alerts = _alerts(label or [], annotation or [], file, now)
    told = _rehearse(place, alerts, now)
    left_out = len(place.config.complaints)
    if as_json:
        terminal.answer(as_answer(told, left_out, in_full=show_numbers))
    else:
        zone = place.config.rulebook.time_zone
        _show(told, alerts, now, zone, in_full=show_numbers)
        if (note := place.config.rulebook.prices.table.note) and _is_priced(told):
            terminal.note(note)
    if left_out:
        hint = "Rules with faults are left out of this; `wa-notify check` says which."
        terminal.note(hint, stderr=True)
    raise typer.Exit(ExitCode.DONE if anything_leaves(told.explanation) else ExitCode.NO)


def anything_leaves(explanation: "Explanation") -> bool:
    """Whether anybody would get anything, now or later."""
    from wa_notify.core.situation import Drop

    return any(not isinstance(prospect.decision, Drop) for prospect in explanation.prospects)


def _is_priced(told: Told) -> bool:
    """Whether any price that was told comes out of the table."""
    moneys = [prospect.money for prospect in told.explanation.prospects if prospect.money]
    return any(price.amount for money in moneys for price in money.prices.values())


def _alerts(labels: list[str], annotations: list[str], file: str, now: datetime) -> "list[Alert]":
    from wa_notify.web.alerts import parse

    if file and (labels or annotations):
        raise typer.BadParameter("Give an alert by --label or by --file, not both.")
    if file:
        return parse(_body(file), now)
    if not labels:
        raise typer.BadParameter("Describe the alert: --label alertname=DiskFull, or --file alert.json.")
    body = {"labels": pairs(labels, "--label"), "annotations": pairs(annotations, "--annotation")}
    return parse(body, now)


def _body(file: str) -> Any:
    where = "stdin" if file == STDIN else file
    try:
        return json.loads(sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise Problem(f"The alert cannot be read: {reason}.", where=where, fix="Check the name.") from None
    except (ValueError, RecursionError) as error:
        fix = 'Write it as {"labels": {"alertname": "DiskFull"}}.'
        raise Problem(f"The alert is no JSON: {error}.", where=where, fix=fix) from None


def _rehearse(place: Place, alerts: "Sequence[Alert]", now: datetime) -> Told:
    from wa_notify.core.bubble import bubble
    from wa_notify.core.message import TemplateMessage
    from wa_notify.core.situation import Send
    from wa_notify.pipeline.explain import explain as walk
    from wa_notify.pipeline.people import seed

    book, number_id = place.config.rulebook, place.config.whatsapp.number_id

    def seen(tx: "Transaction", prospect: "Prospect") -> "Bubble | None":
        if not isinstance(prospect.decision, Send):
            return None
        message = prospect.decision.message
        known = tx.shapes(message.name) if isinstance(message, TemplateMessage) else ()
        return bubble(message, (*known, *book.templates))

    def work(tx: "Transaction") -> "tuple[Explanation, tuple[Bubble | None, ...]]":
        seed(tx, place.config.recipients, now)
        explanation = walk(tx, book, number_id, alerts, now)
        return explanation, tuple(seen(tx, prospect) for prospect in explanation.prospects)

    with _stage(place) as (store, rehearsed_on):
        explanation, bubbles = store.rehearse(work).result()
    return Told(explanation=explanation, bubbles=bubbles, rehearsed_on=rehearsed_on)


@contextmanager
def _stage(place: Place) -> "Iterator[tuple[AnyStore, str]]":
    """The database of the configuration, or a throw-away one while there is none of the present schema."""
    from wa_notify.store.migrate import migrate
    from wa_notify.store.opening import SchemaOutdated, open_store

    with TemporaryDirectory(prefix="wa-notify-") as folder, located(place):
        try:
            store, name = open_store(place.config.store, exclusive=False), str(place.database)
        except SchemaOutdated:
            stand_in = str(Path(folder) / "explain.db")
            migrate(stand_in)
            store, name = open_store(stand_in, exclusive=False), ""
        try:
            yield store, name
        finally:
            store.close()


def as_answer(told: Told, left_out: int, *, in_full: bool) -> dict[str, Any]:
    """The explanation for programs."""
    from wa_notify.core.reason import Reason

    return {
        "rehearsed_on": told.rehearsed_on or None,
        "rules_left_out": left_out > 0,
        "admissions": [
            {
                "fingerprint": admission.fingerprint,
                "outcome": admission.outcome.value,
                "rule": admission.rule or None,
                "ticket": admission.ticket_id,
            }
            for admission in told.explanation.admissions
        ],
        "prospects": [
            _prospect(prospect, shown, in_full=in_full)
            for prospect, shown in zip(told.explanation.prospects, told.bubbles, strict=True)
        ],
        "tried": [_tried(one) for one in told.explanation.tried],
        "slower_reminders": [
            {"rule": rule, "reason": Reason.PEOPLE_MIND.value, "why": str(why)}
            for rule, why in told.explanation.spared
        ],
    }


def _tried(tried: "Tried") -> dict[str, Any]:
    """The rules that an alert was held against, condition by condition."""
    rules = [
        {
            "rule": trial.rule.name,
            "answers": trial.answers,
            "reached": trial.reached,
            "conditions": [
                {"condition": str(one.matcher), "actual": one.actual, "holds": one.holds}
                for one in trial.tested
            ],
        }
        for trial in tried.trials
    ]
    return {"fingerprint": tried.alert.fingerprint, "rules": rules}


def _prospect(prospect: "Prospect", shown: "Bubble | None", *, in_full: bool) -> dict[str, Any]:
    from wa_notify.cli import answers
    from wa_notify.cli.priced import price_answers
    from wa_notify.core.message import TemplateMessage
    from wa_notify.core.situation import Send

    person, decision = prospect.recipient, prospect.decision
    message = decision.message if isinstance(decision, Send) else None
    return {
        "recipient": {
            "id": prospect.item.recipient_id,
            "name": (person.name or None) if person else None,
            "phone": (answers.phone(person, in_full=in_full) or None) if person else None,
        },
        "occasion": prospect.item.occasion.value,
        "due_at": answers.moment(prospect.item.due_at),
        **answers.decision(decision),
        "template": answers.template(message) if isinstance(message, TemplateMessage) else None,
        "text": shown.text if shown else None,
        "prices": price_answers(prospect.money),
    }


def _show(told: Told, alerts: "Sequence[Alert]", now: datetime, zone: str, *, in_full: bool) -> None:
    from wa_notify.cli import explained, terminal

    if not told.rehearsed_on:
        terminal.note("There is no database yet; this is what a new one would do with the configuration.")
    explained.show_admissions(told.explanation, alerts)
    for prospect, shown in zip(told.explanation.prospects, told.bubbles, strict=True):
        terminal.write()
        explained.show_prospect(prospect, shown, now, zone, in_full=in_full)
    explained.show_spared(told.explanation)
    terminal.write()
    explained.sum_up(told.explanation, leaves=anything_leaves(told.explanation))
