"""Remembers what this process counts for those who watch it: requests, refusals and the connections of its pools.

Labels are words of ours, so that there are few of them; nothing here has a person, an organisation or an amount in it.
"""

import time
from collections import Counter as Count
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import AsyncAdaptedQueuePool, PoolProxiedConnection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.headers import OPERATION
from services.chassis.refusals import Refusal

SERVED = Histogram(
    "innovoucher_request_seconds",
    "How long it took until an answer began, by operation and class of status.",
    ["service", "operation", "status"],
    buckets=(0.005, 0.025, 0.1, 0.5, 2.5, 10.0),
)
REFUSED = Counter("innovoucher_refusals_total", "Reasons for which something was refused.", ["service", "code"])
POOL_TIMEOUTS = Counter("innovoucher_pool_timeouts_total", "Who waited in vain for a connection.", ["pool"])


def count_refusal(service: str, refusal: Refusal) -> None:
    """Count each reason of a refusal that is told."""
    for reason in refusal.reasons:
        REFUSED.labels(service, reason.code).inc()


class Measured:
    """An ASGI app whose requests are measured by operation, whose name the gateway is told in a header."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app, self.service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection. What comes after the head of an answer does not count: a stream lives for minutes."""
        began = time.perf_counter()

        def measure(status: int) -> str:
            operation = getattr(scope.get("route"), "name", "none")
            SERVED.labels(self.service, operation, f"{status // 100}xx").observe(time.perf_counter() - began)
            return operation

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                operation = measure(message["status"])
                message["headers"] = [*message.get("headers", ()), (OPERATION, operation.encode())]
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Exception:
            measure(500)
            raise


class Pool(AsyncAdaptedQueuePool):
    """A pool of connections that knows how many wait for one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.waiting = 0
        POOLS.pools.add(self)

    def connect(self) -> PoolProxiedConnection:
        """Take a connection out."""
        self.waiting += 1
        try:
            return super().connect()
        except PoolTimeout:
            POOL_TIMEOUTS.labels(self.logging_name).inc()
            raise
        finally:
            self.waiting -= 1


class _Pools(Collector):
    """Looks at all pools when it is asked, so that who takes a connection pays nothing for it."""

    def __init__(self) -> None:
        self.pools: WeakSet[Pool] = WeakSet()

    def collect(self) -> Iterator[Metric]:
        """How many connections there may be, are out, and are waited for."""
        names = ("innovoucher_pool_size", "innovoucher_pool_in_use", "innovoucher_pool_waiting")
        says = ("Connections there may be.", "Connections that are out.", "Requests that wait for a connection.")
        counts = [Count[str]() for _ in names]
        for pool in list(self.pools):
            for counted, number in zip(counts, (pool.size(), pool.checkedout(), pool.waiting), strict=True):
                counted[str(pool.logging_name)] += number
        for name, said, counted in zip(names, says, counts, strict=True):
            family = GaugeMetricFamily(name, said, labels=["pool"])
            for pool_name, number in counted.items():
                family.add_metric([pool_name], number)
            yield family


POOLS = _Pools()
REGISTRY.register(POOLS)
