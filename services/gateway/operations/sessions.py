"""Shows a person's sessions and ends them; an ended session's tokens count no more within two seconds."""

from uuid import UUID

from services.chassis.clock import wall_clock
from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.refusals import NotFound
from services.gateway.domain.revocation import revoke
from services.gateway.domain.session import Session
from services.gateway.store import revocations
from services.gateway.store import sessions as store
from services.gateway.vault import hash_token


async def list_sessions(database: Database, person_id: UUID) -> list[Session]:
    """A person's live sessions, newest first."""
    async with database.read() as connection:
        return await store.live_of(connection, person_id, at=await wall_clock(connection))


async def end_session(database: Database, person_id: UUID, session_id: UUID) -> None:
    """End one of a person's own sessions; NotFound ``session.unknown`` for another's or an ended one."""
    async with database.begin() as connection:
        now = await wall_clock(connection)
        if not await store.end(connection, person_id, session_id=session_id, at=now):
            raise NotFound("session.unknown")
        await revocations.append(connection, [revoke("session", show("ses", session_id), at=now)])


async def end_by_refresh_token(database: Database, refresh_token: str) -> None:
    """End the session of a refresh token; unknown ones change nothing (RFC 7009)."""
    async with database.begin() as connection:
        found = await store.lock_by_token(connection, hash_token(refresh_token))
        if found is not None:
            now = await wall_clock(connection)
            session = found[1]
            await store.end(connection, session.person_id, session_id=session.id, at=now)
            await revocations.append(connection, [revoke("session", show("ses", session.id), at=now)])


async def revoke_token(database: Database, token_id: str) -> None:
    """One access token counts no more."""
    async with database.begin() as connection:
        await revocations.append(connection, [revoke("token", token_id, at=await wall_clock(connection))])
