"""What the platform's news make of a template that we know, so that it is current between two readings.

The law: news may come late, twice and in any order. What they say of an aspect of a template counts unless
newer news have spoken of it, or the account was read since. A template that is known only from news is not
invented, since nobody told us its words: the account is read again instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from wa_notify.core.inbound import CLOCKS_DIFFER, TemplateNews, TemplateWords
from wa_notify.core.template import ButtonShape, TemplateShape

SECOND = timedelta(seconds=1)  # the platform tells its time in whole seconds
TOLD = ("URL", "PHONE_NUMBER")  # the kinds of button of which news tell


def aspects(news: TemplateNews) -> Iterator[str]:
    """Of what the news speak."""
    spoken = {
        "status": bool(news.status),
        "category": bool(news.category or news.upcoming_category),
        "quality": bool(news.quality),
        "words": news.words is not None,
    }
    return (aspect for aspect, said in spoken.items() if said)


def fresh(news: TemplateNews, told_at: Mapping[str, datetime], read_at: datetime | None) -> TemplateNews:
    """What of the news is still news.

    ``told_at`` is the platform's time of the last news of each aspect, ``read_at`` our time of the last
    reading. News without a time count. In doubt news count too: the next reading puts them right.
    """
    at = news.at
    if at is None:
        return news
    was_read = read_at is not None and at + SECOND + CLOCKS_DIFFER <= read_at
    stale = {aspect for aspect in aspects(news) if was_read or at < told_at.get(aspect, at)}
    return replace(
        news,
        status="" if "status" in stale else news.status,
        category="" if "category" in stale else news.category,
        upcoming_category="" if "category" in stale else news.upcoming_category,
        quality="" if "quality" in stale else news.quality,
        words=None if "words" in stale else news.words,
    )


def changed(shape: TemplateShape, news: TemplateNews) -> TemplateShape:
    """The template after the news."""
    category = news.category or shape.category
    upcoming = news.upcoming_category or shape.upcoming_category
    after = replace(
        shape,
        status=news.status or shape.status,
        why_rejected=news.why_rejected if news.status else shape.why_rejected,
        category=category,
        upcoming_category="" if upcoming == category else upcoming,
        quality=news.quality or shape.quality,
    )
    return after if news.words is None else _reworded(after, news.words)


def explained(read: TemplateShape, known: TemplateShape | None) -> TemplateShape:
    """A rejected template as it was read, with what a reviewer wrote about it: only news tell that."""
    told = known.why_rejected if known is not None else ""
    says_more = read.status == "REJECTED" and told.startswith(f"{read.why_rejected}:")
    return replace(read, why_rejected=told) if says_more else read


def _reworded(shape: TemplateShape, words: TemplateWords) -> TemplateShape:
    has_text = shape.header_format in ("", "TEXT")
    return replace(
        shape,
        header=words.header if has_text else shape.header,
        header_format=("TEXT" if words.header else "") if has_text else shape.header_format,
        body=words.body,
        footer=words.footer,
        buttons=_relabelled(shape.buttons, words.buttons),
    )


def _relabelled(known: tuple[ButtonShape, ...], told: tuple[ButtonShape, ...]) -> tuple[ButtonShape, ...]:
    """Links and numbers in their places, if they are as many and of the same kinds as before.

    Where quick replies stand nobody tells, so other buttons stay as they are until the account is read.
    """
    before = [button.kind for button in known if button.kind in TOLD]
    if before != [button.kind for button in told]:
        return known
    newest = iter(told)
    return tuple(next(newest) if button.kind in TOLD else button for button in known)
