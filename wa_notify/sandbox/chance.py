"""The sandbox's chance: one seeded generator, so that the same calls give the same ids and orders again."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from random import Random  # noqa: TID251 - the one import of chance here; it is always given a seed
from typing import TypeVar

T = TypeVar("T")

TRACE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
DIGITS = "0123456789"
HEX_ALPHABET = "0123456789ABCDEF"

# What surrounds the number in a real message id, as API clients have seen it. It means nothing to anyone.
OUTBOUND_MARK = bytes([0x15, 0x02, 0x00, 0x11, 0x18, 18])
INBOUND_MARK = bytes([0x15, 0x02, 0x00, 0x12, 0x18, 20])


class Chance:
    """Everything random in the sandbox. Two instances with one seed answer the same calls alike."""

    __slots__ = ("_random",)

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - ids of a simulator, no secrets

    def wamid(self, person: str, *, inbound: bool) -> str:
        """Return a new message id that looks like the platform's: opaque, base64 behind `wamid.`.

        person: their number, or the business-scoped id of somebody who goes by that.
        """
        mark = INBOUND_MARK if inbound else OUTBOUND_MARK
        tail = self._text(HEX_ALPHABET, mark[-1])
        record = bytes([0x1C, 0x18, len(person)]) + person.encode() + mark + tail.encode() + b"\x00"
        return "wamid." + b64encode(record).decode()

    def trace_id(self) -> str:
        """Return a new `fbtrace_id`."""
        return "A" + self._text(TRACE_ALPHABET, 22)

    def code(self) -> str:
        """Return a new code of six digits, such as comes by text message."""
        return self._text(DIGITS, 6)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in a random order."""
        return self._random.sample(items, len(items))

    def happens(self, share: float) -> bool:
        """Return whether something happens that happens in that share of cases."""
        return share >= 1 or self._random.random() < share

    def up_to(self, span: timedelta) -> timedelta:
        """Return a length of time between nothing and `span`."""
        return span * self._random.random() if span else span

    def offshoot(self) -> int:
        """Return a seed with which another world can go on from here; asking changes nothing."""
        ahead = Random()  # noqa: S311 - takes over the state below
        ahead.setstate(self._random.getstate())
        return ahead.getrandbits(48)

    def _text(self, alphabet: str, length: int) -> str:
        return "".join(self._random.choices(alphabet, k=length))
