"""Remembers how often a caller, or whoever tried at a wallet, was wrong, counted under a lock so that none slips by."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Literal
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.voucher.redemption.domain.pin import Tries
from services.voucher.redemption.store.consent_tables import ConsentTries

TRIES = ConsentTries.__table__
IDENTITY = (TRIES.c.subject_kind, TRIES.c.subject_id)
Subject = tuple[Literal["caller", "wallet"], UUID]
"""Callers before wallets: so subjects sort, and so they are locked."""


async def lock(connection: AsyncConnection, subjects: set[Subject]) -> dict[Subject, Tries]:
    """The counts of these subjects, locked in their order until the transaction ends; a new one is at nought."""
    real = await clock.wall_clock(connection)
    ordered = sorted(subjects)
    new = [{"subject_kind": kind, "subject_id": one, "wrong": 0, "since": real} for kind, one in ordered]
    await connection.execute(postgresql.insert(TRIES).values(new).on_conflict_do_nothing())
    rows = await connection.execute(
        select(TRIES).where(tuple_(*IDENTITY).in_(ordered)).order_by(*IDENTITY).with_for_update(key_share=True)
    )
    return {(row.subject_kind, row.subject_id): Tries(row.wrong, row.since, row.locked_until) for row in rows}


async def save(connection: AsyncConnection, counted: Mapping[Subject, Tries]) -> None:
    """Write back what was counted of locked subjects."""
    for (kind, subject_id), tries in counted.items():
        of_subject = TRIES.c.subject_kind == kind, TRIES.c.subject_id == subject_id
        await connection.execute(update(TRIES).where(*of_subject).values(asdict(tries)))
