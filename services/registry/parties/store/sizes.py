"""Remembers the figures that were declared of organisations, year by year; append-only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.organization import SizeClass
from services.registry.parties.domain.size import Measure, SizeDeclaration, SizeFacts, SizeSource
from services.registry.parties.store.fact_tables import SizeDeclarations

SIZES = SizeDeclarations.__table__


async def add(connection: AsyncConnection, declared: SizeDeclaration, *, at: datetime, by: str) -> None:
    """Record a declaration."""
    facts = declared.facts
    values = {
        "id": declared.id,
        "organization_id": facts.organization_id,
        "year": facts.year,
        "industry": facts.industry,
        **{measure.value: facts.figures.get(measure) for measure in Measure},
        "size_class": declared.size_class.value,
        "standard": declared.standard,
        "source": facts.source.value,
        "document_id": facts.document_id,
        "declared_at": at,
        "declared_by": by,
    }
    await connection.execute(insert(SIZES).values(values))


async def of_organizations(connection: AsyncConnection, ids: Sequence[UUID]) -> list[SizeDeclaration]:
    """What was declared of them, in the order of recording."""
    statement = select(SIZES).where(SIZES.c.organization_id.in_(ids)).order_by(SIZES.c.id)
    return [_declaration(row) for row in await connection.execute(statement)]


def _declaration(row: Any) -> SizeDeclaration:
    figures = {measure: getattr(row, measure.value) for measure in Measure}
    source = SizeSource(row.source)
    facts = SizeFacts(row.organization_id, row.year, row.industry, figures, source, row.document_id)
    return SizeDeclaration(row.id, facts, SizeClass(row.size_class), row.standard)
