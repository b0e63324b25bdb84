"""Remembers assessments with the figures of every round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.registry.assessment.domain.assessment import Assessment, AssessmentState
from services.registry.assessment.domain.consequence import Consequence
from services.registry.assessment.domain.figure import Figure
from services.registry.assessment.domain.scoring import Grade
from services.registry.assessment.store.tables import AssessmentFigures, Assessments
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.store.spaces import SPACES

ASSESSMENTS = Assessments.__table__
FIGURES = AssessmentFigures.__table__
CHANGING = (
    "round",
    "score",
    "unreported",
    "return_reason",
    "returned_until",
    "reported_by",
    "reviewed_by",
    "objection",
    "objection_document_id",
    "decided_by",
    "upheld",
    "decision",
)
_FIGURE = tuple(Figure.__dataclass_fields__)
_RETURNED = ASSESSMENTS.c.state == AssessmentState.RETURNED.value


@dataclass(frozen=True)
class AssessmentFilter:
    """Which assessments a list shows: each bound that is given narrows it."""

    campaign: UUID | None = None
    space: UUID | None = None
    year: int | None = None
    state: str | None = None
    grade: str | None = None


async def add_all(connection: AsyncConnection, made: Sequence[Assessment], *, at: datetime) -> None:
    """Record assessments that begin."""
    rows = [
        {
            "id": one.id,
            "campaign_id": one.campaign_id,
            "space_id": one.space_id,
            "year": one.year,
            "recorded_at": at,
            **_values(one),
        }
        for one in made
    ]
    await bulk.insert_all(connection, ASSESSMENTS, rows)


async def save_all(
    connection: AsyncConnection, changed: Sequence[tuple[Assessment, Assessment]], *, at: datetime
) -> None:
    """Write down locked assessments, each before and after; a new round of figures is kept beside those before it."""
    rows = [{"id": after.id, **_values(after), "published_at": _published(after, at)} for _, after in changed]
    await bulk.update_all(connection, ASSESSMENTS, rows)
    figures = [row for before, after in changed if after.round != before.round for row in _figures(after)]
    await bulk.insert_all(connection, FIGURES, figures)


async def lock(connection: AsyncConnection, assessment_id: UUID) -> Assessment:
    """Lock one assessment that is known to be there."""
    statement = select(ASSESSMENTS).where(ASSESSMENTS.c.id == assessment_id).with_for_update(key_share=True)
    (locked,) = await _read(connection, statement)
    return locked


async def lock_of_campaign(connection: AsyncConnection, campaign_id: UUID) -> list[Assessment]:
    """Lock the assessments of a campaign in the order of their ids."""
    statement = select(ASSESSMENTS).where(ASSESSMENTS.c.campaign_id == campaign_id).order_by(ASSESSMENTS.c.id)
    return await _read(connection, statement.with_for_update(key_share=True))


async def lock_lapsing(connection: AsyncConnection, last_day: date, *, limit: int) -> list[Assessment]:
    """Lock returned assessments whose last day is not after a day, in that order; those somebody holds are skipped."""
    statement = select(ASSESSMENTS).where(_RETURNED, ASSESSMENTS.c.returned_until <= last_day)
    ordered = statement.order_by(ASSESSMENTS.c.returned_until, ASSESSMENTS.c.id).limit(limit)
    return await _read(connection, ordered.with_for_update(key_share=True, skip_locked=True))


async def earliest_return(connection: AsyncConnection) -> date | None:
    """The earliest last day among returned reports."""
    statement = select(func.min(ASSESSMENTS.c.returned_until)).where(_RETURNED)
    earliest: date | None = (await connection.execute(statement)).scalar_one()
    return earliest


async def read(connection: AsyncConnection, assessment_id: UUID) -> Assessment | None:
    """One assessment."""
    found = await _read(connection, select(ASSESSMENTS).where(ASSESSMENTS.c.id == assessment_id))
    return found[0] if found else None


async def of_campaign(connection: AsyncConnection, campaign_id: UUID) -> list[Assessment]:
    """The assessments of a campaign by id."""
    statement = select(ASSESSMENTS).where(ASSESSMENTS.c.campaign_id == campaign_id).order_by(ASSESSMENTS.c.id)
    return await _read(connection, statement)


async def failed(connection: AsyncConnection, campaign_id: UUID) -> dict[UUID, UUID]:
    """The spaces that fail in a campaign, each with its operator."""
    statement = (
        select(SPACES.c.id, SPACES.c.operator_id)
        .join(ASSESSMENTS, ASSESSMENTS.c.space_id == SPACES.c.id)
        .where(ASSESSMENTS.c.campaign_id == campaign_id, ASSESSMENTS.c.grade == Grade.FAIL.value)
    )
    return {row.id: row.operator_id for row in await connection.execute(statement)}


async def assessed(connection: AsyncConnection, space_ids: Sequence[UUID], year: int) -> set[UUID]:
    """Which of these spaces are assessed for a year already."""
    statement = select(ASSESSMENTS.c.space_id).where(
        ASSESSMENTS.c.space_id.in_(space_ids),
        ASSESSMENTS.c.year == year,
        ASSESSMENTS.c.state != AssessmentState.CANCELLED.value,
    )
    return set((await connection.execute(statement)).scalars())


async def grades(connection: AsyncConnection, space_ids: Sequence[UUID], year: int) -> dict[UUID, Grade]:
    """What was published of these spaces for a year, by space."""
    statement = select(ASSESSMENTS.c.space_id, ASSESSMENTS.c.grade).where(
        ASSESSMENTS.c.space_id.in_(space_ids),
        ASSESSMENTS.c.year == year,
        ASSESSMENTS.c.state == AssessmentState.PUBLISHED.value,
    )
    return {row.space_id: Grade(row.grade) for row in await connection.execute(statement)}


async def find(
    connection: AsyncConnection, wanted: AssessmentFilter, sight: Sight, *, after: UUID | None, limit: int
) -> list[Assessment]:
    """Assessments in sight, by id, at most ``limit``."""
    table = ASSESSMENTS.c
    statement = select(ASSESSMENTS).join(SPACES, SPACES.c.id == table.space_id).order_by(table.id).limit(limit)
    for column, value in (
        (table.campaign_id, wanted.campaign),
        (table.space_id, wanted.space),
        (table.year, wanted.year),
        (table.state, wanted.state),
        (table.grade, wanted.grade),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(table.id > after)
    if not sight.everything:
        own = SPACES.c.operator_id == sight.organization
        statement = statement.where(or_(own, region_in_sight(SPACES.c.region, sight.region)))
    return await _read(connection, statement)


async def _read(connection: AsyncConnection, statement: Select[Any]) -> list[Assessment]:
    rows = list(await connection.execute(statement))
    figures = await _figures_of(connection, [row.id for row in rows])
    return [_assessment(row, figures.get(row.id, [])) for row in rows]


async def _figures_of(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[Figure]]:
    last = and_(ASSESSMENTS.c.id == FIGURES.c.assessment_id, ASSESSMENTS.c.round == FIGURES.c.round)
    statement = select(FIGURES).join(ASSESSMENTS, last).where(FIGURES.c.assessment_id.in_(ids))
    found: dict[UUID, list[Figure]] = {}
    for row in await connection.execute(statement.order_by(FIGURES.c.assessment_id, FIGURES.c.place)):
        figure = Figure(**{name: getattr(row, name) for name in _FIGURE})
        found.setdefault(row.assessment_id, []).append(figure)
    return found


def _figures(assessment: Assessment) -> list[dict[str, Any]]:
    return [
        {"assessment_id": assessment.id, "round": assessment.round, "place": place, **vars(one)}
        for place, one in enumerate(assessment.figures)
    ]


def _published(assessment: Assessment, at: datetime) -> datetime | None:
    return at if assessment.state is AssessmentState.PUBLISHED else None


def _values(assessment: Assessment) -> dict[str, Any]:
    return {
        "state": assessment.state.value,
        "grade": assessment.grade and assessment.grade.value,
        "consequence": assessment.consequence and assessment.consequence.value,
        **{name: getattr(assessment, name) for name in CHANGING},
    }


def _assessment(row: Any, figures: Sequence[Figure]) -> Assessment:
    return Assessment(
        id=row.id,
        campaign_id=row.campaign_id,
        space_id=row.space_id,
        year=row.year,
        state=AssessmentState(row.state),
        figures=tuple(figures),
        grade=None if row.grade is None else Grade(row.grade),
        consequence=None if row.consequence is None else Consequence(row.consequence),
        **{name: getattr(row, name) for name in CHANGING},
    )
