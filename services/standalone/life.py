"""Starts and stops an ASGI app in this process, as a server would: the lifespan protocol of ASGI 3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message


class DidNotStart(Exception):
    """An app said that it cannot start."""


@asynccontextmanager
async def alive(app: ASGIApp) -> AsyncGenerator[None]:
    """The app, started for the block: its background work runs, and is ended with it. Raises what the app raised."""
    orders: asyncio.Queue[Message] = asyncio.Queue()
    answers: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    running = asyncio.ensure_future(app(scope, orders.get, answers.put))
    await _order("startup", running, orders, answers)
    try:
        yield
    finally:
        await _order("shutdown", running, orders, answers)
        await running


async def _order(
    name: str, running: asyncio.Future[None], orders: asyncio.Queue[Message], answers: asyncio.Queue[Message]
) -> None:
    """Tell the app and wait for its answer, or for its end."""
    await orders.put({"type": f"lifespan.{name}"})
    answer = asyncio.create_task(answers.get())
    either: list[asyncio.Future[Any]] = [answer, running]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if not answer.done():
        answer.cancel()
        running.result()
        raise DidNotStart(f"the app ended at {name}")
    if answer.result()["type"] != f"lifespan.{name}.complete":
        await asyncio.wait([running])
        running.result()
        raise DidNotStart(str(answer.result().get("message", "")))
