"""The processes that are killed, frozen and lied to: a node of the voucher service, and a PostgreSQL of one's own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from services.standalone import postgres, provision
from services.standalone.postgres import DURABLE, Server
from tests.databases import PASSWORD, PASSWORDS, Urls
from tests.faults.served import NOWHERE, at_a_port
from tests.standalone.conftest import ROOT, environment
from tests.voucher.neighbours import SECRETS, gateway_app

PATIENCE_SECONDS = 90.0
DATABASE = "innovoucher_sandbox"
ZOMBIE = "Z"


@dataclass
class Node:
    """The voucher service as a process of its own. It keeps its port when it is started again.

    tree: where the code lies that it runs.
    """

    folder: Path
    gateway_url: str
    database_url: str
    works: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)
    skew: float = 0.0
    tree: Path = ROOT
    port: int = field(default_factory=postgres.free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"node-{self.port}.log"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What it is told, and whose code it runs."""
        settings = {
            "test_database_url": self.database_url,
            "gateway_url": self.gateway_url,
            "registry_url": NOWHERE,
            "works": str(self.works).lower(),
            "seal_seconds": "1",
            **{name: secret.get_secret_value() for name, secret in SECRETS.items()},
        }
        more = {f"INNOVOUCHER_VOUCHER_{name.upper()}": value for name, value in settings.items()}
        return environment(self.folder, INNOVOUCHER_PARENT=str(os.getpid()), PYTHONPATH=str(self.tree), **more)

    def start(self) -> None:
        """Begin; `ready` waits until it takes requests."""
        change = json.dumps({"values": dict(self.values), "skew": self.skew})
        started = ["tests.faults.changed", change] if self.values or self.skew else ["services.standalone"]
        command = [sys.executable, "-m", *started, "serve", "voucher", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.tree, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Wait until it listens and has heard whose tokens are revoked; fails when it ended instead."""

        async def takes_orders() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()
            return await reachable(self.port) and not any("revocations" in reason for reason in await self.unready())

        await until(takes_orders)

    async def unready(self) -> list[str]:
        """Every reason why it says that it should be given no work; none when it is ready."""
        async with httpx2.AsyncClient(base_url=self.url, timeout=PATIENCE_SECONDS) as http:
            answer = await http.get("/readyz")
        reasons: list[str] = answer.json()["reasons"]
        assert answer.status_code == (503 if reasons else 200)
        return reasons

    async def ready_for_work(self) -> bool:
        return not await self.unready()

    async def ended(self) -> bool:
        """Whether it has come to its end by itself; a good one."""
        assert self.process is not None
        assert self.process.poll() in {None, 0}, self.log.read_text()
        return self.process.returncode is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def memory(self) -> int:
        """How much of the machine's memory it has, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


async def until(what: Callable[[], Awaitable[object]]) -> None:
    """Wait until something is so; fails when it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await what():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def reachable(port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.transport.abort()
    return True


@asynccontextmanager
async def nodes(folder: Path, database_url: str) -> AsyncGenerator["Nodes"]:
    """Where nodes on one database are started; all end with the block."""
    async with at_a_port(gateway_app) as gateway_url:
        made = Nodes(folder, gateway_url, database_url)
        try:
            yield made
        finally:
            for node in made.all:
                node.kill()


@dataclass
class Nodes:
    """Starts nodes of one installation."""

    folder: Path
    gateway_url: str
    database_url: str
    all: list[Node] = field(default_factory=list)

    async def start(self, **changes: Any) -> Node:
        """One more, at work once this returns."""
        fields = {"folder": self.folder, "gateway_url": self.gateway_url, "database_url": self.database_url, **changes}
        node = Node(**fields)
        self.all.append(node)
        node.start()
        await node.ready()
        return node


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of one's own, with its files."""

    folder: Path
    server: Server

    @property
    def files(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "postgres.log"

    @property
    def urls(self) -> Urls:
        """How to log in to its one database, by role."""
        owner = self.server.url(DATABASE, provision.OWNER, PASSWORD)
        return Urls(owner, self.server.url(DATABASE), **provision.role_urls(owner, PASSWORDS))

    @property
    def postmaster(self) -> int:
        """Its process id now: another after each crash."""
        return int((self.files / "postmaster.pid").read_text().split()[0])

    async def up(self) -> bool:
        """Whether it takes connections."""
        return self._ready()

    def _ready(self) -> bool:
        """What its pid file says, where it is no word left behind by one that was killed."""
        with suppress(FileNotFoundError, ProcessLookupError):
            pid, *others = (self.files / "postmaster.pid").read_text().split("\n")
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            return state != ZOMBIE and "ready" in "".join(others)
        return False

    def processes(self) -> list[int]:
        """The postmaster and all its children."""
        children = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text().split()
        return [self.postmaster, *map(int, children)]


@contextmanager
def running(folder: Path, durability: Mapping[str, str] = DURABLE) -> Iterator[Cluster]:
    """The cluster whose files lie in a folder, for the block."""
    with postgres.start(folder, durability=durability) as server:
        yield Cluster(folder, server)


def copied(folder: Path, to: Path) -> Path:
    """A copy of a cluster's files, with their owners."""
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)
    return to
