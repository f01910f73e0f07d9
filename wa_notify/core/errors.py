"""The error tree: everything wa_notify raises on purpose descends from `WaNotifyError`."""

from dataclasses import dataclass


class WaNotifyError(Exception):
    """Something wa_notify could not do; the text says what was attempted, what came back, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One fault in the user's input, with the place to look at and the way to mend it.

    ``where`` is ``file:line:column`` for a file, a JSON path for a request body.
    """

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """One line for a person: place, fault, remedy."""
        return f"{self.where}: {self.what}" + (f" {self.fix}" if self.fix else "")


class BadInput(WaNotifyError):
    """The user's input has faults; all of them, not only the first, are in `complaints`."""

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        super().__init__("\n".join(str(complaint) for complaint in complaints))
        self.complaints = complaints


class ConfigError(BadInput):
    """The configuration cannot be used."""


class AlertRefused(BadInput):
    """A source sent something that is no alert; nothing of that request was stored."""


class NotificationRefused(WaNotifyError):
    """A call to the webhook does not come from WhatsApp, or is no notification."""


class TemplateMisfit(WaNotifyError):
    """What a rule wants to say does not fit the template that is to carry it."""


class MessageMisfit(WaNotifyError):
    """A message is beyond what WhatsApp takes: too long, too many parts, no address."""


class MediaRefused(WaNotifyError):
    """A file cannot be had, or WhatsApp would not take it. The text names no private part of its address."""


class UnknownRecipient(WaNotifyError):
    """Nobody by that name or number is known."""


class StoreError(WaNotifyError):
    """The database cannot be used: locked by another process, too new, damaged or out of space."""


class PlatformUnreachable(WaNotifyError):
    """WhatsApp could not be asked: network, token or account."""


class TokenRefused(PlatformUnreachable):
    """WhatsApp does not take the access token any more. Somebody has to give a new one."""
