"""Remembers which scheme follows which: added when the follower is first published, and never changed."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.scheme.domain.lineage import Succession
from services.voucher.scheme.store.tables import SchemeSuccessions

SUCCESSIONS = SchemeSuccessions.__table__


async def touching(connection: AsyncConnection, scheme_id: str, *, follows: str | None) -> list[Succession]:
    """What is known of a scheme itself, and of whatever follows the one that it names."""
    columns = SUCCESSIONS.c
    wanted = or_(columns.scheme_id == scheme_id, columns.follows == follows)
    rows = await connection.execute(select(columns.scheme_id, columns.follows, columns.root).where(wanted))
    return [Succession(**row._mapping) for row in rows]


async def add(connection: AsyncConnection, one: Succession, *, version_id: UUID, at: datetime) -> None:
    """Append one, as the first version says that is published."""
    await connection.execute(insert(SUCCESSIONS).values(**asdict(one), version_id=version_id, at=at))
