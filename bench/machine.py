"""Runs the PostgreSQL of a run, with durability on, and hands out databases that have every migration."""

import os
import platform
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from migrations.clock_mode import ClockMode
from migrations.schemas import SERVICE_ROLES
from services.standalone import folders, postgres, provision
from services.standalone.postgres import DURABLE, Server

NOON = datetime(2020, 9, 21, 4, 0, tzinfo=UTC)
"""When business begins in every database: a Monday on which the vouchers of 2020 may be spent."""
TEMPLATE = "migrated"
PASSWORD = "only-for-this-run"
ROOMY = {**DURABLE, "max_connections": "500"}
"""As ever, but for the houses of a whole run and 128 connections of a rival at once."""


@dataclass(frozen=True)
class Urls:
    """How to log in to one database, by role."""

    owner: str
    superuser: str
    gateway: str
    registry: str
    voucher: str

    @property
    def name(self) -> str:
        """The database."""
        return self.owner.rpartition("/")[2]


@dataclass(frozen=True)
class Machine:
    """A running server and the folder in which everything of this run lies.

    template: the database that others are made of; password: that of every role.
    """

    server: Server
    folder: Path
    template: str = TEMPLATE
    password: str = field(default=PASSWORD, repr=False)

    async def database(self, name: str, *, like: Urls | None = None) -> Urls:
        """A new database with roles, schemas and migrations; or a copy of another one, to which nobody is connected."""
        template = like.name if like is not None else self.template
        owner = self.server.url(name, provision.OWNER, self.password)
        async with provision.connected(provision.in_database(owner, "postgres")) as connection:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        passwords = dict.fromkeys(SERVICE_ROLES.values(), self.password)
        return Urls(owner, self.server.url(name), **provision.role_urls(owner, passwords))

    async def about(self) -> str:
        """What the figures of a run were measured on, and when: as one paragraph."""
        async with provision.connected(self.server.url("postgres")) as connection:
            version = await connection.fetchval("SHOW server_version")
        gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        return (
            f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors ({_model()}), {gigabytes:.0f} GB,"
            f" {platform.system()} {platform.release()}, Python {platform.python_version()}, PostgreSQL {version}."
        )

    async def drop(self, urls: Urls) -> None:
        """Remove a database, whoever is still connected."""
        await provision.drop_database(self.server.url("postgres", provision.OWNER, self.password), urls.name)

    @property
    def postmaster(self) -> int:
        """The process id of the server."""
        pid = next(self.folder.rglob("postmaster.pid"))
        return int(pid.read_text().split()[0])


@asynccontextmanager
async def started() -> AsyncGenerator[Machine]:
    """A server of its own for the block, as `innovoucher run` starts one; nothing is left of it afterwards."""
    with _folder() as folder, postgres.start(folder / "data", durability=ROOMY) as server:
        await provision.make_owner(server.url("postgres"), PASSWORD)
        owner = server.url("postgres", provision.OWNER, PASSWORD)
        template = await provision.make_database(owner, TEMPLATE)
        passwords = dict.fromkeys(SERVICE_ROLES.values(), PASSWORD)
        await provision.prepare(template, passwords, ClockMode(sandbox=True, start=NOON))
        yield Machine(server, folder)


def _model() -> str:
    """Of the processors, where Linux tells."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


@contextmanager
def _folder() -> Generator[Path]:
    with TemporaryDirectory(prefix="innovoucher-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        try:
            yield folder
        finally:
            folders.remove(folder / "data")


async def settle(urls: Urls) -> None:
    """Leave a database as after a quiet night: statistics and visibility as they should be, nothing left to flush."""
    async with provision.connected(urls.superuser) as connection:
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
