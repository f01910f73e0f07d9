"""``wa-notify optin grant`` and ``revoke``."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.asking import YesOption, sure
from wa_notify.cli.optin.shared import (
    WHO,
    LanguageOption,
    PurposeOption,
    SourceOption,
    WhoArgument,
    WordingOption,
    read_whole,
    whoami,
)
from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.clock import system_clock
from wa_notify.core.consent import ConsentAct, Purpose

if TYPE_CHECKING:
    from wa_notify.cli.place import Place
    from wa_notify.core.consent import ConsentRecord
    from wa_notify.core.recipient import Recipient
    from wa_notify.pipeline.people import Said
    from wa_notify.ports import Transaction
    from wa_notify.store.opening import AnyStore


def grant_consent(
    who: WhoArgument,
    *,
    evidence: Annotated[
        str, typer.Option(metavar="TEXT", help="What proves it: a sentence, a form's number.")
    ] = "",
    evidence_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file that proves it; its name and SHA-256 are kept."),
    ] = None,
    source: SourceOption = "cli",
    purpose: PurposeOption = Purpose.UTILITY,
    wording: WordingOption = "",
    language: LanguageOption = "",
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that somebody agreed to be written to, and what proves it.

    Who said STOP themselves is asked about once more: they said no, and only they should undo that.

    JSON: recipient, name, consent, at, source, evidence, actor, purpose, wording, language, holds.
    """
    proof = _proof(evidence, evidence_file)
    from wa_notify.cli import answers, place, terminal
    from wa_notify.cli.whom import known
    from wa_notify.core.consent import objection
    from wa_notify.pipeline.people import Said, find

    here = place.read(config)
    with place.writing(here) as store, known(here, who):
        recipient = store.rehearse(lambda tx: find(tx, who)).result()
        zone = here.config.rulebook.time_zone
        _ask_about_a_refusal(store, recipient, purpose, zone, yes=yes, as_json=as_json)
        said = Said(
            source=source,
            evidence=proof,
            actor=whoami(),
            at=system_clock(),  # after what the configuration says was noted, so that this word is the newest
            purpose=purpose,
            wording=wording,
            language=language,
        )
        ledger = store.transact(lambda tx: _granted(tx, recipient, said)).result()
    holds = objection(ledger, purpose) is None
    told = {
        **_entry(recipient, ConsentAct.GRANTED, said, answers.moment(said.at)),
        "wording": wording or None,
        "language": language or None,
        "holds": holds,
    }
    what = "opted in. Messages may go out from now on." if purpose is Purpose.UTILITY else "opted in."
    _tell(told, what, as_json=as_json)
    if not holds and not as_json:
        terminal.note("An opt-out bears a later time than this machine's clock, so it still holds.")


