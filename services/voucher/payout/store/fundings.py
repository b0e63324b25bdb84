"""Remembers the fundings of payer accounts, proposed, decided and received; one is locked after its budget line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.refusals import NotFound
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.store.tables import Fundings

FUNDINGS = Fundings.__table__
_MOVING = ("id", "state", "decided_by", "decided_at", "reason", "received_on")


async def add(connection: AsyncConnection, funding: AccountFunding) -> None:
    """Write a proposed funding."""
    await connection.execute(insert(FUNDINGS).values(asdict(funding)))


async def save(connection: AsyncConnection, fundings: Sequence[AccountFunding]) -> None:
    """Write how far locked fundings have come."""
    rows = [{name: getattr(one, name) for name in _MOVING} for one in fundings]
    await bulk.update_all(connection, FUNDINGS, rows)


async def read(connection: AsyncConnection, funding_id: UUID) -> AccountFunding:
    """One funding as it stands, without a lock; NotFound `funding.unknown`."""
    for one in await _fundings(connection, select(FUNDINGS).where(FUNDINGS.c.id == funding_id)):
        return one
    raise NotFound("funding.unknown")


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, AccountFunding]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(FUNDINGS).where(FUNDINGS.c.id.in_(ids)).order_by(FUNDINGS.c.id).with_for_update(key_share=True)
    return {one.id: one for one in await _fundings(connection, statement)} if ids else {}


async def by_reference(
    connection: AsyncConnection, payer_account_id: UUID, references: Collection[str]
) -> dict[str, AccountFunding]:
    """The fundings of an account, in any state, that bear one of these references; not locked."""
    theirs = FUNDINGS.c.payer_account_id == payer_account_id, FUNDINGS.c.reference.in_(references)
    return {one.reference: one for one in await _fundings(connection, select(FUNDINGS).where(*theirs))}


async def candidates(
    connection: AsyncConnection, payer_account_id: UUID, amounts: Collection[int]
) -> list[AccountFunding]:
    """What was approved for an account and is not received, of one of these amounts (fen), oldest first."""
    awaited = FUNDINGS.c.state == FundingState.APPROVED, FUNDINGS.c.amount.in_(amounts)
    statement = select(FUNDINGS).where(FUNDINGS.c.payer_account_id == payer_account_id, *awaited)
    return await _fundings(connection, statement.order_by(FUNDINGS.c.decided_at, FUNDINGS.c.id))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fundings to list; None means any."""

    treasury: str | None = None
    payer_account_id: UUID | None = None
    budget_line_id: UUID | None = None
    state: FundingState | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[AccountFunding]:
    """Up to `limit` fundings, newest first, proposed before the one given."""
    statement = select(FUNDINGS).order_by(FUNDINGS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(FUNDINGS.c.id < before)
    for column, value in (
        (FUNDINGS.c.treasury, wanted.treasury),
        (FUNDINGS.c.payer_account_id, wanted.payer_account_id),
        (FUNDINGS.c.budget_line_id, wanted.budget_line_id),
        (FUNDINGS.c.state, wanted.state),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return await _fundings(connection, statement)


async def _fundings(connection: AsyncConnection, statement: Select[Any]) -> list[AccountFunding]:
    return [_funding(row) for row in (await connection.execute(statement)).mappings()]


def _funding(row: Mapping[Any, Any]) -> AccountFunding:
    return AccountFunding(**{**row, "state": FundingState(row["state"])})
