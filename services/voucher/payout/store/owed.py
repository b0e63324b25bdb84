"""Finds what a treasury owes on released lines: first what nothing is known to hold, so that held legs jam no batch."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.payout.domain.bank_account import PENDING, AccountState
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.store.tables import BankAccounts
from services.voucher.settlement.domain.claim import LegState, LineState
from services.voucher.settlement.domain.stop import StopState
from services.voucher.settlement.store.claim_tables import ClaimLines, Legs
from services.voucher.settlement.store.disclosure_tables import Stops

LEGS, LINES, STOPS, ACCOUNTS = (table.__table__ for table in (Legs, ClaimLines, Stops, BankAccounts))


@dataclass(frozen=True, slots=True)
class Owed:
    """The legs to look at, in the order in which they are paid, and how many there are in all."""

    leg_ids: tuple[UUID, ...]
    total: int


async def find(connection: AsyncConnection, account: PayerAccount, *, limit: int) -> Owed:
    """Up to `limit` payable legs of an account's treasury whose lines are released, the longest submitted first.

    Not locked. From an account in escrow only holders' own money is paid, and that from no other.

    What is stopped or has no settled account to go to comes last: it can be told of, not paid.
    """
    statement = (
        select(LEGS.c.id, func.count().over().label("total"))
        .join(LINES, LINES.c.id == LEGS.c.claim_line_id)
        .where(
            LEGS.c.treasury == account.treasury,
            LEGS.c.of_deposit == (account.kind is AccountKind.ESCROW),
            LEGS.c.state == LegState.PAYABLE.value,
            LINES.c.state == LineState.RELEASED.value,
        )
        .order_by(_is_clear().desc(), LINES.c.submitted_at, LEGS.c.id)
        .limit(limit)
    )
    rows = (await connection.execute(statement)).all()
    return Owed(tuple(row.id for row in rows), max((row.total for row in rows), default=0))


def _is_clear() -> ColumnElement[bool]:
    stopped = exists().where(STOPS.c.leg_id == LEGS.c.id, STOPS.c.state == StopState.LIVE.value)
    theirs = exists().where(ACCOUNTS.c.organization_id == LEGS.c.payee_id)
    changing = theirs.where(ACCOUNTS.c.state.in_([state.value for state in PENDING]))
    settled = theirs.where(ACCOUNTS.c.state == AccountState.ACTIVE.value)
    return and_(~stopped, ~changing, settled)
