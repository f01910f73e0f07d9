"""Where Alembic starts: it works on the connection, and in the transaction, that it was given."""

from alembic import context

from wa_notify.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
