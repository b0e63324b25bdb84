"""Remembers how often a caller was wrong, at one wallet and at all, counted under a lock so that none slips by."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, clock
from services.voucher.redemption.domain.pin import Count, Tries
from services.voucher.redemption.store.consent_tables import ConsentTries

TRIES = ConsentTries.__table__
NAMES = ("kind", "wallet_id", "caller_id")
IDENTITY = tuple_(*(TRIES.c[name] for name in NAMES))
COUNTED = ("wrong", "since", "locked_until")
GIVEN = bulk.given(TRIES, NAMES + COUNTED)
WANTED = bulk.given(TRIES, NAMES)
LOCKED = (
    select(TRIES)
    .where(IDENTITY.in_(select(*(WANTED.c[name] for name in NAMES))))
    .order_by(*(TRIES.c[name] for name in NAMES))
    .with_for_update(key_share=True)
)
WRITTEN = (
    update(TRIES)
    .where(*(TRIES.c[name] == GIVEN.c[name] for name in NAMES))
    .values({name: GIVEN.c[name] for name in COUNTED})
)
Subject = tuple[Count, UUID, UUID]
"""What is counted, at which wallet, of which caller: NOBODY where it is of all."""


async def lock(connection: AsyncConnection, subjects: Collection[Subject]) -> dict[Subject, Tries]:
    """The counts of these subjects, locked in their order until the transaction ends; a new one is at nought."""
    real = await clock.wall_clock(connection)
    wanted = [dict(zip(NAMES, subject, strict=True)) for subject in sorted(set(subjects))]
    new = [{**one, "wrong": 0, "since": real} for one in wanted]
    await bulk.insert_all(connection, TRIES, new, unless_there=True)
    rows = await connection.execute(LOCKED, bulk.told(TRIES, wanted))
    return {
        (Count(row.kind), row.wallet_id, row.caller_id): Tries(row.wrong, row.since, row.locked_until) for row in rows
    }


async def save(connection: AsyncConnection, counted: Mapping[Subject, Tries]) -> None:
    """Write back what was counted of locked subjects."""
    rows = [dict(zip(NAMES, subject, strict=True)) | asdict(tries) for subject, tries in counted.items()]
    await connection.execute(WRITTEN, bulk.told(TRIES, rows))
