"""Remembers which budget lines bear the claim line of an award, and what it uses of caps as long as it lives."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.settlement.domain.granting import Counts, Take
from services.voucher.settlement.domain.legs import Share
from services.voucher.settlement.store.award_tables import ClaimLineShares, ClaimLineTakes

SHARES = ClaimLineShares.__table__
TAKES = ClaimLineTakes.__table__
_SHARE = tuple(Share.__dataclass_fields__)


async def add(
    connection: AsyncConnection, line_id: UUID, *, shares: Sequence[Share], takes: Collection[Take] = ()
) -> None:
    """Write what a new line rests on; Refusal ``award.given``, held by a unique key, for what is given once."""
    borne = [{name: getattr(share, name) for name in _SHARE} for share in shares]
    numbered = enumerate(borne, start=1)
    await bulk.insert_all(connection, SHARES, [{"claim_line_id": line_id, "position": n, **row} for n, row in numbered])
    try:
        await bulk.insert_all(connection, TAKES, [_take_row(line_id, take) for take in takes])
    except IntegrityError as error:
        if violated(error, "uq_claim_line_takes_once"):
            raise Refusal("award.given") from error
        raise


async def shares(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[Share, ...]]:
    """The shares of each of these lines that has any, in their order."""
    statement = select(SHARES).where(SHARES.c.claim_line_id.in_(line_ids)).order_by(SHARES.c.position)
    found: dict[UUID, tuple[Share, ...]] = {}
    for row in (await connection.execute(statement)).mappings() if line_ids else ():
        share = Share(**{name: row[name] for name in _SHARE})
        found[row["claim_line_id"]] = (*found.get(row["claim_line_id"], ()), share)
    return found


async def takes(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, tuple[Take, ...]]:
    """What each of these lines uses, where it uses anything."""
    statement = select(TAKES).where(TAKES.c.claim_line_id.in_(line_ids)).order_by(TAKES.c.cap)
    found: dict[UUID, tuple[Take, ...]] = {}
    for row in (await connection.execute(statement)).mappings() if line_ids else ():
        take = Take(CounterKey(row["cap"], row["subject"], row["period"]), Counts(row["counts"]))
        found[row["claim_line_id"]] = (*found.get(row["claim_line_id"], ()), take)
    return found


async def release(connection: AsyncConnection, line_ids: Collection[UUID], *, at: datetime) -> None:
    """Lines that ended use nothing any more: what is given once may be given again."""
    live = (TAKES.c.claim_line_id.in_(line_ids)) & TAKES.c.released_at.is_(None)
    if line_ids:
        await connection.execute(update(TAKES).where(live).values(released_at=at))


async def retake(connection: AsyncConnection, line_ids: Collection[UUID]) -> None:
    """Lines that live again use again what they used, under the locks of its counters."""
    await connection.execute(update(TAKES).where(TAKES.c.claim_line_id.in_(line_ids)).values(released_at=None))


def _take_row(line_id: UUID, take: Take) -> Mapping[str, object]:
    key = take.key
    return {
        "claim_line_id": line_id,
        "cap": key.cap,
        "subject": key.subject,
        "period": key.period,
        "counts": take.counts.value,
    }
