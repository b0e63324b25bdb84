"""Remembers nothing itself: counts in SQL what the wings below remember, as of the end of a local day.

What has days of its own (recognitions, admissions, residencies, activities) is counted as of the day. The rest, such
as a region or a size, is as recorded now of whatever was recorded by then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    distinct,
    extract,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.store.roles import GROUND_ENDS
from services.registry.parties.store.tables import Organizations
from services.registry.providers.store.tables import Admissions, Offerings, Providers
from services.registry.sight import Sight, region_in_sight
from services.registry.spaces.store.spaces import STATE
from services.registry.spaces.store.tables import (
    Activities,
    Investors,
    Mentors,
    Recognitions,
    Residencies,
    Spaces,
    Teams,
)
from services.registry.statistics.domain.counted import Counted
from services.registry.statistics.domain.subject import Subject
from services.registry.statistics.domain.target import Measure
from services.standards.calendar import end_of_day

ORGANIZATIONS = Organizations.__table__.c
SPACES = Spaces.__table__.c
RECOGNITIONS = Recognitions.__table__.c
ADMISSIONS = Admissions.__table__.c
PROVIDERS = Providers.__table__.c
TEAMS = Teams.__table__.c
RESIDENCIES = Residencies.__table__.c
ACTIVITIES = Activities.__table__.c
OFFERINGS = Offerings.__table__.c
MENTORS = Mentors.__table__.c
INVESTORS = Investors.__table__.c
CELLS_MOST = 10_000


@dataclass(frozen=True)
class Asof:
    """A local day, the instant at which it is over (UTC), and the zone in which it is one."""

    day: date
    over_at: datetime
    zone: str

    @classmethod
    def of(cls, day: date, zone: str) -> "Asof":
        """A day in a zone."""
        return cls(day, end_of_day(day, zone), zone)


async def count(
    connection: AsyncConnection,
    subject: Subject,
    dimensions: Sequence[str],
    at: Asof,
    *,
    sight: Sight,
    limit: int = CELLS_MOST,
) -> Counted:
    """A subject by dimensions, of what is in sight: one cell more than ``limit`` where there are more than that."""
    told = _SUBJECTS[subject](at).subquery("told")
    by = [cast(told.c[name], Text) for name in dimensions]
    statement = select(*by, func.count().label("many")).select_from(told).group_by(*by).limit(limit + 1)
    if not sight.everything:
        statement = statement.where(region_in_sight(told.c.region, sight.region))
    rows = (await connection.execute(statement)).all()
    return Counted(tuple(dimensions), {tuple(row[:-1]): row.many for row in rows if row.many})


async def recognised_by_region(connection: AsyncConnection, at: Asof) -> dict[str, int]:
    """How many spaces are recognised, by the region they are recorded in."""
    statement = select(SPACES.region, func.count().label("many")).where(_there(at), _recognised(at))
    rows = await connection.execute(statement.group_by(SPACES.region))
    return {row["region"]: int(row["many"]) for row in rows.mappings()}


async def measured(connection: AsyncConnection, measure: Measure, region: str, at: Asof) -> int:
    """How much of what a target counts there is in a region; capital in fen. KeyError for what is not counted here."""
    statement = _MEASURES[measure](at, region_in_sight(SPACES.region, region))
    return int((await connection.execute(statement)).scalar_one())


def _year(day: ColumnElement[Any]) -> ColumnElement[Any]:
    return extract("year", day).label("year")


def _recorded_year(table: Any, at: Asof) -> ColumnElement[Any]:
    return _year(func.timezone(at.zone, table.recorded_at))


def _there(at: Asof) -> ColumnElement[bool]:
    """A space recorded by a day and not closed."""
    return and_(SPACES.recorded_at < at.over_at, STATE != "closed")


def in_force(at: Asof) -> ColumnElement[bool]:
    """Of recognitions: in force on a day."""
    return and_(RECOGNITIONS.decided_on <= at.day, or_(RECOGNITIONS.ended_on.is_(None), RECOGNITIONS.ended_on > at.day))


def _recognised(at: Asof) -> ColumnElement[bool]:
    return select(RECOGNITIONS.id).where(RECOGNITIONS.space_id == SPACES.id, in_force(at)).exists()


def _highest(column: ColumnElement[Any], at: Asof) -> ColumnElement[Any]:
    """Of a space's recognitions in force the highest one's level or track; the oldest of those as high."""
    rank = func.array_position(func.string_to_array("national,province,city,county", ","), RECOGNITIONS.level)
    chosen = select(column).where(RECOGNITIONS.space_id == SPACES.id, in_force(at))
    return chosen.order_by(rank, RECOGNITIONS.decided_on, RECOGNITIONS.id).limit(1).scalar_subquery()


def _organizations(at: Asof) -> Select[Any]:
    """Those that were there on the day: recorded, and not ended by then."""
    live = or_(ORGANIZATIONS.status == "active", ORGANIZATIONS.succeeded_on > at.day)
    return select(
        ORGANIZATIONS.region,
        ORGANIZATIONS.size_class.label("size"),
        ORGANIZATIONS.legal_form.label("form"),
        _year(ORGANIZATIONS.registered_on),
    ).where(ORGANIZATIONS.recorded_at < at.over_at, live)


def _spaces(at: Asof) -> Select[Any]:
    return select(
        SPACES.region,
        SPACES.kind,
        SPACES.form,
        _highest(RECOGNITIONS.level, at).label("level"),
        _highest(RECOGNITIONS.track, at).label("track"),
        SPACES.field,
        SPACES.sponsor,
        _recorded_year(SPACES, at),
    ).where(_there(at))


def _admitted(at: Asof) -> ColumnElement[bool]:
    ends = func.least(ADMISSIONS.until_on, ADMISSIONS.ended_on, literal_column(f"({GROUND_ENDS})", Date))
    live = PROVIDERS.state.in_(("admitted", "suspended", "expired"))
    return and_(live, ADMISSIONS.from_on <= at.day, or_(ends.is_(None), ends >= at.day))


def admitted_today(at: Asof) -> ColumnElement[bool]:
    """Of providers: admitted for some category on a day."""
    return select(ADMISSIONS.id).where(ADMISSIONS.provider_id == PROVIDERS.id, _admitted(at)).exists()


def _admissions(at: Asof) -> Select[Any]:
    joined = Admissions.__table__.join(Providers.__table__, PROVIDERS.id == ADMISSIONS.provider_id).join(
        Organizations.__table__, ORGANIZATIONS.id == PROVIDERS.organization_id
    )
    return (
        select(ORGANIZATIONS.region, ADMISSIONS.category, ADMISSIONS.ground, _year(ADMISSIONS.from_on))
        .select_from(joined)
        .where(_admitted(at))
    )


def _providers(at: Asof) -> Select[Any]:
    joined = Providers.__table__.join(Organizations.__table__, ORGANIZATIONS.id == PROVIDERS.organization_id)
    return (
        select(ORGANIZATIONS.region, ORGANIZATIONS.size_class.label("size"), _recorded_year(PROVIDERS, at))
        .select_from(joined)
        .where(admitted_today(at))
    )


def _teams(at: Asof) -> Select[Any]:
    """Those that were there: neither dissolved nor a firm by then."""
    joined = Teams.__table__.join(Spaces.__table__, SPACES.id == TEAMS.home_id)
    live = or_(TEAMS.status == "active", TEAMS.incorporated_on > at.day)
    return (
        select(SPACES.region, SPACES.kind, _recorded_year(TEAMS, at))
        .select_from(joined)
        .where(TEAMS.recorded_at < at.over_at, live)
    )


def _residencies(at: Asof) -> Select[Any]:
    joined = Residencies.__table__.join(Spaces.__table__, SPACES.id == RESIDENCIES.space_id)
    resident = case((RESIDENCIES.team_id.is_not(None), "team"), else_="organization").label("resident")
    return (
        select(SPACES.region, SPACES.kind, resident, _year(RESIDENCIES.from_on))
        .select_from(joined)
        .where(_covers(RESIDENCIES, at))
    )


def _activities(at: Asof) -> Select[Any]:
    """Those held by the day, each as its last correction recorded by then has it; corrected to nothing, none."""
    joined = Activities.__table__.join(Spaces.__table__, SPACES.id == ACTIVITIES.space_id)
    later = Activities.__table__.alias("later")
    corrected = select(later.c.id).where(later.c.corrects_id == ACTIVITIES.id, later.c.recorded_at < at.over_at)
    return (
        select(SPACES.region, ACTIVITIES.kind, _year(ACTIVITIES.held_on))
        .select_from(joined)
        .where(
            ACTIVITIES.held_on <= at.day,
            ACTIVITIES.recorded_at < at.over_at,
            ACTIVITIES.sessions > 0,
            ~corrected.exists(),
        )
    )


def _offerings(at: Asof) -> Select[Any]:
    joined = Offerings.__table__.join(Providers.__table__, PROVIDERS.id == OFFERINGS.provider_id).join(
        Organizations.__table__, ORGANIZATIONS.id == PROVIDERS.organization_id
    )
    return (
        select(ORGANIZATIONS.region, OFFERINGS.category, _recorded_year(OFFERINGS, at))
        .select_from(joined)
        .where(OFFERINGS.recorded_at < at.over_at, OFFERINGS.state == "published")
    )


def _covers(table: Any, at: Asof) -> ColumnElement[bool]:
    return and_(table.from_on <= at.day, or_(table.until_on.is_(None), table.until_on >= at.day))


def _working(table: Any, at: Asof, inside: ColumnElement[bool]) -> Select[Any]:
    """Those who work in spaces of a region on a day."""
    source = table.__table__
    joined = source.join(Spaces.__table__, SPACES.id == source.c.space_id)
    return select(source).select_from(joined).where(_covers(source.c, at), inside)


def _persons(at: Asof, inside: ColumnElement[bool]) -> Select[Any]:
    mentors = _working(Mentors, at, inside).subquery()
    return select(func.count(distinct(mentors.c.person_id)))


def _funds(at: Asof, inside: ColumnElement[bool]) -> Subquery:
    """Investors with what they manage, each once however many spaces he is in, and with the most that he said."""
    rows = _working(Investors, at, inside).subquery()
    who = func.coalesce(cast(rows.c.organization_id, Text), rows.c.fund)
    return select(who, func.max(rows.c.managed).label("managed")).group_by(who).subquery()


def _spaces_that(recognised: bool, at: Asof, inside: ColumnElement[bool]) -> Select[Any]:
    found = select(func.count()).where(_there(at), inside)
    return found.where(_recognised(at)) if recognised else found


_SUBJECTS: dict[Subject, Callable[[Asof], Select[Any]]] = {
    Subject.ORGANIZATIONS: _organizations,
    Subject.SPACES: _spaces,
    Subject.PROVIDERS: _providers,
    Subject.ADMISSIONS: _admissions,
    Subject.TEAMS: _teams,
    Subject.RESIDENCIES: _residencies,
    Subject.ACTIVITIES: _activities,
    Subject.OFFERINGS: _offerings,
}
_MEASURES: dict[Measure, Callable[[Asof, ColumnElement[bool]], Select[Any]]] = {
    Measure.SPACES: lambda at, inside: _spaces_that(False, at, inside),
    Measure.RECOGNISED_SPACES: lambda at, inside: _spaces_that(True, at, inside),
    Measure.INVESTORS: lambda at, inside: select(func.count()).select_from(_funds(at, inside)),
    Measure.MENTORS: _persons,
    Measure.MANAGED_CAPITAL: lambda at, inside: select(func.coalesce(func.sum(_funds(at, inside).c.managed), 0)),
}
