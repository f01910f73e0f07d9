"""Files on their way out: what happens to a message whose file cannot go with it."""

from dataclasses import replace
from datetime import datetime

from wa_notify.core.forms import free_form_of
from wa_notify.core.message import Outgoing, TemplateMessage
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.stand_in import without_file
from wa_notify.core.timeline import SYSTEM, EntryKind
from wa_notify.core.within import with_file
from wa_notify.pipeline.outcome import note
from wa_notify.ports import Transaction


def go_without(
    tx: Transaction, item_id: int, attempt: int, outgoing: Outgoing, why: str, now: datetime
) -> Outgoing | None:
    """The file cannot be had: the words go out without it, now and in every later try, and say so.

    Where a template must have a file, one of ours stands in. Nothing when the message is nothing without its
    file, or when this attempt has been overtaken.
    """
    item = tx.item(item_id)
    if item is None or item.attempts != attempt:
        return None
    intent = without_file(item.intent)
    left = replace(item, intent=intent, reason=Reason.FILE_NOT_SENT)
    tx.save_item(left)
    text = f"{item.spoken} loses its file. {why} {SENTENCES[Reason.FILE_NOT_SENT]}"
    note(tx, left, EntryKind.SENT, text, now, actor=SYSTEM)  # it is on its way as before
    if isinstance(outgoing.message, TemplateMessage):
        instead = intent.template.file if intent.template else None
        return replace(outgoing, message=with_file(outgoing.message, instead)) if instead else None
    return replace(outgoing, message=free_form_of(intent))
