"""Serves everything on this machine in one process behind the gateway, and tells a person how to begin."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import typer
import uvloop
from prometheus_client import Gauge

from services.chassis.logging import without_requests
from services.standalone import BEGAN, callers, installation
from services.standalone.compose import inhabited
from services.standalone.installation import Installation
from services.standalone.logins import DemoLogins
from services.standalone.serving import USUAL_PORT, Address, counts_told, listen, serve_app
from services.standalone.settings import StandaloneSettings
from services.standalone.tracing import traced

LOOPBACK = "127.0.0.1"
"""Wherever the gateway listens, what this process counts is told on this machine only."""
DISK_FREE = Gauge("innovoucher_disk_free_bytes", "Room on the disk with the data folder of this machine.")


def run(settings: StandaloneSettings, *, live: bool, host: str, port: int | None, counts_at: int | None) -> None:
    """Serve everything until SIGINT or SIGTERM; counts_at: the port of this machine at which Prometheus asks."""
    with ExitStack() as held:
        held.enter_context(traced("innovoucher"))
        address = Address(held.enter_context(listen(host, port)))
        ready = held.enter_context(installation.opened(settings, live=live))
        held.enter_context(installation.announced(ready, address.url))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            moved = port is None and address.listener.getsockname()[1] != USUAL_PORT
            runner.run(_run(ready, address, counts_at, moved=moved))


async def _run(ready: Installation, address: Address, counts_at: int | None, *, moved: bool) -> None:
    async with inhabited(ready) as house, counts_told(LOOPBACK, counts_at) as counted:
        DISK_FREE.set_function(lambda: shutil.disk_usage(ready.data).free)
        with without_requests():
            logins = None if ready.is_live else await callers.seed(house.gateway, ready)
        if moved:
            typer.echo(f"port {USUAL_PORT} is taken by something else, so another one is used")
        await serve_app(house.gateway, address, lambda: _tell(ready, address, logins, counted))


def _tell(ready: Installation, address: Address, logins: DemoLogins | None, counted: str | None) -> None:
    """Everything a person needs to begin."""
    typer.echo(f"database   {ready.where}")
    typer.echo(f"gateway    {address.url}")
    typer.echo(f"reference  {address.url}/docs")
    if counted is not None:
        typer.echo(f"metrics    {counted}")
    if logins is not None:
        width = max(map(len, logins.by_role))
        typer.echo(f"password   {logins.password}  for all of these logins:")
        typer.echo(f"           {'--as':{width}} login")
        for role, login in logins.by_role.items():
            typer.echo(f"           {role:{width}} {login}")
    typer.echo("try it")
    typer.echo(f"  {_curl(address.url, ready.data, sandbox=logins is not None)}")
    typer.echo(f"started in {time.monotonic() - BEGAN:.1f} s; Ctrl-C stops everything")
    sys.stdout.flush()


def _curl(url: str, data: Path, *, sandbox: bool) -> str:
    """A line for the shell that works as it stands, from whichever folder."""
    if not sandbox:
        return f"curl -s {url}/v1/problems"
    command = shlex.join([sys.executable, "-m", "services.standalone", "token", "--as", "operator"])
    script = Path(sys.argv[0])
    if script.name == "innovoucher" and script.exists():
        command = shlex.join([str(script.resolve()), "token", "--as", "operator"])
    command = f"INNOVOUCHER_DATA_DIR={shlex.quote(str(data))} {command}"
    return f'curl -s {url}/v1/me -H "Authorization: Bearer $({command})"'
