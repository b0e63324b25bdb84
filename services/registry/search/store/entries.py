"""Remembers things as they are found, and how far the feed has been read for them."""

from collections.abc import Sequence

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, events
from services.chassis.events import Entry as Change
from services.registry.catalogue.store import catalogue
from services.registry.search.domain.entry import Entry, Trees
from services.registry.search.store.tables import SearchCursor, SearchEntries

ENTRIES = SearchEntries.__table__
CURSOR = SearchCursor.__table__
WAITING_MAX = 1_000
_NAMES = tuple(column.name for column in ENTRIES.c)
_GIVEN = bulk.given(ENTRIES, _NAMES)
_NEW = insert(ENTRIES).from_select(_NAMES, select(*_GIVEN.c), include_defaults=False)
_KEEP = _NEW.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _NEW.excluded[name] for name in _NAMES if name not in ("id", "kind")},
    where=ENTRIES.c.version <= _NEW.excluded.version,
)
_JOIN = text("""
    UPDATE search_entries AS listed
    SET owner_id = provider.owner_id,
        region = CASE listed.kind WHEN 'offering' THEN provider.region ELSE listed.region END,
        terms = jsonb_path_query_array(provider.terms, '$[*] ? (@.category == $own)',
            jsonb_build_object('own', listed.categories[1])),
        barred_until = provider.barred_until,
        is_public = listed.is_open AND provider.is_public
    FROM search_entries AS provider
    WHERE provider.id = listed.provider_id
        AND (listed.provider_id = ANY(CAST(:ids AS uuid[])) OR listed.id = ANY(CAST(:ids AS uuid[])))
""")


async def lock_cursor(connection: AsyncConnection) -> tuple[bool, str | None]:
    """Whether nobody else reads on meanwhile, and where to read on; held until the transaction ends."""
    statement = select(CURSOR.c.cursor).with_for_update(key_share=True, skip_locked=True)
    row = (await connection.execute(statement)).one_or_none()
    return (False, None) if row is None else (True, row.cursor)


async def move_cursor(connection: AsyncConnection, cursor: str) -> None:
    """Read on from here the next time."""
    await connection.execute(update(CURSOR).values(cursor=cursor))


async def waiting(connection: AsyncConnection) -> int:
    """How many changes have not been read yet, 1,000 at the most."""
    after = (await connection.execute(select(CURSOR.c.cursor))).scalar_one()
    return len(await events.read(connection, after=after, limit=WAITING_MAX))


async def changes(connection: AsyncConnection, after: str | None, limit: int) -> list[Change]:
    """The next changes in the order of the feed."""
    return await events.read(connection, after=after, limit=limit)


async def trees(connection: AsyncConnection) -> Trees:
    """In which categories and regions others lie."""
    categories, regions = await catalogue.categories(connection), await catalogue.regions(connection)
    return Trees(
        {one: category.parent for one, category in categories.items()},
        {one: region.parent for one, region in regions.items()},
    )


async def keep(connection: AsyncConnection, entries: Sequence[Entry]) -> None:
    """Store entries, the last of each, unless a newer version is there; what a provider lists goes with the provider.

    Reading old changes again therefore makes nothing older, and nothing public that no longer is.
    """
    latest = {entry.id: entry.row for entry in entries}
    if latest:
        await connection.execute(_KEEP, bulk.told(ENTRIES, list(latest.values())))
        await connection.execute(_JOIN, {"ids": list(latest)})
