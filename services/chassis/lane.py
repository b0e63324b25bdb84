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
AWAY = 2
"""How many transactions of a lane may be under way: while the database works on one, the other is made ready."""
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
    identity: Hashable | None
    line: Hashable | None
    since: float = field(default_factory=time.perf_counter)
    request: SpanContext = field(default_factory=lambda: trace.get_current_span().get_span_context())

    def follows(self, other: "_Waiting[Item, Done]") -> bool:
        """Whether it is the next of the same line."""
        return self.line is not None and self.line == other.line

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
    """Group commit: what comes while transactions are under way shares the next.

    * No timer: an item that finds nobody before it goes at once. While one transaction is under way, a second one
      leaves as soon as as many wait as are with the first; each takes half of all, so that the two keep in step. Only
      a line is not divided for that.
    * A batch is at most 256 items, in the order of arrival, and no two of one identity, nor of one that is under way:
      the twin goes with a later batch and finds the first one's answer. Items of one line keep their order: what waits
      does not leave while an earlier one of its line is under way or left behind.
    * At most 2,000 items wait; the next is refused (``service.unavailable``, 503 with Retry-After).
    * A refused item is answered alone and leaves nothing. A batch that fails in any other way is carried out one by
      one, so that only the poison item fails, with what it raised.
    * A deadlock, a serialisation failure and what `Work.again` names play the same items again, three times at most.
      So does a connection that was lost, also while committing: whether it was committed, each item's key tells.
    * Whoever stops waiting stops nothing: a batch runs in a task of the lane's own, which nobody cancels and no
      timeout bounds, COMMIT least of all.
    * `close` refuses what comes later and returns when everything taken before is carried out.

    One lane per database and process; its transactions, and several processes, meet in the database, by its locks and
    keys.
    """

    def __init__(self, work: Work[Item, Done], *, batch: int = BATCH, queue: int = QUEUE, away: int = AWAY) -> None:
        self._work, self._batch, self._queue, self._most_away = work, batch, queue, away
        self._waiting: deque[_Waiting[Item, Done]] = deque()
        self._away: dict[asyncio.Task[None], list[_Waiting[Item, Done]]] = {}
        self._looks = False
        self._closed = False

    async def put(self, item: Item, *, line: Hashable | None = None) -> Done:
        """What an item came to, once it is committed; raises its Refusal, or what made it fail.

        line: what items have in common that are to be carried out in the order in which they came.
        """
        if self._closed or len(self._waiting) >= self._queue:
            raise Refusal("service.unavailable")
        answer: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(item, answer, self._work.identity(item), line))
        QUEUED.labels(self._work.name).inc()
        self._look()
        return await answer

    async def close(self) -> None:
        """Take nothing more, and return when all that was taken is carried out."""
        self._closed = True
        while self._waiting or self._away:
            await (asyncio.wait(self._away) if self._away else asyncio.sleep(0))

    def _look(self) -> None:
        """See who may leave as soon as all who come at this very moment have come."""
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_soon(self._leave, context=Context())

    def _leave(self) -> None:
        """Send batches off, as many as may be under way and as there is enough for."""
        self._looks = False
        while len(self._away) < self._most_away and (batch := self._next()):
            self._measure(batch)
            task = asyncio.create_task(self._carry_out(batch), name=f"lane {self._work.name}")
            self._away[task] = batch
            task.add_done_callback(self._is_back)

    def _is_back(self, task: "asyncio.Task[None]") -> None:
        del self._away[task]
        self._leave()

    async def _carry_out(self, batch: Sequence[_Waiting[Item, Done]]) -> None:
        with _followed(self._work.name, batch):
            results = await self._work.each([one.item for one in batch])
        for one, result in zip(batch, results, strict=True):
            one.settle(result)

    def _next(self) -> list[_Waiting[Item, Done]]:
        """Those who leave next, from the front of the queue; who may not yet leave keeps his place. None: too few."""
        under_way = [one for batch in self._away.values() for one in batch]
        if len(self._waiting) < len(under_way):
            return []
        fair = -(-(len(self._waiting) + len(under_way)) // self._most_away)
        identities, lines = {one.identity for one in under_way} - {None}, {one.line for one in under_way} - {None}
        batch: list[_Waiting[Item, Done]] = []
        left: list[_Waiting[Item, Done]] = []
        while self._waiting and len(batch) < self._batch:
            one = self._waiting[0]
            if len(batch) >= fair and not one.follows(batch[-1]):
                break
            self._waiting.popleft()
            if one.identity in identities or one.line in lines:
                left.append(one)
                lines |= {one.line} - {None}
            else:
                batch.append(one)
                identities |= {one.identity} - {None}
        self._waiting.extendleft(reversed(left))
        return batch

    def _measure(self, batch: Sequence[_Waiting[Item, Done]]) -> None:
        name, now = self._work.name, time.perf_counter()
        QUEUED.labels(name).dec(len(batch))
        SIZE.labels(name).observe(len(batch))
        for one in batch:
            WAIT.labels(name).observe(now - one.since)
