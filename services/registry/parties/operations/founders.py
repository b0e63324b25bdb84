"""Records of which classes a founder is and what he founded, and shows his record over the years."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import decisions
from services.chassis.clock import business_now
from services.chassis.decisions import Decision
from services.chassis.refusals import NotFound, Reason, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.evidence import document_faults, missing
from services.registry.parties import data
from services.registry.parties.domain.founder import FounderClass, FounderKind, Founding, class_faults, founding_faults
from services.registry.parties.domain.life import (
    Life,
    class_document,
    founding_document,
    kind_document,
    life_document,
    residents_of,
)
from services.registry.parties.store import founders, lives, organizations, people
from services.registry.parties.store.holding import hold_person
from services.registry.parties.store.publishing import tell_organizations, tell_person


def list_kinds() -> list[Document]:
    """Show the classes of founders that the papers name, and where."""
    return [kind_document(kind) for kind in data.founder_kinds().values()]


async def record_class(asked: Asked, wanted: FounderClass) -> Document:
    """Record of which class a person is, with the clause that names the class.

    NotFound ``people.unknown``; Refusal ``people.erased``, or all faults of the class.
    """
    kinds = data.founder_kinds()
    async with asked.database.begin() as connection:
        person = await hold_person(connection, wanted.person_id)
        now = await business_now(connection)
        known = await founders.classes_of(connection, wanted.person_id)
        faults = class_faults(wanted, known, kinds=kinds, today=asked.day_of(now))
        refuse_all([*faults, *await document_faults(connection, wanted.document_id)])
        await founders.add_class(connection, wanted, at=now, by=asked.actor)
        await tell_person(connection, person, at=now)
        await _record(connection, asked, wanted, now, _clause(kinds[wanted.kind]))
        return class_document(wanted)


async def record_founding(asked: Asked, wanted: Founding) -> Document:
    """Record which organisation or team a person founded or leads.

    NotFound ``people.unknown``; Refusal ``people.erased``, or all faults of the founding, ``reference.unknown`` for
    an organisation or a team that is not there.
    """
    async with asked.database.begin() as connection:
        await hold_person(connection, wanted.person_id)
        founded = [] if wanted.organization_id is None else [wanted.organization_id]
        held = await organizations.lock(connection, founded)
        now = await business_now(connection)
        known = await founders.foundings_of(connection, wanted.person_id)
        refuse_all(
            [
                *founding_faults(wanted, known, today=asked.day_of(now)),
                *missing("organization", [("/organization", one in held) for one in founded]),
                *await _team_faults(connection, wanted),
                *await document_faults(connection, wanted.document_id),
            ]
        )
        await founders.add_founding(connection, wanted, at=now, by=asked.actor)
        if held:
            await tell_organizations(connection, founded, at=now, today=asked.day_of(now))
        await _record(connection, asked, wanted, now, None)
        return founding_document(wanted)


async def read_record(asked: Asked, person_id: UUID) -> Document:
    """Show what is known of a founder over the years, an erased one too; NotFound ``people.unknown``."""
    async with asked.database.read() as connection:
        if await people.read(connection, person_id) is None:
            raise NotFound("people.unknown")
        foundings = await founders.foundings_of(connection, person_id)
        memberships = await lives.memberships_of(connection, person_id)
        life = Life(
            person_id,
            await founders.classes_of(connection, person_id),
            foundings,
            memberships,
            await lives.stays_of(connection, residents_of(foundings, memberships)),
        )
    return life_document(life)


async def _team_faults(connection: AsyncConnection, wanted: Founding) -> list[Reason]:
    if wanted.team_id is None:
        return []
    return missing("team", [("/team", await founders.has_team(connection, wanted.team_id))])


def _clause(kind: FounderKind) -> str:
    return "; ".join(f"{policy} {clause}" for policy, clause in kind.clauses)


async def _record(
    connection: AsyncConnection, asked: Asked, fact: FounderClass | Founding, at: datetime, clause: str | None
) -> None:
    decision = Decision(
        subject_kind="person",
        subject_id=fact.person_id,
        kind="founder_class" if isinstance(fact, FounderClass) else "founding",
        outcome="recorded",
        actor=asked.actor,
        at=at,
        clause=clause,
        numbers=class_document(fact) if isinstance(fact, FounderClass) else founding_document(fact),
        request_id=asked.request_id,
    )
    await decisions.record(connection, [decision])
