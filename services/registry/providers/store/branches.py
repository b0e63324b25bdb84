"""Remembers the branches of providers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.providers.domain.branch import Branch, BranchFacts
from services.registry.providers.store.tables import Branches

BRANCHES = Branches.__table__
_FACTS = tuple(BranchFacts.__dataclass_fields__)


async def add(connection: AsyncConnection, branch: Branch, *, at: datetime, by: str) -> None:
    """Record a branch."""
    values = {**_values(branch), "id": branch.id, "provider_id": branch.provider_id}
    await connection.execute(insert(BRANCHES).values({**values, "recorded_at": at, "recorded_by": by}))


async def save(connection: AsyncConnection, branch: Branch) -> None:
    """Write down a branch as it is now; whoever changes it holds its provider's organisation."""
    await connection.execute(update(BRANCHES).where(BRANCHES.c.id == branch.id).values(_values(branch)))


async def of_provider(connection: AsyncConnection, provider_id: UUID) -> list[Branch]:
    """All branches of a provider, oldest first; they are few."""
    statement = select(BRANCHES).where(BRANCHES.c.provider_id == provider_id).order_by(BRANCHES.c.id)
    return [_branch(row) for row in await connection.execute(statement)]


def _values(branch: Branch) -> dict[str, Any]:
    return {**vars(branch.facts), "version": branch.version}


def _branch(row: Any) -> Branch:
    facts = BranchFacts(**{name: getattr(row, name) for name in _FACTS})
    return Branch(row.id, row.provider_id, facts, row.version)
