"""``wa-notify optin list``: everybody, with consent and window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from wa_notify.cli.options import ConfigOption, JsonOption, NumbersOption
from wa_notify.core.consent import ConsentAct, Purpose, standing
from wa_notify.core.recipient import Recipient
from wa_notify.core.window import Window
from wa_notify.ports import Person

STATES = {
    ConsentAct.GRANTED: "✓ opted in",
    ConsentAct.REVOKED: "✗ opted out",
    ConsentAct.LAPSED: "! new number",
    None: "! never asked",
}
NO_RECEIPTS = "{name} sends no read receipts: of a message it is only known that it was delivered."
NEW_NUMBER = (
    "{name} has changed to another address than the configuration lists. The new one counts. Write it into "
    "`recipients`; `wa-notify optin list --show-numbers` shows it."
)
GuestsOption = Annotated[
    bool, typer.Option("--all", help="Also guests: people who wrote without being in the configuration.")
]


def list_people(
    *,
    show_numbers: NumbersOption = False,
    guests: GuestsOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List everybody with their consent and their 24-hour window.

    JSON: people [id, name, phone, language, consent (granted, revoked, lapsed, none), since, source,
    evidence, actor, window {open, closes_at, last_inbound_at}, guest, moved,
    receipts_off_since].
    """
    from wa_notify.cli import answers, place, terminal
    from wa_notify.clock import system_clock

    here, now = place.read(config), system_clock()
    number_id = here.config.whatsapp.number_id
    with place.reading(here) as store:
        people = [] if store is None else store.read(lambda views: views.people(number_id)).result()
    people = [person for person in people if _is_shown(person.recipient, guests=guests)]
    if as_json:
        told = [answers.person(person, now, in_full=show_numbers) for person in people]
        terminal.answer({"people": told})
    elif store is None:
        terminal.note(place.NOTHING_YET.format(path=here.database))
    elif not people:
        terminal.note(f"There is nobody. Add people to `recipients` of {here.path}.")
    else:
        _show_all(people, now, in_full=show_numbers)
        for person in people:
            if person.recipient.former and not person.recipient.guest:
                terminal.note(NEW_NUMBER.format(name=person.recipient.spoken))
            if person.receipts_off_since:
                terminal.note(NO_RECEIPTS.format(name=person.recipient.spoken))


def _is_shown(recipient: Recipient, *, guests: bool) -> bool:
    """Guests only when asked for, and those who turned out to be somebody never."""
    return not recipient.guest or (guests and recipient.reachable)


def _show_all(people: Sequence[Person], now: datetime, *, in_full: bool) -> None:
    from wa_notify.cli import answers
    from wa_notify.cli.spoken import relative
    from wa_notify.cli.terminal import table

    rows = []
    for person in people:
        consent = standing(person.consents, Purpose.UTILITY)
        rows.append(
            (
                person.recipient.id,
                person.recipient.name,
                answers.phone(person.recipient, in_full=in_full) or "none",
                STATES[consent.act if consent else None],
                relative(consent.at, now) if consent else "",
                consent.source if consent else "",
                window_in_words(person.window, now),
            )
        )
    table(("recipient", "name", "number", "consent", "since", "source", "window"), rows, flexible=("name",))


def window_in_words(window: Window, now: datetime) -> str:
    """Whether free-form text may go to this person, and how long."""
    from wa_notify.cli.spoken import relative

    if window.closes_at is None:
        return "closed"
    if not window.is_open(now):
        return f"closed {relative(window.closes_at, now)}"
    return f"open, closes {relative(window.closes_at, now)}"
