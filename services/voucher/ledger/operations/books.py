"""Reads the books: the trial balance at a date or an instant, and the journals one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.ledger.operations.budget_lines import lines_within
from services.voucher.ledger.store import accounts, journals
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


async def list_journals(
    database: Database, *, permit: Permit, wanted: journals.Wanted, before: int | None, limit: int
) -> list[Booked]:
    """Up to `limit` journals that the caller may see, newest first."""
    async with database.read() as connection:
        return await journals.find(connection, replace(wanted, within=lines_within(permit)), before=before, limit=limit)
