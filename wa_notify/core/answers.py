"""How often people are answered, so that two machines never talk to each other for long.

The numbers are ours, of 2026-11-21; the platform counts only what reaches one person at a time. Commands work
whatever was answered, and a STOP is always confirmed.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from wa_notify.core.outbox import Item

MOST_ANSWERS = 10  # to one person
MOST_COMMENTS = 30  # of others, passed on to one person
WITHIN = timedelta(minutes=10)
DECLINED_EVERY = timedelta(hours=24)  # how often somebody who may not command is told so


class AnswerKind(StrEnum):
    """What sort of answer it is; its key begins with the word, and ends with the message it answers."""

    ANSWER = "answer"
    ENOUGH = "enough"  # stands for the first answer that is kept back
    DECLINED = "declined"


def answer_key(kind: AnswerKind, wamid: str) -> str:
    """Name an answer so that a message which is told twice is answered once."""
    return f"{kind}/{wamid}"


def answered_by(item: Item) -> str:
    """The message that an answer answers."""
    return item.key.partition("/")[2]


def kind_of(item: Item) -> str:
    """What sort of answer an item is."""
    return item.key.partition("/")[0]


def next_answer(earlier: Iterable[Item]) -> AnswerKind | None:
    """What may be answered now, after these answers of the time `WITHIN`; nothing when they were enough."""
    kinds = [kind_of(item) for item in earlier if item.intent.part == 1]
    if sum(kind != AnswerKind.ENOUGH for kind in kinds) < MOST_ANSWERS:
        return AnswerKind.ANSWER
    return None if AnswerKind.ENOUGH in kinds else AnswerKind.ENOUGH
