"""Keeps the versions of indicator systems: made by one person, put into force by another; those that ship are laid."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions, pages, tasks
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.chassis.tasks import Task
from services.registry.asked import Asked
from services.registry.assessment import data
from services.registry.assessment.domain.dossier import facts_of, system_document
from services.registry.assessment.domain.indicator_system import (
    IndicatorSystem,
    SystemFacts,
    SystemState,
    publish,
    replaced,
    system_faults,
)
from services.registry.assessment.store import systems
from services.registry.catalogue.domain.dossier import Document

TASK = "publish_indicator_system"


async def load_systems(database: Database) -> int:
    """Lay the shipped systems as drafts where their code is not known; gives how many. Safe to repeat."""
    return sum([await _lay(database, facts_of(data.shipped(name))) for name in data.SYSTEMS])


async def record_system(asked: Asked, facts: SystemFacts) -> Document:
    """Draft the next version of an indicator system; a draft of its code that waits is replaced by it.

    Refusal with all faults, or ``indicator_system.twin`` when another was drafted at the same moment.
    """
    refuse_all(system_faults(facts))
    async with asked.database.begin() as connection:
        known = await systems.lock(connection, facts.code)
        now = await business_now(connection)
        number = max((one.number for one in known), default=0) + 1
        for draft in (one for one in known if one.state is SystemState.DRAFT):
            await systems.save(connection, replaced(draft))
            await tasks.close_tasks(connection, [draft.id], at=now)
        system = IndicatorSystem(new_id(), number, facts, made_by=asked.actor)
        if not await _draft(connection, system, now):
            raise Refusal("indicator_system.twin", pointer="/code", numbers={"code": facts.code})
        return system_document(system, inside=asked.inside)


async def publish_system(asked: Asked, system_id: UUID) -> Document:
    """Put a draft into force by a second person; the version before it is replaced.

    NotFound ``indicator_system.unknown``; Refusal ``indicator_system.state``, ``indicator_system.same_person``,
    ``indicator_system.shipped`` where no person has drafted it.
    """
    async with asked.database.begin() as connection:
        seen = await _see(connection, system_id)
        known = {one.id: one for one in await systems.lock(connection, seen.facts.code)}
        now = await business_now(connection)
        published = publish(known[system_id], by=asked.actor)
        for former in (one for one in known.values() if one.state is SystemState.PUBLISHED):
            await systems.save(connection, replaced(former))
        await systems.save(connection, published, published_at=now)
        await tasks.close_tasks(connection, [system_id], at=now)
        decision = Decision(
            subject_kind="indicator_system",
            subject_id=system_id,
            kind="publish",
            outcome=published.state.value,
            actor=asked.actor,
            at=now,
            rule="two persons stand behind an indicator system",
            clause=published.facts.clause,
            numbers={"code": published.facts.code, "number": published.number, "made_by": published.made_by},
            request_id=asked.request_id,
        )
        await decisions.record(connection, [decision])
        return system_document(published, inside=asked.inside)


async def read_system(asked: Asked, system_id: UUID) -> Document:
    """Show a version; NotFound ``indicator_system.unknown``."""
    async with asked.database.read() as connection:
        return system_document(await _see(connection, system_id), inside=asked.inside)


async def list_systems(
    asked: Asked, *, code: str | None, state: str | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the versions, and its next cursor."""
    async with asked.database.read() as connection:
        found = await systems.find(connection, code=code, state=state, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [system_document(one, inside=asked.inside) for one in page], cursor


async def _lay(database: Database, facts: SystemFacts) -> bool:
    async with database.begin() as connection:
        known = await systems.lock(connection, facts.code)
        now = await business_now(connection)
        return False if known else await _draft(connection, IndicatorSystem(new_id(), 1, facts), now)


async def _see(connection: AsyncConnection, system_id: UUID) -> IndicatorSystem:
    system = await systems.read(connection, system_id)
    if system is None:
        raise NotFound("indicator_system.unknown")
    return system


async def _draft(connection: AsyncConnection, system: IndicatorSystem, now: datetime) -> bool:
    """Record a draft with the task of whoever publishes it; False when a twin was first."""
    added = await systems.add(connection, system, at=now)
    task = Task(kind=TASK, subject_kind="indicator_system", subject_id=system.id, role="operator", opened_at=now)
    await tasks.open_tasks(connection, [task] if added else [])
    return added
