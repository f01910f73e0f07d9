"""News of a template: late, doubled, in any order, and never more than the platform told."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.core.builders import NOW, shape
from wa_notify.core.inbound import TemplateNews, TemplateWords
from wa_notify.core.template import ButtonShape, TemplateShape
from wa_notify.core.template_news import aspects, changed, explained, fresh

LINK = ButtonShape(kind="URL", text="Open", target="https://ops.example.net/{{1}}")
QUICK = ButtonShape(kind="QUICK_REPLY", text="Acknowledge")
SECOND = timedelta(seconds=1)


def news(**special: Any) -> TemplateNews:
    ordinary: dict[str, Any] = {"kind": "status", "name": "ops_alert", "language": "en", "at": NOW}
    return TemplateNews(**(ordinary | special))


def after_all(known: TemplateShape, told: tuple[TemplateNews, ...]) -> TemplateShape:
    told_at: dict[str, datetime] = {}
    for one in told:
        still = fresh(one, told_at, None)
        known = changed(known, still)
        assert still.at is not None
        told_at |= dict.fromkeys(aspects(still), still.at)
    return known


def test_a_rejection_comes_with_its_reason_which_an_approval_takes_away() -> None:
    rejected = changed(shape(), news(status="REJECTED", why_rejected="SCAM"))
    assert (rejected.status, rejected.why_rejected) == ("REJECTED", "SCAM")
    assert changed(rejected, news(quality="RED")).why_rejected == "SCAM"
    approved = changed(rejected, news(status="APPROVED"))
    assert (approved.status, approved.why_rejected) == ("APPROVED", "")


def test_a_category_is_announced_and_comes_true() -> None:
    announced = changed(shape(), news(category="UTILITY", upcoming_category="MARKETING"))
    assert (announced.category, announced.upcoming_category) == ("UTILITY", "MARKETING")
    assert changed(announced, news(status="PAUSED", category="UTILITY")).upcoming_category == "MARKETING"
    true = changed(announced, news(category="MARKETING"))
    assert (true.category, true.upcoming_category) == ("MARKETING", "")


def test_other_words_take_the_place_of_the_old_ones() -> None:
    known = shape(header="Old", header_format="TEXT", footer="Old", buttons=(QUICK, LINK))
    relabelled = replace(LINK, text="Look")
    words = TemplateWords(header="New {{1}}", body="New on {{1}}.", buttons=(relabelled,))
    after = changed(known, news(words=words))
    assert (after.header, after.header_format) == ("New {{1}}", "TEXT")
    assert (after.body, after.footer, after.buttons) == ("New on {{1}}.", "", (QUICK, relabelled))
    bare = changed(known, news(words=TemplateWords(body="New.")))
    assert (bare.header, bare.header_format, bare.buttons) == ("", "", (QUICK, LINK))


def test_a_picture_in_the_header_and_buttons_that_are_not_told_stay() -> None:
    known = shape(header_format="IMAGE", buttons=(QUICK,))
    after = changed(known, news(words=TemplateWords(header="New", body="New.", buttons=(LINK,))))
    assert (after.header, after.header_format, after.buttons) == ("", "IMAGE", (QUICK,))


def test_the_newest_word_on_each_aspect_counts_in_whatever_order_they_come() -> None:
    told = (
        news(status="PAUSED", category="UTILITY", at=NOW),
        news(category="MARKETING", at=NOW + SECOND),
        news(quality="RED", at=NOW + SECOND),
        news(quality="GREEN", at=NOW + 2 * SECOND),
        news(words=TemplateWords(body="One.", buttons=()), at=NOW),
        news(words=TemplateWords(body="Two.", buttons=()), at=NOW + SECOND),
    )
    ends = {after_all(shape(), order) for order in permutations(told)}
    (end,) = ends
    assert (end.status, end.category, end.quality, end.body) == ("PAUSED", "MARKETING", "GREEN", "Two.")


def test_what_is_told_twice_changes_nothing_more() -> None:
    once = news(status="PAUSED")
    assert after_all(shape(), (once, once)) == after_all(shape(), (once,))


@pytest.mark.parametrize(("seconds", "counts"), [(-7, False), (-6, False), (-5, True), (0, True), (9, True)])
def test_what_was_told_before_the_account_was_read_counts_no_more(seconds: int, counts: bool) -> None:
    told = fresh(news(status="PAUSED", at=NOW + seconds * SECOND), {}, NOW)
    assert told.status == ("PAUSED" if counts else "")


def test_news_without_a_time_count() -> None:
    told = news(status="PAUSED", at=None)
    assert fresh(told, {"status": NOW}, NOW) is told


def test_what_a_reviewer_wrote_outlives_the_next_reading_of_the_same_rejection() -> None:
    told = shape(status="REJECTED", why_rejected="SCAM: It asks for money.")
    read = shape(status="REJECTED", why_rejected="SCAM")
    assert explained(read, told) == told
    assert explained(read, None) == read
    assert explained(shape(), told) == shape()
    other = shape(status="REJECTED", why_rejected="PROMOTIONAL")
    assert explained(other, told) == other
