"""Lengths of time as people write them: `90s`, `1h30m`, `2d`."""

import re
from datetime import timedelta

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
MOST = timedelta(days=3650)
WRITTEN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d{1,6})?)s)?", re.ASCII)
EXAMPLES = "a length of time such as 30s, 10m, 1h30m or 2d"


def length_of(written: object) -> timedelta | None:
    """Return the length of time that a text means; None when it means none, or more than ten years."""
    found = WRITTEN.fullmatch(written) if isinstance(written, str) and 0 < len(written) < 32 else None
    if found is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    total = days * SECONDS["d"] + hours * SECONDS["h"] + minutes * SECONDS["m"] + seconds
    return timedelta(seconds=total) if total <= MOST.total_seconds() else None


def written(length: timedelta) -> str:
    """Return a length of time as a scenario writes it, exact to the microsecond."""
    rest, parts = length // timedelta(microseconds=1), []
    for unit in ("d", "h", "m"):
        count, rest = divmod(rest, SECONDS[unit] * 1_000_000)
        parts.append(f"{count}{unit}" if count else "")
    whole, micros = divmod(rest, 1_000_000)
    fraction = f".{micros:06}".rstrip("0") if micros else ""
    parts.append(f"{whole}{fraction}s" if whole or fraction else "")
    return "".join(parts) or "0s"
