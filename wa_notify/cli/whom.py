"""The person a command was told of: found by name or number, or a suggestion who was meant."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager

from wa_notify.cli.place import Place
from wa_notify.cli.problem import Problem
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.recipient import masked


@contextmanager
def known(place: Place, who: str) -> Iterator[None]:
    """Inside, an unknown person becomes a `Problem` that says who is known."""
    try:
        yield
    except UnknownRecipient as error:
        names = [seed.recipient.id for seed in place.config.recipients]
        close = difflib.get_close_matches(who, names, n=1)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise Problem(
            f"Nobody is known as {shown(who)}.",
            where=f"`recipients` of {place.path}, and {place.database}",
            fix=f"{meant}`wa-notify optin list` shows everybody; a number is written as +447700900123.",
        ) from error


def shown(who: str) -> str:
    """What was typed, masked when it may be a number."""
    digits = sum(char.isdigit() for char in who)
    return masked(who) if digits > 5 else f"'{who}'"
