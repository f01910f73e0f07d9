"""The verbs and views about the account's templates (see `wa_notify.ports`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from wa_notify.core.plan import TemplateDeed
from wa_notify.core.template import TemplateShape
from wa_notify.store import statements as sql
from wa_notify.store.account_tables import template_deeds, template_news, templates
from wa_notify.store.clauses import ONE, adding, adding_or_changing, matching, reading
from wa_notify.store.connection import Connection
from wa_notify.store.rows import DEED, SHAPE

SYNCED_AT = "templates_synced_at"

ANY_SHAPE = select(ONE).select_from(templates).limit(1)
NEWS_TOLD_AT = select(template_news.c.aspect, template_news.c.told_at).where(
    *matching(template_news, "name", "language")
)
SAVE_NEWS_TOLD_AT = adding_or_changing(template_news)
FORGET_NEWS = delete(template_news)
REMEMBER_DEED = adding(template_deeds)
DEEDS = reading(DEED, template_deeds).order_by(template_deeds.c.id)


def synced_at(connection: Connection) -> datetime | None:
    """When the account's templates were last read in full; never, when nothing."""
    return connection.known_one(lambda row: datetime.fromisoformat(row[0]), sql.META, key=SYNCED_AT)


class Templates:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def shapes(self, name: str) -> Sequence[TemplateShape]:
        """All languages of a template as the account has it."""
        return self._connection.known(SHAPE.value, sql.SHAPES_OF, name=name)

    def templates_synced_at(self) -> datetime | None:
        """When the account's templates were last read in full; never, when nothing."""
        return synced_at(self._connection)

    def replace_templates(self, shapes: Iterable[TemplateShape], at: datetime) -> None:
        """The account's templates are exactly these; older news count no more."""
        self._connection.run(sql.REMOVE_SHAPES)
        for shape in shapes:
            self.save_shape(shape)
        self._connection.run(FORGET_NEWS)
        self._connection.run(sql.SAVE_META, key=SYNCED_AT, value=at.isoformat())

    def knows_templates(self) -> bool:
        """Whether the account had any template when it was last read."""
        return self._connection.cell(ANY_SHAPE) is not None

    def save_shape(self, shape: TemplateShape) -> None:
        """Add or change one language of a template."""
        self._connection.run(sql.ADD_SHAPE, **SHAPE.values(shape))

    def news_told_at(self, name: str, language: str) -> Mapping[str, datetime]:
        """When the platform, by its own time, last told news of each aspect, since the last reading."""
        rows = self._connection.rows(NEWS_TOLD_AT, name=name, language=language)
        return {row[0]: row[1] for row in rows}

    def save_news_told_at(self, name: str, language: str, told_at: Mapping[str, datetime]) -> None:
        """Keep these times."""
        for aspect, at in told_at.items():
            self._connection.run(SAVE_NEWS_TOLD_AT, name=name, language=language, aspect=aspect, told_at=at)

    def remember_deeds(self, deeds: Iterable[TemplateDeed]) -> None:
        """Keep what we did to templates."""
        for deed in deeds:
            self._connection.run(REMEMBER_DEED, **DEED.values(deed))


class TemplateSights:
    """A part of `wa_notify.store.views.SqlViews`."""

    _connection: Connection

    def templates_synced_at(self) -> datetime | None:
        """When the account's templates were last read in full; never, when nothing."""
        return synced_at(self._connection)

    def template_deeds(self) -> Sequence[TemplateDeed]:
        """What we did to templates, oldest first. That is as much as people ever asked for."""
        return [DEED.value(row) for row in self._connection.rows(DEEDS)]
