"""What we keep of people's messages follows what they make of them (see `wa_notify.core.copies`).

A part of the third door. What was done because of a message stays done: a ticket that was taken by a word is
not given back because the word was edited.
"""

from dataclasses import replace

from wa_notify.core.copies import Change, newest
from wa_notify.core.inbound import Deleted, Edited, InboundMessage, Media, Text
from wa_notify.core.reply import NO_OTHERS, Comment, Stop, Words, understand
from wa_notify.pipeline.received import give_up_file
from wa_notify.ports import Transaction


def follow(tx: Transaction, wamid: str) -> Change | None:
    """Bring all copies of a message to what became of it; what that is, or nothing.

    It is computed anew from all we were told, so it may be called in any order and as often as one likes.
    """
    change = newest(tx.changes_to(wamid))
    if change is None:
        return None
    if change.text is None:
        tx.forget(wamid)
        give_up_file(tx, wamid)
    else:
        meant = understand(Text(body=change.text))
        said = meant.text if isinstance(meant, Comment) else change.text
        tx.rewrite(wamid, change.text, said)
    return change


def as_it_stands(
    message: InboundMessage, change: Change | None, words: Words = NO_OTHERS
) -> InboundMessage | None:
    """What is to be heard of a message, given what became of it before it came; nothing when it is gone.

    An edit is heard only if it now says STOP, and a STOP is heard whatever became of it, in the house's own
    ``words`` too.
    """
    content = message.content
    if isinstance(content, Edited):
        message, change = replace(message, content=Text(body=content.body)), None
        return message if isinstance(understand(message.content, words), Stop) else None
    if change is None or isinstance(understand(content, words), Stop):
        return None if isinstance(content, Deleted) else message
    if change.text is None:
        return None
    edited = replace(content, caption=change.text) if isinstance(content, Media) else Text(body=change.text)
    return replace(message, content=edited)
