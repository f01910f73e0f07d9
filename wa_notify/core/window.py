"""The customer service window: the 24 hours in which free-form text may go to a person.

Source: Meta's messaging documentation. The window opens when the person writes (a text, a button tap, a call)
and starts anew with each message of theirs. Our own sends and read receipts never open it. It belongs to one
business number and one person. Meta says that it may rarely close early; error 131047 is then the truth.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LENGTH = timedelta(hours=24)
MARGIN = timedelta(minutes=1)  # a send that would arrive in the last minute could come too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a person last wrote to one of our numbers, and when the platform declared the window closed."""

    last_inbound_at: datetime | None = None
    refused_at: datetime | None = None  # the platform answered 131047 to a send of that time
    asked_at: datetime | None = None  # when the newest template left that a tap answers

    @property
    def closes_at(self) -> datetime | None:
        """The end of the window as far as we know it; nothing when it never opened or was refused since."""
        if self.last_inbound_at is None:
            return None
        if self.refused_at is not None and self.refused_at >= self.last_inbound_at:
            return None
        return self.last_inbound_at + LENGTH

    def is_open(self, now: datetime) -> bool:
        """Whether free-form text may still be sent, with a minute to spare."""
        return self.closes_at is not None and now < self.closes_at - MARGIN

    @property
    def asked(self) -> bool:
        """Whether the person was asked for a reply since they last wrote."""
        if self.asked_at is None:
            return False
        return self.last_inbound_at is None or self.asked_at > self.last_inbound_at

    def written(self, at: datetime) -> "Window":
        """The person wrote at this time; an older message that arrives late changes nothing."""
        if self.last_inbound_at is not None and at <= self.last_inbound_at:
            return self
        return replace(self, last_inbound_at=at)

    def asking(self, at: datetime | None) -> "Window":
        """A template with a button to tap left at this time, or with nothing: it did not get through."""
        return replace(self, asked_at=at)

    def refused(self, at: datetime) -> "Window":
        """The platform refused free-form text sent at this time."""
        return replace(self, refused_at=max(at, self.refused_at or at))
