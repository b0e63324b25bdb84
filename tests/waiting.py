"""Waits until something is so, however long a busy machine takes."""

import asyncio
from collections.abc import Callable


async def until(what: Callable[[], bool]) -> None:
    """Return once it is so; TimeoutError when it is not within twenty seconds and more."""
    for _ in range(2_000):
        if what():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError
