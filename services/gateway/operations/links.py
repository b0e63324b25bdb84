"""Makes the one-time links with which a person sets login and password, and lets them be used."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Mode
from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal, refuse_all
from services.gateway.domain.credentials import login_faults, normalise_login, password_faults
from services.gateway.domain.person import Person
from services.gateway.domain.roles import Duty
from services.gateway.keeper import Keeper
from services.gateway.store import people
from services.gateway.vault import Vault, fresh_token, hash_token

LINK_LIFE = timedelta(days=7)


async def new_person(connection: AsyncConnection, vault: Vault, name: str, *, at: datetime) -> Person:
    """A person without login, in the caller's transaction."""
    person = Person(new_id(), Duty.NONE, "active", at)
    await people.add(connection, person, vault.seal(person.id, {"name": name, "login": "", "phone": ""}))
    return person


async def make_link(connection: AsyncConnection, person: Person, *, mode: Mode) -> str:
    """The token of a new one-time link, in the caller's transaction; an earlier one stops working."""
    token = fresh_token("act", mode)
    now = await wall_clock(connection)
    await people.add_activation(connection, hash_token(token), person.id, at=now, until=now + LINK_LIFE)
    return token


async def activate(database: Database, keeper: Keeper, token: str, *, login: str, password: str) -> Person:
    """Give the link's person this login and password.

    Refusal of all faults of both, or ``activation.unknown`` for a link that is unknown, used or expired; a refused
    attempt does not use the link up.
    """
    login = normalise_login(login)
    refuse_all([*login_faults(login, pointer="/login"), *password_faults(password, login=login, pointer="/password")])
    password_hash = await keeper.passwords.hash(password)
    async with database.begin() as connection:
        now = await wall_clock(connection)
        person_id = await people.use_activation(connection, hash_token(token), at=now)
        person = None if person_id is None else await people.read(connection, person_id, lock=True)
        if person is None or person.state != "active":
            raise Refusal("activation.unknown", rule="one_time_link", pointer="/token")
        index = keeper.vault.login_index(login)
        if not await people.open_account(connection, person.id, login_index=index, password_hash=password_hash, at=now):
            raise Refusal.of([Reason("login.taken", rule="login_unique", pointer="/login")])
        await _seal_login(connection, keeper.vault, person, login)
    return person


async def _seal_login(connection: AsyncConnection, vault: Vault, person: Person, login: str) -> None:
    sealed = (await people.sealed_of(connection, [person.id]))[person.id]
    personal = {**vault.open(person.id, sealed), "login": login}
    await people.reseal(connection, person.id, vault.seal(person.id, personal))
