"""Redeems in batches, to be compared with redemptions that come one by one."""

import asyncio
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field

import httpx2

from bench import callers
from bench.figures import percentile
from bench.load import Told
from bench.stage import Stage
from bench.world import CATEGORY, id_of
from services.chassis.ids import new_id, show

ITEMS = 250
"""Of each batch: a call takes up to 1,000, and a transaction 256."""
CALLERS = 4
"""Each a holder who sends his next batch once the last one is answered."""
COUNTS = re.compile(rb'"counts":(\{[^{}]*\})\}$')
"""How an answer ends: what every item came to is read only where one was refused, which costs as much as to send it."""


async def stretch(at: Stage, seconds: float) -> Told:
    """Redeem in batches for so long, and until the last of them is answered; what is counted are items."""
    batches = _Batches(at)
    async with httpx2.AsyncClient(base_url=at.house.url, timeout=60) as http:
        begun = time.perf_counter()
        await asyncio.gather(*(batches.send(http, caller, until=begun + seconds) for caller in range(CALLERS)))
        lasted = time.perf_counter() - begun
    told = batches.counted
    return Told(
        told["done"],
        told["refused"] + told["replayed"],
        told["failed"],
        lasted,
        percentile(batches.taken, 0.5),
        percentile(batches.taken, 0.99),
        batches.said,
    )


@dataclass
class _Batches:
    """What was sent and answered. taken: milliseconds of each batch."""

    at: Stage
    run: str = field(default_factory=lambda: new_id().hex[-12:])
    sent: int = 0
    counted: Counter[str] = field(default_factory=Counter)
    taken: list[float] = field(default_factory=list)
    said: str = ""

    async def send(self, http: httpx2.AsyncClient, caller: int, *, until: float) -> None:
        """Batch after batch of one holder, as long as there is time."""
        token = callers.holders(self.at.house.keys, self.at.world.size)[caller]
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        while (asked := time.perf_counter()) < until:
            answer = await http.post("/v1/redemptions:batch", headers=headers, content=self._body(caller))
            self.taken.append((time.perf_counter() - asked) * 1000)
            self._count(answer)

    def _body(self, caller: int) -> str:
        """What a caller sends next, put together as text: no more is spent on an item than on a call of wrk's."""
        size, first = self.at.world.size, self.sent
        self.sent += ITEMS
        codes = self.at.world.codes
        voucher = show("vch", id_of("voucher", 0))[:-8]
        items = (
            f'{{"key":"{self.run}-{number}","verb":"redeem","consent":{{"code":"{codes[number % len(codes)]}"}},'
            f'"category":"{CATEGORY}","price":{{"amount":"2.00","currency":"CNY"}},"number":"{self.run}-{number}",'
            f'"voucher_ids":["{voucher}{number % size.rounds * size.holders + caller:08x}"]}}'
            for number in range(first, first + ITEMS)
        )
        return f'{{"items":[{",".join(items)}]}}'

    def _count(self, answer: httpx2.Response) -> None:
        counts = COUNTS.search(answer.content) if answer.is_success else None
        if counts is None:
            self.counted["failed"] += ITEMS
            self.said = self.said or answer.text
            return
        told = json.loads(counts[1])
        self.counted.update(told)
        if told["refused"] and not self.said:
            self.said = str(next(one["problem"] for one in answer.json()["items"] if one["problem"] is not None))
