"""A file that WhatsApp does not take, or does not know any more: what becomes of the message around it."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.enclosed import MediaLink
from wa_notify.core.media import UNSENDABLE_CODE
from wa_notify.core.message import Failure
from wa_notify.core.outbox import FAILABLE, Item
from wa_notify.core.progress import deferred
from wa_notify.core.reason import Reason
from wa_notify.core.stand_in import without_file
from wa_notify.ports import Transaction


def after_unsendable(
    tx: Transaction, number_id: str, item: Item, failure: Failure, now: datetime
) -> Item | None:
    """WhatsApp could not use the file (131053): the same once more; nothing for any other failure.

    An id that we had from an earlier upload may have gone stale, so the file is brought anew. Else the words
    go out without it, which can happen only once: then there is no file any more.
    """
    file = item.intent.file
    if failure.code != UNSENDABLE_CODE or file is None or item.state not in FAILABLE:
        return None
    if stale(tx, number_id, file, item.claimed_at or now):
        return deferred(item, now, Reason.RETRY_LATER)
    return deferred(replace(item, intent=without_file(item.intent)), now, Reason.FILE_NOT_SENT)


def stale(tx: Transaction, number_id: str, file: MediaLink, claimed_at: datetime) -> bool:
    """Forget what was uploaded from the link before this try; whether there was anything."""
    old = [one for one in tx.uploads_from(number_id, file.link) if one.uploaded_at < claimed_at]
    for one in old:
        tx.forget_uploaded(number_id, one.media_id)
    return bool(old)
