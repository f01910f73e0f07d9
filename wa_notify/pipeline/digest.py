"""Many messages for one person become one: what waited is folded into a digest when it may leave.

The digest is rendered whenever it is claimed, so what is over by then is no longer in it. It only comes about
if it could leave now; else what waited leaves one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.decision import why_unwanted
from wa_notify.core.digest import GATHERED, Line, facts, newest_of_each, said
from wa_notify.core.message import MOST_ROWS, Row
from wa_notify.core.outbox import MUTED, NEWS, Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.progress import folded, kept_back, stopped
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.reply import payload_for
from wa_notify.core.rule import Rulebook
from wa_notify.core.ticket import TicketState
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.pipeline.outcome import tell
from wa_notify.pipeline.planning import ACKNOWLEDGE, row_of
from wa_notify.pipeline.silences import silenced_until
from wa_notify.ports import Transaction


def gather(
    tx: Transaction, book: Rulebook, due: Item, now: datetime, leaves: Callable[[Item], bool]
) -> Item | None:
    """What leaves instead of this item, because others waited with it; nothing when it leaves by itself.

    ``leaves`` tells of an item whether it would leave now.
    """
    if due.reason not in GATHERED or not _folds(due):
        return None
    others = [item for item in tx.kept_back(due.recipient_id) if item.id != due.id and _folds(item)]
    together = [due, *(item for item in others if item.reason in GATHERED and leaves(item))]
    if len(together) == 1:
        return None
    newest = newest_of_each(together)
    if len(newest) == 1:  # all of them about one ticket: then the newest says it
        return _told_by(tx, newest[0], together, now)
    digest = _digest_of(tx, book, together, now)
    if not leaves(digest) or (kept := tx.enqueue(digest)) is None:
        return None
    return _told_by(tx, kept, together, now)


def _folds(item: Item) -> bool:
    return item.occasion in NEWS and item.channel is Channel.WHATSAPP and not item.intent.in_parts


def _digest_of(tx: Transaction, book: Rulebook, together: Sequence[Item], now: datetime) -> Item:
    first = min(together, key=lambda item: item.id)
    return Item(
        key=f"digest/{first.id}/{first.recipient_id}",
        recipient_id=first.recipient_id,
        occasion=Occasion.DIGEST,
        intent=_words(tx, book, together),
        priority=min(item.priority for item in together),
        due_at=now,
        planned_at=now,
        expires_at=max((item.expires_at for item in together if item.expires_at), default=None),
        created_at=now,
    )


def _told_by(tx: Transaction, teller: Item, together: Sequence[Item], now: datetime) -> Item:
    """Fold the others into the item that tells of them all."""
    for item in together:
        if item.id != teller.id:
            after = folded(item, teller.id, now)
            tx.save_item(after)
            text = f"{item.spoken} does not leave by itself. {SENTENCES[Reason.IN_DIGEST]}"
            text += f" That is message {teller.id}."
            tell(tx, after, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    return teller


def composed(tx: Transaction, book: Rulebook, digest: Item, now: datetime) -> Item:
    """The digest in the words of now; empty when everything in it is over or silenced."""
    wanted = []
    for item in tx.carried_by(digest):
        left_out = _left_out(tx, digest, item, now)
        if left_out is None:
            wanted.append(item)
            continue
        after, reason = left_out
        tx.save_item(after)
        text = f"{item.spoken} is left out of the digest. {SENTENCES[reason]}"
        tell(tx, after, EntryKind.CANCELLED, text, now, actor=SYSTEM)
    return replace(digest, intent=_words(tx, book, wanted) if wanted else Intent())


def _left_out(tx: Transaction, digest: Item, item: Item, now: datetime) -> tuple[Item, Reason] | None:
    """What becomes of an item that the digest is not to tell any more, and why; nothing for all others."""
    ticket = tx.ticket(item.ticket_id) if item.ticket_id is not None else None
    if reason := why_unwanted(item, ticket):
        return stopped(item, ItemState.CANCELLED, reason), reason
    if ticket is None or item.occasion not in MUTED or digest.unconfirmed:
        return None
    until = silenced_until(tx, ticket, now)
    if until is None:
        return None
    by_itself = kept_back(item, now, until, Reason.SILENCED)  # when the silence ends
    return replace(by_itself, digest_id=None), Reason.SILENCED


def _words(tx: Transaction, book: Rulebook, together: Sequence[Item]) -> Intent:
    lines = lines_about(tx, together)
    since = min(item.created_at for item in together)
    spoken = facts(lines, since)
    free_form = book.digest_free_form(spoken).strip() if book.digest_free_form else ""
    return Intent(
        template=book.digest.render(spoken) if book.digest else None,
        free_form=free_form or said(lines, since, book.time_zone),
        rows=_to_take(tx, lines),
    )


def _to_take(tx: Transaction, lines: Sequence[Line]) -> tuple[Row, ...]:
    """A list to take one of the tickets that are still open."""
    tickets = [tx.ticket(line.number) for line in lines if not line.over]
    return tuple(
        row_of(ticket, payload_for(ACKNOWLEDGE, ticket.ref))
        for ticket in tickets
        if ticket and ticket.state is TicketState.OPEN
    )[:MOST_ROWS]


def lines_about(tx: Transaction, items: Sequence[Item]) -> list[Line]:
    """What there is to say of each ticket of these items."""
    lines = []
    for item in newest_of_each(items):
        ticket = tx.ticket(item.ticket_id) if item.ticket_id is not None else None
        if ticket:
            over = item.occasion is Occasion.RESOLVED
            lines.append(Line(number=ticket.id, title=ticket.title, over=over))
    return lines
