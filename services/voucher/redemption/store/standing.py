"""Remembers redemptions with all that giving captured value back moves: counters, vouchers, then the redemptions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.directory.store import outline
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.domain.world import Facts, World
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import vouchers


@dataclass(frozen=True, slots=True)
class Standing:
    """Locked redemptions, their vouchers and the counters they use, with the facts to decide upon them."""

    facts: Facts
    vouchers: Mapping[UUID, Voucher]
    redemptions: Mapping[UUID, Redemption]
    counters: Mapping[CounterKey, Counter]

    def world(self, now: datetime) -> World:
        """The same as of an instant, which is read once the last lock is held."""
        return World(now, self.facts, self.vouchers, self.redemptions, self.counters)


def rated(found: Mapping[UUID, Voucher], known: Mapping[UUID, Redemption]) -> set[UUID]:
    """The versions whose rules hold for vouchers, and by whose rates redemptions were reckoned."""
    versions_of = {one.rate_version_id for one in known.values() if one.rate_version_id is not None}
    return versions_of | {one.scheme_version_id for one in found.values()}


async def lock(connection: AsyncConnection, redemption_ids: Collection[UUID]) -> Standing:
    """Lock redemptions that have captured something, in the house's order: counters, vouchers, redemptions.

    Which voucher and counters a redemption uses never changes once value was frozen for it, so both are read before.
    """
    seen = await redemptions.read(connection, redemption_ids)
    used = await counters.lock(connection, {take.key for one in seen.values() for take in one.takes})
    found = await vouchers.lock(connection, {one.terms.voucher_id for one in seen.values()})
    standing = await redemptions.lock(connection, redemption_ids)
    outlined, age = await outline.read(connection)
    facts = Facts(
        schemes=await versions.rules(connection, rated(found, standing)),
        parties={},
        payees={},
        categories=outlined.categories,
        calendar=outlined.calendar,
        age=age,
        documents={},
    )
    return Standing(facts, found, standing, used)
