"""Erasing a person: their names and numbers are replaced by a word that means nobody.

What is foreign text (timelines, messages to others) stays readable; only the words that name the person go.
"""

import re
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

SHORTEST_NUMBER = 6  # digits; shorter ones stand in texts for other reasons


@dataclass(frozen=True, kw_only=True)
class Traces:
    """By what a person can be recognised in a text, and the word that takes its place.

    ``ids`` are found as they are written, ``names`` in capitals too, both as whole words; ``addresses``
    (phone numbers, WhatsApp's ids) anywhere.
    """

    ids: frozenset[str]
    names: frozenset[str]
    addresses: frozenset[str]
    stand_in: str

    def cleaned(self, text: str) -> str:
        """The text without the person."""
        return self._pattern.sub(self.stand_in, text) if self._pattern else text

    def cleaned_deep(self, value: Any) -> Any:
        """The same for all texts of a JSON value; its keys are not the person's."""
        if isinstance(value, str):
            return self.cleaned(value)
        if isinstance(value, Mapping):
            return {key: self.cleaned_deep(part) for key, part in value.items()}
        return [self.cleaned_deep(part) for part in value] if isinstance(value, list | tuple) else value

    @property
    def words(self) -> frozenset[str]:
        """Everything that is looked for; a database may not know capitals beyond ASCII."""
        cased = {way(name) for name in self.names for way in (str.upper, str.lower, str.title)}
        return self.ids | self.names | cased | self.addresses

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [
            *(rf"(?<!\w){re.escape(one)}(?!\w)" for one in _longest_first(self.ids)),
            *(rf"(?i:(?<!\w){re.escape(one)}(?!\w))" for one in _longest_first(self.names)),
            *(re.escape(one) for one in _longest_first(self.addresses)),
        ]
        return re.compile("|".join(parts)) if parts else None


def traces_of(*, id: str, names: Collection[str], addresses: Collection[str], stand_in: str) -> Traces:  # noqa: A002
    """Collect them; a number is looked for with and without its plus, and inside the ids of messages."""
    digits = {address.removeprefix("+") for address in addresses}
    hidden = {core for address in digits if len(address) >= SHORTEST_NUMBER for core in _in_base64(address)}
    return Traces(
        ids=frozenset({id}),
        names=frozenset(name for name in names if name.strip()),
        addresses=frozenset(one for one in {*addresses, *digits, *hidden} if len(one) >= SHORTEST_NUMBER),
        stand_in=stand_in,
    )


def _in_base64(address: str) -> Iterator[str]:
    """What stands for the address in a base64 text, wherever in the text it begins.

    WhatsApp's ids of messages (``wamid.`` and base64) hold the person's number or BSUID, as seen in the wild.
    """
    for before in range(3):
        encoded = b64encode(bytes(before) + address.encode()).decode()
        yield encoded[-(-before * 8 // 6) : (before + len(address.encode())) * 8 // 6]


def _longest_first(words: Collection[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
