"""Consent as the store keeps it: sealed entries in one chain, and the invitations that lead to them.

A writer holds the database from the first statement of its transaction (`BEGIN IMMEDIATE`), so two processes
can never seal an entry behind the same one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, func, literal_column, select

from wa_notify.clock import system_token
from wa_notify.core.consent import ConsentAct, ConsentRecord
from wa_notify.core.invite import Invite
from wa_notify.core.ledger import Head, Page, seal
from wa_notify.core.news import News
from wa_notify.store import statements as sql
from wa_notify.store.clauses import ONE, matching, reading
from wa_notify.store.connection import Connection, Row
from wa_notify.store.directory import Directory
from wa_notify.store.rows import CONSENT, INVITE, LEDGER_ENTRY, PROOF
from wa_notify.store.tables import consents, invites, proofs, subjects

HEAD = "consent_head"
NOTHING: ColumnElement[str] = literal_column("''", Text)

_SAID = {
    **{name: consents.c[name] for name in CONSENT.names if name in consents.c},
    "recipient_id": subjects.c.recipient_id,
    "evidence": func.coalesce(proofs.c.evidence, NOTHING),
    "actor": func.coalesce(proofs.c.actor, NOTHING),
}
_CONSENTS: Select[tuple[object, ...]] = (
    select(*(_SAID[name] for name in CONSENT.names))
    .select_from(subjects)
    .join(consents, consents.c.subject == subjects.c.subject)
    .outerjoin(proofs, proofs.c.number == consents.c.number)
)
CONSENTS_OF = _CONSENTS.where(*matching(subjects, "recipient_id")).order_by(consents.c.number)
CONSENTS = _CONSENTS.order_by(consents.c.number)

SUBJECTS_OF = (
    select(subjects.c.subject).where(*matching(subjects, "recipient_id")).order_by(subjects.c.subject)
)
SPAN_OF = (
    select(func.min(consents.c.number), func.max(consents.c.number))
    .join(subjects, subjects.c.subject == consents.c.subject)
    .where(*matching(subjects, "recipient_id"))
)
OWNERS = subjects.alias("owners")
LAST_ENTRY = select(consents.c.number, consents.c.digest).order_by(consents.c.number.desc()).limit(ONE)
PAGES = (
    select(
        *(consents.c[name] for name in LEDGER_ENTRY.names),
        *(proofs.c[name] for name in PROOF.names),
        select(OWNERS.c.subject).where(OWNERS.c.subject == consents.c.subject).scalar_subquery(),
    )
    .select_from(consents)
    .outerjoin(proofs, proofs.c.number == consents.c.number)
    .order_by(consents.c.number)
)
PAGES_OF = PAGES.join(subjects, consents.c.subject == subjects.c.subject).where(
    *matching(subjects, "recipient_id")
)
INVITE_BY_CODE = reading(INVITE, invites).where(*matching(invites, "code_digest"))


class Ledger(Directory):
    """The verbs of `wa_notify.ports.Transaction` about consent."""

    news: list[News]

    def subjects(self, recipient_id: str) -> Sequence[str]:
        """The pseudonyms under which the ledger knows the person; none before the first entry."""
        return [subject for (subject,) in self._connection.rows(SUBJECTS_OF, recipient_id=recipient_id)]

    def consents(self, recipient_id: str) -> Sequence[ConsentRecord]:
        """The person's entries of the ledger, in the order of recording."""
        return self._connection.known(CONSENT.value, CONSENTS_OF, recipient_id=recipient_id)

    def record_consent(self, record: ConsentRecord) -> None:
        """Seal an entry behind the last one; entries are never changed. An erasure is of all pseudonyms."""
        known = self.subjects(record.recipient_id)
        if not known:
            known = [system_token()]
            self._connection.run(sql.ADD_SUBJECT, recipient_id=record.recipient_id, subject=known[0])
        for subject in known if record.act is ConsentAct.ERASED else known[:1]:
            page = seal(record, subject, system_token(), self._newest())
            self._connection.run(sql.ADD_ENTRY, **LEDGER_ENTRY.values(page.entry))
            if page.proof:
                self._connection.run(sql.ADD_PROOF, **PROOF.values(page.proof))
            self._connection.run(sql.SAVE_META, key=HEAD, value=f"{page.entry.number} {page.entry.digest}")
        self._file_agreement(record.recipient_id, self.consents(record.recipient_id))
        self.news.append(record)

    def _newest(self) -> Head | None:
        """What the next entry follows. A forged or missing end is not built upon, so it stays visible."""
        noted = head_of(self._connection)
        row = self._connection.row(LAST_ENTRY)
        last = Head(number=row[0], digest=row[1]) if row else None
        if noted is None or last is None:
            return noted or last
        return Head(number=max(noted.number, last.number), digest=noted.digest)

    def add_invite(self, invite: Invite) -> Invite:
        """Keep an invitation; the answer carries its number."""
        values = INVITE.values(invite)
        del values["id"]
        return replace(invite, id=self._connection.cell(sql.ADD_INVITE, **values))

    def invite_by_code(self, code_digest: str) -> Invite | None:
        """The invitation whose code has this digest."""
        row = self._connection.row(INVITE_BY_CODE, code_digest=code_digest)
        return None if row is None else INVITE.value(row)

    def use_invite(self, invite: Invite, at: datetime) -> None:
        """The code was used."""
        self._connection.run(sql.USE_INVITE, id=invite.id, used_at=at)


def head_of(connection: Connection) -> Head | None:
    """What was noted of the newest entry beside the ledger."""
    said = connection.cell(sql.META, key=HEAD)
    if said is None:
        return None
    number, _, digest = str(said).partition(" ")
    return Head(number=int(number) if number.isdecimal() else 0, digest=digest)


def pages(rows: Iterable[Row]) -> list[Page]:
    """Entries with their proofs, out of the rows of `PAGES`."""
    width = len(LEDGER_ENTRY.names)
    return [
        Page(
            entry=LEDGER_ENTRY.value(row[:width]),
            proof=None if row[width] is None else PROOF.value(row[width:-1]),
            owned=row[-1] is not None,
        )
        for row in rows
    ]
