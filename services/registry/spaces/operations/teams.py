"""Records teams: persons by reference, resident in a space."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.domain.period import Period
from services.registry.spaces.domain.dossier import team_document
from services.registry.spaces.domain.space import Residency, residency_faults
from services.registry.spaces.domain.team import Team, TeamFacts, TeamStatus, living_faults, team_faults
from services.registry.spaces.store import dossiers, spaces, teams
from services.registry.spaces.store.holding import hold_space, see_space
from services.registry.spaces.store.publishing import tell_team


async def record_team(asked: Asked, facts: TeamFacts, *, space_id: UUID, stay: Period) -> Document:
    """Record a team together with its first residency, in a space that the caller may see.

    NotFound ``space.unknown``; Refusal with all faults, ``team.duplicate`` with the id of the one of that name.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        now = await business_now(connection)
        team = Team(new_id(), space_id, replace(facts, name=clean(facts.name)))
        residency = Residency(new_id(), space_id, team.id, None, stay)
        refuse_all(
            [
                *team_faults(facts, members_least=asked.settings.team_members_least),
                *residency_faults(residency, space, (), inside="/residency"),
                *living_faults(stay, today=asked.day_of(now)),
            ]
        )
        await _refuse_twin(connection, team)
        await teams.add(connection, team, at=now, by=asked.actor)
        await spaces.add_residency(connection, residency, at=now, by=asked.actor)
        return await tell_team(connection, team, at=now)


async def amend_team(asked: Asked, team_id: UUID, *, version: int, changes: Mapping[str, Any]) -> Document:
    """Change a team's name, core members or status from the version that was read.

    NotFound ``team.unknown``; Refusal ``edit.precondition``, ``team.duplicate``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        seen = await _see_team(connection, asked, team_id)
        await hold_space(connection, asked, seen.home_id)
        team = await teams.lock(connection, team_id)
        if team is None or team.version != version:
            raise Refusal("edit.precondition")
        facts = replace(team.facts, **{name: value for name, value in changes.items() if name != "status"})
        refuse_all(team_faults(facts, members_least=asked.settings.team_members_least))
        status = TeamStatus(changes.get("status", team.status))
        changed = replace(team, facts=replace(facts, name=clean(facts.name)), status=status)
        if status is TeamStatus.ACTIVE:
            await _refuse_twin(connection, changed)
        return await tell_team(connection, changed, at=await business_now(connection))


async def read_team(asked: Asked, team_id: UUID) -> Document:
    """Show a team; NotFound ``team.unknown``."""
    async with asked.database.read() as connection:
        (dossier,) = await dossiers.of_teams(connection, [await _see_team(connection, asked, team_id)])
    return team_document(dossier)


async def list_teams(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Show a page of the teams in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await teams.find(connection, asked.sight, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [team_document(dossier) for dossier in await dossiers.of_teams(connection, page)], cursor


async def _see_team(connection: AsyncConnection, asked: Asked, team_id: UUID) -> Team:
    team = await teams.read(connection, team_id)
    if team is None:
        raise NotFound("team.unknown")
    try:
        await see_space(connection, asked, team.home_id)
    except NotFound as error:
        raise NotFound("team.unknown") from error
    return team


async def _refuse_twin(connection: AsyncConnection, team: Team) -> None:
    twin = await teams.named(connection, team.home_id, team.facts.name)
    if twin is not None and twin != team.id:
        raise Refusal("team.duplicate", pointer="/name", numbers={"id": show("tea", twin)})
