"""Any JSON at all, read as the section ``sources`` of the configuration says.

What cannot be read is refused with 422 and the key of the configuration that failed, and nothing of the
request is taken. What the source sent stays out of our log; the answer goes to the source only.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import voluptuous as vol

from wa_notify.config.expression import MappedSource, Words
from wa_notify.config.faults import kind_of, shown
from wa_notify.core.alert import Alert, AlertStatus, digest, fingerprint_of
from wa_notify.core.cleaner import cut
from wa_notify.core.errors import BadInput, Complaint
from wa_notify.web.alerts import MOST_ALERTS, link, moment
from wa_notify.web.request import storable

LONGEST_FINGERPRINT = 200
MOST_COMPLAINTS = 100
MILLISECONDS_FROM = 1e11  # as seconds that would be the year 5138


class Unmappable(BadInput):
    """What came does not fit the mapping of its source."""


class _Misfit(Exception):
    """One key that could not be read."""

    def __init__(self, key: str, what: str) -> None:
        super().__init__(what)
        self.key, self.what = key, what


def parse(source: MappedSource, body: Any, now: datetime) -> list[Alert]:
    """Read alerts; none where the list of them is empty.

    Raises `Unmappable` with all faults.
    """
    try:
        items = _items(source, body)
    except _Misfit as misfit:
        raise Unmappable((_complaint(source, "body", misfit),)) from None
    alerts, complaints = [], []
    for index, item in enumerate(items):
        try:
            alerts.append(_alert(source, {"alert": item, "body": body}, now))
        except _Misfit as misfit:
            complaints.append(_complaint(source, f"alert {index}", misfit))
    if complaints:
        raise Unmappable(tuple(complaints[:MOST_COMPLAINTS]))
    return alerts


def _complaint(source: MappedSource, where: str, misfit: _Misfit) -> Complaint:
    key = f"sources.{source.name}.{misfit.key}"
    fix = f"Mend `{key}` in the configuration, or what is sent. Nothing of the request was taken in."
    return Complaint(where=f"{where}, {key}", what=misfit.what, fix=fix)


def _items(source: MappedSource, body: Any) -> list[Any]:
    if source.alerts is None:
        found = body
    else:
        with _naming("alerts"):
            found = source.alerts({"body": body})
    if isinstance(found, Mapping):
        return [found]
    if isinstance(found, str) or not isinstance(found, Iterable):
        raise _Misfit("alerts", f"This takes an object or a list of them, not {kind_of(found)}.")
    with _naming("alerts"):
        items = list(islice(found, MOST_ALERTS + 1))
    if len(items) > MOST_ALERTS:
        raise _Misfit("alerts", f"There are more than {MOST_ALERTS} alerts.")
    return items


def _alert(source: MappedSource, facts: Mapping[str, Any], now: datetime) -> Alert:
    labels = _said_all("labels", source.labels, facts)
    if "alertname" in source.labels and "alertname" not in labels:
        raise _Misfit("labels.alertname", "This came out empty.")
    if not labels:
        raise _Misfit("labels", "All labels came out empty.")
    started_at = _said("starts_at", source.starts_at, facts)
    fingerprint = _said("fingerprint", source.fingerprint, facts)
    return Alert(
        source=source.name,
        status=_status(_said("status", source.status, facts)),
        labels=labels,
        annotations=_said_all("annotations", source.annotations, facts),
        starts_at=_moment(started_at) if started_at else now,
        start_known=bool(started_at),
        fingerprint=_bounded(fingerprint) if fingerprint else fingerprint_of(labels),
        url=link(_said("url", source.url, facts)),
    )


def _said_all(key: str, texts: Mapping[str, Words], facts: Mapping[str, Any]) -> dict[str, str]:
    """What came out empty is left out, as if the source had not said it."""
    said = {name: _said(f"{key}.{name}", words, facts) for name, words in texts.items()}
    return {name: value for name, value in said.items() if value}


def _said(key: str, words: Words | None, facts: Mapping[str, Any]) -> str:
    if words is None:
        return ""
    with _naming(key):
        return storable(words(facts))


def _status(word: str) -> AlertStatus:
    try:
        return AlertStatus(word.lower() or AlertStatus.FIRING)
    except ValueError:
        raise _Misfit("status", f"{shown(word)} is neither firing nor resolved.") from None


def _bounded(fingerprint: str) -> str:
    return fingerprint if len(fingerprint) <= LONGEST_FINGERPRINT else digest(fingerprint)


def _moment(word: str) -> datetime:
    """A time in RFC 3339, or in seconds or milliseconds since 1970."""
    try:
        count = float(word)
    except ValueError:
        try:
            return moment(word)
        except vol.Invalid:
            raise _Misfit("starts_at", f"{shown(word)} is no time in ISO 8601 or Unix seconds.") from None
    try:
        return datetime.fromtimestamp(count / 1000 if abs(count) >= MILLISECONDS_FROM else count, UTC)
    except (ValueError, OverflowError, OSError):
        raise _Misfit("starts_at", f"{shown(word)} is out of range.") from None


@contextmanager
def _naming(key: str) -> Iterator[None]:
    """Whatever a text does wrong is a misfit of its key."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - it can fail in any way, and who sent it is told
        raise _Misfit(key, f"This failed: {cut(str(error), 120)}.") from None
