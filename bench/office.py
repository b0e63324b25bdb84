"""Works in the bureau whose round it is: asks the house for its jobs, and sees how long each is at work."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import httpx2

from bench import callers
from bench.house import House
from bench.machine import Urls
from bench.processes import Fell
from bench.rounds import Put
from services.chassis.ids import new_id, show
from services.standalone import provision

LOOK_SECONDS = 0.01
STATE = "SELECT state FROM voucher.jobs ORDER BY created_at DESC LIMIT 1"
REPORT = "SELECT report FROM voucher.jobs ORDER BY created_at DESC LIMIT 1"


@dataclass(frozen=True)
class Office:
    """The bureau of one round, in one house."""

    house: House
    urls: Urls
    round: Put

    async def job(self, verb: str) -> float:
        """Ask for a job on the round, and the seconds in which a worker carried it out; Fell where it failed."""
        async with httpx2.AsyncClient(base_url=self.house.url) as http:
            token = callers.operator(self.house.keys, self.round.bureau)
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": show("key", new_id())}
            answer = await http.post(f"/v1/rounds/{show('rnd', self.round.id)}/{verb}", headers=headers)
        if answer.status_code != httpx2.codes.ACCEPTED:
            raise Fell(f"{verb} was answered {answer.status_code}: {answer.text}")
        return await self._carried_out(verb)

    async def _carried_out(self, verb: str) -> float:
        """As the database tells: asking the house would keep it from its work."""
        async with provision.connected(self.urls.superuser) as connection:
            await self._while(connection, "queued")
            begun = time.perf_counter()
            state = await self._while(connection, "running")
            if state != "done":
                raise Fell(f"{verb} ended as {state}: {await connection.fetchval(REPORT)}")
            return time.perf_counter() - begun

    async def _while(self, connection: Any, state: str) -> str:
        """Wait until the job is no longer in a state; the one in which it is then."""
        while True:
            found: str = await connection.fetchval(STATE)
            if found != state:
                return found
            await asyncio.sleep(LOOK_SECONDS)
