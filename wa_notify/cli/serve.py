"""``wa-notify serve``: the service, until it is told to stop."""

import asyncio
import logging
import os
from typing import TYPE_CHECKING

from wa_notify.cli.options import ConfigOption, JsonOption
from wa_notify.cli.place import Place, flaw_of_address, read, up_to_date
from wa_notify.core.logged import Logged

if TYPE_CHECKING:
    from wa_notify.config import Config
    from wa_notify.reload import Reading

_LOGGER = logging.getLogger(__name__)

PATHS = {"health": "/healthz", "alerts": "/alerts", "webhook": "/webhook", "admin": "/admin/"}
SET_UP = "/admin/setup/"  # and the proof of a link


def serve(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Run the service until Ctrl-C or SIGTERM. What is on its way is finished first.

    Rules with faults are left out and told; any other fault keeps it from starting. It reads its files again
    when one of them changes, and on SIGHUP; with faults, what was good goes on. Several may work on one
    PostgreSQL database.

    JSON, one line once it listens: health, alerts, webhook, admin, database, rules, rules_left_out, and
    set_up while nobody has an account.
    """
    from wa_notify.cli import logs
    from wa_notify.service import PortTaken

    place = read(config)
    logs.set_up(secrets_of(place.config), place.config.log)
    for complaint in place.config.complaints:
        _LOGGER.warning("Rule left out: %s", complaint, extra=Logged.RULE_REFUSED.of(where=complaint.where))
    try:
        _run(place, as_json=as_json)
    except PortTaken as error:
        from wa_notify.cli.problem import problem_of

        raise problem_of(error, f"`listen` of {place.path}") from error
    _LOGGER.info("Stopped.", extra=Logged.SERVICE_STOPPED.of())


def secrets_of(config: "Config") -> list[str]:
    """Everything that must never be shown."""
    from wa_notify.core.fallback import secrets_in

    whole = [key.reveal() for key in config.secret_keys]
    return whole + [part for url in config.secret_addresses for part in secrets_in(url)]


def _run(place: Place, *, as_json: bool) -> None:
    from wa_notify import service

    with up_to_date(place, exclusive=True) as store, asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(
            service.serve(
                place.config,
                store=store,
                on_ready=lambda proof: _welcome(place, proof, as_json=as_json),
                reading=_reading(place),
            )
        )


def _reading(place: Place) -> "Reading":
    """How the configuration is read again. What was secret once stays so in the log."""
    from wa_notify.cli import logs
    from wa_notify.reload import Reading

    known = set(secrets_of(place.config))

    def blank(config: "Config") -> None:
        known.update(secrets_of(config))
        logs.set_up(known, config.log)

    return Reading(path=place.path, environ=os.environ, judge=flaw_of_address, on_read=blank)


def fast_loop() -> "type[asyncio.AbstractEventLoop] | None":
    """Give uvloop's event loop where there is one, else Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


def _welcome(place: Place, proof: str, *, as_json: bool) -> None:
    import sys

    from rich.text import Text

    from wa_notify.cli import terminal
    from wa_notify.cli.spoken import count

    listen, rules = place.config.listen, place.config.rulebook.rules
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    urls = {name: f"http://{host}:{listen.port}{path}" for name, path in PATHS.items()}
    left_out = bool(place.config.complaints)
    if proof:
        urls["set_up"] = f"{place.config.admin.url or urls['admin'].removesuffix('/admin/')}{SET_UP}{proof}"
    if as_json:
        terminal.answer_in_one_line(
            {**urls, "database": str(place.database), "rules": len(rules), "rules_left_out": left_out}
        )
    else:
        others = " Others are left out; `wa-notify check` says why." if left_out else ""
        terminal.done(f"At work with {count(rules, 'rule')} on {place.database}. Ctrl-C stops it.{others}")
        for name, url in urls.items():
            terminal.write(Text.assemble(f"  {name.replace('_', ' '):<8} ", (url, terminal.ACCENT)))
        if proof:
            terminal.note(
                "Nobody has an account yet. Whoever opens the last link, within a day, is administrator."
            )
    sys.stdout.flush()
