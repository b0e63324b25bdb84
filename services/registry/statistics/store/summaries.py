"""Remembers who owes a work summary, and each year's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.sight import Sight, region_in_sight
from services.registry.statistics.domain.summary import Duty, Figure, Submission, SummaryState, WorkSummary
from services.registry.statistics.store.tables import SummaryDuties, WorkSummaries

DUTIES = SummaryDuties.__table__
SUMMARIES = WorkSummaries.__table__


@dataclass(frozen=True)
class SummaryFilter:
    """Which summaries a list shows: each bound that is given narrows it; overdue_on: what is overdue on that day."""

    year: int | None = None
    state: SummaryState | None = None
    region: str | None = None
    overdue_on: date | None = None


async def add_duties(connection: AsyncConnection, duties: Sequence[Duty], *, at: datetime, by: str) -> set[UUID]:
    """Record those duties whose years nobody is under a duty for yet; gives their ids."""
    rows = [{**vars(one), "recorded_at": at, "recorded_by": by} for one in duties]
    statement = insert(DUTIES).values(rows).on_conflict_do_nothing().returning(DUTIES.c.id)
    return set((await connection.execute(statement)).scalars())


async def cities_of(connection: AsyncConnection, bureaus: Sequence[str]) -> dict[str, str]:
    """For which city each of these bureaus owes or owed a summary, by its code."""
    statement = select(DUTIES.c.bureau, DUTIES.c.region).where(DUTIES.c.bureau.in_(bureaus))
    return {row.bureau: row.region for row in await connection.execute(statement)}


async def lock_duty(connection: AsyncConnection, duty_id: UUID) -> Duty | None:
    """Lock a duty, if there is one of this id."""
    statement = select(DUTIES).where(DUTIES.c.id == duty_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _duty(row)


async def end_duty(connection: AsyncConnection, duty: Duty) -> None:
    """Write down the last year of a locked duty."""
    await connection.execute(update(DUTIES).where(DUTIES.c.id == duty.id).values(until_year=duty.until_year))


async def find_duties(connection: AsyncConnection, *, after: UUID | None, limit: int) -> list[Duty]:
    """Duties by id, at most ``limit``."""
    statement = select(DUTIES).order_by(DUTIES.c.id).limit(limit)
    if after is not None:
        statement = statement.where(DUTIES.c.id > after)
    return [_duty(row) for row in await connection.execute(statement)]


async def earliest_missing(connection: AsyncConnection) -> int | None:
    """The earliest year of which somebody's summary is not open yet; None when nobody owes any."""
    missing = _missing().subquery()
    statement = select(func.min(missing.c.next_year))
    found: int | None = (await connection.execute(statement)).scalar_one()
    return found


async def last_opened(connection: AsyncConnection, duty_id: UUID) -> int | None:
    """The last year of which a duty's summary is open or done."""
    statement = select(func.max(SUMMARIES.c.year)).where(SUMMARIES.c.duty_id == duty_id)
    found: int | None = (await connection.execute(statement)).scalar_one()
    return found


async def missing(connection: AsyncConnection, year: int, *, limit: int) -> list[Duty]:
    """Lock duties of which the next summary is that of a year, at most ``limit``, by id."""
    found = _missing().subquery()
    ids = select(found.c.id).where(found.c.next_year == year).order_by(found.c.id).limit(limit)
    statement = select(DUTIES).where(DUTIES.c.id.in_(ids)).order_by(DUTIES.c.id).with_for_update(key_share=True)
    return [_duty(row) for row in await connection.execute(statement)]


def _missing() -> Select[Any]:
    """Each duty with the next year that it owes a summary of, without those that owe none any more."""
    last = select(func.max(SUMMARIES.c.year) + 1).where(SUMMARIES.c.duty_id == DUTIES.c.id).scalar_subquery()
    next_year = func.coalesce(last, DUTIES.c.from_year)
    owed = or_(DUTIES.c.until_year.is_(None), next_year <= DUTIES.c.until_year)
    return select(DUTIES.c.id, next_year.label("next_year")).where(owed)


async def add(connection: AsyncConnection, summaries: Sequence[WorkSummary], *, at: datetime) -> None:
    """Record the summaries that are owed of a year; one that is there already stays."""
    fixed = ("id", "duty_id", "year", "region", "bureau", "due_on")
    rows = [{**{name: getattr(one, name) for name in fixed}, **_values(one), "opened_at": at} for one in summaries]
    await connection.execute(insert(SUMMARIES).values(rows).on_conflict_do_nothing())


async def lock(connection: AsyncConnection, summary_id: UUID) -> WorkSummary | None:
    """Lock a summary, if there is one of this id."""
    statement = select(SUMMARIES).where(SUMMARIES.c.id == summary_id).with_for_update(key_share=True)
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _summary(row)


async def read(connection: AsyncConnection, summary_id: UUID) -> WorkSummary | None:
    """One summary."""
    row = (await connection.execute(select(SUMMARIES).where(SUMMARIES.c.id == summary_id))).one_or_none()
    return None if row is None else _summary(row)


async def save(connection: AsyncConnection, summary: WorkSummary) -> None:
    """Write down a locked summary as it is now."""
    await connection.execute(update(SUMMARIES).where(SUMMARIES.c.id == summary.id).values(_values(summary)))


async def find(
    connection: AsyncConnection, wanted: SummaryFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[WorkSummary]:
    """Summaries in sight, by id, at most ``limit``; a bureau's is in nobody's region."""
    statement = select(SUMMARIES).order_by(SUMMARIES.c.id).limit(limit).where(*_conditions(wanted))
    if after is not None:
        statement = statement.where(SUMMARIES.c.id > after)
    if not sight.everything:
        statement = statement.where(region_in_sight(SUMMARIES.c.region, sight.region), SUMMARIES.c.bureau.is_(None))
    return [_summary(row) for row in await connection.execute(statement)]


def _conditions(wanted: SummaryFilter) -> list[ColumnElement[bool]]:
    columns = SUMMARIES.c
    found = []
    if wanted.year is not None:
        found.append(columns.year == wanted.year)
    if wanted.state is not None:
        found.append(columns.state == wanted.state.value)
    if wanted.region is not None:
        found.append(region_in_sight(columns.region, wanted.region))
    if wanted.overdue_on is not None:
        found.append(columns.owed_by < wanted.overdue_on)
    return found


def _values(summary: WorkSummary) -> dict[str, Any]:
    handed_in = summary.submission
    figures = None if handed_in is None else {name: vars(one) for name, one in handed_in.figures.items()}
    return {
        "state": summary.state.value,
        "owed_by": summary.owed_by,
        "submitted_on": None if handed_in is None else handed_in.on,
        "submitted_by": None if handed_in is None else handed_in.by,
        "days_late": None if handed_in is None else handed_in.days_late,
        "document_id": None if handed_in is None else handed_in.document_id,
        "figures": figures,
        "reason": summary.reason,
        "decided_by": summary.decided_by,
    }


def _summary(row: Any) -> WorkSummary:
    submission = None
    if row.submitted_on is not None:
        figures = {name: Figure(**one) for name, one in row.figures.items()}
        submission = Submission(row.submitted_on, row.submitted_by, row.document_id, figures, row.days_late)
    return WorkSummary(
        id=row.id,
        duty_id=row.duty_id,
        year=row.year,
        region=row.region,
        bureau=row.bureau,
        due_on=row.due_on,
        owed_by=row.owed_by,
        state=SummaryState(row.state),
        submission=submission,
        reason=row.reason,
        decided_by=row.decided_by,
    )


def _duty(row: Any) -> Duty:
    return Duty(row.id, row.region, row.bureau, row.from_year, row.policy, row.clause, row.until_year)
