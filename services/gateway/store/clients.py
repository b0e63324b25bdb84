"""Remembers machine clients and the hashes of their secrets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.gateway.domain.client import Client, Kind
from services.gateway.store.tables import Clients

CLIENTS = Clients.__table__


async def add(connection: AsyncConnection, client: Client, secret_hash: bytes) -> None:
    """A new client."""
    values = {**vars(client), "roles": list(client.roles), "secret_hash": secret_hash}
    await connection.execute(insert(CLIENTS).values(values))


async def provide_service(connection: AsyncConnection, client: Client, secret_hash: bytes) -> Client:
    """A service's own client by name, made or given this secret and switched on again."""
    values = {**vars(client), "roles": list(client.roles), "secret_hash": secret_hash}
    statement = postgresql.insert(CLIENTS).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=[CLIENTS.c.name],
        index_where=CLIENTS.c.organization_id.is_(None),
        set_={"secret_hash": secret_hash, "state": "active", "disabled_at": None, "rotated_at": client.made_at},
    )
    return _client((await connection.execute(statement.returning(CLIENTS))).one())


async def save(connection: AsyncConnection, client: Client, secret_hash: bytes | None = None) -> None:
    """A client's state as it is now, with a new secret where one is given."""
    values: dict[str, Any] = {name: getattr(client, name) for name in ("state", "rotated_at", "disabled_at")}
    if secret_hash is not None:
        values["secret_hash"] = secret_hash
    await connection.execute(update(CLIENTS).where(CLIENTS.c.id == client.id).values(values))


async def use(connection: AsyncConnection, client_id: UUID, *, at: datetime) -> bool:
    """Note that an active client gets a token; False when it is disabled."""
    statement = update(CLIENTS).where(CLIENTS.c.id == client_id, CLIENTS.c.state == "active").values(last_used_at=at)
    return (await connection.execute(statement)).rowcount == 1


async def read(connection: AsyncConnection, client_id: UUID, *, lock: bool = False) -> tuple[Client, bytes] | None:
    """A client with its secret's hash, locked where asked."""
    statement = select(CLIENTS).where(CLIENTS.c.id == client_id)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return None if row is None else (_client(row), row.secret_hash)


async def count_active(connection: AsyncConnection, organization_id: UUID) -> int:
    """How many active clients an organisation has; counted under a lock, so that two at once cannot pass the limit."""
    key = func.hashtextextended(f"clients:{organization_id}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))
    statement = select(func.count()).where(CLIENTS.c.organization_id == organization_id, CLIENTS.c.state == "active")
    return int((await connection.execute(statement)).scalar_one())


async def disable_made_by(
    connection: AsyncConnection, person_id: UUID, *, organization_id: UUID | None, at: datetime
) -> Sequence[UUID]:
    """Disable what a person made, in one organisation or in all; answers which clients that were."""
    statement = update(CLIENTS).where(CLIENTS.c.made_by == person_id, CLIENTS.c.state == "active")
    if organization_id is not None:
        statement = statement.where(CLIENTS.c.organization_id == organization_id)
    changed = statement.values(state="disabled", disabled_at=at).returning(CLIENTS.c.id)
    return [row.id for row in await connection.execute(changed)]


async def find(
    connection: AsyncConnection, *, organization_id: UUID | None, kind: Kind | None, after: str | None, limit: int
) -> tuple[list[Client], str | None]:
    """A page of clients, newest first, of one organisation or of all, of one kind or of both."""
    order = (CLIENTS.c.made_at, CLIENTS.c.id)
    statement = select(CLIENTS).order_by(order[0].desc(), order[1].desc()).limit(limit + 1)
    if organization_id is not None:
        statement = statement.where(CLIENTS.c.organization_id == organization_id)
    if kind is not None:
        statement = statement.where(CLIENTS.c.kind == kind)
    if after is not None:
        statement = statement.where(tuple_(*order) < pages.instant_and_id(after))
    found = [_client(row) for row in await connection.execute(statement)]
    return pages.cut(found, limit, lambda item: (item.made_at.isoformat(), str(item.id)))


def _client(row: Any) -> Client:
    fields = {name: getattr(row, name) for name in Client.__dataclass_fields__}
    return Client(**{**fields, "roles": tuple(row.roles)})
