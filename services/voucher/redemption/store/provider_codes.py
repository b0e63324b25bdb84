"""Remembers the static codes of providers: by their text for who scans one, by organisation for who hung it up."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.refusals import NotFound
from services.voucher.redemption.domain.provider_code import ProviderCode
from services.voucher.redemption.store.consent_tables import ProviderCodes

CODES = ProviderCodes.__table__


async def add(connection: AsyncConnection, code: ProviderCode) -> None:
    """Write a new code."""
    await connection.execute(insert(CODES).values(asdict(code)))


async def live(connection: AsyncConnection, texts: Collection[str]) -> dict[str, ProviderCode]:
    """The codes of these texts, by text; no more of one that is retired than of one that never was."""
    statement = select(CODES).where(CODES.c.code.in_(texts), CODES.c.retired_at.is_(None))
    return {code.code: code for code in map(_code, await connection.execute(statement))}


async def lock(connection: AsyncConnection, code_id: UUID) -> ProviderCode:
    """One code by its id, locked until the transaction ends; NotFound ``provider_code.unknown``."""
    statement = select(CODES).where(CODES.c.id == code_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound("provider_code.unknown")
    return _code(row)


async def retire(connection: AsyncConnection, code: ProviderCode) -> None:
    """Write that a locked code is retired."""
    retired = {"retired_at": code.retired_at, "retired_by": code.retired_by}
    await connection.execute(update(CODES).where(CODES.c.id == code.id).values(retired))


async def find(
    connection: AsyncConnection, organization_id: UUID | None, *, after: str | None, limit: int
) -> tuple[list[ProviderCode], str | None]:
    """A page of an organisation's codes, or of all, newest first, retired ones too; and its next cursor."""
    place = CODES.c.created_at, CODES.c.id
    statement = select(CODES).order_by(*(column.desc() for column in place)).limit(limit + 1)
    if organization_id is not None:
        statement = statement.where(CODES.c.organization_id == organization_id)
    if after is not None:
        statement = statement.where(tuple_(*place) < pages.instant_and_id(after))
    found = [_code(row) for row in await connection.execute(statement)]
    return pages.cut(found, limit, lambda code: (code.created_at.isoformat(), str(code.id)))


def _code(row: Row[Any]) -> ProviderCode:
    return ProviderCode(**row._mapping)
