"""What answers and callbacks say about the account and the ways out, for whoever looks after the service.

Each outage is logged once, and so is its end.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from wa_notify.core.condition import Consequence
from wa_notify.core.fallback import spoken_channel
from wa_notify.core.inbound import Arrival, StatusUpdate, TemplateNews
from wa_notify.core.ledger import Break
from wa_notify.core.logged import Logged
from wa_notify.core.message import Accepted, Elsewhere, Failure, NoAnswer, Rejected, SendResult
from wa_notify.core.source import Sight

_LOGGER = logging.getLogger(__name__)


class Watch:
    """The troubles of the moment. None of it matters after a restart: it is learned again.

    What stands in the way of messages for longer is kept (see `wa_notify.core.condition`).
    """

    def __init__(self) -> None:
        self.unreachable_since: datetime | None = None  # when WhatsApp stopped answering
        self.answered = False  # whether WhatsApp ever answered this process
        self.called_at: datetime | None = None  # when WhatsApp last called us
        self.channel_troubles: dict[str, str] = {}  # by target: why another channel took nothing lately
        self.source_trouble = ""  # why the source of the alerts cannot be asked; empty while it can
        self.templates_changed = False  # WhatsApp told of a change, so they should be read again
        self.ledger_break: Break | None = None  # where the consent ledger was found broken

    def whatsapp(self, result: SendResult, now: datetime) -> None:
        """What an answer, or its absence, says about the way to the account and about its templates."""
        if isinstance(result, NoAnswer):
            if self.unreachable_since is None:
                self.unreachable_since = now
                _LOGGER.warning(
                    "WhatsApp does not answer; messages wait. %s",
                    result.why,
                    extra=Logged.WHATSAPP_SILENT.of(),
                )
        else:
            self._answered()
        if isinstance(result, Rejected) and result.failure.consequence.refresh:
            self.templates_changed = True

    def callbacks(self, arrived: Iterable[Arrival], now: datetime) -> None:
        """What callbacks say about the account's templates; and that they come at all."""
        self.called_at = now
        for arrival in arrived:
            match arrival.event:
                case TemplateNews():
                    self.templates_changed = True
                case StatusUpdate(failure=Failure(consequence=Consequence(refresh=True))):
                    self.templates_changed = True
                case _:
                    pass

    @contextmanager
    def reading_templates(self) -> Iterator[None]:
        """The account's templates are read inside. What is told of them meanwhile may be missing there."""
        before, self.templates_changed = self.templates_changed, False
        try:
            yield
        except BaseException:
            self.templates_changed |= before
            raise
        self._answered()

    def _answered(self) -> None:
        self.answered = True
        if self.unreachable_since is not None:
            _LOGGER.info("WhatsApp answers again", extra=Logged.WHATSAPP_BACK.of())
            self.unreachable_since = None

    def channel(self, target: str, elsewhere: Elsewhere, result: SendResult) -> None:
        """What another channel made of a message."""
        trouble = ""
        if not isinstance(result, Accepted):
            why = result.failure.title if isinstance(result, Rejected) else result.why
            trouble = f"{target} ({spoken_channel(elsewhere.url)}): {why}"
        if trouble and target not in self.channel_troubles:
            _LOGGER.warning(
                "Another channel takes nothing; its messages wait. %s",
                trouble,
                extra=Logged.CHANNEL_REFUSES.of(target=target),
            )
        self.channel_troubles.pop(target, None)
        if trouble:
            self.channel_troubles[target] = trouble

    def source(self, result: SendResult | Sight) -> None:
        """Whether the source of the alerts can be asked."""
        trouble = ""
        if isinstance(result, Rejected | NoAnswer):
            trouble = str(result.failure) if isinstance(result, Rejected) else result.why
        if trouble and not self.source_trouble:
            _LOGGER.warning(
                "The source of the alerts cannot be asked; silences wait. %s",
                trouble,
                extra=Logged.SOURCE_UNREACHABLE.of(),
            )
        elif self.source_trouble and not trouble:
            _LOGGER.info("The source of the alerts can be asked again", extra=Logged.SOURCE_BACK.of())
        self.source_trouble = trouble

    def ledger(self, found: Break | None) -> None:
        """What going through the consent ledger found."""
        if found and found != self.ledger_break:
            _LOGGER.error(
                "The consent ledger is broken. %s `wa-notify optin verify` looks again.",
                found,
                extra=Logged.LEDGER_BROKEN.of(),
            )
        self.ledger_break = found
