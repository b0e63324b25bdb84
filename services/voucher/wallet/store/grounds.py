"""Gathers and locks what a change in a voucher's life is decided upon: pool, counters, then the voucher."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.standards.calendar import local_date
from services.voucher.directory.store import parties
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.store import counters
from services.voucher.ledger.store.tables import Entries, Journals
from services.voucher.scheme.domain.rule import Known
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain.allocation import rooms_of
from services.voucher.wallet.domain.allowance import NOBODY
from services.voucher.wallet.domain.facts import facts_of
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.queue import GENERAL
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import applications, rounds, vouchers

BY_DATE: Collection[str] = ("expired", "year_end_voided")
"""The events by which a voucher's value goes back to the pool because its date is over."""


async def lock(connection: AsyncConnection, voucher_id: UUID) -> Ground:
    """A voucher, locked, for a change that moves no value; NotFound ``voucher.unknown``."""
    seen = await look(connection, voucher_id)
    voucher = (await vouchers.lock(connection, [voucher_id]))[voucher_id]
    return Ground(voucher=voucher, round=seen.round, scheme=seen.scheme)


async def lock_with_pool(connection: AsyncConnection, voucher_id: UUID) -> Ground:
    """A voucher for a change that may move value, locked after its pool and the counters of what is issued.

    NotFound ``voucher.unknown``.
    """
    seen = await look(connection, voucher_id)
    pool = await rounds.lock_pool(connection, seen.round.id, seen.voucher.pool_class)
    counted = await counters.lock(connection, {*seen.takes, *seen.holds})
    voucher = (await vouchers.lock(connection, [voucher_id]))[voucher_id]
    return Ground(
        voucher=voucher,
        round=seen.round,
        scheme=seen.scheme,
        pool=pool.balance,
        counters=counted,
        known=seen.known,
        expired=await _expired(connection, voucher_id),
        standing=await _standing(connection, seen),
        class_left=await _class_left(connection, seen, pool.balance),
    )


async def look(connection: AsyncConnection, voucher_id: UUID) -> Ground:
    """A voucher with its round and scheme, not locked; NotFound ``voucher.unknown``."""
    voucher = await vouchers.read(connection, voucher_id)
    of = await rounds.read(connection, voucher.round_id)
    scheme = (await versions.rules(connection, [voucher.scheme_version_id]))[voucher.scheme_version_id]
    return Ground(voucher=voucher, round=of, scheme=scheme, known=await _known(connection, voucher, scheme))


async def _standing(connection: AsyncConnection, seen: Ground) -> int:
    """What the holder has of the scheme now (fen), behind the lock of its counter; read only where a cap asks."""
    if not seen.holds:
        return 0
    root, now = seen.voucher.quota_root_id, await clock.business_now(connection)
    return (await vouchers.standing(connection, seen.scheme.lineage, [root], at=now)).get(root, 0)


async def _class_left(connection: AsyncConnection, seen: Ground, pool: int) -> int | None:
    """What the class of a voucher's application may still get (fen), behind the lock of the pool; None: no share."""
    shares = seen.scheme.allocation.class_shares
    if shares is None:
        return None
    found = await rounds.standing_by_class(connection, seen.round.id)
    standing = {name: one.standing for name, one in found.items()}
    application = await applications.read(connection, seen.voucher.application_id)
    return rooms_of(shares.value, pool=pool, standing=standing).get(application.queue_class or GENERAL)


async def _known(connection: AsyncConnection, voucher: Voucher, scheme: Scheme) -> Known:
    """What rules may know of the holder as of the day of issue; the directory is asked only where a cap has cases."""
    if not any(cap.cases for counts in ("issued", "held", "application_amount") for cap in scheme.caps_on(counts)):
        return NOBODY
    found = await parties.read(connection, [voucher.holder_id])
    day = local_date(voucher.issued_at, scheme.zone)
    return facts_of(found[voucher.holder_id], day).known() if voucher.holder_id in found else NOBODY


async def _expired(connection: AsyncConnection, voucher_id: UUID) -> int:
    """How much (fen) went back from a locked voucher by its date, by the books."""
    statement = (
        select(func.coalesce(-func.sum(Entries.c.amount), 0))
        .join(Journals, Journals.c.id == Entries.c.journal_id)
        .where(
            Entries.c.owner == voucher_id,
            Entries.c.place == PlaceKind.AVAILABLE.value,
            Journals.c.event.in_(BY_DATE),
        )
    )
    return int((await connection.execute(statement)).scalar_one())
