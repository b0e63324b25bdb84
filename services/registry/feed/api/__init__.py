"""The change feed over HTTP."""

from services.registry.feed.api import changes

ROUTERS = (changes.changes_api,)
