"""Remembers sessions and the chain of refresh tokens of each, by hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.domain.session import RefreshToken, Session
from services.gateway.store.tables import RefreshTokens, Sessions
from services.standards.holding import Kind

SESSIONS = Sessions.__table__
TOKENS = RefreshTokens.__table__


async def add(connection: AsyncConnection, session: Session) -> None:
    """A new session."""
    await connection.execute(insert(SESSIONS).values(vars(session)))


async def add_token(
    connection: AsyncConnection, token: RefreshToken, *, predecessor: bytes | None, at: datetime
) -> None:
    """A new link of the chain."""
    values = {"hash": token.hash, "session_id": token.session_id, "expires_at": token.expires_at}
    await connection.execute(insert(TOKENS).values({**values, "predecessor": predecessor, "issued_at": at}))


async def lock_by_token(connection: AsyncConnection, token_hash: bytes) -> tuple[RefreshToken, Session] | None:
    """A refresh token and its session, the session locked, so that twins come one after the other."""
    owner = select(TOKENS.c.session_id).where(TOKENS.c.hash == token_hash).scalar_subquery()
    found = await connection.execute(select(SESSIONS).where(SESSIONS.c.id == owner).with_for_update())
    session = found.one_or_none()
    if session is None:
        return None
    token = (await connection.execute(select(TOKENS).where(TOKENS.c.hash == token_hash))).one()
    successor = select(TOKENS.c.used_at).where(TOKENS.c.predecessor == token_hash, TOKENS.c.used_at.is_not(None))
    used = (await connection.execute(successor)).one_or_none() is not None
    link = RefreshToken(token.hash, token.session_id, token.expires_at, token.used_at, successor_used=used)
    return link, _session(session)


async def use_token(connection: AsyncConnection, token: RefreshToken, *, at: datetime) -> None:
    """Mark a refresh token and its session as used."""
    await connection.execute(update(TOKENS).where(TOKENS.c.hash == token.hash).values(used_at=at))
    await connection.execute(update(SESSIONS).where(SESSIONS.c.id == token.session_id).values(last_used_at=at))


async def live_of(connection: AsyncConnection, person_id: UUID, *, at: datetime) -> list[Session]:
    """A person's live sessions, newest first."""
    statement = select(SESSIONS).where(
        SESSIONS.c.person_id == person_id, SESSIONS.c.ended_at.is_(None), SESSIONS.c.expires_at > at
    )
    rows = await connection.execute(statement.order_by(SESSIONS.c.created_at.desc()))
    return [_session(row) for row in rows]


async def end(
    connection: AsyncConnection, person_id: UUID, *, session_id: UUID | None = None, at: datetime
) -> list[UUID]:
    """End one or all live sessions of a person; answers which that were."""
    statement = update(SESSIONS).where(SESSIONS.c.person_id == person_id, SESSIONS.c.ended_at.is_(None))
    if session_id is not None:
        statement = statement.where(SESSIONS.c.id == session_id)
    changed = await connection.execute(statement.values(ended_at=at).returning(SESSIONS.c.id))
    return [row.id for row in changed]


async def forget_devices(connection: AsyncConnection, person_id: UUID) -> None:
    """Drop what a person's devices were called."""
    await connection.execute(update(SESSIONS).where(SESSIONS.c.person_id == person_id).values(device=""))


async def prune(connection: AsyncConnection, *, before: datetime) -> None:
    """Drop sessions, with their chains, that ended or expired before an instant."""
    await connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < before))


def _session(row: Any) -> Session:
    told = {name: getattr(row, name) for name in Session.__dataclass_fields__}
    return Session(**{**told, "kind": Kind(row.kind)})
