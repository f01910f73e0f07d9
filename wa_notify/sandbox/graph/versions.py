"""What a path says: which version of the Graph, which object, which edge behind it.

Meta's changelog tells until when a version lives. An expired one is served as the oldest that still lives,
and so is a path that names none (both our deduction); one that does not exist is refused.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from wa_notify.sandbox.refusals import Refusal, Refused

NEWEST = 26  # released on 2026-07-29, its end is not announced
LIVES_UNTIL = {
    21: datetime(2027, 1, 21, tzinfo=UTC),
    22: datetime(2027, 5, 20, tzinfo=UTC),
    23: datetime(2027, 10, 8, tzinfo=UTC),
    24: datetime(2028, 2, 18, tzinfo=UTC),
    25: datetime(2028, 7, 29, tzinfo=UTC),
}
VERSIONED = re.compile(r"/v(\d{1,3})\.0/([^/]+)(?:/([^/]+(?:/[^/]+)?))?/?")
BARE = re.compile(r"/(\d+|me|debug_token|oauth|upload:[^/]+)(?:/([^/]+(?:/[^/]+)?))?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Version, id and edge of a path; some edges have a second part."""

    version: int
    object_id: str
    edge: str


def oldest_live(now: datetime) -> int:
    """Return the oldest version that is served at that instant."""
    return next((version for version, until in LIVES_UNTIL.items() if now < until), NEWEST)


def taken_apart(path: str, now: datetime) -> Path:
    """Read a path. Raises Refused when it is none of the Graph's."""
    oldest = oldest_live(now)
    if (bare := BARE.fullmatch(path)) is not None:
        return Path(version=oldest, object_id=bare[1], edge=bare[2] or "")
    match = VERSIONED.fullmatch(path)
    if match is None or int(match[1]) > NEWEST:
        raise Refused(Refusal.PATH_UNKNOWN, path)
    return Path(version=max(int(match[1]), oldest), object_id=match[2], edge=match[3] or "")
