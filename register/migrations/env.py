"""Alembic's entry: the connection is handed over by `register.migrate`."""

from alembic import context

from register.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
