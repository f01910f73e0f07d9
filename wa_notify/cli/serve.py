"""``wa-notify serve``: the service, until it is told to stop."""

import asyncio
import logging
import signal
from types import FrameType
from typing import TYPE_CHECKING

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import Place, located, read

if TYPE_CHECKING:
    from wa_notify.config import Config

_LOGGER = logging.getLogger(__name__)

PATHS = {"health": "/healthz", "alerts": "/alerts", "webhook": "/webhook"}


def serve(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Run the service until Ctrl-C or SIGTERM. What is on its way is finished first.

    Rules with faults are left out and told; any other fault keeps it from starting.

    JSON, one line once it listens: health, alerts, webhook, database, rules, rules_left_out.
    """
    from wa_notify.cli import logs
    from wa_notify.service import PortTaken

    place = read(config)
    logs.set_up(secrets_of(place.config))
    for complaint in place.config.complaints:
        _LOGGER.warning("Rule left out: %s", complaint)
    try:
        with located(place):
            _run(place, as_json=as_json)
    except PortTaken as error:
        from wa_notify.cli.problem import problem_of

        raise problem_of(error, f"`listen` of {place.path}") from error
    _LOGGER.info("Stopped.")


def secrets_of(config: "Config") -> list[str]:
    """Everything that must never be shown."""
    account = config.whatsapp
    ours = (account.access_token, account.app_secret, account.verify_token)
    return [key.reveal() for keys in (ours, *config.ingest.values()) for key in keys]


def _run(place: Place, *, as_json: bool) -> None:
    from wa_notify import service

    leaving = Leaving()
    with asyncio.Runner(loop_factory=fast_loop()) as runner:

        async def work() -> None:
            leaving.begin(asyncio.get_running_loop(), asyncio.current_task())
            await service.serve(place.config, on_ready=ready)

        def ready() -> None:
            leaving.server_minds = True
            _welcome(place, as_json=as_json)

        try:
            runner.run(work())
        except asyncio.CancelledError:
            if not leaving.asked:
                raise


def fast_loop() -> "type[asyncio.AbstractEventLoop] | None":
    """Give uvloop's event loop where there is one, else Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


class Leaving:
    """SIGINT and SIGTERM while the web server is not there to mind them.

    The web server catches both, ends with patience, and then raises them again for whoever came before it. By
    then everything is being put away, and that must not be cut short; before it was there, a signal cancels.
    """

    def __init__(self) -> None:
        self.asked = False
        self.server_minds = False

    def begin(self, loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None] | None") -> None:
        """Mind the signals from now on."""

        def leave(_signal: int, _frame: FrameType | None) -> None:
            self.asked = True
            if task and not self.server_minds:
                loop.call_soon_threadsafe(task.cancel)

        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, leave)


def _welcome(place: Place, *, as_json: bool) -> None:
    import sys

    from rich.text import Text

    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import count

    listen, rules = place.config.listen, place.config.rulebook.rules
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    urls = {name: f"http://{host}:{listen.port}{path}" for name, path in PATHS.items()}
    left_out = bool(place.config.complaints)
    if as_json:
        terminal.answer_in_one_line(
            {**urls, "database": str(place.database), "rules": len(rules), "rules_left_out": left_out}
        )
    else:
        others = " Others are left out; `wa-notify check` says why." if left_out else ""
        terminal.done(f"At work with {count(rules, 'rule')} on {place.database}. Ctrl-C stops it.{others}")
        for name, url in urls.items():
            terminal.write(Text.assemble(f"  {name:<8} ", (url, terminal.ACCENT)))
    sys.stdout.flush()
