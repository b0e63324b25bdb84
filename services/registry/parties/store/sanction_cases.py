"""Remembers sanction cases, and that sanctions shall be lifted; whoever changes one holds its organisation's lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.sanction_case import (
    SECRET,
    CaseState,
    Grounds,
    Lifting,
    LiftingState,
    Ruling,
    SanctionCase,
)
from services.registry.parties.domain.standing import SanctionKind
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.parties.store.sanction_tables import SanctionCases, SanctionLiftings
from services.registry.sight import Sight, region_in_sight

CASES = SanctionCases.__table__
LIFTINGS = SanctionLiftings.__table__
_CHARGE = tuple(Grounds.__dataclass_fields__)
_PLAIN = tuple(set(SanctionCase.__dataclass_fields__) - {"charge", "ruling", "state"})
_RULING = {"years": "years", "number": "decision_number", "document_id": "decision_document_id", "remedy": "remedy"}
_NOTIFIED = CASES.c.state == CaseState.NOTIFIED.value


@dataclass(frozen=True)
class CaseFilter:
    """Which cases a list shows: each bound that is given narrows it."""

    organization: UUID | None = None
    state: str | None = None


async def add(connection: AsyncConnection, case: SanctionCase) -> None:
    """Record a new case."""
    await connection.execute(insert(CASES).values(_row(case)))


async def save(connection: AsyncConnection, cases: Sequence[SanctionCase]) -> None:
    """Write down how far cases have come, under the locks of their organisations."""
    for case in cases:
        fixed = {"id", "organization_id", "proposed_by", "proposed_at", *_CHARGE}
        moving = {name: value for name, value in _row(case).items() if name not in fixed}
        await connection.execute(update(CASES).where(CASES.c.id == case.id).values(moving))


async def read(connection: AsyncConnection, case_id: UUID) -> SanctionCase | None:
    """One case."""
    found = await _all(connection, select(CASES).where(CASES.c.id == case_id))
    return found[0] if found else None


async def read_all(connection: AsyncConnection, ids: Sequence[UUID]) -> list[SanctionCase]:
    """Those of the ids that exist, in the order of their time for an answer."""
    return await _all(connection, select(CASES).where(CASES.c.id.in_(ids)).order_by(CASES.c.reply_ends, CASES.c.id))


async def find(
    connection: AsyncConnection, wanted: CaseFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[SanctionCase]:
    """Cases in sight, by id: an organisation sees its own once they are notified."""
    notified = CASES.c.state.not_in([state.value for state in SECRET])
    own = (CASES.c.organization_id == sight.organization) & notified & CASES.c.notified_at.is_not(None)
    seen = true() if sight.everything else or_(own, region_in_sight(ORGANIZATIONS.c.region, sight.region))
    statement = select(CASES).join(ORGANIZATIONS, ORGANIZATIONS.c.id == CASES.c.organization_id).where(seen)
    for column, value in ((CASES.c.organization_id, wanted.organization), (CASES.c.state, wanted.state)):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(CASES.c.id > after)
    return await _all(connection, statement.order_by(CASES.c.id).limit(limit))


async def next_reply_end(connection: AsyncConnection) -> datetime | None:
    """The earliest instant at which the time for an answer is over."""
    statement = select(CASES.c.reply_ends).where(_NOTIFIED).order_by(CASES.c.reply_ends).limit(1)
    found: datetime | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def unanswered(connection: AsyncConnection, *, upto: datetime, limit: int) -> list[SanctionCase]:
    """Notified cases whose time for an answer is over at an instant, the first due first."""
    statement = select(CASES).where(_NOTIFIED, CASES.c.reply_ends <= upto)
    return await _all(connection, statement.order_by(CASES.c.reply_ends, CASES.c.id).limit(limit))


async def add_lifting(connection: AsyncConnection, lifting: Lifting) -> None:
    """Record that a sanction shall be lifted."""
    await connection.execute(insert(LIFTINGS).values({**vars(lifting), "state": lifting.state.value}))


async def save_lifting(connection: AsyncConnection, lifting: Lifting) -> None:
    """Write down how a lifting was decided, under the lock of the sanction's organisation."""
    moving = {name: getattr(lifting, name) for name in ("decided_by", "decided_at", "refusal")}
    statement = update(LIFTINGS).where(LIFTINGS.c.id == lifting.id)
    await connection.execute(statement.values({**moving, "state": lifting.state.value}))


async def liftings_of(connection: AsyncConnection, sanction_id: UUID) -> list[Lifting]:
    """All that was ever proposed to lift a sanction, oldest first."""
    statement = select(LIFTINGS).where(LIFTINGS.c.sanction_id == sanction_id).order_by(LIFTINGS.c.id)
    rows = (await connection.execute(statement)).mappings()
    return [Lifting(**{**row, "state": LiftingState(row["state"])}) for row in rows]


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[SanctionCase]:
    return [_case(row) for row in (await connection.execute(statement)).mappings()]


def _case(row: Any) -> SanctionCase:
    charge = Grounds(**{**{name: row[name] for name in _CHARGE}, "kind": SanctionKind(row["kind"])})
    ruling = Ruling(**{name: row[column] for name, column in _RULING.items()}) if row["years"] is not None else None
    plain = {name: row[name] for name in _PLAIN}
    return SanctionCase(charge=charge, ruling=ruling, state=CaseState(row["state"]), **plain)


def _row(case: SanctionCase) -> dict[str, Any]:
    ruling = {column: getattr(case.ruling, name, None) for name, column in _RULING.items()}
    charge = {**vars(case.charge), "kind": case.charge.kind.value}
    return {**{name: getattr(case, name) for name in _PLAIN}, **charge, **ruling, "state": case.state.value}
