"""Files that people send: whether they are kept, and what became of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wa_notify.core.enclosed import MediaKind
from wa_notify.core.inbound import Media
from wa_notify.core.media import MB, SPOKEN_FILE, spoken_size

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
DAY = timedelta(days=1)


class FileState(StrEnum):
    """Where a file of a person stands."""

    WANTED = "wanted"  # to be fetched
    KEPT = "kept"
    REFUSED = "refused"  # too large, too many, or WhatsApp did not give it
    UNWANTED = "unwanted"  # to be deleted: taken back, or its owner was erased


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFiles:
    """Which files of people are kept, and how long."""

    largest: int = 16 * MB  # bytes
    most_a_day: int = 20  # of one person
    keep: timedelta | None = timedelta(days=7)  # nothing is for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The file of one message of a person. ``sha256`` names the kept file, and is empty before."""

    wamid: str
    recipient_id: str
    kind: MediaKind
    media_id: str
    mime_type: str = ""
    filename: str = ""  # as the person calls it; never a path of ours
    state: FileState = FileState.WANTED
    sha256: str = ""
    size: int = 0
    attempts: int = 0
    due_at: datetime
    received_at: datetime

    @property
    def told(self) -> str:
        """How the timeline tells of it: ``sent a photo (48 kB, kept)``."""
        plain = f"sent {with_article(self.kind)}"
        match self.state:
            case FileState.KEPT:
                return f"{plain} ({spoken_size(self.size)}, kept)"
            case FileState.REFUSED:
                return f"{plain} (not kept)"
            case _:
                return plain


def with_article(kind: MediaKind) -> str:
    """``a photo``."""
    return f"a {SPOKEN_FILE[kind]}"


def words_of(media: Media) -> str:
    """What a person says by sending a file."""
    said = f"sent {with_article(media.kind)}"
    return f"{said}: {media.caption.strip()}" if media.caption.strip() else said


def next_look(attempts: int, now: datetime) -> datetime | None:
    """When to ask for a file again after so many tries; nothing when it is given up."""
    if attempts >= MOST_TRIES:
        return None
    steps: int = 4 ** max(attempts - 1, 0)
    return now + min(FIRST_WAIT * steps, LONGEST_WAIT)
