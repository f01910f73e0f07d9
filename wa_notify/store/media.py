"""The verbs about files: those that we uploaded, and those that people sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Integer, and_, bindparam, delete, func, or_, select

from wa_notify.core.enclosed import MediaKind
from wa_notify.core.media import Uploaded
from wa_notify.core.received import FileState, Received
from wa_notify.store import statements as sql
from wa_notify.store.account_tables import media, received_files
from wa_notify.store.clauses import LIMIT, adding_or_changing, matching, reading, removing
from wa_notify.store.columns import INSTANT, one_of
from wa_notify.store.connection import Connection
from wa_notify.store.rows import Record

UPLOADED, RECEIVED = Record(Uploaded), Record(Received)

UPLOADED_FILE = reading(UPLOADED, media).where(*matching(media, "number_id", "sha256", "kind"))
UPLOADS_FROM = reading(UPLOADED, media).where(*matching(media, "number_id", "link"))
SAVE_UPLOADED = adding_or_changing(media)
FORGET_UPLOADED = removing(media, "number_id", "media_id")
OLD_UPLOADS = (
    select(media.c.number_id, media.c.media_id)
    .where(media.c.uploaded_at < bindparam("before", type_=INSTANT))
    .order_by(media.c.uploaded_at)
    .limit(LIMIT)
)

RECEIVED_FILE = reading(RECEIVED, received_files).where(*matching(received_files, "wamid"))
SAVE_RECEIVED = adding_or_changing(received_files)
RECEIVED_SINCE = select(func.count(type_=Integer)).where(
    *matching(received_files, "recipient_id"),
    received_files.c.received_at > bindparam("since", type_=INSTANT),
    ~one_of(received_files.c.state, (FileState.REFUSED,)),
)
FILES_WANTED = (
    reading(RECEIVED, received_files)
    .where(
        one_of(received_files.c.state, (FileState.WANTED,)),
        received_files.c.due_at <= bindparam("now", type_=INSTANT),
    )
    .order_by(received_files.c.due_at)
    .limit(LIMIT)
)
FILES_UNWANTED = (
    reading(RECEIVED, received_files)
    .where(
        or_(
            one_of(received_files.c.state, (FileState.UNWANTED,)),
            and_(
                received_files.c.received_at < bindparam("before", type_=INSTANT),
                ~one_of(received_files.c.state, (FileState.WANTED,)),
            ),
        )
    )
    .limit(LIMIT)
)
FORGET_RECEIVED = delete(received_files).where(*matching(received_files, "wamid"))
SAME_BYTES = select(func.count(type_=Integer)).where(
    *matching(received_files, "sha256"), one_of(received_files.c.state, (FileState.KEPT,))
)


class Media:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def uploaded(self, number_id: str, sha256: str, kind: MediaKind) -> Uploaded | None:
        """This very file, if WhatsApp had it from us."""
        row = self._connection.row(UPLOADED_FILE, number_id=number_id, sha256=sha256, kind=kind)
        return None if row is None else UPLOADED.value(row)

    def uploads_from(self, number_id: str, link: str) -> Sequence[Uploaded]:
        """What was uploaded from this link."""
        rows = self._connection.rows(UPLOADS_FROM, number_id=number_id, link=link)
        return [UPLOADED.value(row) for row in rows]

    def save_uploaded(self, uploaded: Uploaded) -> None:
        """Keep it; a number has a file once."""
        self._connection.run(SAVE_UPLOADED, **UPLOADED.values(uploaded))

    def forget_uploaded(self, number_id: str, media_id: str) -> None:
        """WhatsApp does not know that id any more."""
        self._connection.run(FORGET_UPLOADED, number_id=number_id, media_id=media_id)

    def forget_uploads(self, before: datetime, limit: int) -> int:
        """What was uploaded before then and is gone there; how many."""
        old = self._connection.rows(OLD_UPLOADS, before=before, limit=limit)
        for number_id, media_id in old:
            self._connection.run(FORGET_UPLOADED, number_id=number_id, media_id=media_id)
        return len(old)

    def received(self, wamid: str) -> Received | None:
        """The file of that message."""
        row = self._connection.row(RECEIVED_FILE, wamid=wamid)
        return None if row is None else RECEIVED.value(row)

    def save_received(self, received: Received) -> None:
        """Keep what is known of it, for the first time or anew."""
        self._connection.run(SAVE_RECEIVED, **RECEIVED.values(received))

    def received_since(self, recipient_id: str, since: datetime) -> int:
        """How many files of this person were asked for since then."""
        count: int = self._connection.cell(RECEIVED_SINCE, recipient_id=recipient_id, since=since)
        return count

    def files_wanted(self, now: datetime, limit: int) -> Sequence[Received]:
        """Files to be fetched now, the longest due first."""
        return [RECEIVED.value(row) for row in self._connection.rows(FILES_WANTED, now=now, limit=limit)]

    def files_unwanted(self, kept_before: datetime | None, limit: int) -> Sequence[Received]:
        """Files to be deleted: taken back, of somebody erased, or received before then."""
        rows = self._connection.rows(FILES_UNWANTED, before=kept_before, limit=limit)
        return [RECEIVED.value(row) for row in rows]

    def forget_received(self, wamid: str) -> None:
        """The file of that message is gone."""
        self._connection.run(FORGET_RECEIVED, wamid=wamid)

    def is_kept(self, sha256: str) -> bool:
        """Whether some message still wants these bytes to be kept."""
        return bool(self._connection.cell(SAME_BYTES, sha256=sha256))

    def tell_received(self, wamid: str, before: str, after: str) -> None:
        """Where the timeline tells of the file in these words, it uses others now."""
        for entry_id, _, _, said in self._connection.rows(sql.WORDS_OF, wamid=wamid):
            if said.startswith(before):
                self._connection.run(sql.SAVE_WORDS, id=entry_id, text=after + said.removeprefix(before))
