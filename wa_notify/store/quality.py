"""The verbs and questions about how people take our templates (see `wa_notify.ports.quality`).

No question grows with the history: messages are counted from the newest on, as far as asked for, and of the
consent ledger only the last entries are looked at.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Integer, Text, bindparam, delete, func, literal_column, select

from wa_notify.core.consent import OWN_WORD, ConsentAct
from wa_notify.core.quality import Judgement, Objection, Sent, Verdict
from wa_notify.store.account_tables import judgements
from wa_notify.store.clauses import LIMIT, adding, matching, reading
from wa_notify.store.connection import Connection
from wa_notify.store.rows import Record
from wa_notify.store.statements import META, SAVE_META
from wa_notify.store.tables import HAS_TEMPLATE, consents, outbox, subjects, tickets

JUDGED_AT = "quality_judged_at"
LAST_ENTRIES = 500  # of the ledger; who objected before those is not looked for

JUDGEMENT = Record(Judgement)
SENDS_OF = (
    select(
        outbox.c.recipient_id,
        func.coalesce(tickets.c.rule, literal_column("''", Text)),
        outbox.c.state,
        outbox.c.failure_code,
        outbox.c.claimed_at,
    )
    .select_from(outbox)
    .outerjoin(tickets, tickets.c.id == outbox.c.ticket_id)
    .where(*matching(outbox, "template"), HAS_TEMPLATE, outbox.c.claimed_at > bindparam("since"))
    .order_by(outbox.c.claimed_at.desc())
    .limit(LIMIT)
)
LATELY_SAID = (
    select(subjects.c.recipient_id, consents.c.act, consents.c.source, consents.c.at)
    .select_from(consents)
    .join(subjects, subjects.c.subject == consents.c.subject)
    .where(
        consents.c.number
        > select(func.max(consents.c.number)).scalar_subquery() - literal_column(str(LAST_ENTRIES), Integer)
    )
    .order_by(consents.c.number.desc())
)
IN_FORCE = reading(JUDGEMENT, judgements).order_by(judgements.c.subject, judgements.c.name)
FORGET_JUDGEMENTS = delete(judgements)
ADD_JUDGEMENT = adding(judgements)


class QualityQuestions:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def sends_of(self, template: str, since: datetime, limit: int) -> Sequence[Sent]:
        """What left as this template after that instant, the newest first."""
        rows = self._connection.rows(SENDS_OF, template=template, since=since, limit=limit)
        return [
            Sent(recipient_id=who, rule=rule, state=state, failure_code=code, claimed_at=at)
            for who, rule, state, code, at in rows
        ]

    def objections(self, since: datetime) -> Sequence[Objection]:
        """Who said STOP after that instant and has not taken it back."""
        agreed: set[str] = set()  # whoever opted in later
        found: list[Objection] = []
        for who, act, source, at in self._connection.rows(LATELY_SAID):
            if act is ConsentAct.GRANTED:
                agreed.add(who)
            elif act is ConsentAct.REVOKED and source in OWN_WORD and who not in agreed and at > since:
                found.append(Objection(recipient_id=who, at=at))
        return found

    def judgements(self) -> Sequence[Judgement]:
        """The verdicts in force that are not green."""
        return [JUDGEMENT.value(row) for row in self._connection.rows(IN_FORCE)]


class Quality(QualityQuestions):
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    def quality_judged_at(self) -> datetime | None:
        """When everything was judged last; never, when nothing."""
        said = self._connection.cell(META, key=JUDGED_AT)
        return None if said is None else datetime.fromisoformat(said)

    def save_judgements(self, judgements: Iterable[Judgement], at: datetime) -> None:
        """From then on exactly these verdicts are in force; green ones need not be kept."""
        self._connection.run(FORGET_JUDGEMENTS)
        for judgement in judgements:
            if judgement.verdict is not Verdict.GREEN:
                self._connection.run(ADD_JUDGEMENT, **JUDGEMENT.values(judgement))
        self._connection.run(SAVE_META, key=JUDGED_AT, value=at.isoformat())
