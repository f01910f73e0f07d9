"""A look at everything that has to be right before an alert reaches a person: what was found, what to do.

Those who ask (the platform, the disk, the database) stand elsewhere; here is what a finding is, and what
figures mean. Nothing in a finding is private: numbers are masked, of tokens only their rights are told.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from shlex import quote

from wa_notify.core.media import MB, spoken_size
from wa_notify.core.wallclock import roughly, spoken_span

CLOSE = timedelta(seconds=5)  # clocks never agree quite; the platform tells its time in whole seconds
TOGETHER = timedelta(milliseconds=500)  # what machines that follow a time server keep by far
APART = timedelta(seconds=30)  # half of the minute that is kept back at the end of a window
SOON, VERY_SOON = timedelta(days=14), timedelta(days=2)
GB = 1024 * MB
LITTLE, TOO_LITTLE = GB, 100 * MB  # of free disk
OTHERS_READ, OTHERS_WRITE, GROUP = 0o004, 0o002, 0o060
OPEN_TO = {
    OTHERS_WRITE: "changed by everybody on this machine",
    OTHERS_READ: "read by everybody on this machine",
    GROUP: "used by its group",
}


class Grade(StrEnum):
    """How bad it is, from the best to the worst."""

    OK = "ok"
    NOTE = "note"  # worth knowing; alerts get through
    FAULT = "fault"  # alerts may not get through, or somebody may read what is private


@unique
class Check(StrEnum):
    """What was looked at. The value is what programs read; it never changes once released."""

    CONFIG = "config"
    FILES = "files"
    DATABASE = "database"
    DATABASE_FILE = "database.file"
    DISK = "disk"
    PLATFORM = "platform"
    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105 - a name, no password
    TOKEN_RIGHTS = "token.rights"  # noqa: S105
    TOKEN_END = "token.end"  # noqa: S105
    APP_SECRET = "app_secret"  # noqa: S105
    ACCOUNT = "account"
    NUMBER = "number"
    NUMBER_HEALTH = "number.health"
    NUMBER_QUALITY = "number.quality"
    NUMBER_LIMIT = "number.limit"
    NUMBER_PACE = "number.pace"
    SUBSCRIPTION = "subscription"
    SUBSCRIPTION_FIELDS = "subscription.fields"
    CALLBACK = "callback"
    CALLBACK_ANSWERS = "callback.answers"
    CALLBACKS_COME = "callback.heard"
    TEMPLATES = "templates"
    SERVICE = "service"
    SERVICE_READY = "service.ready"
    SERVICE_SIGNATURE = "service.signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what was found, and the next step, empty where there is none."""

    check: Check
    grade: Grade
    found: str
    to_do: str = ""


def ok(check: Check, found: str) -> Finding:
    """It is as it should be."""
    return Finding(check=check, grade=Grade.OK, found=found)


def note(check: Check, found: str, to_do: str = "") -> Finding:
    """It is worth knowing."""
    return Finding(check=check, grade=Grade.NOTE, found=found, to_do=to_do)


def fault(check: Check, found: str, to_do: str) -> Finding:
    """It has to be mended."""
    return Finding(check=check, grade=Grade.FAULT, found=found, to_do=to_do)


def worst(findings: Iterable[Finding]) -> Grade:
    """The worst grade among them."""
    grades = list(Grade)
    return max((finding.grade for finding in findings), key=grades.index, default=Grade.OK)


def judge_clock(ahead: timedelta, give: timedelta) -> Finding:
    """How far our clock is ahead of the platform's, which was measured to within ``give``."""
    off = abs(ahead)
    side = "ahead of" if ahead > timedelta() else "behind"
    within = f"measured within {_seconds(give)}"
    found = f"Our clock is {_seconds(off)} {side} WhatsApp's, {within}."
    to_do = "Set the clock of this machine: let it follow a time server (NTP)."
    if off - give > APART:
        return fault(Check.CLOCK, found, to_do)
    if off - give > CLOSE:
        return note(Check.CLOCK, found, to_do)
    return ok(Check.CLOCK, f"Our clock agrees with WhatsApp's, {within}.")


def judge_shared_clock(ahead: timedelta) -> tuple[Finding, ...]:
    """How far the database server's clock is ahead of ours; nothing to say while they agree.

    Several services on one database count the pace of the number by their own clocks.
    """
    if abs(ahead) <= TOGETHER:
        return ()
    side = "behind" if ahead > timedelta() else "ahead of"
    found = f"Our clock is {_seconds(abs(ahead))} {side} the database server's."
    return (note(Check.CLOCK, found, "Let both machines follow a time server (NTP)."),)


def _seconds(length: timedelta) -> str:
    return (
        spoken_span(roughly(length)) if length >= timedelta(minutes=1) else f"{length.total_seconds():.1f} s"
    )


def judge_disk(free: int, taken: int) -> Finding:
    """``free`` bytes beside a database of ``taken`` bytes, with its journal; 0 while there is none."""
    takes = f", which takes {_size(taken)}" if taken else ""
    found = f"{_size(free)} are free beside the database{takes}."
    to_do = "Make room on that disk, or move the database to another one. A full disk stops all alerts."
    if free < TOO_LITTLE:
        return fault(Check.DISK, found, to_do)
    if free < max(LITTLE, taken):
        return note(Check.DISK, f"{found} That is little: a backup needs as much again.", to_do)
    return ok(Check.DISK, found)


def _size(octets: int) -> str:
    return f"{octets / GB:.1f} GB" if octets >= GB else spoken_size(octets)


def judge_end(ends_at: datetime | None, now: datetime) -> Finding:
    """Until when the access token lives."""
    to_do = "Make a token of a system user that never expires, and write it into `whatsapp.access_token`."
    if ends_at is None:
        return ok(Check.TOKEN_END, "The access token never expires.")
    left, day = ends_at - now, f"{ends_at:%Y-%m-%d %H:%M} UTC"
    if left <= timedelta():
        return fault(Check.TOKEN_END, f"The access token ended at {day}.", to_do)
    found = f"The access token ends in {spoken_span(roughly(left))}, at {day}."
    if left < VERY_SOON:
        return fault(Check.TOKEN_END, found, to_do)
    return note(Check.TOKEN_END, found, to_do) if left < SOON else ok(Check.TOKEN_END, found)


def judge_rights(scopes: Collection[str], needed: Iterable[str]) -> Finding:
    """What the access token may do."""
    missing = [scope for scope in needed if scope not in scopes]
    if not missing:
        return ok(Check.TOKEN_RIGHTS, "The access token may send, and manage templates and subscriptions.")
    return fault(
        Check.TOKEN_RIGHTS,
        f"The access token lacks the permission {' and '.join(missing)}.",
        "Make a new token of the system user with it, and assign the account to that user.",
    )


def judge_mode(check: Check, name: str, mode: int) -> Finding | None:
    """Whether others may read or change a file that is private; nothing when only its owner may."""
    open_to = next((said for bit, said in OPEN_TO.items() if mode & bit), None)
    if open_to is None:
        return None
    made = fault if mode & (OTHERS_READ | OTHERS_WRITE) else note
    return made(check, f"{name} may be {open_to}.", f"chmod 600 {quote(name)}")
