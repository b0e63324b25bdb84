"""Decides how every migration runs: in its own schema, each in a transaction of its own, never waiting long for a lock.

Alembic executes this file for each of the four histories; ``migrations.runner`` hands over an open connection.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from migrations.schemas import SERVICE_ROLES, target_metadata

LOCK_TIMEOUT = "5s"
"""Both ways: a migration that waits longer would stop everybody who queues behind it."""


def migrate(connection: Connection, history: str) -> None:
    """Play the history on this connection. The search path says where tables go, so no migration names a schema."""
    connection.exec_driver_sql(f"SET search_path TO {history}, business")
    connection.exec_driver_sql(f"SET lock_timeout TO '{LOCK_TIMEOUT}'")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=target_metadata(history),
        version_table_schema=history,
        transaction_per_migration=True,
        compare_server_default=True,
        include_name=_is_declared_in_python,
    )
    context.run_migrations()
    if history in SERVICE_ROLES and "alembic_version" in _tables(connection, history):
        connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {SERVICE_ROLES[history]}")
    connection.commit()


def _is_declared_in_python(name: str | None, kind: str, _: object) -> bool:
    """The clock, seen through the search path, and alembic's own table have no counterpart in the code."""
    return kind != "table" or name not in {"clock", "alembic_version"}


def _tables(connection: Connection, history: str) -> set[str]:
    rows = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = $1", (history,))
    return {name for (name,) in rows}


migrate(context.config.attributes["connection"], context.config.attributes["history"])
