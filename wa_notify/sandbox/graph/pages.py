"""Lists that are read page by page, in the order of their keys.

A cursor names the key beside which a page ended, so that nothing is doubled or left out while the list
changes between two pages.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wa_notify.sandbox.refusals import Refusal, Refused

PAGE, PAGE_MOST = 25, 1000  # our deduction: the usual page of the Graph
MARK = "key:"


def page_of(
    keys: Iterable[str], show: Callable[[str], dict[str, Any]], query: Mapping[str, str], url: str
) -> dict[str, Any]:
    """Return one page of what stands behind these keys. Raises Refused for a limit or cursor that is none.

    url: the request's, for the links to the pages before and after.
    """
    ordered, limit = sorted(keys), _limit(query)
    if query.get("before"):
        end = bisect_left(ordered, _key(query["before"]))
        start = max(end - limit, 0)
    else:
        start = bisect_right(ordered, _key(query["after"])) if query.get("after") else 0
        end = min(start + limit, len(ordered))
    shown = ordered[start:end]
    if not shown:
        return {"data": []}
    before, after = _cursor(shown[0]), _cursor(shown[-1])
    paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
    joint = "&" if "?" in url else "?"
    if start > 0:
        paging["previous"] = f"{url}{joint}before={before}"
    if end < len(ordered):
        paging["next"] = f"{url}{joint}after={after}"
    return {"data": [show(key) for key in shown], "paging": paging}


def _limit(query: Mapping[str, str]) -> int:
    written = query.get("limit", str(PAGE))
    if not (written.isascii() and written.isdecimal()) or len(written) > 6 or int(written) < 1:
        raise Refused(Refusal.PARAMETER_INVALID, "limit must be a positive whole number.")
    return min(int(written), PAGE_MOST)


def _cursor(key: str) -> str:
    return urlsafe_b64encode(f"{MARK}{key}".encode()).decode().rstrip("=")


def _key(cursor: str) -> str:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        text = ""
    if not text.startswith(MARK):
        raise Refused(Refusal.PARAMETER_INVALID, "The cursor is not one of this list.")
    return text.removeprefix(MARK)
