"""Reads statements and the balances of past instants, from the journals alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.movement import Movement
from services.voucher.ledger.store import movements
from services.voucher.ledger.store.movements import Place, Wanted
from services.voucher.wallet.domain.statement import Account, AccountLine, Balance, balances, lines
from services.voucher.wallet.store import rounds, vouchers


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood at an instant (UTC), in each currency in its order."""

    at: datetime
    balances: Sequence[tuple[str, Balance]]


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines in the order asked for, and the voucher of each by its id."""

    lines: Sequence[AccountLine]
    accounts: Mapping[UUID, Account]


async def of_voucher(database: Database, *, permit: Permit, voucher_id: UUID, wanted: Wanted, limit: int) -> Statement:
    """Up to `limit` lines of one voucher. NotFound ``voucher.unknown``; Refusal ``statement.days``."""
    async with database.read() as connection:
        await _see(connection, permit, voucher_id)
        return await _lines(connection, [voucher_id], wanted, limit)


async def of_wallet(database: Database, *, permit: Permit, wanted: Wanted, limit: int) -> Statement:
    """Up to `limit` lines of all vouchers of the caller's organisation.

    Refusals ``application.no_organization``, ``statement.days``.
    """
    async with database.read() as connection:
        return await _lines(connection, await _own(connection, permit), wanted, limit)


async def voucher_at(database: Database, *, permit: Permit, voucher_id: UUID, at: datetime | None) -> Standing:
    """What stood on a voucher at an instant, now if none is named.

    NotFound ``voucher.unknown``; Refusal ``balance.future`` for an instant that lies ahead.
    """
    async with database.read() as connection:
        currency = await _see(connection, permit, voucher_id)
        found = await _standing(connection, [voucher_id], at)
    return found if found.balances else Standing(found.at, [(currency, Balance())])


async def wallet_at(database: Database, *, permit: Permit, at: datetime | None) -> Standing:
    """What stood in the wallet of the caller's organisation at an instant, now if none is named.

    Refusal ``application.no_organization``, ``balance.future``.
    """
    async with database.read() as connection:
        return await _standing(connection, await _own(connection, permit), at)


async def _see(connection: AsyncConnection, permit: Permit, voucher_id: UUID) -> str:
    """The currency of a voucher that the caller may know of."""
    voucher = await vouchers.read(connection, voucher_id)
    of = await rounds.read(connection, voucher.round_id)
    permit.require("voucher.unknown", organizations=[voucher.holder_id], bureau=of.bureau)
    return voucher.currency


async def _own(connection: AsyncConnection, permit: Permit) -> list[UUID]:
    holder_id = permit.caller.organization
    if holder_id is None:
        raise Refusal("application.no_organization")
    return await vouchers.ids_of(connection, holder_id)


async def _lines(connection: AsyncConnection, ids: Collection[UUID], wanted: Wanted, limit: int) -> Statement:
    if wanted.first is not None and wanted.last is not None and wanted.first > wanted.last:
        raise Refusal("statement.days", pointer="/from", numbers={"from": str(wanted.first), "to": str(wanted.last)})
    found = await movements.find(connection, ids, wanted, limit=limit)
    if not found:
        return Statement([], {})
    oldest_first = sorted(found, key=_place)
    opening = await movements.sums(connection, ids, before=_place(oldest_first[0]))
    made = lines(balances(opening), oldest_first)
    accounts = await vouchers.accounts(connection, {one.voucher_id for one in found})
    return Statement(made[::-1] if wanted.newest_first else made, accounts)


def _place(movement: Movement) -> Place:
    return movement.booked_at, movement.sequence


async def _standing(connection: AsyncConnection, ids: Collection[UUID], at: datetime | None) -> Standing:
    now = await clock.business_now(connection)
    if at is not None and at > now:
        raise Refusal("balance.future", pointer="/at", numbers={"now": now.isoformat()})
    moved = await movements.sums(connection, ids, upto=at or now)
    return Standing(at or now, sorted(balances(moved).items()))
