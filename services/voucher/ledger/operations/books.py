"""Reads the books: the trial balance, the execution of budget lines, and the journals one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.ledger.domain.execution import Execution
from services.voucher.ledger.domain.unspent import Unspent
from services.voucher.ledger.operations.budget_lines import lines_within
from services.voucher.ledger.store import accounts, journals, lines, unspent
from services.voucher.ledger.store.accounts import Account, AsOf
from services.voucher.ledger.store.journals import Booked


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """What stands where, and by currency how far journals and books are from zero, in minor units."""

    accounts: Sequence[Account]
    imbalance: Mapping[str, int]


async def read_trial_balance(database: Database, *, permit: Permit, as_of: AsOf) -> TrialBalance:
    """Both books; finance sees the lines of its treasury and their rounds, the imbalance is always the whole one's."""
    async with database.read() as connection:
        return TrialBalance(
            await accounts.trial_balance(connection, as_of, within=lines_within(permit)),
            await accounts.imbalance(connection, as_of),
        )


async def list_execution(
    database: Database,
    *,
    permit: Permit,
    wanted: lines.Wanted,
    as_of: AsOf,
    after: tuple[int, UUID] | None,
    limit: int,
) -> list[Execution]:
    """Up to `limit` of the lines that the caller may see, each with what became of its money by then."""
    async with database.read() as connection:
        mine = replace(wanted, within=lines_within(permit))
        found = await lines.find(connection, mine, after=after, limit=limit)
        money = await accounts.money_by_line(connection, [line.id for line in found], as_of)
        return [Execution(line, money[line.id]) for line in found]


async def list_unspent(
    database: Database, *, permit: Permit, wanted: lines.Wanted, after: tuple[int, UUID] | None, limit: int
) -> list[Unspent]:
    """Up to `limit` of the lines that the caller may see, each with what became of what its rounds were given."""
    async with database.read() as connection:
        mine = replace(wanted, within=lines_within(permit))
        found = await lines.find(connection, mine, after=after, limit=limit)
        ids = [line.id for line in found]
        rounds, gone = await unspent.rounds_of(connection, ids), await unspent.lapsed(connection, ids)
        return [Unspent(line, rounds[line.id], gone.get(line.id, 0)) for line in found]


async def list_journals(
    database: Database, *, permit: Permit, wanted: journals.Wanted, before: int | None, limit: int
) -> list[Booked]:
    """Up to `limit` journals that the caller may see, newest first."""
    async with database.read() as connection:
        return await journals.find(connection, replace(wanted, within=lines_within(permit)), before=before, limit=limit)
