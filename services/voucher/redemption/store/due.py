"""Reads what redemptions that have fallen due are caught up with: their vouchers, rules and the calendar."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.directory.store import outline
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.world import Facts, World
from services.voucher.scheme.store import versions
from services.voucher.wallet.store import vouchers


async def world(connection: AsyncConnection, redemptions: Collection[Redemption], now: datetime) -> World:
    """What `catch_up` needs to know of these as of an instant (UTC), read without a lock: for showing, not storing."""
    found = await vouchers.read_all(connection, {one.terms.voucher_id for one in redemptions})
    outlined, age = await outline.read(connection)
    schemes = await versions.rules(connection, {voucher.scheme_version_id for voucher in found.values()})
    facts = Facts(schemes, {}, {}, outlined.categories, outlined.calendar, age, {})
    return World(now, facts, found, {one.id: one for one in redemptions}, {})
