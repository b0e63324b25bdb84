"""Records who moves into a space, and who leaves or graduates."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.evidence import missing
from services.registry.spaces.domain.dossier import residency_document
from services.registry.spaces.domain.residency import Ending, Residency, end_residency, residency_faults
from services.registry.spaces.domain.team import Team, TeamStatus, active_faults
from services.registry.spaces.store import residencies, teams
from services.registry.spaces.store.holding import hold_place, hold_space, see_space
from services.registry.spaces.store.publishing import tell_team


async def record_residency(asked: Asked, residency: Residency) -> Document:
    """Record that a team or organisation lives in a space; a team's document goes into the feed.

    NotFound ``space.unknown``; Refusal with all faults of the residency.
    """
    resident = residency.organization_id
    async with asked.database.begin() as connection:
        space, held = await hold_space(connection, asked, residency.space_id, also=resident)
        team = None if residency.team_id is None else await _lock_team(connection, residency.team_id)
        now = await business_now(connection)
        refuse_all(
            [
                *missing("team", [("/team", residency.team_id is None or team is not None)]),
                *missing("organization", [("/organization", resident is None or resident in held)]),
                *residency_faults(residency, space, await _stays(connection, residency)),
                *([] if team is None else active_faults(team, TeamStatus.INCORPORATED, TeamStatus.DISSOLVED)),
            ]
        )
        await residencies.add(connection, residency, at=now, by=asked.actor)
        if team is not None:
            await tell_team(connection, team, at=now)
        return residency_document(residency)


async def end_of_residency(asked: Asked, residency_id: UUID, *, on: date, how: Ending) -> Document:
    """End a residency with its last day: the resident left, or graduated.

    NotFound ``residency.unknown``; Refusal ``residency.ended``, or all faults of the day.
    """
    async with asked.database.begin() as connection:
        seen = await residencies.read(connection, residency_id)
        if seen is None:
            raise NotFound("residency.unknown")
        await hold_place(connection, asked, seen.space_id, unknown="residency.unknown", also=seen.organization_id)
        team = None if seen.team_id is None else await _lock_team(connection, seen.team_id)
        residency = await residencies.held(connection, residency_id)
        now = await business_now(connection)
        ended = end_residency(residency, on=on, how=how, today=asked.day_of(now))
        await residencies.end(connection, [ended], at=now)
        decision = Decision(
            subject_kind="residency",
            subject_id=residency_id,
            kind="end",
            outcome=how.value,
            actor=asked.actor,
            at=now,
            rule="the life cycle of a residency",
            numbers={"on": on.isoformat()},
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        if team is not None:
            await tell_team(connection, team, at=now)
        return residency_document(ended)


async def list_residencies(
    asked: Asked, space_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of those who live or lived in a space, and its next cursor; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        await see_space(connection, asked, space_id)
        found = await residencies.inside(connection, space_id, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [residency_document(one) for one in page], cursor


async def _lock_team(connection: AsyncConnection, team_id: UUID) -> Team | None:
    return (await teams.lock(connection, [team_id])).get(team_id)


async def _stays(connection: AsyncConnection, residency: Residency) -> list[Residency]:
    residents = [one for one in (residency.team_id, residency.organization_id) if one is not None]
    return await residencies.of_residents(connection, residents)
