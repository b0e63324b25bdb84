"""Remembers the transfers that holders announced to escrow accounts; each is locked after its escrow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.store.escrow_tables import Deposits

DEPOSITS = Deposits.__table__
_MOVING = ("id", "state", "received", "received_on", "from_name", "from_account")


async def add(connection: AsyncConnection, deposit: Deposit) -> None:
    """Write an announced deposit; Refusal ``deposit.announced`` while another of its redemption is waited for."""
    try:
        await connection.execute(insert(DEPOSITS).values(asdict(deposit)))
    except IntegrityError as error:
        if violated(error, "uq_deposits_announced"):
            raise Refusal("deposit.announced", rule="deposit.one_at_a_time") from error
        raise


async def save(connection: AsyncConnection, deposits: Sequence[Deposit]) -> None:
    """Write how far locked deposits have come."""
    await bulk.update_all(connection, DEPOSITS, [{name: getattr(one, name) for name in _MOVING} for one in deposits])


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Deposit]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(DEPOSITS).where(DEPOSITS.c.id.in_(ids)).order_by(DEPOSITS.c.id).with_for_update(key_share=True)
    return {one.id: one for one in await _all(connection, statement)} if ids else {}


async def read(connection: AsyncConnection, deposit_id: UUID) -> Deposit:
    """One deposit as it stands, without a lock; NotFound ``deposit.unknown``."""
    for one in await _all(connection, select(DEPOSITS).where(DEPOSITS.c.id == deposit_id)):
        return one
    raise NotFound("deposit.unknown")


async def of_redemption(connection: AsyncConnection, redemption_id: UUID) -> list[Deposit]:
    """All that were announced for a redemption, oldest first; not locked."""
    statement = select(DEPOSITS).where(DEPOSITS.c.redemption_id == redemption_id)
    return await _all(connection, statement.order_by(DEPOSITS.c.id))


async def last_of(connection: AsyncConnection, redemption_ids: Collection[UUID]) -> list[Deposit]:
    """The one that was announced last for each of these redemptions; not locked."""
    theirs = select(DEPOSITS).where(DEPOSITS.c.redemption_id.in_(redemption_ids))
    each = theirs.ext(distinct_on(DEPOSITS.c.redemption_id))
    last = each.order_by(DEPOSITS.c.redemption_id, DEPOSITS.c.id.desc())
    return await _all(connection, last) if redemption_ids else []


async def by_reference(
    connection: AsyncConnection, payer_account_id: UUID, references: Collection[str]
) -> list[Deposit]:
    """The deposits to an account, in any state, that bear one of these references; not locked."""
    theirs = DEPOSITS.c.payer_account_id == payer_account_id, DEPOSITS.c.reference.in_(references)
    return await _all(connection, select(DEPOSITS).where(*theirs)) if references else []


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deposits to list; None means any. organization: who pays in, or is paid from it."""

    organization: UUID | None = None
    treasury: str | None = None
    redemption_id: UUID | None = None
    state: DepositState | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[Deposit]:
    """Up to `limit` deposits, newest first, announced before the one given."""
    statement = select(DEPOSITS).order_by(DEPOSITS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(DEPOSITS.c.id < before)
    if wanted.organization is not None:
        one = wanted.organization
        statement = statement.where((DEPOSITS.c.holder_id == one) | (DEPOSITS.c.payee_id == one))
    for name in ("treasury", "redemption_id", "state"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(DEPOSITS.c[name] == value)
    return await _all(connection, statement)


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Deposit]:
    return [_deposit(row) for row in (await connection.execute(statement)).mappings()]


def _deposit(row: Mapping[Any, Any]) -> Deposit:
    return Deposit(**{**row, "state": DepositState(row["state"])})
