"""Reads a stream of server-sent events as a browser would."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2


@dataclass
class Told:
    """One block of a stream; a comment alone has neither event nor data."""

    id: str = ""
    event: str = ""
    data: str = ""
    comments: list[str] = field(default_factory=list)


@asynccontextmanager
async def streamed(
    http: httpx2.AsyncClient, path: str, headers: Mapping[str, str], **params: Any
) -> AsyncGenerator[AsyncGenerator[Told]]:
    """What a stream tells, block by block, for as long as the block of code."""
    asked = {**headers, "Accept": "text/event-stream"}
    async with http.stream("GET", path, headers=asked, params=params) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        told = _blocks(response)
        yield told
        await told.aclose()


async def events_only(told: AsyncGenerator[Told]) -> AsyncGenerator[Told]:
    """Without heartbeats and directions for the reader."""
    async for one in told:
        if one.event:
            yield one


async def _blocks(response: httpx2.Response) -> AsyncGenerator[Told]:
    one = Told()
    async for line in response.aiter_lines():
        name, _, value = line.partition(":")
        if not line:
            yield one
            one = Told()
        elif not name:
            one.comments.append(value.strip())
        elif name in ("id", "event", "data"):
            setattr(one, name, value.strip())
