"""Records spaces, and opens and closes them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages, tasks
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import TEXT_LENGTH, clean, name_faults
from services.registry.catalogue.store import catalogue
from services.registry.evidence import missing
from services.registry.parties.domain.organization import standing_faults
from services.registry.parties.store import organizations
from services.registry.parties.store.publishing import tell_organizations
from services.registry.spaces import data
from services.registry.spaces.domain import recognition
from services.registry.spaces.domain.act import Act
from services.registry.spaces.domain.dossier import space_document
from services.registry.spaces.domain.recognition import Standing
from services.registry.spaces.domain.residency import Ending
from services.registry.spaces.domain.revocation import running_faults
from services.registry.spaces.domain.space import (
    Space,
    SpaceFacts,
    SpaceStatus,
    branch_faults,
    differences,
    space_faults,
)
from services.registry.spaces.operations.acting import act_of
from services.registry.spaces.store import dossiers, recognitions, residencies, revocations, spaces, teams
from services.registry.spaces.store.holding import hold_branch, hold_space, see_space
from services.registry.spaces.store.publishing import tell_space, tell_teams
from services.registry.spaces.store.settling import settle, write_down


async def record_space(asked: Asked, facts: SpaceFacts) -> Document:
    """Record a space; its operator's document goes into the feed with it.

    Refusal with all faults, ``space.duplicate`` with the id of the operator's space of the same name.
    """
    async with asked.database.begin() as connection:
        held = await organizations.lock(connection, [facts.operator_id])
        parents = await spaces.lock(connection, [] if facts.parent_id is None else [facts.parent_id])
        now = await business_now(connection)
        refuse_all(
            [
                *missing("organization", [("/operator", facts.operator_id in held)]),
                *await _facts_faults(connection, None, facts, next(iter(parents.values()), None)),
                *(fault for one in held.values() for fault in standing_faults(one, "/operator")),
            ]
        )
        space = Space(new_id(), _written(facts))
        await _refuse_twin(connection, space)
        await spaces.add(connection, space, at=now, by=asked.actor)
        await write_down(connection, Standing(space), act_of(asked, "record", now), before=None)
        await tell_organizations(connection, [facts.operator_id], at=now, today=asked.day_of(now))
        return await tell_space(connection, space, at=now)


async def amend_space(asked: Asked, space_id: UUID, *, version: int, changes: Mapping[str, Any]) -> Document:
    """Change what is recorded of a space, or open and close it, from the version that was read.

    NotFound ``space.unknown``; Refusal ``edit.precondition``, ``space.duplicate``, or all faults of the change, such as
    another region while a filing waits or a case runs (``space.state``, ``revocation.running``). ``reason`` among the
    changes says why; whoever closes the space gives one.
    """
    async with asked.database.begin() as connection:
        space, parent = await hold_branch(connection, asked, space_id, parent_id=changes.get("parent_id"))
        if space.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        told = {name: value for name, value in changes.items() if name not in ("status", "reason")}
        facts, reason = replace(space.facts, **told), changes.get("reason")
        status = SpaceStatus(changes.get("status", space.status))
        closes = status is SpaceStatus.CLOSED and status is not space.status
        refuse_all(
            [
                *(name_faults(reason or "", "/reason", limit=TEXT_LENGTH) if closes or reason is not None else []),
                *await _facts_faults(connection, space, facts, parent),
                *await _move_faults(connection, space, facts.region),
            ]
        )
        before = await recognitions.standing(connection, space)
        written = replace(before, space=replace(space, facts=_written(facts)))
        await _refuse_twin(connection, written.space)
        verb = "amend" if status is space.status else "close" if closes else "reopen"
        changed = differences(space.facts, written.space.facts)
        act = replace(act_of(asked, verb, now, reason=reason), changed=changed)
        if closes:
            return await _close(connection, before, written, act)
        if status is not space.status:
            return await settle(connection, before, recognition.reopen(written), act)
        if changed:
            await write_down(connection, written, act, before=space.state)
        return await tell_space(connection, written.space, at=now)


async def close_space(asked: Asked, space_id: UUID, *, reason: str) -> Document:
    """Close a space: its recognitions are given up, whoever lives there leaves that day.

    NotFound ``space.unknown``; Refusal with all faults, ``space.state`` when it is closed already.
    """
    async with asked.database.begin() as connection:
        space, _ = await hold_space(connection, asked, space_id)
        now = await business_now(connection)
        refuse_all(name_faults(reason, "/reason", limit=TEXT_LENGTH))
        before = await recognitions.standing(connection, space)
        return await _close(connection, before, before, act_of(asked, "close", now, reason=reason))


async def read_space(asked: Asked, space_id: UUID) -> Document:
    """Show a space; NotFound ``space.unknown``."""
    async with asked.database.read() as connection:
        return space_document(await recognitions.standing(connection, await see_space(connection, asked, space_id)))


async def list_spaces(
    asked: Asked, *, region: str | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the spaces in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await spaces.find(connection, asked.sight, region=region, after=pages.only_id(after), limit=limit + 1)
        page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
        return [space_document(one) for one in await dossiers.of_spaces(connection, page)], cursor


async def _close(connection: AsyncConnection, before: Standing, written: Standing, act: Act) -> Document:
    """Close a held space, and let everybody in it leave; teams are told."""
    closed = recognition.close(written, on=act.today)
    refuse_all(running_faults(await revocations.running(connection, before.space.id)))
    living = await residencies.living_in(connection, before.space.id, act.today)
    leaving = await teams.lock(connection, [one.team_id for one in living if one.team_id is not None])
    await residencies.end(connection, [one.ended(act.today, Ending.LEFT) for one in living], at=act.at)
    await tell_teams(connection, list(leaving.values()), at=act.at)
    await tasks.close_tasks(connection, [before.space.id], at=act.at)
    return await settle(connection, before, closed, act)


async def _move_faults(connection: AsyncConnection, space: Space, region: str) -> list[Reason]:
    """All that is wrong with moving a held space to another region: who has its filing or case would not see it."""
    running = None if region == space.facts.region else await revocations.running(connection, space.id)
    return [*recognition.move_faults(space, region), *running_faults(running)]


async def _facts_faults(
    connection: AsyncConnection, space: Space | None, facts: SpaceFacts, parent: Space | None
) -> list[Reason]:
    """All that is wrong with what shall be recorded: by itself, and as a branch of the locked parent."""
    before = None if space is None else space.facts.parent_id
    unknown = facts.parent_id not in (before, None if parent is None else parent.id)
    branches = space is not None and parent is not None and await spaces.has_branches(connection, space.id)
    regions = await catalogue.regions(connection)
    return [
        *space_faults(facts, regions=regions, fields=data.fields()),
        *missing("space", [("/parent", not unknown)]),
        *branch_faults(None if space is None else space.id, parent, has_branches=branches),
    ]


def _written(facts: SpaceFacts) -> SpaceFacts:
    address = facts.premises.address
    premises = replace(facts.premises, address=None if address is None else clean(address))
    return replace(facts, name=clean(facts.name), premises=premises)


async def _refuse_twin(connection: AsyncConnection, space: Space) -> None:
    twin = await spaces.named(connection, space.facts.operator_id, space.facts.name)
    if twin is not None and twin != space.id:
        raise Refusal("space.duplicate", pointer="/name", numbers={"id": show("spc", twin)})