def _ask_about_a_refusal(
    store: "AnyStore",
    recipient: "Recipient",
    purpose: Purpose,
    time_zone: str,
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Warn, and ask, when the person's own no stands."""
    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import minute
    from wa_notify.core.consent import own_refusal

    refusal = own_refusal(store.rehearse(lambda tx: tx.consents(recipient.id)).result(), purpose)
    if refusal is None:
        return
    name, said_at = recipient.spoken, minute(refusal.at, time_zone)
    terminal.note(
        f"{name} said no on {said_at}. To write to them all the same is against WhatsApp's rules "
        "and, in most countries, the law.",
        stderr=True,
    )
    question = f"Did {name} tell you that they changed their mind?"
    sure(question, yes=yes, as_json=as_json, where=f"the ledger of {recipient.id}")


def _granted(tx: "Transaction", recipient: "Recipient", said: "Said") -> "Sequence[ConsentRecord]":
    from wa_notify.pipeline.people import record

    record(tx, recipient.id, ConsentAct.GRANTED, said)
    return tx.consents(recipient.id)


def _entry(recipient: "Recipient", act: ConsentAct, said: "Said", at: str | None) -> dict[str, Any]:
    return {
        "recipient": recipient.id,
        "name": recipient.name or None,
        "consent": act.value,
        "at": at,
        "source": said.source,
        "evidence": said.evidence or None,
        "actor": said.actor,
        "purpose": said.purpose.value,
    }


def _proof(evidence: str, file: Path | None) -> str:
    from wa_notify.core.consent import file_evidence

    if file is not None:
        about = f"{evidence.strip()}: " if evidence.strip() else ""
        return about + file_evidence(file.name, read_whole(file))
    if not evidence.strip():
        hint = "'--evidence' or '--evidence-file'"
        raise typer.BadParameter("Say what proves the opt-in.", param_hint=hint)
    return evidence


def revoke_consent(
    who: Annotated[
        list[str] | None, typer.Argument(metavar="RECIPIENT...", help=WHO, show_default=False)
    ] = None,
    *,
    all_of_receiver: Annotated[
        str, typer.Option(metavar="NAME", help="Everybody of this receiver, escalation included.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Everybody in this file: a name or number a line.")
    ] = None,
    evidence: Annotated[str, typer.Option(metavar="TEXT", help="How it was said.")] = "",
    source: SourceOption = "cli",
    purpose: PurposeOption = Purpose.UTILITY,
    yes: YesOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that somebody does not want to be written to any more. It holds at once.

    Several people are asked about first; either all of them are recorded or none.

    JSON for one: recipient, name, consent, at, source, evidence, actor, purpose. For several: revoked [one
    such for each].
    """
    from wa_notify.cli import place, terminal

    here = place.read(config)
    whom = [*(who or []), *_of_receiver(here, all_of_receiver), *_of_file(file)]
    whom = list(dict.fromkeys(whom))
    if not whom:
        raise typer.BadParameter("Say who: names, --all-of-receiver or --file.")
    bulk = len(whom) > 1 or file is not None or bool(all_of_receiver)
    if bulk:
        sure(f"Opt out {len(whom)} people?", yes=yes, as_json=as_json, where="wa-notify optin revoke")
    told = _revoke(here, whom, (source, evidence, purpose))
    if not bulk:
        _tell(told[0], "opted out. Nothing is sent any more, not even what waits.", as_json=as_json)
    elif as_json:
        terminal.answer({"revoked": told})
    else:
        names = ", ".join(one["recipient"] for one in told)
        terminal.done(f"{len(told)} people opted out: {names}. Nothing is sent to them any more.")


def _of_receiver(here: "Place", name: str) -> Sequence[str]:
    if not name:
        return ()
    receiver = here.config.rulebook.receivers.get(name)
    if receiver is None:
        from wa_notify.config.faults import suggestion

        fix = suggestion(name, here.config.rulebook.receivers, "receiver")
        raise typer.BadParameter(f"There is no receiver {name!r}. {fix}", param_hint="'--all-of-receiver'")
    return (*receiver.to, *(person for step in receiver.escalate for person in step.to))


def _of_file(file: Path | None) -> Sequence[str]:
    if file is None:
        return ()
    lines = read_whole(file).decode("utf-8-sig", errors="replace").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _found(who: str, tx: "Transaction") -> "Recipient":
    from wa_notify.pipeline.people import find

    return find(tx, who)


def _revoke(here: "Place", whom: Sequence[str], asked: tuple[str, str, Purpose]) -> list[dict[str, Any]]:
    from wa_notify.cli import answers, place
    from wa_notify.cli.whom import known
    from wa_notify.pipeline.people import Said, record

    source, evidence, purpose = asked
    with place.writing(here) as store:
        people: dict[str, Recipient] = {}
        for who in whom:
            with known(here, who):
                found = store.rehearse(partial(_found, who)).result()
                people[found.id] = found
        said = Said(source=source, evidence=evidence, actor=whoami(), at=system_clock(), purpose=purpose)

        def work(tx: "Transaction") -> None:
            for recipient_id in people:
                record(tx, recipient_id, ConsentAct.REVOKED, said)

        store.transact(work).result()
    return [_entry(one, ConsentAct.REVOKED, said, answers.moment(said.at)) for one in people.values()]


def _tell(told: dict[str, Any], what: str, *, as_json: bool) -> None:
    from wa_notify.cli import terminal

    if as_json:
        terminal.answer(told)
        return
    terminal.done(f"{told['name'] or told['recipient']} {what}")
    evidence = f": {told['evidence']}" if told["evidence"] else ""
    terminal.quiet(f"{told['consent']}, source {told['source']}, recorded by {told['actor']}{evidence}")
