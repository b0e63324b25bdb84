"""Remembers bank accounts; all accounts of a payee are locked together, so that no payment overlooks a change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, insert, literal, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.voucher.payout.domain.bank_account import AccountState, BankAccount
from services.voucher.payout.store.tables import BankAccounts
from services.voucher.settlement.store.claim_tables import ClaimLines

ACCOUNTS = BankAccounts.__table__
LINES = ClaimLines.__table__
_MOVING = ("id", "state", "decided_by", "decided_at", "reason", "active_at", "retired_at")


async def add(connection: AsyncConnection, account: BankAccount) -> None:
    """Write a new account, under the locks of its payee's others.

    Refusals `client_ref.taken`, and `bank_account.pending` when the payee's first two come at once.
    """
    try:
        await connection.execute(insert(ACCOUNTS).values(asdict(account)))
    except IntegrityError as error:
        if violated(error, "uq_bank_accounts_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        if violated(error, "uq_bank_accounts_pending"):
            raise Refusal("bank_account.pending", rule="one_change_at_a_time") from error
        raise


async def save(connection: AsyncConnection, accounts: Sequence[BankAccount]) -> None:
    """Write what changed of locked accounts; retired ones first, as a payee has one active account at every moment."""
    rows = [{name: getattr(one, name) for name in _MOVING} for one in accounts]
    gone = [row for row in rows if row["state"] is AccountState.RETIRED]
    await bulk.update_all(connection, ACCOUNTS, gone)
    await bulk.update_all(connection, ACCOUNTS, [row for row in rows if row not in gone])


async def read(connection: AsyncConnection, account_id: UUID) -> BankAccount:
    """One account as it stands, without a lock; NotFound `bank_account.unknown`."""
    for one in await _accounts(connection, select(ACCOUNTS).where(ACCOUNTS.c.id == account_id)):
        return one
    raise NotFound("bank_account.unknown")


async def concerns(connection: AsyncConnection, payee: UUID, treasury: str) -> bool:
    """Whether a treasury has to do with a payee: it has a claim line of it, or no treasury has one yet."""
    found: bool = (await connection.execute(select(_concern(literal(payee), treasury)))).scalar_one()
    return found


def _concern(payee: ColumnElement[UUID], treasury: str) -> ColumnElement[bool]:
    theirs = exists().where(LINES.c.payee_id == payee)
    return or_(theirs.where(LINES.c.treasury == treasury), ~theirs)


async def lock_of(connection: AsyncConnection, payees: Collection[UUID]) -> dict[UUID, tuple[BankAccount, ...]]:
    """All accounts of each of these payees, locked in id order until the transaction ends.

    They are read in a second statement: one that was added while the first waited for the locks is not overlooked.
    """
    theirs = ACCOUNTS.c.organization_id.in_(payees)
    await connection.execute(
        select(ACCOUNTS.c.id).where(theirs).order_by(ACCOUNTS.c.id).with_for_update(key_share=True)
    )
    found: dict[UUID, tuple[BankAccount, ...]] = dict.fromkeys(payees, ())
    for one in await _accounts(connection, select(ACCOUNTS).where(theirs).order_by(ACCOUNTS.c.id)):
        found[one.organization_id] += (one,)
    return found


async def next_cooled(connection: AsyncConnection) -> datetime | None:
    """When the next confirmed account has cooled (UTC)."""
    statement = select(ACCOUNTS.c.cooling_ends).where(ACCOUNTS.c.state == AccountState.CONFIRMED.value)
    found = await connection.execute(statement.order_by(ACCOUNTS.c.cooling_ends).limit(1))
    due: datetime | None = found.scalar_one_or_none()
    return due


async def cooled(connection: AsyncConnection, upto: datetime, *, limit: int) -> list[BankAccount]:
    """Confirmed accounts that have cooled at an instant (UTC), in due order; not locked."""
    due = ACCOUNTS.c.state == AccountState.CONFIRMED.value, ACCOUNTS.c.cooling_ends <= upto
    statement = select(ACCOUNTS).where(*due).order_by(ACCOUNTS.c.cooling_ends, ACCOUNTS.c.id).limit(limit)
    return await _accounts(connection, statement)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts to list; None means any. treasury: whose payees, see `concerns`."""

    organization_id: UUID | None = None
    state: AccountState | None = None
    treasury: str | None = None


async def find(connection: AsyncConnection, wanted: Wanted, *, before: UUID | None, limit: int) -> list[BankAccount]:
    """Up to `limit` accounts, newest first, submitted before the one given."""
    statement = select(ACCOUNTS).order_by(ACCOUNTS.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(ACCOUNTS.c.id < before)
    if wanted.organization_id is not None:
        statement = statement.where(ACCOUNTS.c.organization_id == wanted.organization_id)
    if wanted.state is not None:
        statement = statement.where(ACCOUNTS.c.state == wanted.state)
    if wanted.treasury is not None:
        statement = statement.where(_concern(ACCOUNTS.c.organization_id, wanted.treasury))
    return await _accounts(connection, statement)


async def _accounts(connection: AsyncConnection, statement: Select[Any]) -> list[BankAccount]:
    return [_account(row) for row in (await connection.execute(statement)).mappings()]


def _account(row: Mapping[Any, Any]) -> BankAccount:
    return BankAccount(**{**row, "state": AccountState(row["state"])})
