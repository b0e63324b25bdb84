"""Remembers what is left of each caller's and address's rate limit, leased in slices that all processes share."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.gateway.domain.slices import Lease, seconds_to_next, slice_of, window_of
from services.gateway.operations.lease import take_slice

KEYS_MAX = 100_000
log = structlog.get_logger(__name__)


@dataclass
class _Purse:
    """One key's lease; the lock keeps one process from leasing the same slice many times at once."""

    lease: Lease
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Limits:
    """Spends from memory; asks the database once a slice. Without the database it refuses: limits never fail open."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._purses: dict[str, _Purse] = {}

    async def spend(self, key: str, limit: int) -> None:
        """Spend one call of a key's limit (calls a minute); Refusal ``rate.limited`` or ``service.unavailable``."""
        now = self._clock()
        window = window_of(now)
        purse = self._purses.get(key) or self._new_purse(key, window)
        if purse.lease.window != window or (purse.lease.left == 0 and not purse.lease.spent):
            async with purse.lock:
                await self._fill(purse, key, window, limit)
        if purse.lease.left == 0:
            raise Refusal("rate.limited", numbers={"retry_after_seconds": seconds_to_next(now)})
        purse.lease.left -= 1

    def _new_purse(self, key: str, window: int) -> _Purse:
        if len(self._purses) >= KEYS_MAX:
            self._purses = {name: purse for name, purse in self._purses.items() if purse.lease.window == window}
        if len(self._purses) >= KEYS_MAX:
            raise Refusal("service.unavailable")
        return self._purses.setdefault(key, _Purse(Lease(window, 0)))

    async def _fill(self, purse: _Purse, key: str, window: int, limit: int) -> None:
        """Whoever held the lock before may have filled it already."""
        if purse.lease.window != window:
            purse.lease = Lease(window, 0)
        if purse.lease.left or purse.lease.spent:
            return
        amount = slice_of(limit)
        if await self._lease(key, window, amount, limit):
            purse.lease.left = amount
        else:
            purse.lease.spent = True

    async def _lease(self, key: str, window: int, amount: int, limit: int) -> bool:
        try:
            return await take_slice(self._database, key, window=window, amount=amount, limit=limit)
        except (SQLAlchemyError, OSError) as error:
            log.warning("limits.unavailable", error=type(error).__name__)
            raise Refusal("service.unavailable") from error
