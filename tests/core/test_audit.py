"""The audit trail keeps what differs."""

from wa_notify.core.audit import differing


def test_only_what_differs_is_kept() -> None:
    before, after = differing({"role": "viewer", "name": "a"}, {"role": "admin", "name": "a"})
    assert (before, after) == ({"role": "viewer"}, {"role": "admin"})


def test_what_came_or_went_stands_on_one_side() -> None:
    assert differing({}, {"role": "viewer"}) == ({}, {"role": "viewer"})
    assert differing({"role": "viewer"}, {}) == ({"role": "viewer"}, {})
    assert differing({"role": "viewer"}, {"role": "viewer"}) == ({}, {})
