"""Reads redemptions as they stand: caught up with what has fallen due, whether or not a timer has run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.redemption.domain.redeem import catch_up
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.states import is_due
from services.voucher.redemption.domain.world import Step
from services.voucher.redemption.store import due, redemptions, transitions
from services.voucher.redemption.store.redemptions import Wanted
from services.voucher.redemption.store.transitions import Kept


@dataclass(frozen=True, slots=True)
class Whole:
    """A redemption with its history, oldest first."""

    redemption: Redemption
    history: Sequence[Kept]


async def read_redemption(database: Database, *, permit: Permit, redemption_id: UUID) -> Whole:
    """One redemption; NotFound ``redemption.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        redemption = await _seen(connection, permit, redemption_id)
        late = (await _due(connection, [redemption], await clock.business_now(connection)))[redemption_id]
        history = await transitions.of_redemption(connection, redemption_id)
    now = late[-1].after if late else redemption
    return Whole(now, [*history, *(transitions.shown(step) for step in late)])


async def list_redemptions(
    database: Database, *, permit: Permit, wanted: Wanted, after: str | None, limit: int
) -> tuple[list[Redemption], str | None]:
    """A page of the redemptions that the caller may see, newest first."""
    async with database.read() as connection:
        now = await clock.business_now(connection)
        found, cursor = await redemptions.find(connection, _within(permit, wanted), at=now, after=after, limit=limit)
        late = await _due(connection, found, now)
    return [late[one.id][-1].after if late[one.id] else one for one in found], cursor


async def _seen(connection: AsyncConnection, permit: Permit, redemption_id: UUID) -> Redemption:
    """A redemption that the caller may know of; NotFound ``redemption.unknown``."""
    found = (await redemptions.read(connection, [redemption_id])).get(redemption_id)
    if found is None:
        raise NotFound("redemption.unknown")
    terms = found.terms
    permit.require("redemption.unknown", organizations=[terms.holder_id, terms.payee_id], region=terms.region)
    return found


async def _due(
    connection: AsyncConnection, found: Sequence[Redemption], now: datetime
) -> Mapping[UUID, Sequence[Step]]:
    """What has fallen due for each and is not stored yet."""
    late = [one for one in found if is_due(one, now)]
    if not late:
        return {one.id: () for one in found}
    world = await due.world(connection, late, now)
    return {one.id: catch_up(one, world) for one in found}


def _within(permit: Permit, wanted: Wanted) -> Wanted:
    """Narrow a list to what the permit covers: all, a region, or one's own organisation."""
    if permit.everything:
        return wanted
    region = permit.bound("region")
    if isinstance(region, str):
        return replace(wanted, region=region)
    own = permit.bound("own")
    return replace(wanted, organization=own if isinstance(own, UUID) else UUID(int=0))
