"""Reads what was paid on claim lines, and which lines of the bank's statements say so."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.oversight.domain.trail import AtBank
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.store import payouts
from services.voucher.payout.store.tables import Payouts
from services.voucher.reconciliation.domain.line import MatchKind
from services.voucher.reconciliation.domain.matching import words
from services.voucher.reconciliation.store import statement_lines
from services.voucher.reconciliation.store.tables import StatementLines

PAYOUTS = Payouts.__table__
STATEMENT_LINES = StatementLines.__table__
OF_PAYOUTS = (MatchKind.PAYOUT.value, MatchKind.RETURN.value)


async def of_lines(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[Payout, ...]]:
    """The payouts of each of these claim lines, in whatever state, oldest first."""
    theirs = select(PAYOUTS.c.id).where(PAYOUTS.c.claim_line_id.in_(line_ids)).order_by(PAYOUTS.c.id)
    ids = list((await connection.execute(theirs)).scalars())
    known = await payouts.read(connection, ids)
    found: dict[UUID, tuple[Payout, ...]] = dict.fromkeys(line_ids, ())
    for payout_id in ids:
        payout = known[payout_id]
        found[payout.claim_line_id] += (payout,)
    return found


async def at_bank(connection: AsyncConnection, payout_ids: Collection[UUID]) -> dict[UUID, tuple[AtBank, ...]]:
    """The statement lines matched to each of these payouts, in the order in which the bank booked them."""
    columns = STATEMENT_LINES.c
    statement = (
        select(
            columns.id,
            columns.match_id.label("payout_id"),
            columns.match_kind.label("kind"),
            columns.booked_on,
            columns.amount,
            columns.matched_how.label("how"),
        )
        .where(columns.match_kind.in_(OF_PAYOUTS), columns.match_id.in_(payout_ids))
        .order_by(columns.booked_on, columns.id)
    )
    found: dict[UUID, tuple[AtBank, ...]] = dict.fromkeys(payout_ids, ())
    for row in (await connection.execute(statement)).mappings():
        found[row["payout_id"]] += (AtBank(**row),)
    return found


async def doubted(connection: AsyncConnection, paid: Collection[Payout]) -> dict[UUID, tuple[AtBank, ...]]:
    """The open exceptions that name each of these payouts by its reference, in the order of their booking."""
    accounts = {payout.payer_account_id for payout in paid}
    found: dict[UUID, tuple[AtBank, ...]] = dict.fromkeys((payout.id for payout in paid), ())
    for line in await statement_lines.exceptions(connection, accounts, {payout.reference for payout in paid}):
        told = words(line)
        for payout in paid:
            if payout.reference in told and payout.payer_account_id == line.payer_account_id:
                why = str(line.exception)
                one = AtBank(line.id, payout.id, line.state.value, line.booked_on, line.amount, why)
                found[payout.id] += (one,)
    return found
