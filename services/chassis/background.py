"""Decides what becomes of work that runs beside requests: it ends with its app, and nothing of it outlives it."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, MutableSequence, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

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
