"""Until the account's templates were read once, the configuration's word counts, and the rest waits."""

from pathlib import Path

import pytest

from tests.core.builders import NOW, alert, consent, recipient, rule, shape
from tests.databases import migrated
from wa_notify.core.outbox import ItemState
from wa_notify.core.reason import Reason
from wa_notify.core.rule import Receiver, Rulebook
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.deliver import claim
from wa_notify.pipeline.ingest import ingest
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import open_store


@pytest.mark.parametrize(
    ("declared", "state", "reason"),
    [
        ((shape(),), ItemState.SENDING, Reason.NO_FREE_FORM),
        ((shape(name="another"),), ItemState.PENDING, Reason.TEMPLATES_NOT_SYNCED),
        ((), ItemState.PENDING, Reason.TEMPLATES_NOT_SYNCED),
    ],
)
def test_the_configuration_stands_in_for_the_account(
    tmp_path: Path, declared: tuple[TemplateShape, ...], state: ItemState, reason: Reason
) -> None:
    path = str(tmp_path / "new.db")
    migrated(path)
    store = open_store(path)
    book = Rulebook(rules=(rule(),), receivers={"oncall": Receiver(to=("alice",))}, templates=declared)

    def work(tx: Transaction) -> None:
        tx.save_recipient(recipient())
        tx.record_consent(consent())
        ingest(tx, book, [alert()], NOW)
        claim(tx, book, "400000000000101", NOW, 10)

    store.transact(work).result()
    (item,) = store.read(lambda views: views.items(limit=1)).result()
    store.close()
    assert (item.state, item.reason) == (state, reason)
