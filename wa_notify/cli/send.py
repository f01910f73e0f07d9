"""``wa-notify send``: say something by hand. It goes through the outbox like everything else."""

import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wa_notify.cli.options import ConfigOption, JsonOption, pairs
from wa_notify.cli.place import Place, read, service_runs, writing
from wa_notify.cli.problem import ExitCode
from wa_notify.core.enclosed import MediaKind
from wa_notify.core.outbox import Intent, Item, ItemState
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.situation import Drop, Send
from wa_notify.core.template import TemplateWish

if TYPE_CHECKING:
    from wa_notify.pipeline.saying import Put
    from wa_notify.ports import Transaction
    from wa_notify.store.opening import AnyStore

TTL = timedelta(hours=4)  # what waited longer is dropped, as with rules
LOOK_EVERY = 0.2  # seconds
FILES = (MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.DOCUMENT, MediaKind.AUDIO, MediaKind.STICKER)
NEWEST = 1000  # where a message with a known key is looked for

TAKEN = (ItemState.ACCEPTED, ItemState.SENT, ItemState.DELIVERED, ItemState.READ)
ENDED = (ItemState.REFUSED, ItemState.FAILED, ItemState.CANCELLED, ItemState.HELD)


def send(
    who: Annotated[
        str,
        typer.Argument(
            metavar="RECIPIENT", help="The recipient's name, or the number with its plus.", show_default=False
        ),
    ],
    *,
    text: Annotated[
        str, typer.Option(metavar="TEXT", help="Free-form text; it leaves while the window is open.")
    ] = "",
    template: Annotated[str, typer.Option(metavar="NAME", help="A template; it may leave at any time.")] = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="The next parameter of the body; may be repeated."),
    ] = None,
    named: Annotated[
        list[str] | None, typer.Option(metavar="NAME=TEXT", help="A named parameter; may be repeated.")
    ] = None,
    header: Annotated[str | None, typer.Option(metavar="TEXT", help="The parameter of the header.")] = None,
    url: Annotated[str | None, typer.Option(metavar="TEXT", help="The ending of the link.")] = None,
    image: Annotated[str, typer.Option(metavar="FILE", help="A picture by its path or link.")] = "",
    video: Annotated[str, typer.Option(metavar="FILE", help="A video by its path or link.")] = "",
    document: Annotated[str, typer.Option(metavar="FILE", help="A document by its path or link.")] = "",
    audio: Annotated[str, typer.Option(metavar="FILE", help="A recording by its path or link.")] = "",
    voice: Annotated[
        bool, typer.Option("--voice", help="Show the recording as a voice note (OGG with Opus).")
    ] = False,
    sticker: Annotated[str, typer.Option(metavar="FILE", help="A sticker by its path or link.")] = "",
    location: Annotated[
        str, typer.Option(metavar="LAT,LON[,NAME[,ADDRESS]]", help="A place on the map.")
    ] = "",
    contact: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=NUMBER", help="A card of the address book; may be repeated."),
    ] = None,
    link_button: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="TEXT URL", help="A button below the text that opens a page."),
    ] = None,
    ask_location: Annotated[
        bool, typer.Option("--ask-location", help="The text asks where they are; a button answers.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show a card of the first link in the text.")
    ] = False,
    react: Annotated[
        str | None, typer.Option(metavar="EMOJI", help="React to a message; an empty one takes it back.")
    ] = None,
    to: Annotated[
        str, typer.Option(metavar="WAMID", help="The message that is answered, or reacted to.")
    ] = "",
    code: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What a button of the template copies.")
    ] = None,
    key: Annotated[
        str,
        typer.Option(metavar="KEY", help="Names this message: the same key again adds nothing."),
    ] = "",
    wait: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help="Wait so long until WhatsApp took it."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say something to somebody. The running service sends it within a second.

    With --text and --template the text leaves while the person's window is open, else the template; a file
    or a place fills the header of the template.

    Exit codes: 0 it is in the outbox (with --wait: WhatsApp accepted it), 1 it is refused, failed or held, 3
    nobody took it in time.

    JSON: outcome (queued, known, accepted, refused, failed, cancelled, held, waiting), recipient,
    service_running, decision {decision, reason, sentence, detail, form, until, state}, item (as `outbox list`
    has it).
    """
    from wa_notify.cli.enclosing import intent_of

    wish = _wish(template, parameter or [], named or [], header, url, code)
    kinds = dict(zip(FILES, (image, video, document, audio, sticker), strict=True))
    intent = intent_of(
        template=wish,
        text=text,
        files=kinds,
        voice=voice,
        location=location,
        ask_location=ask_location,
        contacts=contact or (),
        link_button=link_button,
        preview=preview,
        react=react,
        to=to,
    )
    if wish is None and not intent.has_free_form:
        raise typer.BadParameter("Say something: --text TEXT, or --template NAME.")
    here = read(config)
    with writing(here) as store:
        put = _put(here, store, who, intent, key or secrets.token_hex(8))
        item = put.item
        if not as_json:
            _tell_put(put)
        if item and wait is not None:
            item = _follow(store, item, wait)
    _leave(here, put, item, waited=wait is not None, as_json=as_json)


def _wish(
    template: str,
    in_order: list[str],
    named: list[str],
    header: str | None,
    url: str | None,
    code: str | None,
) -> TemplateWish | None:
    if in_order and named:
        raise typer.BadParameter("A template takes --parameter or --named, not both.")
    if not template:
        if in_order or named or any(part is not None for part in (header, url, code)):
            raise typer.BadParameter("--parameter, --named, --header, --url and --code need a --template.")
        return None
    body = tuple(("", one) for one in in_order) or tuple(pairs(named, "--named").items())
    return TemplateWish(name=template, header=header, body=body, url_suffix=url, code=code)


def _put(here: Place, store: "AnyStore", who: str, intent: Intent, key: str) -> "Put":
    """Decide as if it left now; what would be refused is not put into the outbox at all."""
    from wa_notify.cli.whom import known
    from wa_notify.clock import system_clock
    from wa_notify.pipeline.saying import Saying, foresee, put

    now, number_id, book = system_clock(), here.config.whatsapp.number_id, here.config.rulebook
    saying = Saying(who=who, intent=intent, key=key, ttl=TTL)
    with known(here, who):
        foreseen = store.rehearse(lambda tx: foresee(tx, book, number_id, saying, now)).result()
        if foreseen.known:
            items = store.read(lambda views: views.items(limit=NEWEST)).result()
            earlier = next((item for item in items if item.key == f"hand/{key}"), None)
            return replace(foreseen, item=earlier)
        return store.transact(lambda tx: put(tx, foreseen, saying, now)).result()


def _follow(store: "AnyStore", item: Item, seconds: float) -> Item:
    """Look again and again until the platform or the rules have spoken."""
    ends = time.monotonic() + seconds
    while item.state not in (*TAKEN, *ENDED):
        left = ends - time.monotonic()
        if left <= 0:
            break
        time.sleep(min(LOOK_EVERY, left))
        item = store.rehearse(_looked_up(item)).result()
    return item


def _looked_up(item: Item) -> "Callable[[Transaction], Item]":
    return lambda tx: tx.item(item.id) or item


def _leave(here: Place, put: "Put", item: Item | None, *, waited: bool, as_json: bool) -> None:
    from wa_notify.cli import answers, terminal

    outcome = outcome_of(put, item, waited=waited)
    runs = service_runs(here.database)
    if as_json:
        answer: dict[str, Any] = {
            "outcome": outcome,
            "recipient": put.recipient.id,
            "service_running": runs,
            "decision": put.decision and answers.decision(put.decision),
            "item": item and answers.item(item),
        }
        terminal.answer(answer)
    else:
        _tell_outcome(here, item, outcome, runs=runs)
    raise typer.Exit(EXITS[outcome])


EXITS: dict[str, ExitCode] = {
    "queued": ExitCode.DONE,
    "known": ExitCode.DONE,
    "accepted": ExitCode.DONE,
    "refused": ExitCode.NO,
    "failed": ExitCode.NO,
    "cancelled": ExitCode.NO,
    "held": ExitCode.NO,
    "waiting": ExitCode.UNREACHABLE,
}


def outcome_of(put: "Put", item: Item | None, *, waited: bool) -> str:
    """What became of it, as far as we waited."""
    if item is None:
        return "known" if put.known else "refused"
    if not waited:
        return "known" if put.known else "queued"
    if item.state in TAKEN:
        return "accepted"
    return item.state.value if item.state in ENDED else "waiting"


def _tell_put(put: "Put") -> None:
    from wa_notify.cli import answers, terminal
    from wa_notify.cli.explained import form_of

    number = answers.phone(put.recipient)
    name = f"{put.recipient.spoken}{f' ({number})' if number else ''}"
    if put.known:
        item = f" It is item {put.item.id}, {put.item.state}." if put.item else ""
        terminal.note(f"This key was used before, so nothing was added.{item}")
    elif put.item is None:
        terminal.no(f"Nothing was put into the outbox for {name}.")
    elif isinstance(put.decision, Send):
        terminal.done(f"Item {put.item.id} of the outbox for {name}: {form_of(put.decision.message)}.")
    else:
        terminal.done(f"Item {put.item.id} of the outbox for {name}.")
    if put.decision and put.decision.reason is not Reason.NO_FREE_FORM:
        terminal.quiet(f"{SENTENCES[put.decision.reason]}  {put.decision.reason}")
    if isinstance(put.decision, Drop) and put.decision.detail:
        terminal.quiet(put.decision.detail)


def _tell_outcome(here: Place, item: Item | None, outcome: str, *, runs: bool) -> None:
    from wa_notify.cli import terminal

    why = f" {SENTENCES[item.reason]}" if item and item.reason else ""
    match outcome:
        case "accepted":
            terminal.done(f"WhatsApp took it. It is {item.state if item else ''} so far.")
        case "held":
            terminal.note("It is held until the person replies, which opens the window.")
        case "refused" | "failed" | "cancelled" if item:
            terminal.no(f"It is {outcome}.{why}")
        case "waiting" if runs:
            terminal.no(f"The time is over and it is still {item.state if item else ''}.{why} It goes on.")
    if not runs and outcome in ("queued", "known", "waiting") and item and item.state not in TAKEN:
        waits = "It waits in the outbox" if outcome == "queued" else "It still waits in the outbox"
        terminal.note(
            f"{waits}: no service works on {here.database}. `wa-notify serve` sends it; after "
            f"{TTL.total_seconds() / 3600:.0f} hours it is dropped.",
            stderr=True,
        )
