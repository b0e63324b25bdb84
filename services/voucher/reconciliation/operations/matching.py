"""Looks at the lines of statements that nobody has looked at: what each was for, or in whose hands it is now."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database, lost
from services.chassis.ids import new_id, show
from services.voucher.payout.store import batches, deposits, fundings, payer_accounts, payouts, refunds
from services.voucher.reconciliation.domain.booking import Hand, book_all
from services.voucher.reconciliation.domain.escrow import OfHolder
from services.voucher.reconciliation.domain.line import StatementLine, StatementLineState
from services.voucher.reconciliation.domain.matching import understand
from services.voucher.reconciliation.store import candidates, line_records, statement_lines
from services.voucher.settlement.store import escrows, legs

BATCH = 500
ACTOR = "timer:reconciliation.match"
log = structlog.get_logger(__name__)


class MatchTimer:
    """Lines that were kept and not looked at, because whoever imported them fell over in between."""

    name = "reconciliation.match"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Since when the first of them waits."""
        return await statement_lines.waiting_since(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """One batch of the account whose lines wait longest; answers how many lines that were.

        An account none of whose lines can be looked at is passed over for the next.
        """
        async with database.read() as connection:
            accounts = await statement_lines.accounts_waiting(connection)
        for account_id in accounts:
            if done := await match_batch(database, account_id, by=ACTOR, request_id=ACTOR):
                return done
        return 0


async def match_account(database: Database, payer_account_id: UUID, *, by: str, request_id: str | None) -> None:
    """Look at every line of an account that waits."""
    while await match_batch(database, payer_account_id, by=by, request_id=request_id):
        pass


async def match_batch(database: Database, payer_account_id: UUID, *, by: str, request_id: str | None) -> int:
    """Look at one batch of an account's lines by booking date; answers how many were looked at.

    Where that fails, one by one, so that only the poison one waits on; it is logged with its id. What says that the
    database is lost is raised.
    """
    async with database.read() as connection:
        waiting = await statement_lines.waiting(connection, payer_account_id, limit=BATCH)
    look = partial(_look_at, database, payer_account_id, beside=waiting, by=by, request_id=request_id)
    try:
        await look(waiting)
    except Exception as error:
        if lost(error):
            raise
        log.warning("matching.batch_failed", lines=len(waiting), exc_info=True)
        return sum([await _alone(look, line) for line in waiting])
    return len(waiting)


async def _alone(look: Callable[[list[StatementLine]], Awaitable[None]], line: StatementLine) -> bool:
    """Whether one line could be looked at."""
    try:
        await look([line])
    except Exception as error:
        if lost(error):
            raise
        log.exception("matching.failed", statement_line_id=show("stl", line.id))
        return False
    return True


async def _look_at(
    database: Database,
    payer_account_id: UUID,
    waiting: Sequence[StatementLine],
    *,
    beside: Sequence[StatementLine],
    by: str,
    request_id: str | None,
) -> None:
    """Look at lines of an account in one transaction. beside: all that wait with them.

    What lines may be for is found without locks and then locked in the house's order; a line that somebody else has
    looked at meanwhile is left as he left it.
    """
    async with database.begin() as connection:
        meant = await candidates.of_lines(connection, payer_account_id, waiting)
        in_escrow = await escrows.lock(connection, {one.redemption_id for one in meant.deposits})
        owed = await legs.lock(connection, {one.leg_id for one in meant.payouts})
        sent_in = await batches.lock_all(connection, {one.batch_id for one in meant.payouts})
        paid = await payouts.lock(connection, {one.id for one in meant.payouts})
        funded = await fundings.lock(connection, {one.id for one in meant.fundings})
        paid_in = await deposits.lock(connection, {one.id for one in meant.deposits})
        back = await refunds.lock(connection, {one.id for one in meant.refunds})
        locked = await statement_lines.lock(connection, {one.id for one in waiting})
        account = await payer_accounts.read(connection, payer_account_id)
        hand = Hand(by, await clock.business_now(connection), request_id)
        left = [one for one in locked.values() if one.state is StatementLineState.IMPORTED]
        told = {one.reference for one in meant.payouts}
        aside = [*beside, *await statement_lines.exceptions(connection, [payer_account_id], told)]
        held: list[OfHolder] = [*paid_in.values(), *back.values()]
        found = understand(left, payouts=paid.values(), fundings=funded.values(), held=held, beside=aside)
        ids = [new_id() for _ in found]
        booked = book_all(found, account=account, legs=owed, ids=ids, hand=hand)
        await line_records.write(connection, booked, hand, sent_in=sent_in.values(), escrows=in_escrow)
