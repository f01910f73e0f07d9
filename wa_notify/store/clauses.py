"""The forms that statements take again and again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Delete,
    Integer,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert  # whose ON CONFLICT is SQLite's too

from wa_notify.store.rows import Record

LIMIT: BindParameter[int] = bindparam("limit", type_=Integer)
ONE: ColumnClause[int] = literal_column("1", Integer)


def reading(record: Record[Any], table: Table) -> Select[Any]:
    """Select what a value is made of."""
    return select(*(table.c[name] for name in record.names))


def matching(table: Table, *names: str) -> list[ColumnElement[bool]]:
    """Compare these columns with parameters of the same names."""
    return [table.c[name] == bindparam(name) for name in names]


def all_but(record: Record[Any], *names: str) -> list[str]:
    """The columns of a value but for these."""
    return [name for name in record.names if name not in names]


def adding(table: Table) -> Insert:
    """Add a row; the database makes its number where it has one."""
    given = [column for column in table.c if column is not table.autoincrement_column]
    return insert(table).values({column.name: bindparam(column.name, type_=column.type) for column in given})


def adding_or_changing(table: Table) -> Insert:
    """Add a row, or change the one with the same key."""
    statement = adding(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={column.name: statement.excluded[column.name] for column in table.c if not column.primary_key},
    )


def changing(table: Table, *names: str, by: Sequence[str]) -> Update:
    """Set these columns where others are as given."""
    changes = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return update(table).where(*matching(table, *by)).values(changes)


def removing(table: Table, *by: str) -> Delete:
    """Take out the rows in which these columns are as given."""
    return delete(table).where(*matching(table, *by))


def handing_over(table: Table) -> Update:
    """What was one person's is another's now."""
    to = bindparam("to", type_=table.c.recipient_id.type)
    return update(table).where(*matching(table, "recipient_id")).values(recipient_id=to)
