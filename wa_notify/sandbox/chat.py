"""What stands between one business number and one person: the customer service window above all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .account import Line

WINDOW = timedelta(hours=24)  # Meta's documentation: restarts with every message of the person
ANSWER_WITHIN = timedelta(hours=24)
ENTRY_POINT_LASTS = timedelta(hours=72)
NUMBER_SHOWN = timedelta(days=30)  # Meta's documentation of usernames

# Kinds of inbound messages that start or restart the customer service window. Reactions are a matter of
# policy; edits, deletions and notices of the system are undocumented and do not count here.
OPENS_WINDOW = frozenset({
    "text", "button", "interactive", "image", "audio", "video", "document", "sticker", "location", "contacts",
    "order",
})  # fmt: skip


@dataclass(slots=True, kw_only=True, eq=False)
class Chat:
    """The state between a line and a person. All instants are UTC; None: never.

    window_until: until when free-form messages get through.
    referred_at: when the person came from an advertisement; a soon answer begins a free entry point.
    entry_until: until when everything is free.
    typing_until: until when the business is shown as typing.
    is_open: the person has it on the screen: what arrives is read at once, and `delivered` is skipped.
    blocked: the person blocked the business. marketing_stopped: they want no marketing of it.
    hiccups: how many free-form messages are yet refused (131047) although the window is open.
    welcomed: whether the person has opened it before.
    number_shown_until: until when the business sees the number of a person with a username.
    """

    line: Line
    window_until: datetime | None = None
    referred_at: datetime | None = None
    entry_until: datetime | None = None
    typing_until: datetime | None = None
    is_open: bool = False
    blocked: bool = False
    marketing_stopped: bool = False
    hiccups: int = 0
    welcomed: bool = False
    number_shown_until: datetime | None = None

    def window_left(self, now: datetime) -> timedelta:
        """How much of the window is left; zero when it is closed."""
        until = self.window_until
        return timedelta() if until is None else max(until - now, timedelta())

    def written(self, now: datetime) -> None:
        """The person wrote: the window starts anew."""
        self.window_until = now + WINDOW

    def referred(self, now: datetime) -> None:
        """The person came from an advertisement."""
        self.referred_at, self.entry_until = now, None

    def free_until(self, now: datetime) -> datetime | None:
        """Until when everything is free if the business writes now; a soon answer to a referral begins it."""
        if self.entry_until is None and self.referred_at and now - self.referred_at <= ANSWER_WITHIN:
            return now + ENTRY_POINT_LASTS
        return self.entry_until

    def answered(self, now: datetime) -> None:
        """The business wrote."""
        self.entry_until = self.free_until(now)

    def exchanged(self, now: datetime) -> None:
        """A message went between the business and the person's number, which it may see for a while."""
        self.number_shown_until = now + NUMBER_SHOWN

    def shows_number(self, now: datetime) -> bool:
        """Whether the business sees the number of a person with a username."""
        return self.number_shown_until is not None and now < self.number_shown_until

    def is_typing(self, now: datetime) -> bool:
        """Whether the business is shown as typing."""
        return self.typing_until is not None and self.typing_until > now
