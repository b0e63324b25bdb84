"""Remembers lists of supported objects, and finds who belongs on one."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import extract, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.assessment.store.tables import Assessments
from services.registry.parties.store.tables import Organizations
from services.registry.providers.store.tables import Providers
from services.registry.sight import region_in_sight
from services.registry.spaces.store.spaces import STATE
from services.registry.spaces.store.tables import Recognitions, Spaces
from services.registry.statistics.domain.supported import (
    Basis,
    Cover,
    Entry,
    ListState,
    SpaceCase,
    SupportedKind,
    SupportedList,
)
from services.registry.statistics.store.counting import Asof, admitted_today, in_force
from services.registry.statistics.store.tables import SupportedEntries, SupportedLists

LISTS = SupportedLists.__table__
ENTRIES = SupportedEntries.__table__
SPACES, RECOGNITIONS, ASSESSMENTS = Spaces.__table__.c, Recognitions.__table__.c, Assessments.__table__.c
ORGANIZATIONS, PROVIDERS = Organizations.__table__.c, Providers.__table__.c


async def space_cases(connection: AsyncConnection, region: str, year: int, at: Asof) -> list[SpaceCase]:
    """The spaces of a region that are recognised on a day, with what speaks for each in a year.

    The grade is that of the last assessment that was published of this year or the one before, which is assessed in it.
    """
    in_year = select(RECOGNITIONS.id).where(
        RECOGNITIONS.space_id == SPACES.id, in_force(at), extract("year", RECOGNITIONS.decided_on) == year
    )
    grade = (
        select(ASSESSMENTS.grade)
        .where(
            ASSESSMENTS.space_id == SPACES.id,
            ASSESSMENTS.state == "published",
            ASSESSMENTS.year.between(year - 1, year),
        )
        .order_by(ASSESSMENTS.year.desc())
        .limit(1)
        .scalar_subquery()
    )
    recognised = select(RECOGNITIONS.id).where(RECOGNITIONS.space_id == SPACES.id, in_force(at)).exists()
    statement = select(
        SPACES.id,
        SPACES.name,
        SPACES.region,
        recognised.label("recognised"),
        in_year.exists().label("recognised_in_year"),
        grade.label("grade"),
    ).where(region_in_sight(SPACES.region, region), STATE == "recognised")
    return [SpaceCase(**row._mapping) for row in await connection.execute(statement)]


async def provider_entries(connection: AsyncConnection, region: str, at: Asof) -> list[Entry]:
    """A line for each provider of a region that is admitted on a day for some category."""
    statement = (
        select(PROVIDERS.id, ORGANIZATIONS.name, ORGANIZATIONS.region)
        .select_from(Providers.__table__.join(Organizations.__table__, ORGANIZATIONS.id == PROVIDERS.organization_id))
        .where(region_in_sight(ORGANIZATIONS.region, region), PROVIDERS.state == "admitted", admitted_today(at))
    )
    return [
        Entry(SupportedKind.PROVIDER, row.id, row.name, row.region, (Basis.ADMITTED.value,))
        for row in await connection.execute(statement)
    ]


async def add(connection: AsyncConnection, prepared: SupportedList) -> bool:
    """Record a prepared list with its lines; False when one of its region and year is prepared already."""
    values = {name: getattr(prepared, name) for name in ("id", "region", "year", "prepared_by", "prepared_at")}
    digest = {"state": prepared.state.value, "digest": prepared.digest}
    statement = postgresql.insert(LISTS).values({**values, **digest}).on_conflict_do_nothing()
    if (await connection.execute(statement.returning(LISTS.c.id))).first() is None:
        return False
    rows = [
        {**vars(entry), "kind": entry.kind.value, "list_id": prepared.id, "position": position}
        for position, entry in enumerate(prepared.entries, start=1)
    ]
    await connection.execute(insert(ENTRIES), rows)
    return True


async def prepared_for(connection: AsyncConnection, region: str, year: int) -> UUID | None:
    """The id of the list that is prepared for a region and year; None when it was decided on meanwhile."""
    statement = select(LISTS.c.id).where(_of(region, year), LISTS.c.state == ListState.PREPARED.value)
    return (await connection.execute(statement)).scalar_one_or_none()


async def save(connection: AsyncConnection, decided: SupportedList) -> None:
    """Write down what became of a locked list; one that is published takes the place of the one before."""
    if decided.state is ListState.PUBLISHED:
        former = update(LISTS).where(_of(decided.region, decided.year), LISTS.c.state == ListState.PUBLISHED.value)
        await connection.execute(former.values(state=ListState.REPLACED.value))
    values = {"state": decided.state.value, "decided_by": decided.decided_by, "decided_at": decided.decided_at}
    await connection.execute(update(LISTS).where(LISTS.c.id == decided.id).values(values))


async def lock(connection: AsyncConnection, list_id: UUID) -> SupportedList | None:
    """Lock a list, if there is one of this id."""
    await connection.execute(select(LISTS.c.id).where(LISTS.c.id == list_id).with_for_update(key_share=True))
    return await read(connection, list_id)


async def read(connection: AsyncConnection, list_id: UUID) -> SupportedList | None:
    """One list with its lines."""
    found = await _whole(connection, LISTS.c.id == list_id)
    return found[0] if found else None


async def published(
    connection: AsyncConnection, *, region: str | None, year: int | None, after: UUID | None, limit: int
) -> list[Cover]:
    """The covers of the lists that are published, by id, at most ``limit``."""
    lines = select(func.count()).where(ENTRIES.c.list_id == LISTS.c.id).scalar_subquery().label("lines")
    statement = select(LISTS, lines).where(LISTS.c.state == ListState.PUBLISHED.value).order_by(LISTS.c.id).limit(limit)
    if region is not None:
        statement = statement.where(region_in_sight(LISTS.c.region, region))
    if year is not None:
        statement = statement.where(LISTS.c.year == year)
    if after is not None:
        statement = statement.where(LISTS.c.id > after)
    names = Cover.__dataclass_fields__
    rows = (await connection.execute(statement)).mappings()
    return [Cover(**{**{name: row[name] for name in names}, "state": ListState(row["state"])}) for row in rows]


def _of(region: str, year: int) -> Any:
    return (LISTS.c.region == region) & (LISTS.c.year == year)


async def _whole(connection: AsyncConnection, condition: Any) -> list[SupportedList]:
    statement = (
        select(LISTS, ENTRIES.c.kind, ENTRIES.c.subject_id, ENTRIES.c.name, ENTRIES.c.grounds)
        .add_columns(ENTRIES.c.region.label("entry_region"))
        .join(ENTRIES, ENTRIES.c.list_id == LISTS.c.id)
        .where(condition)
        .order_by(LISTS.c.id, ENTRIES.c.position)
    )
    rows = (await connection.execute(statement)).all()
    return [_list(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _list(rows: list[Any]) -> SupportedList:
    first = rows[0]
    entries = tuple(
        Entry(SupportedKind(row.kind), row.subject_id, row.name, row.entry_region, tuple(row.grounds)) for row in rows
    )
    return SupportedList(
        id=first.id,
        region=first.region,
        year=first.year,
        entries=entries,
        prepared_by=first.prepared_by,
        prepared_at=first.prepared_at,
        state=ListState(first.state),
        decided_by=first.decided_by,
        decided_at=first.decided_at,
    )
