"""Remembers the targets that policy papers set."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import region_in_sight
from services.registry.statistics.domain.target import Measure, Target, TargetFacts
from services.registry.statistics.store.tables import Targets

TARGETS = Targets.__table__


async def add_new(connection: AsyncConnection, targets: Sequence[Target], *, at: datetime, by: str) -> set[UUID]:
    """Record those targets that their clause does not set yet; gives their ids."""
    rows = [
        {**vars(one.facts), "measure": one.facts.measure.value, "id": one.id, "recorded_at": at, "recorded_by": by}
        for one in targets
    ]
    statement = insert(TARGETS).values(rows).on_conflict_do_nothing().returning(TARGETS.c.id)
    return set((await connection.execute(statement)).scalars())


async def same(connection: AsyncConnection, facts: TargetFacts) -> UUID:
    """The id of the target that a clause sets for a measure and region already."""
    columns = TARGETS.c
    statement = select(columns.id).where(
        columns.policy == facts.policy,
        columns.clause == facts.clause,
        columns.measure == facts.measure.value,
        columns.region == facts.region,
    )
    found: UUID = (await connection.execute(statement)).scalar_one()
    return found


async def find(connection: AsyncConnection, region: str | None, *, after: UUID | None, limit: int) -> list[Target]:
    """Targets by id, those of a region and of what lies in it, at most ``limit``."""
    statement = select(TARGETS).order_by(TARGETS.c.id).limit(limit)
    if region is not None:
        statement = statement.where(region_in_sight(TARGETS.c.region, region))
    if after is not None:
        statement = statement.where(TARGETS.c.id > after)
    names = TargetFacts.__dataclass_fields__
    return [
        Target(row["id"], TargetFacts(**{**{name: row[name] for name in names}, "measure": Measure(row["measure"])}))
        for row in (await connection.execute(statement)).mappings()
    ]
