"""Gives a session its next pair of tokens, or ends it when a refresh token is replayed (RFC 9700, 4.14)."""

from services.chassis.clock import wall_clock
from services.chassis.database import Database, Mode
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.gateway.domain.revocation import revoke
from services.gateway.domain.session import RefreshToken, Worth, idle_end, worth
from services.gateway.keeper import Keeper
from services.gateway.operations.tokens import Issued, person_token, standing_of
from services.gateway.store import people, revocations, sessions
from services.gateway.vault import hash_token


async def refresh(database: Database, keeper: Keeper, refresh_token: str, *, mode: Mode) -> Issued:
    """The next pair. A repeated request within half a minute, its answer lost, gets the same refresh token again.

    Refusal ``refresh.failed`` for one that is unknown, expired or whose session ended; also for a replayed one,
    whose session ends, access tokens included, before the refusal is told.
    """
    issued = await _rotate(database, keeper, refresh_token, mode)
    if issued is None:
        raise Refusal("refresh.failed")
    return issued


async def _rotate(database: Database, keeper: Keeper, refresh_token: str, mode: Mode) -> Issued | None:
    async with database.begin() as connection:
        found = await sessions.lock_by_token(connection, hash_token(refresh_token))
        if found is None:
            return None
        token, session = found
        person = await people.read(connection, session.person_id)
        now = await wall_clock(connection)
        value = worth(token, session, at=now)
        if value is Worth.REPLAYED:
            await sessions.end(connection, session.person_id, session_id=session.id, at=now)
            await revocations.append(connection, [revoke("session", show("ses", session.id), at=now)])
        if value in (Worth.REPLAYED, Worth.EXPIRED) or person is None or person.state != "active":
            return None
        successor = keeper.vault.successor(refresh_token)
        if value is Worth.ROTATE:
            await sessions.use_token(connection, token, at=now)
            link = RefreshToken(hash_token(successor), session.id, idle_end(person.duty, session, at=now))
            await sessions.add_token(connection, link, predecessor=token.hash, at=now)
        stands = await standing_of(connection, person.id, session.organization_id)
    access_token = person_token(keeper.signer, session, stands, mode=mode, at=now)
    return Issued(access_token, stands, refresh_token=successor, session=session)
