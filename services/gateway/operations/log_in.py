"""Lets a person in: the password is checked between two transactions, so that none waits for it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Mode
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain.credentials import normalise_login, rest_until
from services.gateway.domain.person import Person
from services.gateway.domain.session import RefreshToken, Session, idle_end, session_end
from services.gateway.domain.standing import Standing
from services.gateway.keeper import Keeper
from services.gateway.operations.tokens import Issued, person_token, standing_of
from services.gateway.store import people, revocations, sessions
from services.gateway.vault import fresh_token, hash_token

FAILURES_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=180)
"""GB/T 22239-2019 8.1.4.3: who was in, for at least six months."""


@dataclass(frozen=True)
class Login:
    """Who wants in, for which organisation, from which device."""

    login: str
    password: str = field(repr=False)
    organization_id: UUID | None
    device: str
    mode: Mode


async def log_in(database: Database, keeper: Keeper, asked: Login) -> Issued:
    """Tokens of a new session.

    Refusal ``login.failed`` for an unknown login, a wrong password and a disabled person alike, ``login.resting``
    while too many failures in a row are being waited out, ``login.busy`` when too many wait for a password check.
    """
    account = await prove(database, keeper, asked.login, asked.password)
    return await _open_session(database, keeper, asked, account)


async def prove(database: Database, keeper: Keeper, login: str, password: str) -> people.Account:
    """The account that login and password open; a wrong password is counted. Refusals as of log_in."""
    index = keeper.vault.login_index(normalise_login(login))
    account = await _account(database, index)
    password_hash = None if account is None else account.password_hash
    fits = await keeper.passwords.matches(password, password_hash)
    if account is None or not fits or account.person.state != "active":
        await _failed(database, index)
        raise Refusal("login.failed")
    return account


async def _account(database: Database, index: bytes) -> people.Account | None:
    async with database.read() as connection:
        failures = await people.failures_of(connection, index)
        now = await wall_clock(connection)
        account = await people.account_by_login(connection, index)
    if failures is not None:
        rest = rest_until(failures[0], last_failed_at=failures[1]) - now
        if rest > timedelta():
            raise Refusal("login.resting", numbers={"retry_after_seconds": int(rest.total_seconds()) + 1})
    return account


async def _failed(database: Database, index: bytes) -> None:
    async with database.begin() as connection:
        now = await wall_clock(connection)
        await people.add_failure(connection, index, at=now, forget=now - FAILURES_KEPT)


async def _open_session(database: Database, keeper: Keeper, asked: Login, account: people.Account) -> Issued:
    """The person is read again under lock: one who was disabled or got another password meanwhile stays outside."""
    index = keeper.vault.login_index(normalise_login(asked.login))
    async with database.begin() as connection:
        person = await people.lock(connection, account.person.id)
        if await people.account_by_login(connection, index) != account:
            raise Refusal("login.failed")
        await people.clear_failures(connection, index)
        stands = await standing_of(connection, person.id, asked.organization_id)
        now = await wall_clock(connection)
        session = _session(person, asked, stands, at=now)
        refresh_token = fresh_token("rt", asked.mode)
        link = RefreshToken(hash_token(refresh_token), session.id, idle_end(person.duty, session, at=now))
        await sessions.prune(connection, before=now - SESSIONS_KEPT)
        await revocations.prune(connection, at=now)
        await sessions.add(connection, session)
        await sessions.add_token(connection, link, predecessor=None, at=now)
    access_token = person_token(keeper.signer, session, stands, mode=asked.mode, at=now)
    return Issued(access_token, stands, refresh_token=refresh_token, session=session)


def _session(person: Person, asked: Login, stands: Standing, *, at: datetime) -> Session:
    return Session(
        id=new_id(),
        person_id=person.id,
        organization_id=stands.organization_id,
        kind=stands.kind,
        device=asked.device,
        created_at=at,
        last_used_at=at,
        expires_at=session_end(person.duty, created_at=at),
    )
