"""Searching: how people and tickets are found among very many, by a few letters or digits.

Searching knows no case and no accents. Every word that is asked for must begin a word of what is found. A
phone number is read from its first digit on, and from its last one backwards.
"""

import re
import unicodedata
from collections.abc import Iterable

from wa_notify.core.recipient import Recipient

MOST_WORDS = 24  # of one person or ticket; by more it is not found
LONGEST_WORD = 64  # characters
MOST_ASKED = 5  # words of one search
BACKWARDS = " "  # stands before digits that are read from the last one on, and in no word that is typed
PART = re.compile(r"\w+")
NUMBER = re.compile(r"[+(]*\d[\d\s()./-]*")  # as people write one


def plain(text: str) -> str:
    """The text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def sorting(person: Recipient) -> str:
    """Where the person stands in the alphabet."""
    return plain(person.spoken)[:LONGEST_WORD]


def words_in(*texts: str) -> frozenset[str]:
    """The words of these texts, whole and in their parts: ``db-7`` is found by ``db-7``, ``db`` and ``7``."""
    said = (word for text in texts for word in plain(text).split())
    parts = (part[:LONGEST_WORD] for one in said for part in (one, *PART.findall(one)))
    return frozenset([*dict.fromkeys(parts)][:MOST_WORDS])


def words_of(person: Recipient) -> frozenset[str]:
    """What a person is found by: id, name and number."""
    digits = person.phone.removeprefix("+")
    number = (digits, f"{BACKWARDS}{digits[::-1]}") if digits else ()
    return words_in(person.id, person.name).union(number)


def asked(search: str) -> tuple[tuple[str, ...], ...]:
    """The words of a search, each as the beginnings of which one must fit.

    A number may be written with spaces and signs in between.
    """
    typed = plain(search).strip()
    words: Iterable[str] = typed.split()[:MOST_ASKED]
    if NUMBER.fullmatch(typed):
        words = ("".join(filter(str.isdecimal, typed)),)
    return tuple(_beginnings(word[:LONGEST_WORD]) for word in words)


def _beginnings(word: str) -> tuple[str, ...]:
    """Digits may be the first or the last ones of a number; a zero for the country is not part of it."""
    if not word.isdecimal():
        return (word,)
    bare = word.lstrip("0") or word
    return word, bare, f"{BACKWARDS}{bare[::-1]}"
