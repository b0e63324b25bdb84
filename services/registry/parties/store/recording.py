"""Remembers many organisations at once, in as many statements as one of them would take."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import organizations
from services.registry.parties.store.organizations import CHANGING, ORGANIZATIONS

_IDS = bulk.Statement(select(ORGANIZATIONS.c.id).where(bulk.among(ORGANIZATIONS.c.uscc)))


async def lock_codes(connection: AsyncConnection, codes: Sequence[str]) -> dict[str, Organization]:
    """Lock the organisations of these credit codes in the order of their ids, by code; unknown ones are left out."""
    ids: list[UUID] = [row["id"] for row in await _IDS.rows(connection, {"ids": list(codes)})]
    held = await organizations.lock(connection, ids) if ids else {}
    return {one.facts.uscc: one for one in held.values()}


async def add_all(connection: AsyncConnection, new: Sequence[Organization], *, at: datetime, by: str) -> None:
    """Record organisations whose codes are new."""
    rows = [{**_row(one), "uscc": one.facts.uscc, "recorded_at": at, "recorded_by": by} for one in new]
    await bulk.insert_all(connection, ORGANIZATIONS, rows)


async def save_all(connection: AsyncConnection, changed: Sequence[Organization]) -> None:
    """Write down locked organisations as they are now."""
    await bulk.update_all(connection, ORGANIZATIONS, [_row(one) for one in changed])


def _row(one: Organization) -> dict[str, Any]:
    facts = {name: getattr(one.facts, name) for name in CHANGING}
    return {"id": one.id, **facts, "status": one.status.value, "version": one.version}
