"""What every store keeps about who is on call by hand."""

from datetime import timedelta
from typing import Any

from tests.store.contract import NOW, SECOND, do, see
from wa_notify.core.erasure import traces_of
from wa_notify.core.recipient import Recipient
from wa_notify.core.schedule import ManualOverride
from wa_notify.ports import Store, Transaction

HOUR = timedelta(hours=1)


def added(store: Store, **changes: Any) -> ManualOverride:
    ordinary: dict[str, Any] = {
        "schedule": "primary",
        "person": "bob",
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "author": "ops",
        "reason": "Bob swaps",
        "made_at": NOW - HOUR,
    }
    return do(store, lambda tx: tx.add_override(ManualOverride(**(ordinary | changes))))


def test_overrides_that_are_not_over_are_found_the_soonest_end_first(store: Store) -> None:
    late, soon = added(store, ends_at=NOW + 2 * HOUR), added(store, ends_at=NOW + SECOND)
    future = added(store, starts_at=NOW + 3 * HOUR, ends_at=NOW + 4 * HOUR)
    assert do(store, lambda tx: tx.overrides(NOW)) == [soon, late, future]
    assert see(store, lambda views: views.overrides(NOW + SECOND)) == [late, future]
    assert do(store, lambda tx: tx.override(late.id)) == late
    assert do(store, lambda tx: tx.override(99)) is None
    first = see(store, lambda views: views.overrides_page(limit=2))
    assert (first.found, first.more) == ((future, soon), True)
    last = see(store, lambda views: views.overrides_page(after=first.mark, limit=2))
    assert (last.found, last.more, last.mark) == ((late,), False, late.id)
    assert see(store, lambda views: views.overrides_page(after=late.id, limit=2)).mark == late.id


def test_an_override_ends_early_or_never_begins(store: Store) -> None:
    present, future = added(store), added(store, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    ended = do(store, lambda tx: tx.end_override(present, NOW + SECOND))
    assert ended.ends_at == NOW + SECOND
    assert do(store, lambda tx: tx.override(present.id)) == ended
    assert do(store, lambda tx: tx.end_override(future, NOW)).ends_at == future.starts_at


def test_past_overrides_are_forgotten_with_old_tickets(store: Store) -> None:
    added(store, ends_at=NOW)
    present = added(store, ends_at=NOW + SECOND)
    do(store, lambda tx: tx.forget_tickets(NOW + SECOND, 10))
    assert see(store, lambda views: views.overrides_page(limit=9)).found == (present,)


def test_overrides_follow_a_new_name_and_go_with_who_is_erased(store: Store) -> None:
    def people(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="bob", name="Bob"))
        tx.save_recipient(Recipient(id="eve", name="Eve"))

    do(store, people)
    added(store)
    added(store, person="eve", author="bob", reason="Bob is ill")
    do(store, lambda tx: tx.rename_recipient("bob", "rob"))
    newest, oldest = see(store, lambda views: views.overrides_page(limit=9)).found
    assert (oldest.person, newest.author) == ("rob", "rob")
    traces = traces_of(id="rob", names=["Bob"], addresses=[], stand_in="erased-1")
    do(store, lambda tx: tx.erase_recipient("rob", traces))
    (left,) = see(store, lambda views: views.overrides_page(limit=9)).found
    assert (left.person, left.author, left.reason) == ("eve", "erased-1", "erased-1 is ill")
