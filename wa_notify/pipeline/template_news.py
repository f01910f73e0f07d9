"""The account's templates, kept current: read in full, and followed by what WhatsApp tells in between."""

from collections.abc import Sequence
from datetime import datetime

from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.inbound import TemplateNews
from wa_notify.core.template import TemplateShape
from wa_notify.core.template_news import aspects, changed, explained, fresh
from wa_notify.ports import Transaction

NONE_AT_ALL = "Read the templates: there are none, it says. What was known stays."


def follow_template(tx: Transaction, news: TemplateNews) -> None:
    """One language of one template changed; what is not known waits for the next reading."""
    told_at = tx.news_told_at(news.name, news.language)
    still = fresh(news, told_at, tx.templates_synced_at())
    if still.at is not None:
        tx.save_news_told_at(still.name, still.language, dict.fromkeys(aspects(still), still.at))
    known = _known(tx, news.name, news.language)
    if known is not None and (after := changed(known, still)) != known:
        tx.save_shape(after)


def keep_templates(tx: Transaction, shapes: Sequence[TemplateShape], at: datetime) -> None:
    """These are all templates of the account, read from ``at`` on.

    Raises `PlatformUnreachable` when an account that had some has none: that is no answer to believe.
    """
    if not shapes and tx.knows_templates():
        raise PlatformUnreachable(NONE_AT_ALL)
    tx.replace_templates([_explained(tx, shape) for shape in shapes], at)


def _explained(tx: Transaction, shape: TemplateShape) -> TemplateShape:
    rejected = shape.status == "REJECTED"
    return explained(shape, _known(tx, shape.name, shape.language)) if rejected else shape


def _known(tx: Transaction, name: str, language: str) -> TemplateShape | None:
    return {shape.language: shape for shape in tx.shapes(name)}.get(language)
