"""An entry of the timeline is by ourselves unless somebody else is named."""

from tests.core.builders import NOW
from wa_notify.core.timeline import SYSTEM, Entry, EntryKind


def test_what_names_nobody_was_done_by_ourselves() -> None:
    entry = Entry(ticket_id=12, at=NOW, kind=EntryKind.SENT, text="It leaves.")
    assert entry.actor == SYSTEM == "wa_notify"
    assert entry.reason is None
    assert entry.item_id is None
    assert entry.wamid == ""
