"""Remembers persons, sealed: nothing personal is in this schema without the key that its service holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.vault import Sealed, Vault
from services.registry.parties.domain.person import PersonFacts, person_of
from services.registry.parties.store.people_tables import People

PEOPLE = People.__table__
PAPERS = "papers"
"""What the vault hashes a person's paper for."""


@dataclass(frozen=True)
class Person:
    """A person as kept; sealed is None once erased. ``version`` is its ETag."""

    id: UUID
    sealed: Sealed | None
    version: int
    erased_at: datetime | None

    def opened(self, vault: Vault) -> PersonFacts | None:
        """What is personal; None once erased."""
        return None if self.sealed is None else person_of(vault.open(self.id, self.sealed))


def vault_of(master_key: bytes) -> Vault:
    """The vault of the registry's persons."""
    return Vault(master_key, service="registry", purposes=(PAPERS,))


async def add(
    connection: AsyncConnection, vault: Vault, person_id: UUID, facts: PersonFacts, *, at: datetime, by: str
) -> bool:
    """Record a person sealed; False when one with the same paper is there (a twin in flight is waited for)."""
    sealed = vault.seal(person_id, facts.personal)
    values = {
        "id": person_id,
        "wrapped_key": sealed.wrapped_key,
        "personal": sealed.personal,
        "id_index": vault.digest(PAPERS, facts.paper),
        "version": 1,
        "recorded_at": at,
        "recorded_by": by,
    }
    statement = insert(PEOPLE).values(values).on_conflict_do_nothing(index_elements=["id_index"])
    return (await connection.execute(statement.returning(PEOPLE.c.id))).first() is not None


async def of_paper(connection: AsyncConnection, vault: Vault, facts: PersonFacts) -> Person:
    """The person with the same paper, who is known to be there."""
    statement = select(PEOPLE).where(PEOPLE.c.id_index == vault.digest(PAPERS, facts.paper))
    return _person((await connection.execute(statement)).one())


async def read(connection: AsyncConnection, person_id: UUID) -> Person | None:
    """One person."""
    return await _one(connection, select(PEOPLE).where(PEOPLE.c.id == person_id))


async def on_record(connection: AsyncConnection, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these persons are on record and not erased."""
    statement = select(PEOPLE.c.id).where(PEOPLE.c.id.in_(ids), PEOPLE.c.erased_at.is_(None))
    return set((await connection.execute(statement)).scalars())


async def lock(connection: AsyncConnection, person_id: UUID) -> Person | None:
    """Lock one person; whoever only refers to him does not wait."""
    return await _one(connection, select(PEOPLE).where(PEOPLE.c.id == person_id).with_for_update(key_share=True))


async def find(connection: AsyncConnection, *, after: UUID | None, limit: int) -> Sequence[Person]:
    """Persons, by id, at most ``limit``."""
    statement = select(PEOPLE).order_by(PEOPLE.c.id).limit(limit)
    if after is not None:
        statement = statement.where(PEOPLE.c.id > after)
    return [_person(row) for row in await connection.execute(statement)]


async def reseal(connection: AsyncConnection, vault: Vault, person: Person, facts: PersonFacts) -> Person:
    """Seal a locked person anew, under a fresh key; gives him with the change counted."""
    sealed = vault.seal(person.id, facts.personal)
    values = {"wrapped_key": sealed.wrapped_key, "personal": sealed.personal, "version": person.version + 1}
    await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(values))
    return Person(person.id, sealed, person.version + 1, None)


async def erase(connection: AsyncConnection, person: Person, *, at: datetime) -> Person:
    """Drop a locked person's key, what it sealed and what he is found by; the id stays, with all that refers to it."""
    gone = {"wrapped_key": None, "personal": None, "id_index": None}
    values = {**gone, "version": person.version + 1, "erased_at": at}
    await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(values))
    return Person(person.id, None, person.version + 1, at)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Person | None:
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _person(row)


def _person(row: Any) -> Person:
    sealed = None if row.wrapped_key is None else Sealed(row.wrapped_key, row.personal)
    return Person(row.id, sealed, row.version, row.erased_at)
