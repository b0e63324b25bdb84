"""Remembers which captures stand unclaimed, and which redemption each capture belongs to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, all_, and_, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.voucher.redemption.store.tables import Captures, Redemptions

CAPTURES = Captures.__table__
REDEMPTIONS = Redemptions.__table__


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A capture of which something stands that is on no claim line."""

    id: UUID
    redemption_id: UUID
    captured_at: datetime


async def redemptions_of(
    connection: AsyncConnection, capture_ids: Collection[UUID], *, payee_id: UUID | None
) -> dict[UUID, UUID]:
    """The redemption of each of these captures that is one payee's; nobody's are none."""
    statement = _of_payee(payee_id).where(CAPTURES.c.id.in_(capture_ids))
    return {row.id: row.redemption_id for row in await connection.execute(statement)}


async def unclaimed(
    connection: AsyncConnection, *, payee_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Unclaimed], str | None]:
    """A page of a payee's captures of which something stands on no claim, whether or not it is too late to claim it;
    the oldest first, and its next cursor.
    """
    columns = CAPTURES.c
    statement = (
        _of_payee(payee_id)
        .where(columns.claim_line_id.is_(None), columns.amount > columns.refunded)
        .order_by(columns.captured_at, columns.id)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(columns.captured_at, columns.id) > pages.instant_and_id(after))
    found = [Unclaimed(**row) for row in (await connection.execute(statement)).mappings()]
    return pages.cut(found, limit, lambda one: (one.captured_at.isoformat(), str(one.id)))


async def due(
    connection: AsyncConnection, *, upto: datetime | None, limit: int, without: Collection[UUID] = ()
) -> list[tuple[datetime, UUID]]:
    """The redemptions of captures that nobody claims in time, at or before an instant if given, in due order.

    Each with the instant; not locked.
    """
    columns = CAPTURES.c
    waits = and_(columns.claim_line_id.is_(None), columns.amount > columns.refunded)
    passed = literal(list(without), ARRAY(Uuid()))
    statement = (
        select(columns.claim_by_ends, columns.redemption_id)
        .where(waits, columns.redemption_id != all_(passed))
        .order_by(columns.claim_by_ends, columns.id)
        .limit(limit)
    )
    if upto is not None:
        statement = statement.where(columns.claim_by_ends <= upto)
    return [(row.claim_by_ends, row.redemption_id) for row in await connection.execute(statement)]


async def prolong(
    connection: AsyncConnection, redemption_ids: Collection[UUID], *, until: datetime, at: datetime
) -> None:
    """Let the captures of locked redemptions be claimed until an instant (UTC), but for those whose time is over."""
    mine = CAPTURES.c.redemption_id.in_(redemption_ids)
    statement = update(CAPTURES).where(mine, CAPTURES.c.claim_by_ends > at).values(claim_by_ends=until)
    await connection.execute(statement)


def _of_payee(payee_id: UUID | None) -> Select[tuple[UUID, UUID, datetime]]:
    """Those that an organisation may claim: as the provider, or as the holder who is reimbursed."""
    columns = CAPTURES.c
    return (
        select(columns.id, columns.redemption_id, columns.captured_at)
        .join(REDEMPTIONS, REDEMPTIONS.c.id == columns.redemption_id)
        .where(
            or_(
                and_(REDEMPTIONS.c.payee_id == payee_id, ~REDEMPTIONS.c.reimbursed),
                and_(REDEMPTIONS.c.holder_id == payee_id, REDEMPTIONS.c.reimbursed),
            )
        )
    )
