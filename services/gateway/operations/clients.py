"""Makes machine clients, changes their secrets, disables them, and lets them in."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Mode
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.gateway.domain import client as domain
from services.gateway.domain.client import Client, Kind
from services.gateway.domain.revocation import revoke
from services.gateway.domain.roles import SERVICE_ROLE
from services.gateway.domain.standing import Membership, Standing
from services.gateway.keys import Signer
from services.gateway.operations.tokens import Issued, client_token
from services.gateway.store import clients as store
from services.gateway.store import memberships, people, revocations
from services.gateway.vault import fresh_token, hash_token, same_hash

SERVICE_CLIENTS = UUID("0190a5d0-0000-7000-8000-000000000000")
"""The name space of the ids of our services' own clients."""


async def make_client(
    database: Database, *, person_id: UUID, organization_id: UUID, name: str, roles: Sequence[str], mode: Mode
) -> tuple[Client, str]:
    """A client of the maker's organisation, and its secret, which is not shown again.

    Refusal of all faults; ``client.too_many``; ``client.not_member`` when the maker's membership has ended.
    """
    secret = fresh_token("sec", mode)
    async with database.begin() as connection:
        maker = await maker_of(connection, person_id, organization_id)
        client = domain.make(id=new_id(), name=name, roles=roles, maker=maker, at=await wall_clock(connection))
        await store.add(connection, client, hash_token(secret))
    return client, secret


async def maker_of(connection: AsyncConnection, person_id: UUID, organization_id: UUID) -> Membership:
    """The membership of one who may make a client now, and until the caller's transaction ends.

    The person is locked as who ends a membership locks him: a client is made before that and ended with it, or not at
    all. Refusal ``client.not_member``, ``client.too_many``.
    """
    person = await people.read(connection, person_id, lock=True)
    active = await store.count_active(connection, organization_id)
    held = [m for m in await memberships.active_of(connection, person_id) if m.organization_id == organization_id]
    if person is None or person.state != "active" or not held:
        raise Refusal("client.not_member", rule="membership")
    domain.refuse_crowd(active)
    return held[0]


async def rotate_client(
    database: Database, client_id: UUID, *, mode: Mode, within: UUID | None = None
) -> tuple[Client, str]:
    """A new secret; the old one gets no more tokens from this instant, and those it got count no more.

    within: the only organisation whose clients may be touched, None for any. NotFound ``client.unknown``.
    """
    secret = fresh_token("sec", mode)
    async with database.begin() as connection:
        found = await _found(connection, client_id, within, lock=True)
        now = await wall_clock(connection)
        client = domain.rotate(found, at=now)
        await store.save(connection, client, hash_token(secret))
        await revocations.append(connection, [revoke("subject", show("cli", client_id), at=now)])
    return client, secret


async def disable_client(database: Database, client_id: UUID, *, within: UUID | None = None) -> Client:
    """No more tokens; those it has count no more within two seconds.

    within: the only organisation whose clients may be touched, None for any. NotFound ``client.unknown``.
    """
    async with database.begin() as connection:
        found = await _found(connection, client_id, within, lock=True)
        now = await wall_clock(connection)
        client = domain.disable(found, at=now)
        await store.save(connection, client)
        await revocations.append(connection, [revoke("subject", show("cli", client_id), at=now)])
    return client


async def read_client(database: Database, client_id: UUID, *, within: UUID | None = None) -> Client:
    """One client, of the organisation ``within`` where one is given; NotFound ``client.unknown``."""
    async with database.read() as connection:
        return await _found(connection, client_id, within)


async def list_clients(
    database: Database, *, organization_id: UUID | None, kind: Kind | None = None, after: str | None, limit: int
) -> tuple[list[Client], str | None]:
    """A page of clients, newest first; kind: None for programs and devices."""
    async with database.read() as connection:
        return await store.find(connection, organization_id=organization_id, kind=kind, after=after, limit=limit)


async def provide_service_client(database: Database, *, name: str, secret: str) -> Client:
    """The client with which one of our services proves itself; called again, it gets this secret.

    Its id follows from its name, so that it is one client in the live and in the sandbox database.
    """
    async with database.begin() as connection:
        now = await wall_clock(connection)
        client = Client(uuid5(SERVICE_CLIENTS, name), name, (SERVICE_ROLE,), "active", made_at=now)
        return await store.provide_service(connection, client, hash_token(secret))


async def authenticate(database: Database, client_id: UUID | None, secret: str) -> Client:
    """The client of this id and secret; Refusal ``client.failed``, which does not tell what was wrong."""
    found = None
    if client_id is not None:
        async with database.read() as connection:
            found = await store.read(connection, client_id)
    if found is None or not same_hash(secret, found[1]) or found[0].state != "active":
        raise Refusal("client.failed")
    return found[0]


async def issue_to_client(
    database: Database, signer: Signer, *, client_id: UUID | None, secret: str, mode: Mode
) -> Issued:
    """An access token for a client that proves itself (RFC 6749 section 4.4); no refresh token.

    Refusal ``client.failed``, also for one that was disabled since: its token would outlive the revocation.
    """
    client = await authenticate(database, client_id, secret)
    async with database.begin() as connection:
        now = await wall_clock(connection)
        active = await store.use(connection, client.id, at=now)
    if not active:
        raise Refusal("client.failed")
    return Issued(client_token(signer, client, mode=mode, at=now), Standing(client.roles, client.organization_id))


async def _found(connection: AsyncConnection, client_id: UUID, within: UUID | None, *, lock: bool = False) -> Client:
    found = await store.read(connection, client_id, lock=lock)
    if found is None or within not in (None, found[0].organization_id):
        raise NotFound("client.unknown")
    return found[0]
