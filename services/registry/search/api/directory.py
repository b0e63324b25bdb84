"""Speaks HTTP for the directory that everybody may search, without a token."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request

from services.chassis.http import Db, router
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.search.api.entries import DirectoryEntry, Narrowing, OpenKind, Typed, directory_entry
from services.registry.search.operations.searching import Reader, search

directory_api = router()


async def _public(request: Request, database: Db) -> Reader:
    return Reader(database, request.app.state.settings.zone)


PublicReader = Annotated[Reader, Depends(_public)]


@directory_api.get("/v1/directory", tags=["directory"])
async def search_directory(
    reader: PublicReader,
    narrowed: Narrowing,
    q: Typed = None,
    kind: OpenKind | None = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[DirectoryEntry]:
    """Recognised spaces, admitted providers, and what these have published: the best fit first. No person is named."""
    found, cursor = await search(reader, q, replace(narrowed, kind=kind), after=after, limit=limit)
    return Page(items=[directory_entry(one) for one in found], next_cursor=cursor)
