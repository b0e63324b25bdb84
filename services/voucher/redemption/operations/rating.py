"""Tells the registry how holders rated accepted work: first a page is told, and then its cursor is kept."""

from typing import Any

import structlog

from services.chassis.background import over_and_over
from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.neighbours import NeighbourFailed
from services.voucher.directory.neighbours import RATINGS, Registry
from services.voucher.redemption.domain.rated import Rated
from services.voucher.redemption.store import ratings

POLL_SECONDS = 5.0
log = structlog.get_logger(__name__)


async def tell_ratings(database: Database, registry: Registry) -> bool:
    """Tell one page; whether the registry now knows all.

    The call lies outside the transactions. Whoever is stopped between the two tells the same again, which the registry
    keeps once. Raises NeighbourFailed.
    """
    async with database.read() as connection:
        page = await ratings.next_page(connection, limit=RATINGS)
    if page.rated:
        unknown = await registry.rate([_told(one) for one in page.rated])
        if unknown:
            log.warning("ratings.unknown", redemptions=unknown)
    if page.cursor != page.after:
        async with database.begin() as connection:
            await ratings.keep(connection, page)
    return page.complete


async def keep_telling(database: Database, registry: Registry, *, poll_seconds: float = POLL_SECONDS) -> None:
    """Tell until cancelled: at once again while there is more, else after a pause; a failure is logged."""

    async def told() -> bool:
        try:
            return await tell_ratings(database, registry)
        except NeighbourFailed as failure:
            log.warning("ratings.untold", status=failure.status)
            return True

    await over_and_over(told, failed="ratings.failed", pause_seconds=poll_seconds)


def _told(one: Rated) -> dict[str, Any]:
    return {
        "redemption": show("red", one.redemption_id),
        "provider": show("prv", one.provider_id),
        "category": one.category,
        "offering": None if one.offering_id is None else show("off", one.offering_id),
        "stars": one.stars,
        "rated_at": one.at.isoformat(),
    }
