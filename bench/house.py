"""Runs the product on a database of the run as anybody would: ``innovoucher run`` as a process, set from outside."""

import asyncio
import subprocess
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from bench import processes
from bench.machine import Machine, Urls
from bench.processes import Fell
from migrations.schemas import SERVICES
from services.standalone import gatehouse
from services.standalone.installation import Installation, Logins
from services.standalone.postgres import free_port

START_SECONDS = 60
UNLIMITED = "1000000000"
"""Calls a minute: the load of a city comes from one machine here, and every caller's calls are counted all the same."""


@dataclass(frozen=True)
class House:
    """The product at work. pids: its processes; keys: the folder of those that sign its tokens."""

    url: str
    pids: Sequence[int]
    keys: Path

    @property
    def cpu_seconds(self) -> float:
        """How long its processes have been on a processor."""
        return sum(map(processes.cpu_seconds, self.pids))


@asynccontextmanager
async def one_machine(machine: Machine, urls: Urls) -> AsyncGenerator[House]:
    """Everything in one process, behind its gateway, at work for the block."""
    data = machine.folder / f"house-{urls.name}"
    data.mkdir(mode=0o700)
    await _found(urls, data)
    port = free_port()
    env = processes.environment(
        INNOVOUCHER_DATA_DIR=str(data),
        INNOVOUCHER_DATABASE_URL=urls.owner,
        INNOVOUCHER_GATEWAY_CALLS_PER_CALLER=UNLIMITED,
        **{f"INNOVOUCHER_{service.upper()}_DATABASE_URL": getattr(urls, service) for service in SERVICES},
    )
    log = data / "house.log"
    with processes.python("services.standalone", ["run", "--port", str(port)], log, env) as process:
        url = f"http://127.0.0.1:{port}"
        await ready(url, process, log)
        yield House(url, [process.pid], data / "keys")


async def _found(urls: Urls, data: Path) -> None:
    """Open the accounts, so that no demonstration is made in this sandbox: its passwords take long to hash."""
    logins = Logins(urls.owner, {service: getattr(urls, service) for service in SERVICES})
    await gatehouse.make_admins(Installation(None, logins, "a bench", data), ("First", "Second"), "test")


async def ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a service says that it is ready for work; Fell when it ends or never is."""
    deadline = time.monotonic() + START_SECONDS
    async with httpx2.AsyncClient(base_url=url) as http:
        while not await _is_ready(http):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Fell(f"it does not serve {url}:\n{processes.last_lines(log)}")
            await asyncio.sleep(0.1)


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    try:
        return (await http.get("/readyz")).is_success
    except httpx2.TransportError:
        return False
