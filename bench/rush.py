"""Measures how many applications a second are taken and ranked when a window opens and everybody is there at once."""

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from uuid import UUID

import httpx2

from bench import callers, growth, house, machine, rounds
from bench.figures import Figure
from bench.house import House
from bench.load import Told
from bench.machine import Urls
from bench.office import Office
from bench.rounds import FACE, Put
from bench.run import Run
from bench.world import Size
from services.chassis import clock
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.standards.money import format_amount

CALLERS, CONNECTIONS, TRIES = 2_000, 128, 3
WINDOW = timedelta(hours=6)
"""Long enough for any machine; it is closed by the clock once everybody is served."""
CITY = Size(5_000)
"""Where nobody applies and everybody redeems."""


async def measure(run: Run) -> Figure:
    """Applications a second, from the opening until all are ranked, and single redemptions a second beside them."""
    ours, theirs = [], []
    async with AsyncExitStack() as standing:
        beside = await growth.city(run, CITY, standing)
        for number in range(run.plan.rounds):
            urls = await run.machine.database(f"rush_{number}")
            ours.append(CALLERS / await _served(run, urls))
            theirs.append((await beside.stretch()).rate)
    await run.audit(beside.urls)
    return Figure(f"rush, {CALLERS:,} callers", ours, theirs)


async def _served(run: Run, urls: Urls) -> float:
    """The seconds until everybody has applied, and those in which they are ranked."""
    put = await rounds.opened(urls, CALLERS, window=WINDOW)
    await machine.settle(urls)
    async with house.one_machine(run.machine, urls) as served:
        await served.quiet()
        told = await _apply(served, put.id)
        run.count(told)
        await _close(urls, put)
        ranked = await Office(served, urls, put).job("rank")
    await run.audit(urls)
    return told.seconds + ranked


async def _apply(served: House, round_id: UUID) -> Told:
    """Everybody writes an application and submits it, over as many connections as there are."""
    tokens = callers.holders(served.keys, Size(CALLERS, holders=CALLERS))
    crowd = _Crowd(show("rnd", round_id))
    limits = httpx2.Limits(max_connections=CONNECTIONS)
    async with httpx2.AsyncClient(base_url=served.url, limits=limits, timeout=None) as http:
        begun = time.perf_counter()
        await asyncio.gather(*(crowd.apply(http, token) for token in tokens))
        return Told(crowd.taken, crowd.refused, crowd.failed, time.perf_counter() - begun, 0, 0, crowd.said)


class _Crowd:
    """Those who apply, and what they were told."""

    def __init__(self, round_id: str) -> None:
        self.asked = {"round_id": round_id, "amount": {"amount": format_amount(FACE, "CNY"), "currency": "CNY"}}
        self.taken = self.refused = self.failed = 0
        self.said = ""

    async def apply(self, http: httpx2.AsyncClient, token: str) -> None:
        """One of them."""
        made = await self._post(http, token, "/v1/applications", self.asked)
        if made is not None and await self._post(http, token, f"/v1/applications/{made['id']}/submit", None):
            self.taken += 1

    async def _post(self, http: httpx2.AsyncClient, token: str, path: str, body: object) -> dict[str, str] | None:
        """Ask, and again under the same key where the line went dead: it is done once."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_id().hex}
        for _ in range(TRIES):
            with suppress(httpx2.TransportError):
                return self._told(await http.post(path, headers=headers, json=body))
        self.failed += 1
        return None

    def _told(self, answer: httpx2.Response) -> dict[str, str] | None:
        if answer.is_success:
            told: dict[str, str] = answer.json()
            return told
        self.refused += answer.is_client_error
        self.failed += answer.is_server_error
        self.said = self.said or answer.text
        return None


async def _close(urls: Urls, put: Put) -> None:
    """Let the window close."""
    database = Database(urls.voucher, "voucher")
    async with database.begin() as connection:
        await clock.advance(connection, put.closes_at)
    await database.dispose()
