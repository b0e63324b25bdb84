"""Tells every process whose tokens count no more, over the live and the sandbox database together."""

from services.chassis import pages
from services.chassis.clock import wall_clock
from services.chassis.database import Database, Databases
from services.chassis.refusals import Refusal
from services.gateway.domain.revocation import Revocation
from services.gateway.store import revocations as store

FEED_PAGE = 1000


async def list_revocations(databases: Databases, *, after: str | None) -> tuple[list[Revocation], str]:
    """What was revoked after a cursor and still matters, and the cursor to go on from.

    Something may be told twice, nothing is left out. Refusal ``page.cursor``.
    """
    found: list[Revocation] = []
    cursor: list[str] = []
    parts = ["", ""] if after is None else pages.decode(after, 2)
    places = [_place(part) for part in parts]
    for database, heard in zip((databases.live, databases.test), places, strict=True):
        if database is None:
            cursor.append("")
            continue
        more, place = await _of_one(database, heard)
        found += more
        cursor.append("" if place is None else f"{place[0]}-{place[1]}")
    return found, pages.encode(*cursor)


async def _of_one(database: Database, after: store.Place | None) -> tuple[list[Revocation], store.Place | None]:
    async with database.read() as connection:
        return await store.read(connection, after=after, at=await wall_clock(connection), limit=FEED_PAGE)


def _place(part: str) -> store.Place | None:
    if not part:
        return None
    xact, _, position = part.partition("-")
    if not xact.isdecimal() or not position.isdecimal() or len(part) > 40:
        raise Refusal("page.cursor", pointer="/after")
    return int(xact), int(position)
