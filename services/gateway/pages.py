"""Remembers for a minute what the services say of themselves: the merged document and all problem codes."""

import asyncio
import time
from collections.abc import Callable, Mapping

from starlette.types import ASGIApp

from services.chassis.refusals import Refusal
from services.gateway.openapi import OWN, Document, Merged, merge, read
from services.gateway.upstream import fetch

FRESH_SECONDS = 60.0


class Pages:
    """Asks every service for its OpenAPI document; the gateway's own comes first."""

    def __init__(self, own: Callable[[], Document], upstreams: Mapping[str, ASGIApp]) -> None:
        self._own = own
        self._upstreams = upstreams
        self._merged: Merged | None = None
        self._made_at = float("-inf")
        self._lock = asyncio.Lock()

    async def merged(self) -> Merged:
        """The merged document; Refusal ``upstream.unavailable`` when a service does not give its own."""
        async with self._lock:
            if self._merged is None or time.monotonic() - self._made_at > FRESH_SECONDS:
                others = {name: await self._document(app) for name, app in self._upstreams.items()}
                self._merged, self._made_at = merge({OWN: self._own(), **others}), time.monotonic()
            return self._merged

    @staticmethod
    async def _document(app: ASGIApp) -> Document:
        status, body = await fetch(app, "/openapi.json")
        try:
            if status == 200:
                return read(body)
        except ValueError as error:
            raise Refusal("upstream.failed") from error
        raise Refusal("upstream.unavailable")
