"""Several services on one database: what lately left from a number is known to all of them.

It says again what `wa_notify.store.account_tables` says, on purpose (see the first revision).
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create it."""
    op.create_table(
        "buckets",
        sa.Column("number_id", TEXT, nullable=False),
        sa.Column("taken", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number_id"),
        sqlite_strict=True,
    )
