"""Decides how an index is made and dropped while its table is written to: always in a migration of its own."""

from alembic import op


def make_index(name: str, of: str, *, unique: bool = False) -> None:
    """Make an index without keeping anybody from writing; one that an earlier try left unfinished is made anew."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE {'UNIQUE ' * unique}INDEX CONCURRENTLY {name} {of}")


def drop_index(name: str) -> None:
    """Drop an index without keeping anybody from writing."""
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
