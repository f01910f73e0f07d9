"""The table as others see it: rows as JSON, rows that somebody looks for, and the fault that injects one."""

from dataclasses import asdict
from typing import Any

from .refused import by_code
from .rows import Timing
from .table import TOPICS, Refusal

AT_ONCE = (Timing.ANSWER, Timing.INBOUND)  # what a fault lets a request meet; the others fail later


def topic_of(refusal: Refusal) -> str:
    """Return the name of the module in which a row stands."""
    return next(topic.__name__.rpartition(".")[2] for topic in TOPICS if refusal.name in vars(topic))


def fault_for(refusal: Refusal) -> dict[str, Any] | None:
    """Return the body of a `POST /_sandbox/faults` that injects a row.

    There is none for the health status, and for a row that is not the first one of its code.
    """
    row = refusal.value
    if row.timing is Timing.HEALTH or by_code(row.code) is not refusal:
        return None
    return {"kind": "error" if row.timing in AT_ONCE else "failed", "code": row.code}


def row_view(refusal: Refusal) -> dict[str, Any]:
    """Return a row as JSON: the fields of `Row`, with its name and topic and the fault that injects it."""
    row = refusal.value
    shown = asdict(row)
    if row.http is None:
        shown["http_sure"] = None
    return {"name": refusal.name, "topic": topic_of(refusal), **shown, "fault": fault_for(refusal)}


def matching(words: str) -> list[Refusal]:
    """Return the rows of a code or subcode (a range holds its codes), of a topic, or with all of the words.

    They are in the order of their codes. No words find everything.
    """
    wanted = words.strip().removeprefix("#").casefold()
    by_number = sorted(Refusal, key=lambda refusal: refusal.value.code)
    if wanted.replace("/", "").isdecimal():
        code, _, subcode = wanted.partition("/")
        return [one for one in by_number if _has(one, int(code), int(subcode) if subcode else None)]
    of_topic = [one for one in by_number if topic_of(one) == wanted]
    return of_topic or [one for one in by_number if all(word in _text(one) for word in wanted.split())]


def _has(refusal: Refusal, code: int, subcode: int | None) -> bool:
    row = refusal.value
    in_range = row.upto is not None and row.code <= code <= row.upto
    if subcode is not None:
        return row.code == code and row.subcode == subcode
    return row.code == code or row.subcode == code or in_range


def _text(refusal: Refusal) -> str:
    row = refusal.value
    parts = (refusal.name, topic_of(refusal), row.title, row.when, row.source, row.arises)
    return " ".join(parts).casefold()
