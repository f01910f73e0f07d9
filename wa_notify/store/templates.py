"""The verbs about the account's templates (see `wa_notify.ports.Transaction`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from wa_notify.core.template import TemplateShape
from wa_notify.store import statements as sql
from wa_notify.store.connection import Connection
from wa_notify.store.rows import SHAPE

SYNCED_AT = "templates_synced_at"


class Templates:
    """A part of `wa_notify.store.transaction.SqlTransaction`."""

    _connection: Connection

    def shapes(self, name: str) -> Sequence[TemplateShape]:
        """All languages of a template as the account has it."""
        return [SHAPE.value(row) for row in self._connection.rows(sql.SHAPES_OF, name=name)]

    def templates_synced_at(self) -> datetime | None:
        """When the account's templates were last read in full; never, when nothing."""
        said = self._connection.cell(sql.META, key=SYNCED_AT)
        return None if said is None else datetime.fromisoformat(said)

    def replace_templates(self, shapes: Iterable[TemplateShape], at: datetime) -> None:
        """The account's templates are exactly these."""
        self._connection.run(sql.REMOVE_SHAPES)
        for shape in shapes:
            self._connection.run(sql.ADD_SHAPE, **SHAPE.values(shape))
        self._connection.run(sql.SAVE_META, key=SYNCED_AT, value=at.isoformat())

    def update_template(self, name: str, language: str, *, status: str = "", category: str = "") -> None:
        """A single template changed; empty means unchanged, unknown templates are left alone."""
        if status:
            self._connection.run(sql.CHANGE_STATUS, name=name, language=language, status=status)
        if category:
            self._connection.run(sql.CHANGE_CATEGORY, name=name, language=language, category=category)
