"""Records spaces and who moves into them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.store import catalogue
from services.registry.evidence import missing
from services.registry.parties.domain.organization import standing_faults
from services.registry.parties.store import organizations
from services.registry.parties.store.publishing import tell_organizations
from services.registry.spaces.domain.dossier import residency_document, space_document
from services.registry.spaces.domain.space import (
    Residency,
    Space,
    SpaceFacts,
    SpaceStatus,
    residency_faults,
    space_faults,
)
from services.registry.spaces.store import spaces, teams
from services.registry.spaces.store.holding import hold_space, see_space
from services.registry.spaces.store.publishing import tell_space, tell_team


async def record_space(asked: Asked, facts: SpaceFacts) -> Document:
    """Record a space; its operator's document goes into the feed with it.

    Refusal with all faults, ``space.duplicate`` with the id of the operator's space of the same name.
    """
    async with asked.database.begin() as connection:
        held = await organizations.lock(connection, [facts.operator_id])
        now = await business_now(connection)
        refuse_all(
            [
                *missing("organization", [("/operator", facts.operator_id in held)]),
                *space_faults(facts, regions=await catalogue.regions(connection)),
                *(fault for one in held.values() for fault in standing_faults(one, "/operator")),
            ]
        )
        space = Space(new_id(), replace(facts, name=clean(facts.name)))
        await _refuse_twin(connection, space)
        await spaces.add(connection, space, at=now, by=asked.actor)
        await tell_organizations(connection, [facts.operator_id], at=now, today=asked.day_of(now))
        return await tell_space(connection, space, at=now)


async def amend_space(asked: Asked, space_id: UUID, *, version: int, changes: Mapping[str, Any]) -> Document:
    """Change a space's name, kind, form, region or status from the version that was read.

    NotFound ``space.unknown``; Refusal ``edit.precondition``, ``space.duplicate``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        if space.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        facts = replace(space.facts, **{name: value for name, value in changes.items() if name != "status"})
        refuse_all(space_faults(facts, regions=await catalogue.regions(connection)))
        status = SpaceStatus(changes.get("status", space.status))
        changed = replace(space, facts=replace(facts, name=clean(facts.name)), status=status)
        await _refuse_twin(connection, changed)
        return await tell_space(connection, changed, at=now)


async def read_space(asked: Asked, space_id: UUID) -> Document:
    """Show a space; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        return space_document(await see_space(connection, asked, space_id))


async def list_spaces(
    asked: Asked, *, region: str | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the spaces in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await spaces.find(connection, asked.sight, region=region, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [space_document(one) for one in page], cursor


async def record_residency(asked: Asked, residency: Residency) -> Document:
    """Record that a team or organisation lives in a space; a team's document goes into the feed.

    NotFound ``space.unknown``; Refusal with all faults of the residency.
    """
    resident = residency.organization_id
    async with asked.database.begin() as connection:
        space, held = await hold_space(connection, asked, residency.space_id, also=resident)
        team = None if residency.team_id is None else await teams.lock(connection, residency.team_id)
        now = await business_now(connection)
        refuse_all(
            [
                *missing("team", [("/team", residency.team_id is None or team is not None)]),
                *missing("organization", [("/organization", resident is None or resident in held)]),
                *residency_faults(residency, space, await _stays(connection, residency)),
            ]
        )
        await spaces.add_residency(connection, residency, at=now, by=asked.actor)
        if team is not None:
            await tell_team(connection, team, at=now)
        return residency_document(residency)


async def list_residencies(
    asked: Asked, space_id: UUID, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of those who live or lived in a space, and its next cursor; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        await see_space(connection, asked, space_id)
        found = await spaces.residencies_in(connection, space_id, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [residency_document(one) for one in page], cursor


async def _refuse_twin(connection: AsyncConnection, space: Space) -> None:
    twin = await spaces.named(connection, space.facts.operator_id, space.facts.name)
    if twin is not None and twin != space.id:
        raise Refusal("space.duplicate", pointer="/name", numbers={"id": show("spc", twin)})


async def _stays(connection: AsyncConnection, residency: Residency) -> list[Residency]:
    residents = [one for one in (residency.team_id, residency.organization_id) if one is not None]
    return await spaces.residencies_of(connection, residents)
