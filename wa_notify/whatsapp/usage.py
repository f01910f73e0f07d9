"""What the usage headers of an answer say: when the platform will take more.

Source: Meta's rate limit documentation. ``X-Business-Use-Case-Usage`` holds, for each business account, a
list of use cases; ``X-App-Usage`` one object. ``estimated_time_to_regain_access`` counts minutes. Neither is
promised, so whatever is odd about them is passed over.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from wa_notify.whatsapp.line import parsed

HEADERS = ("X-Business-Use-Case-Usage", "X-App-Usage")
FIELD = "estimated_time_to_regain_access"
LONGEST = timedelta(days=1)  # a word beyond that is none that we would wait for


def regain(headers: Mapping[str, str]) -> timedelta | None:
    """When it will take more, by the latest of what the headers say; nothing when they say nothing."""
    written = (headers.get(name) for name in HEADERS)
    minutes = [found for text in written if text for found in _minutes(parsed(text.encode()))]
    return min(timedelta(minutes=max(minutes)), LONGEST) if minutes else None


def _minutes(usage: Any) -> Iterator[int]:
    """Every estimate in there, however deep; none of it nests deeper than JSON that could be read."""
    if isinstance(usage, list):
        for inner in usage:
            yield from _minutes(inner)
    if not isinstance(usage, dict):
        return
    for name, inner in usage.items():
        if name != FIELD:
            yield from _minutes(inner)
        elif isinstance(inner, int) and not isinstance(inner, bool) and 0 < inner < LONGEST.days * 10**6:
            yield inner
