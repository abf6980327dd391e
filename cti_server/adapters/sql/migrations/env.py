"""Runs the migrations on the connection that database.migrate gives; there is no alembic.ini."""

from __future__ import annotations

from alembic import context

from cti_server.adapters.sql.base import Base

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    transaction_per_migration=not sqlite,
    transactional_ddl=sqlite,
)
with context.begin_transaction():
    context.run_migrations()
