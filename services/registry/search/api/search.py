"""Speaks HTTP for searches of those who are signed in."""

from dataclasses import replace

from services.chassis.http import router
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy
from services.registry.search.api.entries import Kind, Narrowing, SearchEntry, Typed, search_entry
from services.registry.search.operations.searching import Reader, search

search_api = router()


@search_api.get("/v1/search", tags=["search"])
async def search_registry(
    asked: AskedBy,
    narrowed: Narrowing,
    q: Typed = None,
    kind: Kind | None = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[SearchEntry]:
    """Organisations, spaces, providers and what they list, as far as the caller may see them: the best fit first."""
    reader = Reader(asked.database, asked.settings.zone, asked.sight)
    found, cursor = await search(reader, q, replace(narrowed, kind=kind), after=after, limit=limit)
    return Page(items=[search_entry(one) for one in found], next_cursor=cursor)
