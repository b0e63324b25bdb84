"""Decides how a team becomes a firm: its history, its rooms and its quota go on in the firm's name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.names import shown
from services.registry.catalogue.domain.period import Period, future_faults
from services.registry.parties.domain.organization import Organization
from services.registry.spaces.domain.residency import Ending, Residency
from services.registry.spaces.domain.team import Incorporation, Team, TeamStatus, active_faults


@dataclass(frozen=True)
class Incorporated:
    """What incorporation makes: the team, its stays that end, and the periods by space that go on for the firm."""

    team: Team
    ended: tuple[Residency, ...]
    goes_on: tuple[tuple[UUID, Period], ...]


def incorporate(
    team: Team,
    incorporation: Incorporation,
    stays: Sequence[Residency],
    *,
    firm_stays: Sequence[Residency],
    today: date,
    also: Sequence[Reason] = (),
) -> Incorporated:
    """Make a team the firm that its people registered on a day.

    stays: the team's; firm_stays: what the firm has of its own, which is not doubled. Its stays end, as graduated, the
    day before. Refusal with all of: ``team.state`` unless active, ``date.future``, ``team.incorporation_day`` (a stay
    of the team begins that day or later), what was found outside.
    """
    day = incorporation.on
    living = [stay for stay in stays if stay.lives_on(day)]
    refuse_all(
        [
            *active_faults(team, TeamStatus.INCORPORATED, TeamStatus.DISSOLVED),
            *future_faults(day, today=today, pointer="/on"),
            *_day_faults(living, day),
            *also,
        ]
    )
    goes_on = [(stay.space_id, Period(day, stay.period.until)) for stay in living]
    return Incorporated(
        replace(team, status=TeamStatus.INCORPORATED, incorporation=incorporation),
        tuple(stay.ended(day - timedelta(days=1), Ending.GRADUATED) for stay in living),
        tuple((space, period) for space, period in goes_on if not _lives(firm_stays, space, period)),
    )


def firm_faults(firm: Organization, on: date) -> list[Reason]:
    """List what is wrong with the firm that a team shall have become on a day: it was not registered by then."""
    registered = firm.facts.registered_on
    if registered is None or registered <= on:
        return []
    numbers = {"registered": registered.isoformat()}
    return [Reason("team.not_registered", rule="a firm begins with its registration", pointer="/on", numbers=numbers)]


def people_faults(team: Team, on_record: Collection[UUID]) -> list[Reason]:
    """List what is wrong with a team that becomes a firm: core members who are not on record, or erased.

    A reference that anybody may make up is nobody, and nobody would be found as a member of two firms.
    """
    missing = [shown("per", one) for one in team.facts.core_members if one not in on_record]
    if not missing:
        return []
    rule = "the people of a firm are on record"
    return [Reason("team.people", rule=rule, numbers={"missing": ", ".join(missing)})]


def _day_faults(living: Sequence[Residency], day: date) -> list[Reason]:
    late = [stay.period.start for stay in living if stay.period.start >= day]
    if not late:
        return []
    numbers = {"from": max(late).isoformat()}
    rule = "a team lives in its space before it is a firm"
    return [Reason("team.incorporation_day", rule=rule, pointer="/on", numbers=numbers)]


def _lives(stays: Sequence[Residency], space: UUID, period: Period) -> bool:
    return any(stay.space_id == space and stay.period.overlaps(period) for stay in stays)
