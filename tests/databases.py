"""Remembers the one PostgreSQL of a test worker, its migrated template, and how to clone and drop databases of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from migrations import runner
from migrations.clock_mode import ClockMode
from migrations.schemas import SERVICE_ROLES
from services.standalone import postgres, provision

START = datetime(2020, 9, 14, 1, 0, tzinfo=UTC)
"""When business begins in every test database: Monday, 09:00 in Shanghai."""
MIGRATED = "template_migrated"
PASSWORD = "only-for-tests"
PASSWORDS = dict.fromkeys(SERVICE_ROLES.values(), PASSWORD)


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
class TestServer:
    """A server of this worker, with a template that has every role, schema and migration."""

    __test__ = False
    server: postgres.Server
    admin: Any

    async def clone(self, template: str = MIGRATED) -> Urls:
        """A fresh database; about ten milliseconds."""
        urls = self.urls(f"test_{uuid4().hex}")
        await self._fill(urls, template)
        return urls

    async def refill(self, urls: Urls, template: str) -> None:
        """Put what is in another database in the place of what is in this one."""
        await self.drop(urls)
        await self._fill(urls, template)

    async def _fill(self, urls: Urls, template: str) -> None:
        await self.admin.execute(
            f"CREATE DATABASE {urls.name} OWNER {provision.OWNER} TEMPLATE {template} STRATEGY FILE_COPY"
        )

    async def empty(self, name: str | None = None) -> Urls:
        """A database without roles' schemas or migrations."""
        name = name or f"test_{uuid4().hex}"
        await provision.make_database(self.owner_url, name)
        return self.urls(name)

    async def drop(self, urls: Urls) -> None:
        """Remove a database, whoever is still connected; only the superuser may send everybody away."""
        await self.admin.execute(f"DROP DATABASE IF EXISTS {urls.name} WITH (FORCE)")

    @property
    def owner_url(self) -> str:
        return self.server.url("postgres", provision.OWNER, PASSWORD)

    def urls(self, name: str) -> Urls:
        owner = provision.in_database(self.owner_url, name)
        return Urls(owner, self.server.url(name), **provision.role_urls(owner, PASSWORDS))


@asynccontextmanager
async def test_server(folder: Path) -> AsyncGenerator[TestServer]:
    """Start a server in ``folder`` that need not survive, migrate its template, and leave no process behind."""
    async with started(folder, postgres.THROW_AWAY) as server:
        yield server


@asynccontextmanager
async def started(folder: Path, durability: Mapping[str, str]) -> AsyncGenerator[TestServer]:
    """The same with a durability of one's own."""
    with postgres.start(folder, durability=durability) as server:
        await provision.make_owner(server.url("postgres"), PASSWORD)
        owner = server.url("postgres", provision.OWNER, PASSWORD)
        template = await provision.make_database(owner, MIGRATED)
        await provision.prepare(template, PASSWORDS, ClockMode(sandbox=True, start=START))
        async with provision.connected(server.url("postgres")) as admin:
            yield TestServer(server, admin)


async def set_clock(owner_url: str, instant: datetime) -> None:
    """Put a database's business clock to an instant, backwards too, which only its owner can by lifting the guard."""
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql("ALTER TABLE business.clock DISABLE TRIGGER USER")
        await connection.exec_driver_sql(
            'UPDATE business.clock SET "offset" = $1::timestamptz - clock_timestamp()', (instant,)
        )
        await connection.exec_driver_sql("ALTER TABLE business.clock ENABLE TRIGGER USER")


async def make_live(urls: Urls) -> None:
    """Bring an empty database to where a production database begins."""
    await provision.prepare(urls.owner, PASSWORDS)


async def forget_migrations(urls: Urls) -> None:
    """Make the voucher's history look older than its head."""
    async with runner.connected(urls.owner) as connection, connection.begin():
        await connection.exec_driver_sql("DELETE FROM voucher.alembic_version")


async def add_a_later_migration(owner_url: str) -> None:
    """Make the voucher's history look newer than its head."""
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql("UPDATE voucher.alembic_version SET version_num = '9999'")
