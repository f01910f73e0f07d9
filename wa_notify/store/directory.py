"""The directory, kept with what it follows from: how people stand, what people and tickets are found by."""

from collections.abc import Sequence

from wa_notify.core.consent import ConsentRecord
from wa_notify.core.directory import agreement
from wa_notify.core.recipient import Recipient
from wa_notify.core.search import sorting, words_in, words_of
from wa_notify.core.ticket import Ticket
from wa_notify.store.clauses import adding, changing
from wa_notify.store.connection import Connection
from wa_notify.store.page_tables import directory, person_words, ticket_words
from wa_notify.store.searching import WordIndex

PEOPLE_BY_WORD = WordIndex(person_words, person_words.c.recipient_id)
TICKETS_BY_WORD = WordIndex(ticket_words, ticket_words.c.ticket_id)
_ADDED = adding(directory)
FILE = _ADDED.on_conflict_do_update(
    index_elements=["recipient_id"],
    set_={name: _ADDED.excluded[name] for name in ("sort", "guest")},
)
AGREE = changing(directory, "agreement", by=["recipient_id"])


class Directory:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def _file_person(self, person: Recipient) -> None:
        """The person is new, or has another name or number."""
        self._connection.run(
            FILE,
            recipient_id=person.id,
            sort=sorting(person),
            guest=person.guest,
            agreement=agreement(()),  # of somebody new; what is known stays
        )
        PEOPLE_BY_WORD.file(self._connection, person.id, words_of(person))

    def _file_agreement(self, recipient_id: str, ledger: Sequence[ConsentRecord]) -> None:
        """The person's part of the ledger is this now."""
        self._connection.run(AGREE, recipient_id=recipient_id, agreement=agreement(ledger))

    def _file_ticket(self, ticket: Ticket, *, new: bool = False) -> None:
        """The ticket is new, or has another title."""
        words = words_in(f"#{ticket.id}", ticket.title, ticket.group)
        TICKETS_BY_WORD.file(self._connection, ticket.id, words, new=new)
