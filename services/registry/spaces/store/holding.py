"""Decides which space or team an operation may lock or read: only one that whoever asks may see."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.refusals import NotFound, Refusal
from services.registry.asked import Asked
from services.registry.parties.domain.organization import Organization
from services.registry.parties.store import organizations
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.space import Space
from services.registry.spaces.domain.team import Team
from services.registry.spaces.store import residencies, spaces, teams


@dataclass(frozen=True)
class HeldTeam:
    """A locked team with its stays, the spaces of which are locked, and the organisations that are."""

    team: Team
    stays: Sequence[Residency]
    organizations: Mapping[UUID, Organization]


async def hold_space(
    connection: AsyncConnection, asked: Asked, space_id: UUID, *, also: UUID | None = None
) -> tuple[Space, Collection[UUID]]:
    """Lock a space that the caller may see, after its operator and one more organisation.

    Gives the space and which organisations are locked; NotFound ``space.unknown``.
    """
    seen = await see_space(connection, asked, space_id)
    wanted = [seen.facts.operator_id] if also is None else [seen.facts.operator_id, also]
    held = await organizations.lock(connection, wanted)
    return (await spaces.lock(connection, [space_id]))[space_id], held.keys()


async def hold_place(
    connection: AsyncConnection, asked: Asked, space_id: UUID, *, unknown: str, also: UUID | None = None
) -> Space:
    """Lock the space of something that stands in it; NotFound by the code of that thing, not of the space."""
    with _called(unknown):
        space, _ = await hold_space(connection, asked, space_id, also=also)
    return space


async def hold_branch(
    connection: AsyncConnection, asked: Asked, space_id: UUID, *, parent_id: UUID | None
) -> tuple[Space, Space | None]:
    """Lock a space with the one that it shall be a branch of, which is None when there is none of that id."""
    seen = await see_space(connection, asked, space_id)
    await organizations.lock(connection, [seen.facts.operator_id])
    held = await spaces.lock(connection, [space_id] if parent_id is None else [space_id, parent_id])
    return held[space_id], None if parent_id is None else held.get(parent_id)


async def see_space(connection: AsyncConnection, asked: Asked, space_id: UUID) -> Space:
    """Read a space that the caller may see: his organisation runs it, or it lies in his region."""
    space = await spaces.read(connection, space_id)
    if space is None:
        raise NotFound("space.unknown")
    asked.permit.require("space.unknown", organizations=[space.facts.operator_id], region=space.facts.region)
    return space


async def see_place(connection: AsyncConnection, asked: Asked, space_id: UUID, *, unknown: str) -> None:
    """Look whether the caller may see the space of something; NotFound by the code of that thing."""
    with _called(unknown):
        await see_space(connection, asked, space_id)


async def see_team(connection: AsyncConnection, asked: Asked, team_id: UUID) -> Team:
    """Read a team whose recording space the caller may see; NotFound ``team.unknown``."""
    team = await teams.read(connection, team_id)
    if team is None:
        raise NotFound("team.unknown")
    await see_place(connection, asked, team.home_id, unknown="team.unknown")
    return team


async def hold_team(connection: AsyncConnection, asked: Asked, team_id: UUID, *, also: UUID | None = None) -> HeldTeam:
    """Lock a team with all spaces it lives or lived in, after the operator that recorded it and one more organisation.

    NotFound ``team.unknown``; Refusal ``edit.precondition`` when it moved somewhere else meanwhile.
    """
    seen = await see_team(connection, asked, team_id)
    home = await see_space(connection, asked, seen.home_id)
    places = {home.id, *(stay.space_id for stay in await residencies.of_residents(connection, [team_id]))}
    wanted = [home.facts.operator_id] if also is None else [home.facts.operator_id, also]
    held = await organizations.lock(connection, wanted)
    await spaces.lock(connection, sorted(places))
    team = (await teams.lock(connection, [team_id]))[team_id]
    stays = await residencies.of_residents(connection, [team_id])
    if any(stay.space_id not in places for stay in stays):
        raise Refusal("edit.precondition", rule="the team moved meanwhile")
    return HeldTeam(team, stays, held)


@contextmanager
def _called(unknown: str) -> Iterator[None]:
    """Whoever may not see a space is not told of what stands in it."""
    try:
        yield
    except NotFound as error:
        raise NotFound(unknown) from error
