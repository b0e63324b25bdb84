"""Shows registration cases."""

from uuid import UUID

from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.gateway.domain.registration import Registration
from services.gateway.store import registrations as store


async def read_registration(
    database: Database, registration_id: UUID, *, person_id: UUID | None = None
) -> Registration:
    """One case, of one person where he is given; NotFound ``registration.unknown``."""
    async with database.read() as connection:
        found = await store.read(connection, registration_id)
    if found is None or person_id not in (None, found.person_id):
        raise NotFound("registration.unknown")
    return found


async def list_registrations(
    database: Database, *, person_id: UUID | None, state: str | None, after: str | None, limit: int
) -> tuple[list[Registration], str | None]:
    """A page of cases, oldest first, of one person or of all."""
    async with database.read() as connection:
        return await store.find(connection, person_id=person_id, state=state, after=after, limit=limit)
