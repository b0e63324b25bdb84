"""A data-sharing platform behind a real socket, that says whatever a test lets it say."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pydantic import SecretStr

from services.registry.transfer.neighbours import Platform

TOKEN = "word-of-the-platform"
NOT_THERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
Says = Callable[[str], bytes | None]
"""What is answered for a day, byte by byte; None: nothing, however long the caller waits."""


@dataclass
class Served:
    """Where it listens, and what it was asked, head by head."""

    port: int
    heads: list[str] = field(default_factory=list)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def days(self) -> list[str]:
        """The days that were asked for."""
        return [head.split(" ")[1].rpartition("/")[2] for head in self.heads]

    @property
    def url(self) -> str:
        """As the settings have it."""
        return f"http://127.0.0.1:{self.port}/extracts/{{day}}"

    def platform(self, seconds: float = 20) -> Platform:
        """As the house calls it."""
        return Platform(self.url, SecretStr(TOKEN), seconds)


@asynccontextmanager
async def serving(says: Says, *, together: int = 1) -> AsyncGenerator[Served]:
    """The platform for the block; together: so many are answered at once, and wait for each other."""
    all_asked = asyncio.Barrier(together)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        served.is_asked.set()
        said = says(served.days[-1])
        await all_asked.wait()
        if said is None:
            await reader.read()
        else:
            writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    served = Served(server.sockets[0].getsockname()[1])
    async with server:
        yield served


def ok(content: bytes, media_type: str = "text/csv; charset=utf-8", **headers: str | None) -> bytes:
    """A sound answer; headers change it, None leaves one out."""
    told = {"Content_Type": media_type, "Content_Length": str(len(content)), "Connection": "close", **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items() if value is not None)
    return f"HTTP/1.1 200 OK\r\n{head}\r\n".encode() + content


def lying(**days: bytes) -> Says:
    """Extracts of some days, named as `d14` for the 14th of September 2020; of all others there is none."""
    shelf = {f"2020-09-{name[1:]}": ok(content) for name, content in days.items()}
    return lambda day: shelf.get(day, NOT_THERE)
