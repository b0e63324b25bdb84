"""Decides whether the migrations are sound: up, down, up again, and nothing left that the code declares otherwise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError

from migrations import runner
from migrations.clock_mode import ClockMode
from migrations.schemas import HISTORIES, SERVICE_ROLES
from services.standalone import folders, postgres, provision

LEFTOVERS = """
SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY($1) AND c.relname NOT IN ('alembic_version', 'alembic_version_pkc', 'alembic_version_pkey')
UNION ALL
SELECT n.nspname || '.' || p.proname || '()' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = ANY($1)
UNION ALL
SELECT n.nspname || '.' || t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname = ANY($1) AND t.typtype IN ('d', 'e')
ORDER BY 1
"""


@contextmanager
def throw_away_server(configured: Path | None = None) -> Iterator[postgres.Server]:
    """A server on files that vanish with the block."""
    with tempfile.TemporaryDirectory(prefix="innovoucher-") as folder:
        Path(folder).chmod(0o711)
        data = Path(folder) / "data"
        with postgres.start(data, configured=configured, durability=postgres.THROW_AWAY) as server:
            yield server
        folders.remove(data)


async def new_database(server: postgres.Server, name: str) -> str:
    """The owner's URL of an empty database with roles and schemas."""
    await provision.make_owner(server.url("postgres"), "throw-away")
    owner = await provision.make_database(server.url("postgres", provision.OWNER, "throw-away"), name)
    await provision.make_roles(owner, dict.fromkeys(SERVICE_ROLES.values(), "throw-away"))
    return owner


async def faults(owner_url: str) -> list[str]:
    """Play every history up, down and up on an empty database; what was left behind or differs from the code."""
    await runner.upgrade(owner_url)
    await runner.downgrade(owner_url)
    found = [f"left behind by a downgrade: {name}" for name in await _leftovers(owner_url)]
    await runner.upgrade(owner_url, ClockMode(sandbox=True))
    try:
        await runner.check(owner_url)
    except CommandError as difference:
        found.append(f"the code declares otherwise: {difference}")
    return found


async def _leftovers(owner_url: str) -> list[str]:
    async with provision.connected(owner_url) as connection:
        return [row[0] for row in await connection.fetch(LEFTOVERS, list(HISTORIES))]
