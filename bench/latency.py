"""Measures how long a redemption takes at a fixed rate, whatever the house does: an open loop.

wrk waits for an answer before it asks again, so that a slow house is asked less and its slowness hardly shows. Here
every request has an instant at which it is due; it is sent then, on a connection that is free, and its time runs from
that instant, also while it waits for one.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from bench import callers
from bench.figures import percentile
from bench.load import Told
from bench.stage import Stage
from bench.world import CATEGORY, id_of
from services.chassis.ids import new_id, show

CONNECTIONS = 256
PATIENCE_SECONDS = 10.0
"""How long answers are waited for after the last request."""


async def measure(at: Stage, rate: float, seconds: float) -> Told:
    """What callers are told who ask so many times a second, for so long."""
    address = urlsplit(at.house.url)
    loop = asyncio.get_running_loop()
    crowd = Crowd(_Requests(at))
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Connection(crowd), address.hostname or "", address.port or 0)
    await crowd.ask(rate, seconds)
    told = crowd.told(seconds)
    crowd.leave()
    at.load.begun += crowd.asked
    return told


class _Requests:
    """The requests that a load would make, each the bytes of it."""

    def __init__(self, at: Stage) -> None:
        size, tokens = at.world.size, callers.holders(at.house.keys, at.world.size)
        self.size, self.first, self.run = size, at.load.begun, new_id().hex[-12:]
        self.heads = [
            "POST /v1/redemptions:instant HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\n"
            for token in tokens
        ]
        self.bodies = [
            f'{{"consent":{{"code":"{code}"}},"category":"{CATEGORY}",'
            '"price":{"amount":"2.00","currency":"CNY"},"number":"'
            for code in at.world.codes
        ]

    def of(self, number: int) -> bytes:
        """The so manieth request."""
        place = (self.first + number) % self.size.vouchers
        name = f"{self.run}-{number}"
        voucher = show("vch", id_of("voucher", place))
        body = f'{self.bodies[place % len(self.bodies)]}{name}","voucher_ids":["{voucher}"]}}'
        head = self.heads[place % len(self.heads)]
        return f"{head}Idempotency-Key: {name}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


@dataclass
class Crowd:
    """Requests that fall due, connections that are free, and what came of it. taken: milliseconds from due to done."""

    requests: _Requests
    free: "deque[_Connection]" = field(default_factory=deque)
    due: deque[tuple[float, bytes]] = field(default_factory=deque)
    taken: list[float] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    refused: int = 0
    failed: int = 0
    said: str = ""

    async def ask(self, rate: float, seconds: float) -> None:
        """Ask at an even pace and wait for the answers."""
        begun = time.perf_counter()
        for number in range(int(rate * seconds)):
            instant = begun + number / rate
            if (early := instant - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            self.asked += 1
            self.due.append((instant, self.requests.of(number)))
            self.send()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self.answered < self.asked:
                    self.heard.clear()
                    await self.heard.wait()

    def send(self) -> None:
        """Send what is due, as far as there are connections for it."""
        while self.due and self.free:
            self.free.popleft().send(*self.due.popleft())

    @property
    def answered(self) -> int:
        """How many requests have come to an end."""
        return len(self.taken) + self.refused + self.failed

    def hear(self, due: float, status: int, body: bytes) -> None:
        """Count an answer."""
        self.heard.set()
        if status == 201:
            self.taken.append((time.perf_counter() - due) * 1000)
            return
        self.refused += 400 <= status < 500
        self.failed += not 400 <= status < 500
        self.said = self.said or f"{status} {body.decode(errors='replace')}"

    def leave(self) -> None:
        """Hang up."""
        for one in [*self.free]:
            one.transport.close()

    def told(self, seconds: float) -> Told:
        """The sum of it; what was never answered has failed."""
        failed = self.failed + self.asked - self.answered
        p50, p99 = (percentile(self.taken, share) for share in (0.5, 0.99))
        return Told(len(self.taken), self.refused, failed, seconds, p50, p99, self.said)


class _Connection(asyncio.Protocol):
    """One connection, with at most one request under way."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.received = b""
        self.since: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there to be used."""
        self.transport = cast(asyncio.Transport, transport)
        self.crowd.free.append(self)

    def send(self, due: float, request: bytes) -> None:
        """Send a request that is due."""
        self.since = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take in what comes until the answer is whole."""
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        due, self.since, self.received = self.since, None, b""
        if due is not None:
            self.crowd.hear(due, int(head[9:12]), body)
        self.crowd.free.append(self)
        self.crowd.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Who waits for an answer on it waits in vain."""
        if self.since is not None:
            self.crowd.failed += 1
            self.crowd.heard.set()
        elif self in self.crowd.free:
            self.crowd.free.remove(self)


def _length(head: bytes) -> int:
    """How long the body of an answer is."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0
