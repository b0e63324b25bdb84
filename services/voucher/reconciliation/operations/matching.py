"""Looks at the lines of statements that nobody has looked at: what each was for, or in whose hands it is now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.payout.store import fundings, payer_accounts, payouts
from services.voucher.reconciliation.domain.booking import Hand, book_all
from services.voucher.reconciliation.domain.line import LineState
from services.voucher.reconciliation.domain.matching import understand
from services.voucher.reconciliation.store import candidates, line_records, statement_lines
from services.voucher.settlement.store import legs

BATCH = 500
ACTOR = "timer:reconciliation.match"


class MatchTimer:
    """Lines that were kept and not looked at, because whoever imported them fell over in between."""

    name = "reconciliation.match"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Since when the first of them waits."""
        found = await statement_lines.longest_waiting(connection)
        return None if found is None else found[0]

    async def run(self, database: Database, upto: datetime) -> int:
        """One batch of the account whose lines wait longest; answers how many lines that were."""
        async with database.read() as connection:
            found = await statement_lines.longest_waiting(connection)
        if found is None or found[0] > upto:
            return 0
        return await match_batch(database, found[1], by=ACTOR, request_id=ACTOR)


async def match_account(database: Database, payer_account_id: UUID, *, by: str, request_id: str | None) -> None:
    """Look at every line of an account that waits."""
    while await match_batch(database, payer_account_id, by=by, request_id=request_id):
        pass


async def match_batch(database: Database, payer_account_id: UUID, *, by: str, request_id: str | None) -> int:
    """Look at one batch of an account's lines by booking date; answers how many waited.

    What lines may be for is found without locks and then locked in the house's order; a line that somebody else has
    looked at meanwhile is left as he left it.
    """
    async with database.begin() as connection:
        waiting = await statement_lines.waiting(connection, payer_account_id, limit=BATCH)
        meant = await candidates.of_lines(connection, payer_account_id, waiting)
        owed = await legs.lock(connection, {one.leg_id for one in meant.payouts})
        paid = await payouts.lock(connection, {one.id for one in meant.payouts})
        funded = await fundings.lock(connection, {one.id for one in meant.fundings})
        locked = await statement_lines.lock(connection, {one.id for one in waiting})
        account = await payer_accounts.read(connection, payer_account_id)
        hand = Hand(by, await clock.business_now(connection), request_id)
        left = [one for one in locked.values() if one.state is LineState.IMPORTED]
        found = understand(left, payouts=paid.values(), fundings=funded.values())
        ids = [new_id() for _ in found]
        await line_records.write(connection, book_all(found, account=account, legs=owed, ids=ids, hand=hand), hand)
    return len(waiting)
