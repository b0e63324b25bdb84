"""Decides what becomes of work that runs beside requests: it ends with its app, and nothing of it outlives it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def alongside(work: Sequence[Coroutine[Any, Any, None]]) -> AsyncGenerator[None]:
    """Run coroutines that never end by themselves for as long as the block, then cancel and await each."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
