"""The platform on this machine, with phones to look at and to write from."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from wa_notify.cli.options import JsonOption

if TYPE_CHECKING:
    import socket

    from wa_notify.sandbox import Sandbox

HOST = "127.0.0.1"  # it has no password, so nobody else may reach it
PORT = 8712
CALLBACK = "http://127.0.0.1:8711/webhook"


def run_sandbox(
    ctx: typer.Context,
    *,
    port: Annotated[
        int, typer.Option(min=1, max=65535, metavar="PORT", help="Where the platform listens.")
    ] = PORT,
    callback: Annotated[
        str,
        typer.Option(metavar="URL", help="Where statuses and replies are sent; empty sends them nowhere."),
    ] = CALLBACK,
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="The same seed makes the same chances.")] = 0,
    scenario: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="What to begin with: see `wa-notify sandbox scenarios`. It has its own seed.",
        ),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the world as a scenario when it ends.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a simulated WhatsApp until Ctrl-C.

    Nothing leaves this machine, and nobody real is written to.

    JSON, one line once it listens: page, callback, scenario, whatsapp {base_url, phone_number_id, waba_id,
    access_token, app_secret, verify_token}.
    """
    if ctx.invoked_subcommand is not None:
        return
    if callback and urlsplit(callback).scheme not in ("http", "https"):
        raise typer.BadParameter("This is no http address.", param_hint="'--callback'")
    from wa_notify.cli import logs
    from wa_notify.cli.problem import problem_of
    from wa_notify.service import PortTaken, listen

    logs.set_up()
    platform = _platform(callback, seed, scenario)
    if save is not None and not save.parent.is_dir():
        raise typer.BadParameter(f"There is no folder {save.parent}.", param_hint="'--save'")
    try:
        listener = listen(HOST, port)
    except PortTaken as error:
        raise problem_of(error, "--port") from error
    with listener:
        asyncio.run(_run(platform, listener, port, as_json=as_json))
    if save is not None:
        _keep(platform, save)


def _platform(callback: str, seed: int, scenario: str | None) -> "Sandbox":
    from wa_notify.cli.sandbox.scenarios import found_scenario
    from wa_notify.sandbox import Sandbox

    platform = Sandbox(seed=seed)
    if callback:
        platform.subscribe(callback)
    if scenario is not None:
        platform.load(found_scenario(scenario))
    return platform


def _keep(platform: "Sandbox", path: Path) -> None:
    from wa_notify.cli.problem import Problem

    try:
        path.write_text(platform.save(), encoding="utf-8")
    except OSError as error:
        raise Problem(
            f"The world could not be kept: {error.strerror}.", where=str(path), fix="Choose another file."
        ) from error


async def _run(platform: "Sandbox", listener: "socket.socket", port: int, *, as_json: bool) -> None:
    from wa_notify.service import answering, on_signals

    asked = on_signals()
    living = asyncio.create_task(platform.run_forever())
    async with answering(platform.app, listener):
        _welcome(platform, f"http://{HOST}:{port}", as_json=as_json)
        await asked.wait()
        await platform.aclose()  # ends the live pages, for which the server would wait
    living.cancel()
    await asyncio.wait([living])


def _welcome(platform: "Sandbox", address: str, *, as_json: bool) -> None:
    from rich.text import Text

    from wa_notify.cli import terminal

    account, scenario = platform.account, platform.scenario
    callback = account.callback_url
    section: dict[str, Any] = {
        "base_url": address,
        "phone_number_id": account.phone_number_id,
        "waba_id": account.waba_id,
        "access_token": account.access_token,
        "app_secret": account.app_secret,
        "verify_token": account.verify_token,
    }
    if as_json:
        terminal.answer_in_one_line(
            {
                "page": f"{address}/",
                "callback": callback,
                "scenario": scenario and scenario.name,
                "whatsapp": section,
            }
        )
    else:
        page = Text.assemble("The phones are at ", (f"{address}/", terminal.ACCENT), ". Ctrl-C stops it.")
        terminal.write(Text.assemble((terminal.DONE, terminal.ACCENT), " ", page))
        if scenario is not None:
            terminal.write(f"  It plays {scenario.name or 'a scenario'}. {scenario.about}")
        told = f"Statuses and replies go to {callback}." if callback else "Statuses and replies go nowhere."
        terminal.write(f"  {told} In the service's configuration write:\n")
        terminal.write("whatsapp:")
        for key, value in section.items():
            terminal.write(f'  {key}: "{value}"')
    sys.stdout.flush()
