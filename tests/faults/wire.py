"""A stretch of network between processes: it can be slow, be cut, branch, and lose what comes back after some words."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit, urlunsplit

PIECE = 65_536
Loses = Callable[[bytes], bool]
"""Told of each piece that a client sends: whether it arrives, and the answer to it does not."""


def nothing(_: bytes) -> bool:
    """A wire that can be relied upon."""
    return False


def one_in(number: int, words: bytes) -> Loses:
    """Lose the answer to one in so many pieces in which the words stand, by lot: reads and writes may take turns."""
    lot = Random(number)

    def loses(piece: bytes) -> bool:
        return words in piece and lot.randrange(number) == 0

    return loses


@dataclass(eq=False)
class Link:
    """One connection through the wire."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    lost: bool = False

    def cut(self) -> None:
        """Both ends see the connection break."""
        for end in (self.near, self.far):
            end.transport.abort()


@dataclass
class Wire:
    """Carries every connection to its port on to a server. delay: seconds that each piece takes, either way.

    ports: where servers listen; each connection goes to the next.
    """

    host: str
    ports: deque[int]
    delay: float = 0.0
    loses: Loses = nothing
    lost: int = 0
    own_port: int = 0
    links: set[Link] = field(default_factory=set)

    def of(self, url: str) -> str:
        """The URL of the server, through this wire."""
        parts = urlsplit(url)
        login, at, _ = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{login}{at}127.0.0.1:{self.own_port}"))

    def cut(self) -> None:
        """Break every connection."""
        for link in list(self.links):
            link.cut()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end closes it."""
        self.ports.rotate(-1)
        try:
            there, far = await asyncio.open_connection(self.host, self.ports[-1])
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, far)
        self.links.add(link)
        ways = [asyncio.create_task(self._out(link, reader)), asyncio.create_task(self._back(link, there))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self.links.discard(link)
            link.cut()

    async def _out(self, link: Link, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(PIECE):
            await asyncio.sleep(self.delay)
            link.lost = self.loses(piece)
            link.far.write(piece)
            await link.far.drain()

    async def _back(self, link: Link, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(PIECE):
            if link.lost:
                self.lost += 1
                return
            await asyncio.sleep(self.delay)
            link.near.write(piece)
            await link.near.drain()


@asynccontextmanager
async def wire_to(url: str, *, delay: float = 0.0, loses: Loses = nothing) -> AsyncGenerator[Wire]:
    """A wire to the server of a URL, for the block."""
    parts = urlsplit(url)
    wire = Wire(parts.hostname or "", deque([parts.port or 0]), delay, loses)
    carrying: set[asyncio.Task[None]] = set()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(wire.carry(reader, writer))
        carrying.add(task)
        task.add_done_callback(carrying.discard)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    wire.own_port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        for task in list(carrying):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*carrying, return_exceptions=True)
