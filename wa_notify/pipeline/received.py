"""Files that people send: asked for when the message comes, given up when it is taken back."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.inbound import InboundMessage, Media
from wa_notify.core.received import DAY, FileState, Received
from wa_notify.core.recipient import Recipient
from wa_notify.core.rule import Rulebook
from wa_notify.ports import Transaction


def ask_for_file(
    tx: Transaction, book: Rulebook, recipient: Recipient, message: InboundMessage, now: datetime
) -> None:
    """Note that the file of a message is to be fetched, if files are kept and this person sends few.

    Strangers' files are nobody's business.
    """
    media, keep = message.content, book.received
    if keep is None or recipient.guest or not isinstance(media, Media) or not media.media_id:
        return
    too_many = tx.received_since(recipient.id, now - DAY) >= keep.most_a_day
    tx.save_received(
        Received(
            wamid=message.wamid,
            recipient_id=recipient.id,
            kind=media.kind,
            media_id=media.media_id,
            mime_type=media.mime_type,
            filename=media.filename,
            state=FileState.REFUSED if too_many else FileState.WANTED,
            due_at=now,
            received_at=now,
        )
    )


def give_up_file(tx: Transaction, wamid: str) -> None:
    """Whoever sent it took it back: what is kept of it is deleted."""
    file = tx.received(wamid)
    if file is not None:
        tx.save_received(replace(file, state=FileState.UNWANTED, filename=""))
