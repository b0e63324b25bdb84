"""Looking for whoever is registered, by name, place or kind: over HTTP."""

from services.registry.search.api import directory, search

ROUTERS = (
    search.search_api,
    directory.directory_api,
)
