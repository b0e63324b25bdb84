"""Remembers every step of every redemption, with the journal it booked; never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.ids import new_id
from services.voucher.redemption.domain.world import Step
from services.voucher.redemption.store.tables import Redemptions, Transitions

TRANSITIONS = Transitions.__table__
REDEMPTIONS = Redemptions.__table__


@dataclass(frozen=True, slots=True)
class Kept:
    """A step as kept. number: its place in the redemption's history, from 1; at: as of when it counts (UTC)."""

    number: int
    event: str
    from_state: str | None
    to_state: str
    at: datetime
    person: str
    note: str | None
    document_id: UUID | None
    request_id: str | None
    held: int
    captured: int
    refunded: int


_KEPT = tuple(TRANSITIONS.c[name] for name in Kept.__dataclass_fields__)


async def append(connection: AsyncConnection, steps: Sequence[tuple[Step, UUID | None]]) -> None:
    """Add steps, each with the id of the journal it booked, in one statement."""
    await bulk.insert_all(connection, TRANSITIONS, [_row(step, journal_id) for step, journal_id in steps])


async def of_redemption(connection: AsyncConnection, redemption_id: UUID) -> list[Kept]:
    """The history of one redemption, oldest first."""
    statement = select(*_KEPT).where(TRANSITIONS.c.redemption_id == redemption_id).order_by(TRANSITIONS.c.number)
    return [kept(step) for step in (await connection.execute(statement)).mappings()]


async def parties_of(connection: AsyncConnection, document_id: UUID) -> list[tuple[tuple[UUID, UUID], str]]:
    """Holder and payee, and the region, of each redemption that names a document."""
    statement = (
        select(REDEMPTIONS.c.holder_id, REDEMPTIONS.c.payee_id, REDEMPTIONS.c.region)
        .join(TRANSITIONS, TRANSITIONS.c.redemption_id == REDEMPTIONS.c.id)
        .where(TRANSITIONS.c.document_id == document_id)
        .distinct()
    )
    return [((row.holder_id, row.payee_id), row.region) for row in await connection.execute(statement)]


def kept(row: Any) -> Kept:
    """A row as a value."""
    return Kept(**row)


def shown(step: Step) -> Kept:
    """A step that was not stored yet, in the same form: what a redemption looks like once it is caught up."""
    fields = _row(step, None)
    return Kept(**{name: fields[name] for name in Kept.__dataclass_fields__})


def _row(step: Step, journal_id: UUID | None) -> dict[str, Any]:
    after = step.after
    return {
        "id": new_id(),
        "redemption_id": after.id,
        "number": after.steps,
        "event": step.event,
        "from_state": step.before.state.value if step.before is not None else None,
        "to_state": after.state.value,
        "at": step.at,
        "person": step.by.person,
        "client": step.by.client,
        "note": step.note,
        "document_id": step.document_id,
        "request_id": step.by.request_id,
        "journal_id": journal_id,
        "held": after.held,
        "captured": after.captured,
        "refunded": after.refunded,
    }
