"""Remembers what extracts of official registers say of credit codes, and what looks into them came to."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.parties.domain.organization import OrganizationStatus
from services.registry.parties.domain.register import (
    Acceptance,
    CheckOutcome,
    Difference,
    Newest,
    Register,
    RegisterCheck,
    RegisterEntry,
    register_of,
)
from services.registry.parties.store.register_tables import RegisterAcceptances, RegisterChecks, RegisterEntries

ENTRIES = RegisterEntries.__table__
CHECKS = RegisterChecks.__table__
ACCEPTANCES = RegisterAcceptances.__table__
_SHOWN = select(CHECKS, ACCEPTANCES).outerjoin(ACCEPTANCES)
_OF_DAY = bulk.Statement(
    select(ENTRIES).where(ENTRIES.c.as_of == text(":as_of"), bulk.among(ENTRIES.c.uscc)).order_by(ENTRIES.c.id)
)
_EXTRACT = text(
    "SELECT as_of FROM register_entries WHERE register = :register AND EXISTS"
    " (SELECT FROM imports WHERE imports.id = register_entries.import_id AND imports.state = 'done')"
    " ORDER BY as_of DESC LIMIT 1"
)
"""The day of a register's newest extract; one that is still being read may have the code further down."""


async def add_entries(connection: AsyncConnection, new: Sequence[RegisterEntry]) -> None:
    """Write down what an extract says."""
    rows = [{**vars(one), "register": register_of(one.uscc).value, "status": one.status} for one in new]
    await bulk.insert_all(connection, ENTRIES, rows)


async def of_day(connection: AsyncConnection, codes: Sequence[str], as_of: date) -> dict[str, RegisterEntry]:
    """The last entry of each of these codes as of a day; codes without one are left out."""
    rows = await _OF_DAY.rows(connection, {"as_of": as_of, "ids": list(codes)})
    return {row["uscc"]: _entry(row) for row in rows}


async def newest(connection: AsyncConnection, uscc: str) -> Newest | None:
    """What the register of a code says of it, None while no extract of that register was taken in to its end.

    Refusal ``register.none`` of a code of another authority.
    """
    register = register_of(uscc).value
    latest = select(ENTRIES).where(ENTRIES.c.uscc == uscc).order_by(ENTRIES.c.as_of.desc(), ENTRIES.c.id.desc())
    row = (await connection.execute(latest.limit(1))).mappings().one_or_none()
    if row is not None:
        return Newest(row["as_of"], _entry(row))
    as_of = (await connection.execute(_EXTRACT, {"register": register})).scalar_one_or_none()
    return None if as_of is None else Newest(as_of)


async def add_check(connection: AsyncConnection, check: RegisterCheck) -> None:
    """Write down what a look came to."""
    told = {"register": check.register.value, "outcome": check.outcome.value}
    differences = [asdict(one) for one in check.differences]
    values = {**vars(check), **told, "differences": differences}
    await connection.execute(insert(CHECKS).values({name: values[name] for name in values if name in CHECKS.c}))


async def add_acceptance(connection: AsyncConnection, acceptance: Acceptance) -> None:
    """Write down why what a look found may differ."""
    await connection.execute(insert(ACCEPTANCES).values(vars(acceptance)))


async def check(connection: AsyncConnection, organization_id: UUID, check_id: UUID) -> RegisterCheck | None:
    """One look for an organisation."""
    statement = _SHOWN.where(CHECKS.c.organization_id == organization_id, CHECKS.c.id == check_id)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _check(row)


async def checks(
    connection: AsyncConnection, organization_id: UUID, *, after: UUID | None, limit: int
) -> list[RegisterCheck]:
    """Looks for an organisation, newest first, at most ``limit``."""
    statement = _SHOWN.where(CHECKS.c.organization_id == organization_id)
    if after is not None:
        statement = statement.where(CHECKS.c.id < after)
    return [_check(row) for row in await connection.execute(statement.order_by(CHECKS.c.id.desc()).limit(limit))]


def _entry(row: Any) -> RegisterEntry:
    told = {name: row[name] for name in RegisterEntry.__dataclass_fields__}
    return RegisterEntry(**{**told, "status": None if row["status"] is None else OrganizationStatus(row["status"])})


def _check(row: Any) -> RegisterCheck:
    return RegisterCheck(
        id=row.id,
        organization_id=row.organization_id,
        register=Register(row.register),
        outcome=CheckOutcome(row.outcome),
        as_of=row.as_of,
        entry_id=row.entry_id,
        import_id=row.import_id,
        differences=tuple(Difference(**one) for one in row.differences),
        checked_at=row.checked_at,
        checked_by=row.checked_by,
        acceptance=None
        if row.check_id is None
        else Acceptance(row.check_id, row.reason, row.accepted_at, row.accepted_by),
    )
