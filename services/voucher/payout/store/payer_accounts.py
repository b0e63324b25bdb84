"""Remembers payer accounts: what they are for good, how many bank files they have, their last statement's closing."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import violated
from services.chassis.refusals import NotFound, Refusal
from services.chassis.sums import Total
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.store.tables import Entries
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.store.tables import PayerAccounts

ACCOUNTS = PayerAccounts.__table__


async def add(connection: AsyncConnection, account: PayerAccount) -> None:
    """Write a new account.

    Refusals `payer_account.exists` when the bank's number is known already, `payer_account.escrow_exists`.
    """
    try:
        await connection.execute(insert(ACCOUNTS).values(asdict(account)))
    except IntegrityError as error:
        if violated(error, "uq_payer_accounts_number"):
            raise Refusal("payer_account.exists", pointer="/number") from error
        if violated(error, "uq_payer_accounts_escrow"):
            raise Refusal("payer_account.escrow_exists", pointer="/kind") from error
        raise


async def lock(connection: AsyncConnection, account_id: UUID) -> PayerAccount:
    """One account, locked until the end of the transaction; NotFound `payer_account.unknown`."""
    return await _one(connection, select(ACCOUNTS).where(ACCOUNTS.c.id == account_id).with_for_update(key_share=True))


async def read(connection: AsyncConnection, account_id: UUID) -> PayerAccount:
    """One account as it stands, without a lock; NotFound `payer_account.unknown`."""
    return await _one(connection, select(ACCOUNTS).where(ACCOUNTS.c.id == account_id))


async def read_all(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, PayerAccount]:
    """Those of the ids that exist, not locked."""
    rows = (await connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id.in_(ids)))).mappings() if ids else ()
    return {row["id"]: _account(row) for row in rows}


async def escrow_of(connection: AsyncConnection, treasury: str, currency: str) -> PayerAccount | None:
    """Where a treasury keeps holders' own money of a currency: its one such account, if any."""
    theirs = ACCOUNTS.c.treasury == treasury, ACCOUNTS.c.currency == currency
    kept = select(ACCOUNTS).where(*theirs, ACCOUNTS.c.kind == AccountKind.ESCROW.value)
    row = (await connection.execute(kept)).mappings().one_or_none()
    return None if row is None else _account(row)


async def has_escrow(connection: AsyncConnection, treasury: str, currency: str) -> bool:
    """Whether a treasury has an account in escrow of a currency."""
    return await escrow_of(connection, treasury, currency) is not None


async def save(connection: AsyncConnection, account: PayerAccount) -> None:
    """Write what changes of a locked account: the count of its bank files, its last statement's closing."""
    moving = {name: getattr(account, name) for name in ("files", "closing_on", "closing_balance")}
    await connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(moving))


async def find(
    connection: AsyncConnection, *, treasury: str | None, before: UUID | None, limit: int
) -> list[PayerAccount]:
    """Up to `limit` accounts of a treasury, or of all, newest first, opened before the one given."""
    statement = select(ACCOUNTS).order_by(ACCOUNTS.c.id.desc()).limit(limit)
    if treasury is not None:
        statement = statement.where(ACCOUNTS.c.treasury == treasury)
    if before is not None:
        statement = statement.where(ACCOUNTS.c.id < before)
    return [_account(row) for row in (await connection.execute(statement)).mappings()]


async def balances(connection: AsyncConnection, account_ids: Collection[UUID]) -> dict[UUID, int]:
    """What the ledger says stands in each account, in fen, folded from the entries."""
    of_banks = Entries.c.place == PlaceKind.BANK, Entries.c.owner.in_(account_ids)
    statement = select(Entries.c.owner, func.sum(Entries.c.amount).cast(Total())).where(*of_banks)
    folded = {row[0]: row[1] for row in await connection.execute(statement.group_by(Entries.c.owner))}
    return {account_id: folded.get(account_id, 0) for account_id in account_ids}


async def _one(connection: AsyncConnection, statement: Select[Any]) -> PayerAccount:
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound("payer_account.unknown")
    return _account(row)


def _account(row: Mapping[Any, Any]) -> PayerAccount:
    return PayerAccount(**{**row, "kind": AccountKind(row["kind"])})
