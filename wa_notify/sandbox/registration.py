"""How a number comes to WhatsApp: its code is verified, it gets a PIN, it is registered; and the way back.

The steps and codes are Meta's; how many wrong PINs are too many, and how fast is too fast, is not published
and is our deduction.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .refusals import Refusal, Refused

VERIFICATIONS = ("VERIFIED", "NOT_VERIFIED", "EXPIRED")
PIN_DIGITS = 6
MOST_CHANGES, CHANGES_WITHIN = 10, timedelta(hours=72)  # Meta's reference: registrations and the way back
DELETED_FOR = timedelta(minutes=5)  # Meta's error-code reference: 133015
MOST_GUESSES, GUESSES_FORGOTTEN = 5, timedelta(hours=1)
GUESS_EVERY = timedelta(seconds=2)
CODE_LASTS = timedelta(minutes=10)


@dataclass(slots=True, kw_only=True, eq=False)
class Registration:
    """How far a number has come.

    registered: whether it may send. pin: of two-step verification, None: there is none.
    verification: `code_verification_status`. code, code_until: what was sent to it, and how long it holds.
    deleted_at: when the number was deleted, and taken anew, in the business settings.
    onboarded_at: when it was registered; None: before the sandbox began.
    """

    registered: bool = True
    pin: str | None = "123456"
    verification: str = "VERIFIED"
    code: str | None = None
    code_until: datetime | None = None
    deleted_at: datetime | None = None
    onboarded_at: datetime | None = None
    changes: deque[datetime] = field(default_factory=deque)
    guesses: deque[datetime] = field(default_factory=deque)

    @property
    def status(self) -> str:
        """The `status` of the number as far as its registration goes."""
        if self.registered:
            return "CONNECTED"
        return "DISCONNECTED" if self.verification == "VERIFIED" else "PENDING"

    def register(self, pin: str, now: datetime) -> None:
        """Register the number, with that PIN from now on if it had none. Raises Refused."""
        if self.deleted_at is not None and now < self.deleted_at + DELETED_FOR:
            raise Refused(Refusal.JUST_DELETED)
        self._count_change(now)
        if self.verification != "VERIFIED":
            raise Refused(
                Refusal.NOT_VERIFIED, "Ask for a code with request_code and give it to verify_code."
            )
        if self.pin is not None:
            self._guess(pin, now)
        self.pin, self.registered, self.onboarded_at = pin, True, now

    def deregister(self, now: datetime) -> None:
        """Take the number from the platform; its PIN stays. Raises Refused."""
        if not self.registered:
            raise Refused(Refusal.NOT_REGISTERED)
        self._count_change(now)
        self.registered = False

    def request_code(self, code: str, now: datetime) -> None:
        """Send a code to the number. Raises Refused."""
        if self.verification == "VERIFIED":
            raise Refused(Refusal.CODE_REQUEST, "The number is verified already.")
        self.code, self.code_until = code, now + CODE_LASTS

    def verify(self, code: str, now: datetime) -> None:
        """Take the code that came to the number. Raises Refused."""
        if self.verification == "VERIFIED":
            raise Refused(Refusal.CODE_VERIFY, "The number is verified already.")
        if self.code is None or self.code_until is None or now >= self.code_until:
            raise Refused(Refusal.CODE_VERIFY, "No code is waiting: ask for one with request_code.")
        if code != self.code:
            raise Refused(Refusal.CODE_VERIFY, "The code is wrong.")
        self.verification, self.code, self.code_until = "VERIFIED", None, None

    def delete(self, now: datetime) -> None:
        """Let the number be deleted and taken anew in the business settings: everything begins again."""
        self.registered, self.pin, self.verification, self.deleted_at = False, None, "NOT_VERIFIED", now

    def _count_change(self, now: datetime) -> None:
        while self.changes and self.changes[0] <= now - CHANGES_WITHIN:
            self.changes.popleft()
        if len(self.changes) >= MOST_CHANGES:
            raise Refused(Refusal.REGISTERED_TOO_OFTEN)
        self.changes.append(now)

    def _guess(self, pin: str, now: datetime) -> None:
        while self.guesses and self.guesses[0] <= now - GUESSES_FORGOTTEN:
            self.guesses.popleft()
        if len(self.guesses) >= MOST_GUESSES:
            raise Refused(Refusal.PIN_GUESSES)
        if self.guesses and now < self.guesses[-1] + GUESS_EVERY:
            raise Refused(Refusal.PIN_TOO_FAST)
        if pin != self.pin:
            self.guesses.append(now)
            raise Refused(Refusal.PIN_MISMATCH)
        self.guesses.clear()


def checked_pin(given: object) -> str:
    """Return a PIN of six digits. Raises Refused."""
    if not isinstance(given, str) or len(given) != PIN_DIGITS or not (given.isascii() and given.isdecimal()):
        raise Refused(Refusal.PARAMETER_INVALID, f"pin must be a text of {PIN_DIGITS} digits.")
    return given
