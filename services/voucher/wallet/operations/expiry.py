"""Takes back what is available on vouchers that have ended: to the pool of their round and class, once, as of when due.

Quota that comes free later, by a void, a lapse or a refund, is due again at the instant at which it came free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database
from services.standards.calendar import local_date
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.store import counters
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import allowance
from services.voucher.wallet.domain.reclaiming import Reclaim, may_restore, reclaim
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import reclaims, rounds, vouchers

BATCH = 256


class ExpiryTimer:
    """Rows 10 and 45 of the postings table, for every voucher that has ended."""

    name = "wallet.expire"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next voucher's quota goes back."""
        return await vouchers.next_expiry(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """One batch of what is due; see `sweep`."""
        return await sweep(database, upto)


@dataclass(frozen=True, slots=True)
class _Restoring:
    """The counters from which vouchers that are due had taken, locked, where their expiry gives that back."""

    keys_of: Mapping[UUID, tuple[CounterKey, ...]]
    counters: Mapping[CounterKey, Counter]

    def given(self, taken: Sequence[Reclaim]) -> dict[CounterKey, Counter]:
        """The counters once what goes back is given back, in the year of issue."""
        found: dict[CounterKey, Counter] = {}
        for one in taken:
            for key in self.keys_of[one.before.id] if one.restores else ():
                found[key] = found.get(key, self.counters[key]).give(one.before.available)
        return found


async def _lock_allowances(
    connection: AsyncConnection, upto: datetime, pools: Sequence[tuple[UUID, str]]
) -> _Restoring:
    due = await vouchers.due(connection, upto, pools=pools, limit=BATCH)
    schemes = await versions.rules(connection, {voucher.scheme_version_id for voucher in due})
    keys_of = {
        voucher.id: _issued_from(voucher, schemes[voucher.scheme_version_id])
        for voucher in due
        if may_restore(schemes[voucher.scheme_version_id])
    }
    return _Restoring(keys_of, await counters.lock(connection, {key for keys in keys_of.values() for key in keys}))


def _issued_from(voucher: Voucher, scheme: Scheme) -> tuple[CounterKey, ...]:
    day = local_date(voucher.issued_at, scheme.zone)
    return tuple(allowance.takes(scheme, quota_root_id=voucher.quota_root_id, day=day))


async def sweep_round(database: Database, round_id: UUID) -> None:
    """Everything of one round that is due by now, so that a back-fill finds it in the pool."""
    async with database.read() as connection:
        now = await clock.business_now(connection)
    while await sweep(database, now, round_id=round_id):
        pass


async def sweep(database: Database, upto: datetime, *, round_id: UUID | None = None) -> int:
    """Take back one batch of what is due at an instant, first due first; answers how many vouchers that were.

    The pools, and the counters of allowances that come back, are locked before the vouchers; vouchers that somebody
    else holds are left for the next sweep. A pool is written by a statement of its own: of one round and class there is
    one, of a batch at most as many as vouchers.
    """
    async with database.begin() as connection:
        keys = await vouchers.pools_due(connection, upto, limit=BATCH, round_id=round_id)
        pools = await rounds.lock_pools(connection, keys)
        restoring = await _lock_allowances(connection, upto, keys)
        due = await vouchers.lock_due(connection, upto, pools=keys, limit=BATCH)
        schemes = await versions.rules(connection, {voucher.scheme_version_id for voucher in due})
        now = await clock.business_now(connection)
        taken = [reclaim(voucher, schemes[voucher.scheme_version_id]) for voucher in due]
        # what came due since then goes back with the next sweep
        taken = [one for one in taken if not one.restores or one.before.id in restoring.keys_of]
        for key, pool in pools.items():
            back = [one for one in taken if (one.before.round_id, one.before.pool_class) == key]
            at = max((one.due for one in back), default=now)
            await rounds.save_pool(connection, pool.after([one.posting for one in back], at=at))
        await counters.save(connection, restoring.given(taken).values())
        await vouchers.save(connection, [one.after for one in taken])
        await reclaims.write(connection, taken, at=now)
    return len(taken)
