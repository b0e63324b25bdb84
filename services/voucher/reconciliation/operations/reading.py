"""Reads statements, their lines, what an exception may be, and how far an account is reconciled."""

from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.store import payer_accounts
from services.voucher.reconciliation.domain.line import StatementLine, StatementLineState
from services.voucher.reconciliation.domain.ranking import Candidate, rank
from services.voucher.reconciliation.domain.statement import Statement
from services.voucher.reconciliation.store import candidates, standing, statement_lines, statements
from services.voucher.reconciliation.store.standing import Standing


@dataclass(frozen=True, slots=True)
class Looked:
    """A line and, while it is an exception, what it may be, the likeliest first."""

    line: StatementLine
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A payer account with how it stands."""

    account: PayerAccount
    standing: Standing


async def read_statement(database: Database, *, permit: Permit, statement_id: UUID) -> Statement:
    """One statement; NotFound `statement.unknown`, also for another treasury's."""
    async with database.read() as connection:
        found = await statements.read(connection, statement_id)
        permit.require("statement.unknown", treasury=found.treasury)
        return found


async def list_statements(
    database: Database, *, permit: Permit, wanted: statements.Wanted, before: UUID | None, limit: int
) -> list[Statement]:
    """Up to `limit` of the statements that the caller may see, newest first."""
    theirs = replace(wanted, treasury=permit.only_treasury)
    async with database.read() as connection:
        return await statements.find(connection, theirs, before=before, limit=limit)


async def read_line(database: Database, *, permit: Permit, line_id: UUID) -> Looked:
    """One line; NotFound `statement_line.unknown`, also for another treasury's."""
    async with database.read() as connection:
        line = await statement_lines.read(connection, line_id)
        permit.require("statement_line.unknown", treasury=line.treasury)
        if line.state is not StatementLineState.EXCEPTION:
            return Looked(line, ())
        meant = await candidates.of_exception(connection, line)
        return Looked(line, rank(line, payouts=meant.payouts, fundings=meant.fundings))


async def list_lines(
    database: Database, *, permit: Permit, wanted: statement_lines.Wanted, before: UUID | None, limit: int
) -> list[StatementLine]:
    """Up to `limit` of the lines that the caller may see, newest first."""
    theirs = replace(wanted, treasury=permit.only_treasury)
    async with database.read() as connection:
        return await statement_lines.find(connection, theirs, before=before, limit=limit)


async def read_reconciliation(database: Database, *, permit: Permit, payer_account_id: UUID) -> Reconciliation:
    """How far an account is reconciled; NotFound `payer_account.unknown`, also for another treasury's."""
    async with database.read() as connection:
        account = await payer_accounts.read(connection, payer_account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        return Reconciliation(account, await standing.of_account(connection, payer_account_id))
