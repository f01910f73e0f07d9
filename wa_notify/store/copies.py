"""The verbs by which copies of what people wrote follow them (see `wa_notify.core.copies`)."""

from collections.abc import Sequence

from wa_notify.core.copies import GONE, Change, rewritten, text_in
from wa_notify.core.inbound import Raw
from wa_notify.core.template import cut
from wa_notify.core.timeline import LONGEST_COMMENT
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.rows import RECIPIENT

EDITED, DELETED = "Edited", "Deleted"  # kinds of the inbox that change another message


class Copies:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def changes_to(self, wamid: str) -> Sequence[Change]:
        """What the person did to that message, as far as we were told; in no order."""
        rows = self._connection.rows(sql.CHANGES_TO, about=wamid)
        return [
            Change(wamid=wamid, key=key, at=at, text=None if kind == DELETED else text_in(raw))
            for key, kind, at, raw in rows
        ]

    def rewrite(self, wamid: str, text: str) -> None:
        """Every copy of that message says this now: raw events, and entries that carry its words."""
        for key, raw in self._raws_of(wamid):
            self._save_raw(key, rewritten(raw, text))
        for entry_id, _ in self._connection.rows(sql.WORDS_OF, wamid=wamid):
            self._connection.run(sql.SAVE_WORDS, id=entry_id, text=cut(text, LONGEST_COMMENT))

    def forget(self, wamid: str) -> None:
        """No copy of that message says anything any more; that there was one stays."""
        for key, _ in self._raws_of(wamid):
            self._save_raw(key, GONE)
        for entry_id, actor in self._connection.rows(sql.WORDS_OF, wamid=wamid):
            row = self._connection.row(sql.RECIPIENT_OF, id=actor)
            name = (RECIPIENT.value(row).name if row else "") or actor
            self._connection.run(sql.SAVE_WORDS, id=entry_id, text=f"{name} deleted a message.")

    def _raws_of(self, wamid: str) -> list[tuple[str, Raw]]:
        """The message itself and its edits, each with its key."""
        own: Raw | None = self._connection.cell(sql.RAW_OF, key=wamid)
        rows = self._connection.rows(sql.CHANGES_TO, about=wamid)
        edits = [(key, raw) for key, kind, _, raw in rows if kind == EDITED]
        return edits if own is None else [(wamid, own), *edits]

    def _save_raw(self, key: str, raw: Raw) -> None:
        self._connection.run(sql.SAVE_RAW, key=key, raw=raw)
