"""Remembers exports, and their bytes until they are over."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.transfer.domain.exporting import Bounds, Export, ExportFormat, ExportKind, ExportState, Made
from services.registry.transfer.store.tables import ExportParts, Exports

EXPORTS = Exports.__table__
PARTS = ExportParts.__table__


async def add(connection: AsyncConnection, one: Export) -> None:
    """Record an export that was asked for."""
    named = ("id", "job_id", "client", "requested_by", "requested_at")
    values: dict[str, Any] = {name: getattr(one, name) for name in named}
    told = {"kind": one.kind.value, "format": one.format.value, "state": one.state.value}
    await connection.execute(insert(EXPORTS).values(values | told | {"wanted": asdict(one.wanted), "sight": one.sight}))


async def known(connection: AsyncConnection, export_id: UUID) -> Export:
    """One export that is known to be there."""
    return _export((await connection.execute(select(EXPORTS).where(EXPORTS.c.id == export_id))).one())


async def read(connection: AsyncConnection, export_id: UUID) -> Export | None:
    """One export."""
    row = (await connection.execute(select(EXPORTS).where(EXPORTS.c.id == export_id))).one_or_none()
    return None if row is None else _export(row)


async def lock(connection: AsyncConnection, export_id: UUID) -> Export:
    """Lock an export that is known to be there."""
    statement = select(EXPORTS).where(EXPORTS.c.id == export_id).with_for_update(key_share=True)
    return _export((await connection.execute(statement)).one())


async def of_client(connection: AsyncConnection, client: str, *, after: UUID | None, limit: int) -> list[Export]:
    """The exports that an account asked for, newest first, at most ``limit``."""
    statement = select(EXPORTS).where(EXPORTS.c.client == client).order_by(EXPORTS.c.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(EXPORTS.c.id < after)
    return [_export(row) for row in await connection.execute(statement)]


async def save(connection: AsyncConnection, ready: Export, pieces: Iterable[bytes]) -> None:
    """Write down a locked export whose file was made, and its bytes, piece by piece."""
    for place, content in enumerate(pieces):
        await connection.execute(insert(PARTS).values(export_id=ready.id, place=place, content=content))
    made = {} if ready.made is None else asdict(ready.made)
    told = {"state": ready.state.value, "ready_at": ready.ready_at, "expires_at": ready.expires_at}
    await connection.execute(update(EXPORTS).where(EXPORTS.c.id == ready.id).values({**made, **told}))


async def piece(connection: AsyncConnection, export_id: UUID, place: int) -> bytes | None:
    """A piece of the bytes, counted from 0; None behind the last one."""
    wanted = (PARTS.c.export_id == export_id, PARTS.c.place == place)
    found: bytes | None = (await connection.execute(select(PARTS.c.content).where(*wanted))).scalar_one_or_none()
    return found


async def earliest_end(connection: AsyncConnection) -> datetime | None:
    """When the first of those that are ready is over."""
    ready = EXPORTS.c.state == ExportState.READY.value
    earliest: datetime | None = (await connection.execute(select(func.min(EXPORTS.c.expires_at)).where(ready))).scalar()
    return earliest


async def expire(connection: AsyncConnection, upto: datetime, *, limit: int) -> int:
    """Let the first of those that are over go, bytes and all; gives how many. Those that somebody holds are skipped."""
    over = (
        select(EXPORTS.c.id)
        .where(EXPORTS.c.state == ExportState.READY.value, EXPORTS.c.expires_at <= upto)
        .order_by(EXPORTS.c.expires_at)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    )
    ids = list((await connection.execute(over)).scalars())
    await connection.execute(delete(PARTS).where(PARTS.c.export_id.in_(ids)))
    await connection.execute(update(EXPORTS).where(EXPORTS.c.id.in_(ids)).values(state=ExportState.EXPIRED.value))
    return len(ids)


def _export(row: Any) -> Export:
    return Export(
        id=row.id,
        kind=ExportKind(row.kind),
        format=ExportFormat(row.format),
        wanted=Bounds(**row.wanted),
        sight=row.sight,
        job_id=row.job_id,
        client=row.client,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        state=ExportState(row.state),
        made=None if row.sha256 is None else Made(row.rows, row.size, row.sha256),
        ready_at=row.ready_at,
        expires_at=row.expires_at,
    )
