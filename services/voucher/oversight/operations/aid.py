"""Shows what state aid an undertaking may still get with all that belong to it, and what was granted to whom."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, pages
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.standards.calendar import local_date
from services.voucher.directory.domain.groups import group
from services.voucher.directory.store import parties
from services.voucher.ledger.store import counters
from services.voucher.oversight.domain import aid
from services.voucher.oversight.domain.aid import Ceiling, Grant
from services.voucher.oversight.store import aid as aids
from services.voucher.oversight.store.aid import Granted, Wanted


async def headroom(database: Database, *, permit: Permit, organization_id: UUID, on: date | None) -> list[Ceiling]:
    """What the group of an undertaking used, and may still get, under each ceiling of a published scheme.

    on: the local date up to which is counted, today if left out. NotFound ``undertaking.unknown``; Refusal
    ``group.too_large``.
    """
    permit.require("undertaking.unknown", organizations=[organization_id])
    async with database.read() as connection:
        if organization_id not in await parties.read(connection, [organization_id]):
            raise NotFound("undertaking.unknown")
        now = await clock.business_now(connection)
        under = await aids.under_regimes(connection)
        days = {scheme.zone: on or local_date(now, scheme.zone) for scheme in under}
        related = await parties.related(connection, [organization_id], days=set(days.values()))
        groups = {zone: group(organization_id, related, day) for zone, day in days.items()}
        asked = [
            (scheme, cap, aid.keys(cap, groups[scheme.zone], days[scheme.zone]))
            for scheme in under
            for cap in aid.ceilings(scheme)
        ]
        counted = await counters.read(connection, {key for _, _, keys in asked for key in keys})
        return [Ceiling(scheme, cap, aid.used(counted, keys)) for scheme, cap, keys in asked]


async def list_grants(
    database: Database, *, wanted: Wanted, after: str | None, limit: int
) -> tuple[list[Grant], str | None]:
    """A page of what was granted, oldest first, and its next cursor."""
    async with database.read() as connection:
        found = await aids.grants(connection, wanted, after=_place(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex, one.regime))
        return await _named(connection, page), cursor


async def _named(connection: AsyncConnection, page: list[Granted]) -> list[Grant]:
    """Grants with what their undertakings are called; a name is that of the day of the grant."""
    known = await parties.read(connection, {one.holder_id for one in page})
    return [
        Grant(
            redemption_id=None if one.by_award else one.id,
            award_claim_id=one.id if one.by_award else None,
            holder_id=one.holder_id,
            uscc=known[one.holder_id].uscc if one.holder_id in known else None,
            name=known[one.holder_id].name_on(one.granted_on) if one.holder_id in known else None,
            granted_at=one.granted_at,
            granted_on=one.granted_on,
            amount=one.amount,
            currency=one.currency,
            regime=one.regime,
            scheme=one.scheme_id,
            bureau=one.bureau,
        )
        for one in page
    ]


def _place(after: str | None) -> tuple[UUID, str] | None:
    """Behind which grant a page begins; Refusal ``page.cursor``."""
    if after is None:
        return None
    redemption_id, regime = pages.decode(after, 2)
    try:
        return UUID(redemption_id), regime
    except ValueError as error:
        raise Refusal("page.cursor", pointer="/after") from error
