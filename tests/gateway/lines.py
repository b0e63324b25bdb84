"""Two ways to reach a gateway and what lies behind it: in this process, and over real HTTP. One request looks alike."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import unquote

import h11
import uvicorn

from services.standalone.serving import listen

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line(Protocol):
    """A way to send one request exactly as written."""

    async def send(
        self, method: str, target: str, headers: Pairs = (), chunks: Sequence[bytes] | None = None
    ) -> Reply: ...


@dataclass(frozen=True)
class InProcess:
    """Calls the ASGI app; the address is that of the loopback."""

    app: Any

    async def send(self, method: str, target: str, headers: Pairs = (), chunks: Sequence[bytes] | None = None) -> Reply:
        path, _, query = target.partition("?")
        waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks or ()]
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in _framed(headers, chunks)],
            "client": ("127.0.0.1", 1234),
            "server": ("gateway", 80),
        }
        sent: list[Any] = []

        async def receive() -> Any:
            if not waiting:
                await asyncio.Event().wait()
            return waiting.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        there = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Reply(sent[0]["status"], there, b"".join(message.get("body", b"") for message in sent[1:]))


@dataclass(frozen=True)
class OverHttp:
    """Writes to a socket, one connection a request."""

    port: int

    async def send(self, method: str, target: str, headers: Pairs = (), chunks: Sequence[bytes] | None = None) -> Reply:
        lines = [f"{method} {target} HTTP/1.1", "Host: gateway", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in _framed(headers, chunks)]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        return await self.exchange(head + b"".join(_chunked(chunks)))

    async def exchange(self, raw: bytes) -> Reply:
        """Write bytes, read to the end, parse one response."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        with suppress(ConnectionError):
            await writer.drain()
        received = b""
        with suppress(ConnectionError):
            received = await reader.read(-1)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        return _parsed(received)


def _framed(headers: Pairs, chunks: Sequence[bytes] | None) -> list[tuple[str, str]]:
    return [*headers, *([("Transfer-Encoding", "chunked")] if chunks is not None else [])]


def _chunked(chunks: Sequence[bytes] | None) -> list[bytes]:
    if chunks is None:
        return []
    return [*(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks), b"0\r\n\r\n"]


def _parsed(received: bytes) -> Reply:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "gateway")]))
    connection.receive_data(received)
    connection.receive_data(b"")
    status, headers, body = 0, {}, b""
    while True:
        event = connection.next_event()
        if isinstance(event, h11.Response):
            status = event.status_code
            headers = {name.decode(): value.decode() for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        else:
            return Reply(status, headers, body)


class AnnouncedServer(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def served(app: Any) -> AsyncGenerator[int]:
    """An ASGI app behind uvicorn on a free port, which trusts no proxy's header."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(app, log_config=None, proxy_headers=False, server_header=False, lifespan="off")
    server = AnnouncedServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await server.ready.wait()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving
        listening.close()
