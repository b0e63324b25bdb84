"""Lets time act on claim lines: a returned one that nobody corrected is rejected as of the end of its last day."""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.falling_due import each
from services.voucher.redemption.domain.orders import TIMER
from services.voucher.settlement.domain.answering import unanswered
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.operations.holding import hold, keep
from services.voucher.settlement.store import claim_lines

BATCH = 50
log = structlog.get_logger(__name__)


class CorrectionTimer:
    """The end of the time for corrections. What is due is found without locks and then locked in the house's order, so
    it waits for a payee who corrects at that moment, and then finds the line in review.
    """

    name = "settlement.correction"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next correction is overdue."""
        return await claim_lines.next_due(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Reject one batch of what is due at or before an instant; answers how many were due.

        Where the batch fails each is tried for itself, and what fails then does not count.
        """
        async with database.read() as connection:
            due = {line.id: line for line in await claim_lines.due(connection, upto=upto, limit=BATCH)}
        try:
            await _reject(database, due.values())
        except Exception:
            log.exception("timer.batch_failed", timer=self.name)
            return await each(self.name, due, lambda line_id: _reject(database, [due[line_id]]))
        return len(due)


async def _reject(database: Database, due: Collection[ClaimLine]) -> None:
    async with database.begin() as connection:
        held = await hold(connection, due)
        now = await clock.business_now(connection)
        cases = [held.case(line.id, by=TIMER, at=now) for line in due]
        late = [case for case in cases if case.line.state is LineState.RETURNED]
        steps = [unanswered(case, held.quota(case.line)) for case in late]
        await keep(connection, held, steps, by=TIMER, now=now)
