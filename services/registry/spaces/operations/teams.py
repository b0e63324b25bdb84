"""Records teams: persons by reference, resident in a space, until they are a firm."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.ids import new_id, show
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.domain.period import Period
from services.registry.evidence import document_faults, missing
from services.registry.parties.domain.organization import standing_faults
from services.registry.parties.store import people
from services.registry.parties.store.publishing import tell_organizations
from services.registry.spaces.domain import team as rules
from services.registry.spaces.domain.dossier import team_document
from services.registry.spaces.domain.incorporation import firm_faults, incorporate, people_faults
from services.registry.spaces.domain.residency import Ending, Residency, residency_faults
from services.registry.spaces.domain.team import (
    Incorporation,
    Team,
    TeamFacts,
    TeamStatus,
    living_faults,
    root_of,
    team_faults,
)
from services.registry.spaces.store import dossiers, residencies, teams
from services.registry.spaces.store.holding import HeldTeam, hold_space, hold_team, see_team
from services.registry.spaces.store.publishing import tell_team


async def record_team(asked: Asked, facts: TeamFacts, *, space_id: UUID, stay: Period) -> Document:
    """Record a team together with its first residency, in a space that the caller may see.

    People who were a team before keep its quota root. NotFound ``space.unknown``; Refusal with all faults,
    ``team.duplicate`` with the id of the one of that name.
    """
    async with asked.database.begin() as connection:
        await teams.lock_members(connection, facts.core_members)
        space, _ = await hold_space(connection, asked, space_id)
        now = await business_now(connection)
        least = asked.settings.team_members_least
        root = root_of(facts.core_members, await teams.sharing(connection, facts.core_members), members_least=least)
        team = Team(new_id(), space_id, replace(facts, name=clean(facts.name)), root_id=root)
        residency = Residency(new_id(), space_id, team.id, None, stay)
        refuse_all(
            [
                *team_faults(facts, members_least=least),
                *residency_faults(residency, space, (), inside="/residency"),
                *living_faults(stay, today=asked.day_of(now)),
            ]
        )
        await _refuse_twin(connection, team)
        await teams.add(connection, team, at=now, by=asked.actor)
        await residencies.add(connection, residency, at=now, by=asked.actor)
        return await tell_team(connection, team, at=now)


async def amend_team(asked: Asked, team_id: UUID, *, version: int, changes: Mapping[str, Any]) -> Document:
    """Change a team's name, core members or status from the version that was read; a team that breaks up moves out.

    NotFound ``team.unknown``; Refusal ``edit.precondition``, ``team.duplicate``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        members = changes.get("core_members", ())
        await teams.lock_members(connection, members)
        held = await hold_team(connection, asked, team_id)
        team = held.team
        if team.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        facts = replace(team.facts, **{name: value for name, value in changes.items() if name != "status"})
        changed = rules.amend_team(
            team,
            replace(facts, name=clean(facts.name)),
            TeamStatus(changes.get("status", team.status)),
            others=await teams.sharing(connection, members),
            members_least=asked.settings.team_members_least,
        )
        if changed.status is TeamStatus.ACTIVE:
            await _refuse_twin(connection, changed)
        if changed.status is TeamStatus.DISSOLVED:
            living = [stay for stay in held.stays if stay.lives_on(asked.day_of(now))]
            left = [stay.ended(asked.day_of(now), Ending.DISSOLVED) for stay in living]
            await residencies.end(connection, left, at=now)
        return await tell_team(connection, changed, at=now)


async def incorporate_team(asked: Asked, team_id: UUID, firm: Incorporation, *, document_id: UUID) -> Document:
    """Make a team the firm its people registered: rooms and quota root go on in the firm's name.

    Recorded by an operator or the region's reviewer, not by the space that would have one more graduate by it. NotFound
    ``team.unknown``; Refusal with all faults, ``team.state`` unless the team is active, ``team.people`` where a core
    member is not on record.
    """
    async with asked.database.begin() as connection:
        held = await hold_team(connection, asked, team_id, also=firm.organization_id)
        now = await business_now(connection)
        made = incorporate(
            held.team,
            firm,
            held.stays,
            firm_stays=await residencies.of_residents(connection, [firm.organization_id]),
            today=asked.day_of(now),
            also=[
                *_firm_faults(held, firm),
                *people_faults(held.team, await people.on_record(connection, held.team.facts.core_members)),
                *await document_faults(connection, document_id),
            ],
        )
        await residencies.end(connection, made.ended, at=now)
        for space_id, period in made.goes_on:
            stay = Residency(new_id(), space_id, None, firm.organization_id, period)
            await residencies.add(connection, stay, at=now, by=asked.actor)
        decision = Decision(
            subject_kind="team",
            subject_id=team_id,
            kind="incorporate",
            outcome=made.team.status.value,
            actor=asked.actor,
            at=now,
            rule="the same people get no second quota",
            numbers={
                "organization": show("org", firm.organization_id),
                "on": firm.on.isoformat(),
                "root": show("tea", made.team.root),
                "document": show("doc", document_id),
            },
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        told = await tell_team(connection, made.team, at=now)
        await tell_organizations(connection, [firm.organization_id], at=now, today=asked.day_of(now))
        return told


async def read_team(asked: Asked, team_id: UUID) -> Document:
    """Show a team; NotFound ``team.unknown``."""
    async with asked.database.read() as connection:
        (dossier,) = await dossiers.of_teams(connection, [await see_team(connection, asked, team_id)])
    return team_document(dossier)


async def list_teams(asked: Asked, *, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Show a page of the teams in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await teams.find(connection, asked.sight, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [team_document(dossier) for dossier in await dossiers.of_teams(connection, page)], cursor


def _firm_faults(held: HeldTeam, firm: Incorporation) -> list[Reason]:
    organization = held.organizations.get(firm.organization_id)
    return [
        *missing("organization", [("/organization", organization is not None)]),
        *([] if organization is None else standing_faults(organization, "/organization")),
        *([] if organization is None else firm_faults(organization, firm.on)),
    ]


async def _refuse_twin(connection: AsyncConnection, team: Team) -> None:
    twin = await teams.named(connection, team.home_id, team.facts.name)
    if twin is not None and twin != team.id:
        raise Refusal("team.duplicate", pointer="/name", numbers={"id": show("tea", twin)})
