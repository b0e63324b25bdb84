"""Runs the product on a database of the run as anybody would: ``innovoucher run`` as a process, set from outside."""

import asyncio
import subprocess
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx2

from bench import callers, processes
from bench.machine import Machine, Urls
from bench.processes import Fell
from bench.world import Size
from migrations.schemas import SERVICES
from services.standalone import gatehouse, voucher_keys
from services.standalone.folders import Secrets
from services.standalone.installation import Installation, Logins
from services.standalone.postgres import free_port
from services.standalone.registry_keys import master_key_of

START_SECONDS = 60
LOOK_SECONDS = 0.5
IDLE_SHARE = 0.1
"""The share of a processor below which a house counts as idle."""
ANYBODY = Size(1, holders=1)
UNLIMITED = "1000000000"
"""Calls a minute: the load of a city comes from one machine here, and every caller's calls are counted all the same."""


@dataclass(frozen=True)
class House:
    """The product at work. pids: its processes; data: the folder of its secrets."""

    url: str
    pids: Sequence[int]
    data: Path

    @property
    def keys(self) -> Path:
        """The folder of the keys that sign its tokens."""
        return self.data / "keys"

    @property
    def cpu_seconds(self) -> float:
        """How long its processes have been on a processor."""
        return sum(map(processes.cpu_seconds, self.pids))

    async def quiet(self) -> None:
        """Wait until it has done what a new database gives it to do, such as sealing what is there already."""
        deadline = time.monotonic() + START_SECONDS
        spent = IDLE_SHARE
        while spent >= IDLE_SHARE and time.monotonic() < deadline:
            before = self.cpu_seconds
            await asyncio.sleep(LOOK_SECONDS)
            spent = (self.cpu_seconds - before) / LOOK_SECONDS


@asynccontextmanager
async def one_machine(machine: Machine, urls: Urls) -> AsyncGenerator[House]:
    """Everything in one process, behind its gateway, at work for the block."""
    data = machine.folder / f"house-{urls.name}"
    data.mkdir(mode=0o700)
    await gatehouse.make_admins(_installation(urls, data), ("First", "Second"), "test")
    port = free_port()
    env = processes.environment(
        INNOVOUCHER_DATA_DIR=str(data),
        INNOVOUCHER_DATABASE_URL=urls.owner,
        INNOVOUCHER_GATEWAY_CALLS_PER_CALLER=UNLIMITED,
        **{f"INNOVOUCHER_{service.upper()}_DATABASE_URL": getattr(urls, service) for service in SERVICES},
    )
    log = data / "house.log"
    with processes.python("services.standalone", ["run", "--port", str(port)], log, env) as process:
        served = House(f"http://127.0.0.1:{port}", [process.pid], data)
        await ready(served.url, process, log)
        await ready(served.url, process, log, look=partial(_takes_orders, callers.holders(served.keys, ANYBODY)[0]))
        yield served


@asynccontextmanager
async def apart(beside: House, urls: Urls) -> AsyncGenerator[House]:
    """Gateway, registry and voucher service as processes of their own, with the secrets of a house on one machine.

    That house goes on working beside them, as docker-compose's worker does: these three only answer.
    """
    ports = {service: free_port() for service in SERVICES}
    at = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    settings = await _settings(beside.data, urls, at)
    with ExitStack() as started:
        pids = []
        for together in (("gateway",), ("registry", "voucher")):  # they ask the gateway whom to believe
            running = {service: _begin(service, settings[service], ports[service], beside.data) for service in together}
            begun = {service: started.enter_context(process) for service, process in running.items()}
            for service, process in begun.items():
                await ready(at[service], process, beside.data / f"{service}.log")
            pids += [process.pid for process in begun.values()]
        yield House(at["gateway"], pids, beside.data)


def _begin(
    service: str, settings: Mapping[str, str], port: int, data: Path
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """One service as a process of its own, at work for the block."""
    named = {f"INNOVOUCHER_{service.upper()}_{name.upper()}": value for name, value in settings.items()}
    words = ["serve", service, "--port", str(port)]
    return processes.python("services.standalone", words, data / f"{service}.log", processes.environment(**named))


async def _settings(data: Path, urls: Urls, at: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What each service is told by its environment."""
    installation = _installation(urls, data)
    gateway = gatehouse.settings_of(installation)
    told: dict[str, dict[str, str]] = {service: {"test_database_url": getattr(urls, service)} for service in SERVICES}
    told["gateway"] |= {
        "master_key": gateway.master_key.get_secret_value(),
        "key_directory": str(gateway.key_directory),
        "calls_per_caller": UNLIMITED,
        "calls_per_address": str(gateway.calls_per_address),
        "registry_url": at["registry"],
        "voucher_url": at["voucher"],
    }
    for service in ("registry", "voucher"):
        secret = Secrets(data / "services.json").of(service)
        client = await gatehouse.make_service_client(installation, service, secret, "test")
        told[service] |= {"gateway_url": at["gateway"], "client_id": client, "client_secret": secret}
    told["registry"]["master_key"] = master_key_of(data).get_secret_value()
    keys = {name: key.get_secret_value() for name, key in voucher_keys.keys_of(data).items()}
    told["voucher"] |= {"registry_url": at["registry"], "works": "false", **keys}
    return told


def _installation(urls: Urls, data: Path) -> Installation:
    """A sandbox whose accounts are open already: no demonstration is made, whose passwords take long to hash."""
    return Installation(None, Logins(urls.owner, {one: getattr(urls, one) for one in SERVICES}), "a bench", data)


async def _is_ready(http: httpx2.AsyncClient) -> bool:
    """Whether a service says so."""
    return (await http.get("/readyz")).is_success


async def _takes_orders(token: str, http: httpx2.AsyncClient) -> bool:
    """Whether the voucher service lets anybody redeem: before it has heard whose tokens are revoked it lets nobody.

    On one machine only its gateway can be asked for its readiness. An order without a key is refused, and leaves no
    trace.
    """
    answer = await http.post("/v1/redemptions:instant", headers={"Authorization": f"Bearer {token}"}, json={})
    return answer.is_client_error


Look = Callable[[httpx2.AsyncClient], Awaitable[bool]]


async def ready(url: str, process: subprocess.Popen[bytes], log: Path, *, look: Look = _is_ready) -> None:
    """Wait until a service is found ready for work; Fell when it ends or never is."""
    deadline = time.monotonic() + START_SECONDS
    async with httpx2.AsyncClient(base_url=url) as http:
        while not await _seen(look, http):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Fell(f"it does not serve {url}:\n{processes.last_lines(log)}")
            await asyncio.sleep(0.1)


async def _seen(look: Look, http: httpx2.AsyncClient) -> bool:
    try:
        return await look(http)
    except httpx2.TransportError:
        return False
