"""The platform on this machine, with phones to look at and to write from."""

import asyncio
import sys
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
    as_json: JsonOption = False,
) -> None:
    """Run a simulated WhatsApp until Ctrl-C.

    Nothing leaves this machine, and nobody real is written to.

    JSON, one line once it listens: page, callback, whatsapp {base_url, phone_number_id, waba_id,
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
    try:
        listener = listen(HOST, port)
    except PortTaken as error:
        raise problem_of(error, "--port") from error
    with listener:
        asyncio.run(_run(listener, port, callback, seed, as_json=as_json))


async def _run(listener: "socket.socket", port: int, callback: str, seed: int, *, as_json: bool) -> None:
    from wa_notify.sandbox import Sandbox
    from wa_notify.service import answering, on_signals

    platform = Sandbox(seed=seed)
    if callback:
        platform.subscribe(callback)
    asked = on_signals()
    living = asyncio.create_task(platform.run_forever())
    async with answering(platform.app, listener):
        _welcome(platform, f"http://{HOST}:{port}", callback, as_json=as_json)
        await asked.wait()
        await platform.aclose()  # ends the live pages, for which the server would wait
    living.cancel()
    await asyncio.wait([living])


def _welcome(platform: "Sandbox", address: str, callback: str, *, as_json: bool) -> None:
    from rich.text import Text

    from wa_notify.cli import terminal

    account = platform.account
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
            {"page": f"{address}/", "callback": callback or None, "whatsapp": section}
        )
    else:
        page = Text.assemble("The phones are at ", (f"{address}/", terminal.ACCENT), ". Ctrl-C stops it.")
        terminal.write(Text.assemble((terminal.DONE, terminal.ACCENT), " ", page))
        told = f"Statuses and replies go to {callback}." if callback else "Statuses and replies go nowhere."
        terminal.write(f"  {told} In the service's configuration write:\n")
        terminal.write("whatsapp:")
        for key, value in section.items():
            terminal.write(f'  {key}: "{value}"')
    sys.stdout.flush()
