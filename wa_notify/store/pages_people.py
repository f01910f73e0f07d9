"""The lists of people, a piece at a time (see `wa_notify.ports.pages`)."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, func, literal_column, or_, select, tuple_

from wa_notify.core.directory import Agreement, WindowStand, closing_since, open_since
from wa_notify.core.ledger import Page
from wa_notify.core.search import asked
from wa_notify.core.window import Window
from wa_notify.ports.pages import MOST, PeopleCounts, Person, PersonMark, Slice
from wa_notify.store.clauses import LIMIT, matching
from wa_notify.store.columns import INSTANT, WHOLE, one_of
from wa_notify.store.connection import Connection
from wa_notify.store.directory import PEOPLE_BY_WORD
from wa_notify.store.ledger import CONSENTS_OF, PAGES, pages
from wa_notify.store.page_tables import directory
from wa_notify.store.receipts import OFF_SINCE
from wa_notify.store.rows import CONSENT, RECIPIENT, WINDOW
from wa_notify.store.searching import Narrowing
from wa_notify.store.statements import RECIPIENT_OF, WINDOW_OF
from wa_notify.store.tables import consents, subjects, windows

BY_NAME = (
    select(directory.c.sort, directory.c.recipient_id)
    .where(*matching(directory, "guest"))
    .order_by(directory.c.sort, directory.c.recipient_id)
    .limit(LIMIT)
)
BEHIND = tuple_(directory.c.sort, directory.c.recipient_id) > tuple_(
    bindparam("sort", type_=Text), bindparam("behind", type_=Text)
)
WINDOW_IS_OPEN: tuple[ColumnElement[bool], ...] = (
    *matching(windows, "number_id"),
    windows.c.last_inbound_at > bindparam("open_since", type_=INSTANT),
    or_(windows.c.refused_at.is_(None), windows.c.refused_at < windows.c.last_inbound_at),
)
CLOSES_SOON = windows.c.last_inbound_at <= bindparam("closing_since", type_=INSTANT)
IS_NO_GUEST = directory.c.guest == literal_column("0")
COUNT_AGREEMENTS = (
    select(directory.c.agreement, func.count()).where(IS_NO_GUEST).group_by(directory.c.agreement)
)
COUNT_OPEN = (
    select(func.count())
    .select_from(windows)
    .join(directory, directory.c.recipient_id == windows.c.recipient_id)
    .where(*WINDOW_IS_OPEN, IS_NO_GUEST)
)
COUNT_CLOSING = COUNT_OPEN.where(CLOSES_SOON)
AFTER: Any = bindparam("after", type_=WHOLE)
LEDGER = PAGES.order_by(None).order_by(consents.c.number.desc()).limit(LIMIT)
LEDGER_AFTER = LEDGER.where(consents.c.number < AFTER)
_NUMBERS_OF = (
    select(consents.c.number)
    .join(subjects, subjects.c.subject == consents.c.subject)
    .where(*matching(subjects, "recipient_id"))
)
LEDGER_OF = LEDGER.where(consents.c.number.in_(_NUMBERS_OF))
LEDGER_OF_AFTER = LEDGER_OF.where(consents.c.number < AFTER)


@cache
def people_behind(
    agreement: Agreement | None, window: WindowStand | None, narrowing: Narrowing, *, behind: bool
) -> Select[Any]:
    """The statement of one piece of the list of people."""
    found = BY_NAME.where(BEHIND) if behind else BY_NAME
    if agreement:
        found = found.where(one_of(directory.c.agreement, (agreement,)))
    if window:
        soon = (CLOSES_SOON,) if window is WindowStand.CLOSING else ()
        open_to = select(windows.c.recipient_id).where(*WINDOW_IS_OPEN, *soon)
        whose = directory.c.recipient_id
        found = found.where(whose.not_in(open_to) if window is WindowStand.CLOSED else whose.in_(open_to))
    return found.where(*PEOPLE_BY_WORD.clauses(directory.c.recipient_id, narrowing))


def agreements(connection: Connection) -> dict[Agreement, int]:
    """How many people stand how; guests are nobody who could be asked."""
    known = {row[0]: row[1] for row in connection.rows(COUNT_AGREEMENTS)}
    return {one: known.get(one, 0) for one in Agreement}


class PeoplePages:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def people_page(
        self,
        number_id: str,
        *,
        now: datetime,
        search: str = "",
        agreement: Agreement | None = None,
        window: WindowStand | None = None,
        guests: bool = False,
        after: PersonMark | None = None,
        limit: int,
    ) -> Slice[Person, PersonMark]:
        """People by name, or guests, each with ledger and window towards this number."""
        most = min(limit, MOST)
        narrowing, values = PEOPLE_BY_WORD.narrowing(self._connection, asked(search))
        statement = people_behind(agreement, window, narrowing, behind=after is not None)
        if after:
            values |= {"sort": after.sort, "behind": after.recipient_id}
        since: dict[str, datetime] = {}
        if window:
            since["open_since"] = open_since(now)
            values["number_id"] = number_id
        if window is WindowStand.CLOSING:
            since["closing_since"] = closing_since(now)
        rows = self._connection.rows(statement, guest=guests, limit=most + 1, **values, **since)
        found = tuple(self._person(number_id, recipient_id) for _, recipient_id in rows[:most])
        mark = PersonMark(sort=rows[:most][-1][0], recipient_id=rows[:most][-1][1]) if found else after
        return Slice(found=found, mark=mark, more=len(rows) > most)

    def _person(self, number_id: str, recipient_id: str) -> Person:
        (row,) = self._connection.rows(RECIPIENT_OF, id=recipient_id)
        window = self._connection.row(WINDOW_OF, number_id=number_id, recipient_id=recipient_id)
        said = self._connection.rows(CONSENTS_OF, recipient_id=recipient_id)
        return Person(
            recipient=RECIPIENT.value(row),
            consents=tuple(map(CONSENT.value, said)),
            window=WINDOW.value(window) if window else Window(),
            receipts_off_since=self._connection.cell(OFF_SINCE, recipient_id=recipient_id),
        )

    def people_counts(self, number_id: str, now: datetime) -> PeopleCounts:
        """How many agreed, and how many may be told anything right now over this number."""
        there = {"number_id": number_id, "open_since": open_since(now)}
        return PeopleCounts(
            agreements=agreements(self._connection),
            open=self._connection.cell(COUNT_OPEN, **there),
            closing=self._connection.cell(COUNT_CLOSING, **there, closing_since=closing_since(now)),
        )

    def ledger_page(
        self, recipient_id: str | None = None, *, after: int | None = None, limit: int
    ) -> Slice[Page, int]:
        """The consent ledger, or one person's part of it, the newest first."""
        most = min(limit, MOST)
        values: dict[str, Any] = {} if recipient_id is None else {"recipient_id": recipient_id}
        statement = LEDGER if recipient_id is None else LEDGER_OF
        if after is not None:
            statement = LEDGER_AFTER if recipient_id is None else LEDGER_OF_AFTER
            values["after"] = after
        found: Sequence[Page] = pages(self._connection.rows(statement, limit=most + 1, **values))
        mark = found[:most][-1].entry.number if found else after
        return Slice(found=tuple(found[:most]), mark=mark, more=len(found) > most)
