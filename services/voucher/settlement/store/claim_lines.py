"""Remembers claim lines: read, locked in id order, added and written back set-based."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.standards.holding import Kind
from services.voucher.settlement.domain.claim import ClaimLine, LineState
from services.voucher.settlement.store.claim_tables import ClaimLines

LINES = ClaimLines.__table__
CHANGING = ("approved", "state", "stage", "entered_at", "due_on", "due_at", "corrections", "acted", "steps")
_RETURNED = LINES.c.state == LineState.RETURNED.value


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ClaimLine]:
    """Those of the ids that exist, locked in id order until the transaction ends."""
    statement = select(LINES).where(LINES.c.id.in_(ids)).order_by(LINES.c.id).with_for_update(key_share=True)
    return await _all(connection, statement) if ids else {}


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, ClaimLine]:
    """Those of the ids that exist, not locked."""
    return await _all(connection, select(LINES).where(LINES.c.id.in_(ids))) if ids else {}


async def of_claims(connection: AsyncConnection, claim_ids: Collection[UUID]) -> dict[UUID, tuple[ClaimLine, ...]]:
    """The lines of each of these claims, in their order, not locked."""
    statement = select(LINES).where(LINES.c.claim_id.in_(claim_ids)).order_by(LINES.c.claim_id, LINES.c.number)
    found: dict[UUID, tuple[ClaimLine, ...]] = dict.fromkeys(claim_ids, ())
    for line in (await _all(connection, statement)).values():
        found[line.claim_id] += (line,)
    return found


async def due(connection: AsyncConnection, *, upto: datetime, limit: int) -> list[ClaimLine]:
    """Returned lines whose time for a correction is over at an instant, the first due first, not locked."""
    statement = select(LINES).where(_RETURNED, LINES.c.due_at <= upto).order_by(LINES.c.due_at, LINES.c.id)
    return list((await _all(connection, statement.limit(limit))).values())


async def next_due(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which the time for a correction is over."""
    statement = select(LINES.c.due_at).where(_RETURNED).order_by(LINES.c.due_at).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def add(connection: AsyncConnection, lines: Sequence[ClaimLine]) -> None:
    """Write new lines.

    Refusal ``claim.capture_claimed``, held by a unique key, when a capture stands on a live line already.
    """
    try:
        await bulk.insert_all(connection, LINES, [_row(line) for line in lines])
    except IntegrityError as error:
        if violated(error, "uq_claim_lines_capture"):
            raise Refusal("claim.capture_claimed") from error
        raise


async def save(connection: AsyncConnection, lines: Sequence[ClaimLine]) -> None:
    """Write back, in one statement, what may change of locked lines."""
    rows = [_row(line) for line in lines]
    await bulk.update_all(connection, LINES, [{name: row[name] for name in ("id", *CHANGING)} for row in rows])


async def _all(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, ClaimLine]:
    return {row["id"]: _line(row) for row in (await connection.execute(statement)).mappings()}


def _line(row: Any) -> ClaimLine:
    read = {"state": LineState(row["state"]), "holder_kind": Kind(row["holder_kind"]), "acted": tuple(row["acted"])}
    return ClaimLine(**{**row, **read})


def _row(line: ClaimLine) -> dict[str, Any]:
    fields = {name: getattr(line, name) for name in ClaimLine.__dataclass_fields__}
    return fields | {"state": line.state.value, "acted": list(line.acted)}
