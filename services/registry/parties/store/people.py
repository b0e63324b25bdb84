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
    """A person as kept; sealed is None once erased. ``version`` is its ETag; region: where he says that he lives."""

    id: UUID
    sealed: Sealed | None
    version: int
    erased_at: datetime | None
    region: str | None = None

    @property
    def status(self) -> str:
        """Whether he is known here still."""
        return "active" if self.erased_at is None else "erased"

    def opened(self, vault: Vault) -> PersonFacts | None:
        """What is personal; None once erased."""
        return None if self.sealed is None else person_of(vault.open(self.id, self.sealed))


def vault_of(master_key: bytes) -> Vault:
    """The vault of the registry's persons."""
    return Vault(master_key, service="registry", purposes=(PAPERS,))


@dataclass(frozen=True)
class NewPerson:
    """A person to be recorded, and where he says that he lives."""

    id: UUID
    facts: PersonFacts
    region: str | None = None


async def add(connection: AsyncConnection, vault: Vault, new: NewPerson, *, at: datetime, by: str) -> Person | None:
    """Record a person sealed; None when one with the same paper is there (a twin in flight is waited for)."""
    sealed = vault.seal(new.id, new.facts.personal)
    values = {
        "id": new.id,
        "wrapped_key": sealed.wrapped_key,
        "personal": sealed.personal,
        "id_index": vault.digest(PAPERS, new.facts.paper),
        "region": new.region,
        "version": 1,
        "recorded_at": at,
        "recorded_by": by,
    }
    statement = insert(PEOPLE).values(values).on_conflict_do_nothing(index_elements=["id_index"])
    added = (await connection.execute(statement.returning(PEOPLE.c.id))).first() is not None
    return Person(new.id, sealed, 1, None, new.region) if added else None


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


async def reseal(
    connection: AsyncConnection, vault: Vault, person: Person, facts: PersonFacts, *, region: str | None
) -> Person:
    """Seal a locked person anew, under a fresh key, with where he lives now; gives him with the change counted."""
    sealed = vault.seal(person.id, facts.personal)
    counted = {"version": person.version + 1, "region": region}
    values = {"wrapped_key": sealed.wrapped_key, "personal": sealed.personal, **counted}
    await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(values))
    return Person(person.id, sealed, person.version + 1, None, region)


async def erase(connection: AsyncConnection, person: Person, *, at: datetime) -> Person:
    """Drop a locked person's key, what it sealed and where he is found; the id stays, with all that refers to it."""
    gone = {"wrapped_key": None, "personal": None, "id_index": None, "region": None}
    values = {**gone, "version": person.version + 1, "erased_at": at}
    await connection.execute(update(PEOPLE).where(PEOPLE.c.id == person.id).values(values))
    return Person(person.id, None, person.version + 1, at)


async def _one(connection: AsyncConnection, statement: Select[Any]) -> Person | None:
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _person(row)


def _person(row: Any) -> Person:
    sealed = None if row.wrapped_key is None else Sealed(row.wrapped_key, row.personal)
    return Person(row.id, sealed, row.version, row.erased_at, row.region)
