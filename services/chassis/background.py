"""Decides what becomes of work that runs beside requests: it ends with its app, and nothing of it outlives it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, MutableSequence, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.types import Receive

log = structlog.get_logger(__name__)


@asynccontextmanager
async def alongside(
    work: Sequence[Coroutine[Any, Any, None]], fallen: MutableSequence[str] | None = None
) -> AsyncGenerator[None]:
    """Run coroutines that never end by themselves for as long as the block, then cancel all and await their ends.

    One that ends all the same is logged as an error at that moment and named in ``fallen``; the block goes on, and
    its own end raises nothing for it, so that what is closed afterwards is closed.
    """

    def note(task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            log.error("background.ended", work=task.get_name(), exc_info=task.exception())
            if fallen is not None:
                fallen.append(task.get_name())

    tasks = [asyncio.create_task(one, name=getattr(one, "__qualname__", None)) for one in work]
    for task in tasks:
        task.add_done_callback(note)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def over_and_over(once: Callable[[], Awaitable[bool]], *, failed: str, pause_seconds: float) -> None:
    """Do something until cancelled: at once again while there is more to do, else after a pause.

    once: whether all is done for now. What it raises is logged under a name, and it is tried again after the pause.
    """
    while True:
        done = True
        try:
            done = await once()
        except Exception:
            log.exception(failed)
        await asyncio.sleep(pause_seconds if done else 0)


async def hung_up(receive: Receive) -> None:
    """Ends when the caller hangs up, for what is watched beside his answer."""
    while (await receive())["type"] != "http.disconnect":
        pass
