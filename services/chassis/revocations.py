"""Remembers in memory whose tokens no longer count, fed by the gateway's revocation feed within two seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from services.chassis.neighbours import Neighbour, TokenSource
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller

POLL_SECONDS = 1.0
STALE_SECONDS = 30.0
log = structlog.get_logger(__name__)

Fetch = Callable[[str | None], Awaitable[dict[str, Any]]]
"""Gives ``{"items": [{"kind", "subject", "not_after", "until"}], "next_cursor"}`` after a cursor."""


def feed_of(gateway: Neighbour, tokens: TokenSource) -> Fetch:
    """The gateway's feed, asked for with the service's own token."""

    async def fetch(after: str | None) -> dict[str, Any]:
        params = {} if after is None else {"after": after}
        return await gateway.get("/v1/revocations", params=params, token=await tokens.token())

    return fetch


@dataclass(frozen=True)
class Revoked:
    """Tokens issued up to ``not_after`` no longer count; ``until`` the last of them has expired (seconds, Unix)."""

    not_after: int
    until: int


class RevocationList:
    """Revoked persons, clients, sessions and tokens. Fails closed for writes when the feed falls silent."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._revoked: dict[tuple[str, str], Revoked] = {}
        self._cursor: str | None = None
        self._heard_at = float("-inf")

    async def listen(self) -> None:
        """Follow the feed until cancelled; whatever it fails with, over HTTP or in a database, it is asked again."""
        while True:
            try:
                while await self.hear():
                    pass
            except Exception:
                log.exception("revocations.unheard")
            await asyncio.sleep(POLL_SECONDS)

    async def hear(self) -> bool:
        """Take in one page; whether there may be more."""
        page = await self._fetch(self._cursor)
        for item in page["items"]:
            revoked = Revoked(int(item["not_after"]), int(item["until"]))
            self._revoked[(item["kind"], item["subject"])] = revoked
        before, self._cursor = self._cursor, page["next_cursor"] or self._cursor
        self._heard_at = time.monotonic()
        self._forget()
        return self._cursor != before

    @property
    def age_seconds(self) -> float:
        """How long nothing was heard; infinite before the first time."""
        return time.monotonic() - self._heard_at

    def check(self, caller: Caller, *, writes: bool) -> None:
        """Refusal ``auth.revoked``, or ``auth.revocations_stale`` for a write when the feed is silent too long."""
        names = (
            ("subject", caller.subject),
            ("person", caller.person),
            ("session", caller.session),
            ("token", caller.token_id),
        )
        for name in names:
            revoked = self._revoked.get(name)
            if revoked is not None and caller.issued_at <= revoked.not_after:
                raise Refusal("auth.revoked")
        if writes and self.age_seconds > STALE_SECONDS:
            raise Refusal("auth.revocations_stale")

    def _forget(self) -> None:
        now = time.time()
        self._revoked = {name: revoked for name, revoked in self._revoked.items() if revoked.until > now}
