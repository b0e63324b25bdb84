"""Remembers natural persons and their logins; what is personal arrives here sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.vault import Sealed
from services.gateway.domain.person import Person
from services.gateway.domain.roles import Duty
from services.gateway.store.tables import Accounts, Activations, LoginFailures, Persons

PERSONS = Persons.__table__
ACCOUNTS = Accounts.__table__
ACTIVATIONS = Activations.__table__
FAILURES = LoginFailures.__table__


@dataclass(frozen=True)
class Account:
    """A login of a person with its password hash (argon2id, PHC form)."""

    person: Person
    password_hash: str = field(repr=False)


async def add(connection: AsyncConnection, person: Person, sealed: Sealed) -> None:
    """A new person."""
    values: dict[str, Any] = {
        "id": person.id,
        "duty": person.duty.value,
        "state": person.state,
        "created_at": person.created_at,
    }
    values |= {"wrapped_key": sealed.wrapped_key, "personal": sealed.personal}
    await connection.execute(insert(PERSONS).values(values))


async def read(connection: AsyncConnection, person_id: UUID, *, lock: bool = False) -> Person | None:
    """A person by id, locked against changes where asked."""
    statement = select(PERSONS).where(PERSONS.c.id == person_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else _person(row)


async def lock(connection: AsyncConnection, person_id: UUID) -> Person:
    """A person whom another row names, so that he must be there; locked against changes."""
    return _person((await connection.execute(select(PERSONS).where(PERSONS.c.id == person_id).with_for_update())).one())


async def sealed_of(connection: AsyncConnection, person_ids: Sequence[UUID]) -> dict[UUID, Sealed]:
    """The sealed data of those who were not erased."""
    statement = select(PERSONS.c.id, PERSONS.c.wrapped_key, PERSONS.c.personal)
    rows = await connection.execute(statement.where(PERSONS.c.id.in_(person_ids), PERSONS.c.personal.is_not(None)))
    return {row.id: Sealed(row.wrapped_key, row.personal) for row in rows}


async def save(connection: AsyncConnection, person: Person) -> None:
    """A person's duty and state as they are now; erased, the key and everything it sealed are gone."""
    values: dict[str, Any] = {"duty": person.duty.value, "state": person.state}
    if person.state == "erased":
        values |= {"wrapped_key": None, "personal": None}
        gone = update(ACCOUNTS).where(ACCOUNTS.c.person_id == person.id)
        await connection.execute(gone.values(login_index=None, password_hash=None))
    await connection.execute(update(PERSONS).where(PERSONS.c.id == person.id).values(values))


async def reseal(connection: AsyncConnection, person_id: UUID, sealed: Sealed) -> None:
    """Personal data written anew."""
    values = {"wrapped_key": sealed.wrapped_key, "personal": sealed.personal}
    await connection.execute(update(PERSONS).where(PERSONS.c.id == person_id).values(values))


async def open_account(
    connection: AsyncConnection, person_id: UUID, *, login_index: bytes, password_hash: str, at: datetime
) -> bool:
    """Give a person a login and password, or new ones; False when the login is another's."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(login_index.hex(), 0))))
    owner = select(ACCOUNTS.c.person_id).where(ACCOUNTS.c.login_index == login_index)
    if (await connection.execute(owner)).scalar_one_or_none() not in (None, person_id):
        return False
    values = {"login_index": login_index, "password_hash": password_hash, "password_at": at}
    statement = postgresql.insert(ACCOUNTS).values(person_id=person_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=[ACCOUNTS.c.person_id], set_=values))
    return True


async def has_account(connection: AsyncConnection, person_id: UUID) -> bool:
    """Whether the person has a login."""
    statement = select(ACCOUNTS.c.person_id).where(ACCOUNTS.c.person_id == person_id)
    return (await connection.execute(statement)).one_or_none() is not None


async def account_by_login(connection: AsyncConnection, login_index: bytes) -> Account | None:
    """Whose login this is."""
    statement = select(PERSONS, ACCOUNTS.c.password_hash).join(ACCOUNTS, ACCOUNTS.c.person_id == PERSONS.c.id)
    row = (await connection.execute(statement.where(ACCOUNTS.c.login_index == login_index))).one_or_none()
    return None if row is None else Account(_person(row), row.password_hash)


async def add_activation(
    connection: AsyncConnection, token_hash: bytes, person_id: UUID, *, at: datetime, until: datetime
) -> None:
    """A one-time link for a person; earlier unused ones stop working."""
    earlier = update(ACTIVATIONS).where(ACTIVATIONS.c.person_id == person_id, ACTIVATIONS.c.used_at.is_(None))
    await connection.execute(earlier.values(used_at=at))
    values = {"hash": token_hash, "person_id": person_id, "made_at": at, "expires_at": until}
    await connection.execute(insert(ACTIVATIONS).values(values))


async def use_activation(connection: AsyncConnection, token_hash: bytes, *, at: datetime) -> UUID | None:
    """Use up a one-time link; None when it is unknown, used or expired."""
    statement = (
        update(ACTIVATIONS)
        .where(ACTIVATIONS.c.hash == token_hash, ACTIVATIONS.c.used_at.is_(None), ACTIVATIONS.c.expires_at > at)
        .values(used_at=at)
        .returning(ACTIVATIONS.c.person_id)
    )
    person_id: UUID | None = (await connection.execute(statement)).scalar_one_or_none()
    return person_id


async def failures_of(connection: AsyncConnection, login_index: bytes) -> tuple[int, datetime] | None:
    """How many logins in a row failed under this name, and when the last did."""
    row = (await connection.execute(select(FAILURES).where(FAILURES.c.login_index == login_index))).one_or_none()
    return None if row is None else (row.failures, row.last_failed_at)


async def add_failure(connection: AsyncConnection, login_index: bytes, *, at: datetime, forget: datetime) -> None:
    """One more failed login under this name; rows older than ``forget`` are dropped on the way."""
    statement = postgresql.insert(FAILURES).values(login_index=login_index, failures=1, last_failed_at=at)
    statement = statement.on_conflict_do_update(
        index_elements=[FAILURES.c.login_index], set_={"failures": FAILURES.c.failures + 1, "last_failed_at": at}
    )
    await connection.execute(statement)
    await connection.execute(delete(FAILURES).where(FAILURES.c.last_failed_at < forget))


async def clear_failures(connection: AsyncConnection, login_index: bytes) -> None:
    """A login succeeded."""
    await connection.execute(delete(FAILURES).where(FAILURES.c.login_index == login_index))


def _person(row: Any) -> Person:
    return Person(id=row.id, duty=Duty(row.duty), state=row.state, created_at=row.created_at)
