"""Finds the payouts and fundings of a payer account that lines of a statement may be about; nothing is locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.standards.printed import compact
from services.voucher.payout.domain.deposit import Deposit
from services.voucher.payout.domain.funding import AccountFunding
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.payout.domain.refund import Refund
from services.voucher.payout.store import deposits, fundings, payouts, refunds
from services.voucher.payout.store.tables import Payouts
from services.voucher.reconciliation.domain.line import StatementLine
from services.voucher.reconciliation.domain.matching import named, words

PAYOUTS = Payouts.__table__
MOST = 200
"""Payouts looked at as what an exception may be: those that are like it, the latest first."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be meant."""

    payouts: Sequence[Payout]
    fundings: Sequence[AccountFunding]
    deposits: Sequence[Deposit] = ()
    refunds: Sequence[Refund] = ()


async def of_lines(connection: AsyncConnection, payer_account_id: UUID, lines: Collection[StatementLine]) -> Candidates:
    """What the lines name by a reference, in any state, and what was sent and is of a debit's amount."""
    told = frozenset[str]().union(*(named(line) for line in lines))
    borne = await payouts.by_reference(connection, payer_account_id, told)
    debits = {-line.amount for line in lines if line.amount < 0}
    fitting = await payouts.candidates(connection, payer_account_id, debits)
    known = {one.id: one for one in (*borne.values(), *fitting)}
    granted = await fundings.by_reference(connection, payer_account_id, told)
    paid_in = await deposits.by_reference(connection, payer_account_id, told)
    back = await refunds.by_reference(connection, payer_account_id, told)
    return Candidates(list(known.values()), list(granted.values()), paid_in, back)


async def of_exception(connection: AsyncConnection, line: StatementLine) -> Candidates:
    """All that a person may think of: for a debit what is on its way; for a credit what was paid or granted."""
    if line.amount < 0:
        return Candidates(await _alike(connection, line, PayoutState.SENT, PAYOUTS.c.sent_at), [])
    granted = await fundings.candidates(connection, line.payer_account_id, [line.amount])
    borne = await fundings.by_reference(connection, line.payer_account_id, words(line))
    known = {one.id: one for one in (*granted, *borne.values())}
    paid = await _alike(connection, line, PayoutState.SETTLED, PAYOUTS.c.settled_on)
    return Candidates(paid, list(known.values()))


async def _alike(
    connection: AsyncConnection, line: StatementLine, state: PayoutState, since: ColumnElement[Any]
) -> list[Payout]:
    """Payouts in a state that share with a line what `ranking` weighs: amount, reference, account or name."""
    alike = or_(
        PAYOUTS.c.amount == abs(line.amount),
        PAYOUTS.c.reference.in_(words(line)),
        PAYOUTS.c.account_number == line.counterparty_account,
        PAYOUTS.c.payee_name.in_({line.counterparty_name, compact(line.counterparty_name)}),
    )
    theirs = PAYOUTS.c.payer_account_id == line.payer_account_id, PAYOUTS.c.state == state
    newest = select(PAYOUTS.c.id).where(*theirs, alike).order_by(since.desc(), PAYOUTS.c.id).limit(MOST)
    ids = (await connection.execute(newest)).scalars().all()
    return list((await payouts.read(connection, ids)).values())
