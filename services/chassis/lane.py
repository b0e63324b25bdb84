"""Decides how concurrent calls share a transaction: what waits together is carried out together (group commit)."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog
from opentelemetry import trace
from opentelemetry.trace import Link, SpanContext
from prometheus_client import Counter, Gauge, Histogram

from services.chassis.database import clashed, cut, lost, overran
from services.chassis.refusals import Refusal

BATCH, QUEUE, TRIES = 256, 2_000, 3
OVERRUNS = 3
"""After how many items whose time was up, of those that go one by one, the others wait no longer for their turn."""
PAUSE_SECONDS = 0.1
"""Before what a lost connection left open is played again; it doubles with each try."""

SIZE = Histogram(
    "innovoucher_lane_batch_size", "Items carried out in one transaction.", ["lane"], buckets=[4**n for n in range(5)]
)
WAIT = Histogram("innovoucher_lane_wait_seconds", "How long an item waited for its transaction to begin.", ["lane"])
QUEUED = Gauge("innovoucher_lane_queue_length", "Items that wait for a transaction.", ["lane"])
AGAIN = Counter("innovoucher_lane_retries_total", "Transactions that were played again.", ["lane", "why"])
APART = Counter(
    "innovoucher_lane_apart_total", "Transactions that failed and whose items were carried out alone.", ["lane"]
)

TRACER = trace.get_tracer("innovoucher.lane")
log = structlog.get_logger(__name__)
Item = TypeVar("Item")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Work(Generic[Item, Done]):
    """What is to be done with items, and how it bears being played again.

    once: carries out items in one transaction and gives, in their order, what each came to or a Refusal, which has
    left nothing; whatever it raises has undone all. Played twice, an item has its effect once: it knows its key.
    identity: what the items of one transaction must not have in common; None of an item shares with all.
    again: which failures, beside deadlocks and lost connections, ask to play the same items again.
    """

    name: str
    once: Callable[[Sequence[Item]], Awaitable[Sequence[Done | Refusal]]]
    identity: Callable[[Item], Hashable | None]
    again: Callable[[Exception], bool]

    async def together(self, items: Sequence[Item]) -> Sequence[Done | Refusal]:
        """Carry out all in one transaction, three times at most.

        Refusal ``service.unavailable`` where the last try, too, asked for another; a lost database is raised.
        """
        for number in range(TRIES):
            try:
                return await self.once(items)
            except Exception as error:
                if not await self._once_more(error, number):
                    raise
        raise Refusal("service.unavailable")

    async def _once_more(self, error: Exception, number: int) -> bool:
        """Whether the same items are to be played again: if they were committed all the same, their keys will tell."""
        if cut(error) and number + 1 < TRIES:
            await asyncio.sleep(PAUSE_SECONDS * 2**number)
        elif lost(error) or not (clashed(error) or self.again(error)):
            return False
        AGAIN.labels(self.name, "cut" if cut(error) else "clash").inc()
        return True

    async def each(self, items: Sequence[Item]) -> list[Done | Exception]:
        """Carry out all in one transaction; where that fails one by one, so that only the poison item fails.

        A lost database is every item's failure: nobody knows which was meant. So is one in which time is up for item
        after item: what waits behind the third of them fails with it.
        """
        try:
            return list(await self.together(items))
        except Exception as error:
            if len(items) == 1 or lost(error):
                return [error] * len(items)
            log.warning("lane.apart", lane=self.name, items=len(items), exc_info=True)
        APART.labels(self.name).inc()
        results: list[Done | Exception] = []
        overruns = 0
        for place, item in enumerate(items):
            results += await self.each([item])
            if not isinstance(last := results[-1], Exception):
                continue
            overruns += overran(last)
            if lost(last) or overruns == OVERRUNS:
                return results + [last] * (len(items) - place - 1)
        return results


@dataclass(frozen=True)
class _Waiting(Generic[Item, Done]):
    """An item with the one who waits for it, and since when."""

    item: Item
    answer: "asyncio.Future[Done]"
    since: float = field(default_factory=time.perf_counter)
    request: SpanContext = field(default_factory=lambda: trace.get_current_span().get_span_context())

    def settle(self, result: Done | Exception) -> None:
        """Tell whoever still waits."""
        if self.answer.done():
            return
        if isinstance(result, Exception):
            self.answer.set_exception(result)
        else:
            self.answer.set_result(result)


def _followed(name: str, batch: "Sequence[_Waiting[Item, Done]]") -> AbstractContextManager[object]:
    """Where requests are followed, a span of its own for what they share, which points at each of them."""
    links = [Link(one.request) for one in batch if one.request.is_valid]
    return TRACER.start_as_current_span(f"lane {name}", links=links) if links else nullcontext()


class Lane(Generic[Item, Done]):
    """Group commit: one transaction at a time, and what comes meanwhile shares the next.

    * No timer: the next batch leaves as soon as the last is back, so an item that finds nobody before it goes at once.
    * A batch is at most 256 items, in the order of arrival, and no two of one identity: the twin goes with a later
      batch and finds the first one's answer.
    * At most 2,000 items wait; the next is refused (``service.unavailable``, 503 with Retry-After).
    * A refused item is answered alone and leaves nothing. A batch that fails in any other way is carried out one by
      one, so that only the poison item fails, with what it raised.
    * A deadlock, a serialisation failure and what `Work.again` names play the same items again, three times at most.
      So does a connection that was lost, also while committing: whether it was committed, each item's key tells.
    * Whoever stops waiting stops nothing: a batch runs in a task of the lane's own, which nobody cancels and no
      timeout bounds, COMMIT least of all.
    * `close` refuses what comes later and returns when everything taken before is carried out.

    One lane per database and process; several processes meet in the database, by its locks and keys.
    """

    def __init__(self, work: Work[Item, Done], *, batch: int = BATCH, queue: int = QUEUE) -> None:
        self._work, self._batch, self._queue = work, batch, queue
        self._waiting: deque[_Waiting[Item, Done]] = deque()
        self._runner: asyncio.Task[None] | None = None
        self._closed = False

    async def put(self, item: Item) -> Done:
        """What an item came to, once it is committed; raises its Refusal, or what made it fail."""
        if self._closed or len(self._waiting) >= self._queue:
            raise Refusal("service.unavailable")
        waiting = _Waiting[Item, Done](item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        QUEUED.labels(self._work.name).inc()
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run(), name=f"lane {self._work.name}", context=Context())
        return await waiting.answer

    async def close(self) -> None:
        """Take nothing more, and return when all that was taken is carried out."""
        self._closed = True
        if self._runner is not None:
            await asyncio.wait([self._runner])

    async def _run(self) -> None:
        while self._waiting:
            batch = self._next()
            with _followed(self._work.name, batch):
                results = await self._work.each([one.item for one in batch])
            for one, result in zip(batch, results, strict=True):
                one.settle(result)

    def _next(self) -> list[_Waiting[Item, Done]]:
        """The longest batch from the front of the queue; twins keep their place in it."""
        batch: list[_Waiting[Item, Done]] = []
        twins: list[_Waiting[Item, Done]] = []
        taken: set[Hashable] = set()
        while self._waiting and len(batch) < self._batch:
            one = self._waiting.popleft()
            identity = self._work.identity(one.item)
            (twins if identity in taken else batch).append(one)
            taken |= {identity} - {None}
        self._waiting.extendleft(reversed(twins))
        self._measure(batch)
        return batch

    def _measure(self, batch: Sequence[_Waiting[Item, Done]]) -> None:
        name, now = self._work.name, time.perf_counter()
        QUEUED.labels(name).dec(len(batch))
        SIZE.labels(name).observe(len(batch))
        for one in batch:
            WAIT.labels(name).observe(now - one.since)
