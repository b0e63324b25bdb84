"""Stops what is to be paid on a redemption when the registry tells late what would have forbidden it.

It follows what the directory hears, from a cursor of its own, beside those who redeem. Each redemption is looked at
under its lock, in the house's order – redemption, lines, legs – so that a fact and an approval, or a fact and a batch,
never miss each other. A fact is noted once against a redemption; whoever lifts its stop is not asked again.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from services.chassis import clock
from services.chassis.background import over_and_over
from services.chassis.database import Database, lost
from services.chassis.ids import show
from services.voucher.directory.store import parties
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.late_fact import LateFact
from services.voucher.settlement.store import claim_lines, legs, noting
from services.voucher.settlement.store import late_facts as store

BATCH = 100
"""How many organisations are looked at before the cursor moves."""
POLL_SECONDS = 1.0
log = structlog.get_logger(__name__)
Noting = Callable[..., Awaitable[list[LateFact]]]
"""What is noted against locked redemptions, and on which of their lines."""


async def keep_following(database: Database, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Follow until cancelled: at once again while there is more, else after a pause; a failure is logged."""

    async def followed() -> bool:
        return not await follow(database)

    await over_and_over(followed, failed="late_facts.failed", pause_seconds=poll_seconds)


async def follow(database: Database) -> bool:
    """Look at one batch of what was heard; whether there was any.

    The cursor moves once all of it was looked at: what falls over in between is looked at again, to no effect.
    """
    async with database.read() as connection:
        news = await parties.news(connection, await store.cursor(connection), limit=BATCH)
        whose = await parties.owned(connection, {one for _, one in news}) if news else set()
        concerned = await store.concerned(connection, whose) if whose else []
    for redemption_id in concerned:
        await _look_or_set_aside(database, redemption_id)
    if news:
        async with database.begin() as connection:
            await store.move(connection, news[-1][0])
    return bool(news)


async def _look_or_set_aside(database: Database, redemption_id: UUID) -> None:
    """Look at a redemption; one that cannot be looked at is stopped for a person, and keeps nobody else waiting.

    What says that the database is lost is raised.
    """
    try:
        await _look_at(database, redemption_id, noting.note)
    except Exception as error:
        if lost(error):
            raise
        log.exception("late_facts.not_looked_at", redemption_id=show("red", redemption_id))
        await _look_at(database, redemption_id, noting.note_unseen)


async def _look_at(database: Database, redemption_id: UUID, note: Noting) -> None:
    """Note what is new against a redemption, and stop every leg of it that was not sent."""
    async with database.begin() as connection:
        locked = await redemptions.lock(connection, [redemption_id])
        lines = await claim_lines.lock(connection, await store.lines_of(connection, redemption_id))
        owed = await legs.lock_of_lines(connection, lines)
        now = await clock.business_now(connection)
        facts = await note(connection, locked.values(), lines, now=now)
        await noting.stop(connection, [leg for some in owed.values() for leg in some], facts, now=now)
