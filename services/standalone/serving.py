"""Serves HTTP: an app that is given, or one service by itself with nothing loaded of the others."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import typer
import uvicorn
import uvloop
from prometheus_client import make_asgi_app
from pydantic import ValidationError
from starlette.types import ASGIApp

from services.standalone.installation import Unusable
from services.standalone.life import alive
from services.standalone.settings import secrets_dir
from services.standalone.tracing import traced

USUAL_PORT = 8000
COLLECTED_AFTER = 50_000, 20, 20
"""New objects before the youngest are searched, and searches of them before one of the older; usual are 700, 10, 10."""
GRACE_SECONDS = 10
"""How long requests under way may take to end when the server is stopped."""


@dataclass(frozen=True)
class Address:
    """Where HTTP is spoken."""

    listener: socket.socket

    @property
    def url(self) -> str:
        """The base URL; the loopback address where all addresses are listened on."""
        host, port = self.listener.getsockname()[:2]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
        return f"http://{shown}:{port}"


class Server(uvicorn.Server):
    """Leaves signals alone, and says when it takes requests."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Take requests; each has `stopping` in its state, so that one that only waits need not be waited for."""
        self.lifespan.state["stopping"] = self.stopping
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and wait for those under way."""
        self.stopping.set()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Nothing: uvicorn would raise the signal again when it is done."""
        yield

    def end(self) -> None:
        """Finish what is under way and stop; when asked again, stop at once."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(service: str, *, host: str, port: int, counts_at: int | None) -> None:
    """Serve one service; its settings come from the environment, its neighbours are called by URL.

    counts_at: another port of the host, at which Prometheus asks; the gateway tells its counts nowhere else.
    """
    app = import_module(f"services.{service}.app").create_app(_settings_of(service))

    async def serving() -> None:
        async with alive(app), counts_told(host, counts_at) as counted:
            await serve_app(app, address, partial(told, counted))

    def told(counted: str | None) -> None:
        if counted is not None:
            typer.echo(f"metrics at {counted}")
        typer.echo(f"{service} at {address.url}")

    with traced(f"innovoucher-{service}"), listen(host, port) as listener:
        address = Address(listener)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serving())


def _settings_of(service: str) -> Any:
    """The settings of a service, from the environment and from secrets that are files.

    Unusable names every variable that is missing or wrong.
    """
    try:
        return import_module(f"services.{service}.settings").Settings(_secrets_dir=secrets_dir())
    except ValidationError as error:
        faults = (f"INNOVOUCHER_{service}_{fault['loc'][0]}".upper() + f": {fault['msg']}" for fault in error.errors())
        remedy = "`innovoucher client create` makes a client and shows its secret once"
        raise Unusable("; ".join(faults) + f" ({remedy})") from None


async def serve_app(app: ASGIApp, address: Address, started: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` is called once requests are taken."""
    async with served(app, address) as (server, serving):
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.end)
        _spare_the_collector()
        started()
        await serving


def _spare_the_collector() -> None:
    """What is here by now stays: the search for what nobody holds any more need not look at it, nor begin so often.

    It took a quarter of the processor time of issuing vouchers: a batch makes many objects and leaves none in a circle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)


@asynccontextmanager
async def served(app: ASGIApp, address: Address) -> AsyncGenerator[tuple[Server, asyncio.Task[None]]]:
    """Serve for the block, which begins once requests are taken; what is under way at its end is finished.

    Nothing a client sends about its address is believed: no proxy headers.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[address.listener]))
    ready = asyncio.create_task(server.ready.wait())
    await asyncio.wait([ready, serving], return_when=asyncio.FIRST_COMPLETED)
    ready.cancel()
    try:
        yield server, serving
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def counts_told(host: str, port: int | None) -> AsyncGenerator[str | None]:
    """Answer Prometheus at a port of its own for the block; where, None without a port. 0 is a free one. Unusable."""
    if port is None:
        yield None
        return
    with listen(host, port) as listener:
        address = Address(listener)
        async with served(make_asgi_app(), address):
            yield f"{address.url}/metrics"


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket; without a port the usual one, or a free one when that is taken. Raises Unusable."""
    for wanted in (port,) if port is not None else (USUAL_PORT, 0):
        try:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listener = socket.create_server((host, wanted), family=family, backlog=2048)
        except OSError as error:
            fault = f"cannot listen on {host}:{wanted}: {error.strerror}"
        else:
            # an answer is written in two pieces, and asyncio's own loop would let the second wait for 40 ms
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener
    raise Unusable(fault)
