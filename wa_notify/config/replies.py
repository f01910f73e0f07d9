"""The section ``replies``: words of the house's own by which people opt out and in again."""

from typing import Any

import voluptuous as vol

from wa_notify.config.faults import shown
from wa_notify.config.shape import Check, Flaw, by_kind, listing, section
from wa_notify.config.words import text
from wa_notify.core.inbound import Text
from wa_notify.core.reply import LONGEST_COMMAND, Remark, Start, Stop, Words, bare_words, understand

REPLIES = "replies"
MEANINGS: dict[type[object], str] = {Stop: "STOP", Start: "START"}


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


def _words(values: dict[str, list[str]]) -> Words:
    stop, start = bare_words(values["stop"]), bare_words(values["start"])
    if both := stop & start:
        what = f"{shown(min(both))} would mean STOP and START."
        raise vol.MultipleInvalid([Flaw(what, "Leave it in one of the two.", ["start"])])
    return Words(stop=stop, start=start)


WORDS: Check = vol.All(
    section(
        "The section `replies`",
        {
            vol.Optional("stop", default=list): words_for(Stop),
            vol.Optional("start", default=list): words_for(Start),
        },
    ),
    _words,
)
