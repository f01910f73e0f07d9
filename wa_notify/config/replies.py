"""The section ``replies``: words of the house's own by which people opt out and in again, and courtesies."""

from dataclasses import dataclass
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import shown
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section
from wa_notify.config.words import flag, text
from wa_notify.core.inbound import Text
from wa_notify.core.reply import (
    COURTEOUS,
    LONGEST_COMMAND,
    NO_OTHERS,
    Courtesy,
    Remark,
    Start,
    Stop,
    Words,
    bare_words,
    understand,
)

REPLIES = "replies"
MEANINGS: dict[type[object], str] = {Stop: "STOP", Start: "START"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """How people are heard."""

    words: Words = NO_OTHERS
    courtesy: Courtesy = COURTEOUS


def words_for(meaning: type[Stop] | type[Start]) -> Check:
    """Words that mean this. What means something else already would be taken for that, or hide it."""

    def word(value: Any) -> str:
        said = text(value)
        if not bare_words([said]) or len(said) > LONGEST_COMMAND:
            fix = f"Write words of letters, {LONGEST_COMMAND} characters at most."
            raise Flaw(f"{shown(said)} is nothing a person would write.", fix)
        command = understand(Text(body=said))
        if not isinstance(command, Remark | meaning):
            means = MEANINGS.get(type(command), "a command about a ticket")
            raise Flaw(f"{shown(said)} means {means} already.", "Take another word.")
        return said

    return by_kind(text=lambda value: [word(value)], list=listing("The words", word))


def _replies(values: dict[str, Any]) -> Replies:
    courtesy = Courtesy(mark_read=values["mark_read"], typing=values["typing"])
    return Replies(words=_words(values), courtesy=courtesy)


def _words(values: dict[str, Any]) -> Words:
    stop, start = bare_words(values["stop"]), bare_words(values["start"])
    if both := stop & start:
        what = f"{shown(min(both))} would mean STOP and START."
        raise vol.MultipleInvalid([Flaw(what, "Leave it in one of the two.", ["start"])])
    return Words(stop=stop, start=start)


REPLIES_CHECK: Check = vol.All(
    section(
        "The section `replies`",
        {
            vol.Optional("stop", default=list): words_for(Stop),
            vol.Optional("start", default=list): words_for(Start),
            vol.Optional("mark_read", default=True): flag,
            vol.Optional("typing", default=True): flag,
        },
    ),
    _replies,
)
