"""How things stand with the configuration: what is obeyed, what is amiss, and whether the account has it."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from wa_notify.config import Config, Finding, Severity, hold, readers_of
from wa_notify.config.expression import MappedSource
from wa_notify.core.errors import Complaint
from wa_notify.core.logged import Logged
from wa_notify.core.template import TemplateShape
from wa_notify.engine import Engine

_LOGGER = logging.getLogger(__name__)


class Standing:
    """The configuration that is obeyed now, held against the account's templates whenever somebody asks."""

    def __init__(self, engine: Engine, config: Config, at: datetime) -> None:
        """``at`` is when the configuration was read."""
        self._engine = engine
        self._held: tuple[Sequence[TemplateShape], tuple[Finding, ...]] | None = None
        self._told: frozenset[str] = frozenset()
        self.config = config
        self.keys = _revealed(config)
        self.refused: tuple[Complaint, ...] = ()  # why what is written now is not obeyed
        self.kept: tuple[str, ...] = ()  # rules that go on as they were before they were changed
        self.to_restart: tuple[str, ...] = ()  # sections that have changed and cannot while it runs
        self.in_order_at: datetime | None = None  # when everything that is written was last obeyed
        self.on_change: Callable[[], None] = lambda: None  # somebody who shows rules and templates
        self._read(at)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What is wrong with the rules as they are written."""
        return self.config.complaints

    @property
    def sources(self) -> Mapping[str, MappedSource]:
        """The sources with JSON of their own."""
        return self.config.sources

    @property
    def in_order(self) -> bool:
        """Whether everything that is written is obeyed, apart from what needs a restart."""
        return not (self.refused or self.complaints)

    def obey(self, config: Config, kept: tuple[str, ...], to_restart: tuple[str, ...], at: datetime) -> None:
        """Another configuration holds from now on."""
        self.config, self.keys, self._held = config, _revealed(config), None
        self.refused, self.kept, self.to_restart = (), kept, to_restart
        self._read(at)
        self.on_change()

    def refuse(self, complaints: tuple[Complaint, ...]) -> None:
        """What is written now cannot be used; what was obeyed so far holds."""
        self.refused = complaints
        self.on_change()

    def _read(self, at: datetime) -> None:
        if self.in_order:
            self.in_order_at = at

    async def findings(self) -> tuple[Finding, ...]:
        """What keeps rules from working with the account's templates, and what is worth knowing of it.

        Nothing before the templates were read. Raises `StoreError`.
        """
        return self.held_against(await self._engine.look(lambda views: views.templates()))

    def held_against(self, shapes: Sequence[TemplateShape]) -> tuple[Finding, ...]:
        """The same for these templates of the account."""
        if not shapes:
            return ()
        if self._held is None or self._held[0] != shapes:
            found = hold(self.config.uses, shapes, readers_of(self.config), account=True)
            self._held = shapes, found
        return self._held[1]

    async def tell(self) -> None:
        """Log what has changed since it was last told.

        Raises `StoreError`.
        """
        found = {str(finding.complaint): finding.severity for finding in await self.findings()}
        for what, severity in found.items():
            if what not in self._told:
                level = logging.WARNING if severity is Severity.FAULT else logging.INFO
                _LOGGER.log(level, "%s", what, extra=Logged.TEMPLATES_MISFIT.of(severity=severity))
        now = frozenset(found)
        if self._told and not now:
            _LOGGER.info(
                "Everything that sends a template fits the account's templates now",
                extra=Logged.TEMPLATES_FIT.of(),
            )
        self._told = now
        self.on_change()


def faults_by_rule(rules: Collection[str], findings: Sequence[Finding]) -> dict[str, int]:
    """How many faults keep each of the rules from working with the account's templates."""
    counts = dict.fromkeys(rules, 0)
    for finding in findings:
        if finding.severity is Severity.FAULT and finding.use.rule in counts:
            counts[finding.use.rule] += 1
    return counts


def _revealed(config: Config) -> dict[str, list[str]]:
    return {source: [key.reveal() for key in keys] for source, keys in config.ingest.items()}
