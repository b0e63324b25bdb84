"""Finds the payouts and fundings of a payer account that lines of a statement may be about; nothing is locked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.standards import references
from services.voucher.payout.domain.funding import AccountFunding
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.payout.store import fundings, payouts
from services.voucher.payout.store.tables import Payouts
from services.voucher.reconciliation.domain.line import StatementLine
from services.voucher.reconciliation.domain.matching import words

PAYOUTS = Payouts.__table__
MOST = 200
"""Settled payouts of one amount or payee looked at as what a credit may be the return of, the latest paid first."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be meant."""

    payouts: Sequence[Payout]
    fundings: Sequence[AccountFunding]


async def of_lines(connection: AsyncConnection, payer_account_id: UUID, lines: Collection[StatementLine]) -> Candidates:
    """What the lines name by a reference, in any state, and what was sent and is of a debit's amount."""
    told = {word for line in lines for word in words(line) if references.is_ours(word)}
    named = await payouts.by_reference(connection, payer_account_id, told)
    debits = {-line.amount for line in lines if line.amount < 0}
    fitting = await payouts.candidates(connection, payer_account_id, debits)
    known = {one.id: one for one in (*named.values(), *fitting)}
    granted = await fundings.by_reference(connection, payer_account_id, told)
    return Candidates(list(known.values()), list(granted.values()))


async def of_exception(connection: AsyncConnection, line: StatementLine) -> Candidates:
    """All that a person may think of: for a debit what is on its way; for a credit what was paid or granted."""
    if line.amount < 0:
        return Candidates(await payouts.sent_of(connection, line.payer_account_id), [])
    granted = await fundings.candidates(connection, line.payer_account_id, [line.amount])
    named = await fundings.by_reference(connection, line.payer_account_id, words(line))
    known = {one.id: one for one in (*granted, *named.values())}
    return Candidates(await _paid(connection, line), list(known.values()))


async def _paid(connection: AsyncConnection, line: StatementLine) -> list[Payout]:
    alike = or_(
        PAYOUTS.c.amount == line.amount,
        PAYOUTS.c.reference.in_(words(line)),
        PAYOUTS.c.account_number == line.counterparty_account,
    )
    theirs = PAYOUTS.c.payer_account_id == line.payer_account_id, PAYOUTS.c.state == PayoutState.SETTLED
    newest = select(PAYOUTS.c.id).where(*theirs, alike).order_by(PAYOUTS.c.settled_on.desc(), PAYOUTS.c.id).limit(MOST)
    ids = (await connection.execute(newest)).scalars().all()
    return list((await payouts.read(connection, ids)).values())
