"""The configuration is read again while the service runs, and nothing that was good is lost by it.

A rule with a fault goes on as it was, if it was ever right; a fault elsewhere leaves everything as it was.
What cannot change without a restart (the account, the database, the socket, the folder for files) stays, and
is said.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from wa_notify.config import Config, Secret, files_of, load
from wa_notify.config.sources import Stamp, stamp
from wa_notify.core.errors import ConfigError
from wa_notify.core.logged import Logged
from wa_notify.core.succession import kept_rules, succeed
from wa_notify.engine import Engine
from wa_notify.ports import Clock
from wa_notify.web.standing import Standing

_LOGGER = logging.getLogger(__name__)

FIXED = ("whatsapp", "store", "listen", "alertmanager", "media")  # sections, and fields of `Config`


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the configuration is read. ``on_read`` hears of each one before anything is said about it."""

    path: Path
    environ: Mapping[str, str]
    judge: Callable[[Secret], tuple[str, str]] | None = None
    on_read: Callable[[Config], None] = lambda _: None


class Reloader:
    """Looks whether a file has changed, and has the service obey what it says now."""

    def __init__(self, engine: Engine, standing: Standing, reading: Reading, clock: Clock) -> None:
        self._engine = engine
        self._standing = standing
        self._reading = reading
        self._clock = clock
        self._known: Mapping[Path, Stamp] = standing.config.files  # as they were when last read
        self._seen: Mapping[Path, Stamp] = self._known  # as they were at the last look
        self._asked = False
        self._alone = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self) -> None:
        """Read it again now, whatever the files look like. For a signal handler of the event loop."""
        self._asked = True
        task = asyncio.get_running_loop().create_task(self._answer())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self) -> None:
        try:
            await self.check()
        except Exception:  # it is asked again by the chore
            _LOGGER.exception(
                "The configuration could not be read again, it will be tried",
                extra=Logged.CONFIG_NOT_READ.of(),
            )

    async def check(self) -> None:
        """Read it again if somebody asked for that, or a file changed and has come to rest.

        Raises `StoreError`; then all stays as it was and the next look tries again.
        """
        async with self._alone:
            now = {path: stamp(path) for path in self._known}
            at_rest, self._seen = now == self._seen, now
            if self._asked or (at_rest and now != self._known):
                await self._read()
                self._asked = False

    async def _read(self) -> None:
        reading = self._reading
        before = await asyncio.to_thread(files_of, reading.path, reading.environ)
        try:
            config = await asyncio.to_thread(load, reading.path, environ=reading.environ, judge=reading.judge)
        except ConfigError as error:
            self._refuse(error)
            self._known = self._seen = before
            return
        reading.on_read(config)
        await self._obey(config)
        self._known = self._seen = config.files

    def _refuse(self, error: ConfigError) -> None:
        if error.complaints != self._standing.refused:
            for complaint in error.complaints:
                _LOGGER.error(
                    "The changed configuration cannot be used, what was good goes on: %s",
                    complaint,
                    extra=Logged.CONFIG_REFUSED.of(where=complaint.where),
                )
        self._standing.refuse(error.complaints)

    async def _obey(self, config: Config) -> None:
        old = self._standing.config
        to_restart = changed_for_good(config, old)
        effective, kept = merged(config, old, to_restart)
        told = (self._standing.complaints, self._standing.kept, self._standing.to_restart)
        unreachable = await self._engine.adopt(effective.rulebook, effective.recipients, effective.retention)
        self._standing.obey(effective, kept, to_restart, self._clock())
        count = len(effective.rulebook.rules)
        _LOGGER.info(
            "The configuration was read again: %d rules", count, extra=Logged.CONFIG_READ.of(rules=count)
        )
        warn_of_unreachable(unreachable)
        if told != (effective.complaints, kept, to_restart):
            self._tell()
        await self._standing.tell()

    def _tell(self) -> None:
        """What is written and not obeyed."""
        for complaint in self._standing.complaints:
            _LOGGER.warning(
                "Rule refused: %s", complaint, extra=Logged.RULE_REFUSED.of(where=complaint.where)
            )
        for name in self._standing.kept:
            _LOGGER.warning(
                "Rule %s works as it was before it was changed", name, extra=Logged.RULE_KEPT.of(rule=name)
            )
        for section in self._standing.to_restart:
            event = Logged.CONFIG_NEEDS_RESTART.of(section=section)
            _LOGGER.warning("The section %s has changed; that needs a restart", section, extra=event)


def changed_for_good(new: Config, old: Config) -> tuple[str, ...]:
    """The sections that differ and cannot while the service runs.

    Keys and sources are judged together with the socket: beyond loopback each source needs a key. So they
    change while the socket is the same, or not at all.
    """
    changed = [name for name in FIXED if getattr(new, name) != getattr(old, name)]
    if "listen" in changed:
        changed += ["ingest"] if new.ingest != old.ingest else []
        same = (new.sources, new.rulebook.heartbeats) == (old.sources, old.rulebook.heartbeats)
        changed += [] if same else ["sources"]
    return tuple(changed)


def merged(new: Config, old: Config, to_restart: tuple[str, ...]) -> tuple[Config, tuple[str, ...]]:
    """What can be obeyed of the new configuration, and the names of the rules that go on as they were."""
    kept = kept_rules(new.rulebook, old.rulebook, new.rules_written)
    book = succeed(new.rulebook, old.rulebook, new.rules_written)
    if "alertmanager" in to_restart:
        book = replace(book, silences_last=old.rulebook.silences_last)
    if "media" in to_restart:
        book = replace(book, received=old.rulebook.received)
    if "sources" in to_restart:
        book = replace(book, heartbeats=old.rulebook.heartbeats)
    uses = (*new.uses, *(use for use in old.uses if use.rule in kept))
    stays = {name: getattr(old, name) for name in to_restart}
    return replace(new, rulebook=book, uses=uses, **stays), kept


def warn_of_unreachable(names: tuple[str, ...]) -> None:
    """Say whose number nobody knows."""
    for nobody in names:
        _LOGGER.warning(
            "No number of %s is known: give one, or `wa-notify optin invite %s`",
            nobody,
            nobody,
            extra=Logged.PERSON_WITHOUT_NUMBER.of(recipient=nobody),
        )
