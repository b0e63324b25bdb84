"""Remembers many organisations at once, with their names and figures, in as many statements as one would take."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.parties.domain.naming import Name
from services.registry.parties.domain.organization import Organization
from services.registry.parties.domain.size import Measure, SizeDeclaration
from services.registry.parties.store import organizations
from services.registry.parties.store.names import NAMES
from services.registry.parties.store.organizations import CHANGING, ORGANIZATIONS
from services.registry.parties.store.sizes import SIZES

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
    """Write down locked organisations as they are now; how they ended is no matter of lists."""
    await bulk.update_all(connection, ORGANIZATIONS, [_row(one) for one in changed])


async def add_names(connection: AsyncConnection, new: Sequence[Name], *, at: datetime, by: str) -> None:
    """Record names that begin, once those before them have given up their days."""
    rows = [{**_name(one), **_fixed(one), "recorded_at": at, "recorded_by": by} for one in new]
    await bulk.insert_all(connection, NAMES, rows)


async def save_names(connection: AsyncConnection, kept: Sequence[Name]) -> None:
    """Write down names that gave up days or were mistyped."""
    await bulk.update_all(connection, NAMES, [_name(one) for one in kept])


async def add_sizes(connection: AsyncConnection, declared: Sequence[SizeDeclaration], *, at: datetime, by: str) -> None:
    """Record declarations."""
    await bulk.insert_all(connection, SIZES, [{**_size(one), "declared_at": at, "declared_by": by} for one in declared])


def _row(one: Organization) -> dict[str, Any]:
    facts = {name: getattr(one.facts, name) for name in CHANGING}
    return {"id": one.id, **facts, "status": one.status.value, "version": one.version}


def _name(one: Name) -> dict[str, Any]:
    return {"id": one.id, "name": one.text, "from_on": one.period.start, "until_on": one.period.until}


def _fixed(one: Name) -> dict[str, Any]:
    return {"organization_id": one.organization_id, "document_id": one.document_id}


def _size(one: SizeDeclaration) -> dict[str, Any]:
    facts = one.facts
    return {
        "id": one.id,
        "organization_id": facts.organization_id,
        "year": facts.year,
        "industry": facts.industry,
        **{measure.value: facts.figures.get(measure) for measure in Measure},
        "size_class": one.size_class.value,
        "standard": one.standard,
        "source": facts.source.value,
        "document_id": facts.document_id,
    }
