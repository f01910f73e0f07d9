"""What comes in is kept, and its copies follow whoever wrote it (see `wa_notify.core.copies`)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.answers import AnswerKind, answer_key
from wa_notify.core.cleaner import cut
from wa_notify.core.copies import GONE, Change, change_in, rewritten, text_in
from wa_notify.core.inbound import Arrival, Raw
from wa_notify.core.outbox import WAITING, Intent, Item, ItemState
from wa_notify.core.progress import stopped
from wa_notify.core.reason import Reason
from wa_notify.core.timeline import LONGEST_COMMENT
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.numbered import ITEMS
from wa_notify.store.rows import RECIPIENT

EDITED, DELETED = "Edited", "Deleted"  # kinds of the inbox that change another message


class Copies:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def first_time(self, arrival: Arrival, at: datetime) -> bool:
        """Keep the raw event; whether this is the first time we are told."""
        event, change = arrival.event, change_in(arrival)
        kind = type(event).__name__ if change is None else DELETED if change.text is None else EDITED
        row = self._connection.row(
            sql.FIRST_TIME,
            key=arrival.key,
            number_id=arrival.number_id,
            kind=kind,
            raw=event.raw,
            received_at=at,
            about=change.wamid if change else "",
            changed_at=change.at if change else None,
        )
        return row is not None

    def changes_to(self, wamid: str) -> Sequence[Change]:
        """What the person did to that message, as far as we were told; in no order."""
        rows = self._connection.rows(sql.CHANGES_TO, about=wamid)
        return [
            Change(wamid=wamid, key=key, at=at, text=None if kind == DELETED else text_in(raw))
            for key, kind, at, raw in rows
        ]

    def rewrite(self, wamid: str, text: str, said: str) -> None:
        """Every copy of that message says this now: raw events, entries that carry its words, comments."""
        said = cut(said.strip(), LONGEST_COMMENT)
        for key, raw in self._raws_of(wamid):
            self._save_raw(key, rewritten(raw, text))
        for entry_id, ticket_id, _, before in self._connection.rows(sql.WORDS_OF, wamid=wamid):
            self._connection.run(sql.SAVE_WORDS, id=entry_id, text=said)
            for item in self._comments(ticket_id, wamid):
                told = item.intent.free_form
                if told and before:
                    intent = replace(item.intent, free_form=told.replace(before, said))
                    self._save_comment(replace(item, intent=intent))

    def forget(self, wamid: str) -> None:
        """No copy of that message says anything any more; that there was one stays."""
        for key, _ in self._raws_of(wamid):
            self._save_raw(key, GONE)
        self._forget_remark(wamid)
        for entry_id, ticket_id, actor, _ in self._connection.rows(sql.WORDS_OF, wamid=wamid):
            for item in self._comments(ticket_id, wamid):
                emptied = replace(item, intent=Intent())
                waits = item.state in WAITING
                self._save_comment(
                    stopped(emptied, ItemState.CANCELLED, Reason.WITHDRAWN) if waits else emptied
                )
            row = self._connection.row(sql.RECIPIENT_OF, id=actor)
            name = (RECIPIENT.value(row).name if row else "") or actor
            self._connection.run(sql.SAVE_WORDS, id=entry_id, text=f"{name} deleted a message.")

    def _comments(self, ticket_id: int, wamid: str) -> list[Item]:
        """Items that tell others of the words; their keys end with the message's id."""
        ending = f"/{wamid}"
        return ITEMS.read(self._connection, sql.COMMENTS_OF, ticket_id=ticket_id, ending=ending)

    def _forget_remark(self, wamid: str) -> None:
        """The words may wait in the question to which ticket they belong."""
        key = answer_key(AnswerKind.ANSWER, wamid)
        for item in ITEMS.read(self._connection, sql.ITEM_BY_KEY, key=key):
            self._save_comment(replace(item, intent=replace(item.intent, remark="")))

    def _save_comment(self, item: Item) -> None:
        ITEMS.save(self._connection, item)

    def _raws_of(self, wamid: str) -> list[tuple[str, Raw]]:
        """The message itself and its edits, each with its key."""
        own: Raw | None = self._connection.cell(sql.RAW_OF, key=wamid)
        rows = self._connection.rows(sql.CHANGES_TO, about=wamid)
        edits = [(key, raw) for key, kind, _, raw in rows if kind == EDITED]
        return edits if own is None else [(wamid, own), *edits]

    def _save_raw(self, key: str, raw: Raw) -> None:
        self._connection.run(sql.SAVE_RAW, key=key, raw=raw)
