"""What every store keeps about templates, beside their shapes."""

from dataclasses import replace

from tests.store.contract import NOW, SECOND, a_shape, do, see
from wa_notify.core.plan import Deed, TemplateDeed
from wa_notify.ports import Store

CREATED = TemplateDeed(name="ops", language="en", deed=Deed.CREATED, at=NOW)


def test_deeds_are_kept_in_their_order(store: Store) -> None:
    gone = replace(CREATED, language="", deed=Deed.DELETED, at=NOW - SECOND)
    do(store, lambda tx: tx.remember_deeds([CREATED, gone]))
    do(store, lambda tx: tx.remember_deeds([CREATED]))
    assert see(store, lambda views: views.template_deeds()) == [CREATED, gone, CREATED]


def test_the_times_of_news_are_kept_for_each_aspect_until_the_account_is_read(store: Store) -> None:
    assert do(store, lambda tx: tx.news_told_at("ops", "en")) == {}
    do(store, lambda tx: tx.save_news_told_at("ops", "en", {"status": NOW, "quality": NOW}))
    do(store, lambda tx: tx.save_news_told_at("ops", "en", {"status": NOW + SECOND}))
    assert do(store, lambda tx: tx.news_told_at("ops", "en")) == {"status": NOW + SECOND, "quality": NOW}
    assert do(store, lambda tx: tx.news_told_at("ops", "de")) == {}
    do(store, lambda tx: tx.replace_templates([], NOW))
    assert do(store, lambda tx: tx.news_told_at("ops", "en")) == {}


def test_one_language_is_changed_or_added_alone(store: Store) -> None:
    assert not do(store, lambda tx: tx.knows_templates())
    do(store, lambda tx: tx.replace_templates([a_shape(), a_shape(language="de")], NOW))
    do(store, lambda tx: tx.save_shape(a_shape(status="PAUSED")))
    do(store, lambda tx: tx.save_shape(a_shape(language="fr")))
    assert do(store, lambda tx: tx.shapes("ops")) == [
        a_shape(language="de"),
        a_shape(status="PAUSED"),
        a_shape(language="fr"),
    ]
    assert do(store, lambda tx: tx.knows_templates())
    assert see(store, lambda views: views.templates_synced_at()) == NOW
