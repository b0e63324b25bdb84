"""Remembers how to put up the whole system on a test's own database, spoken to over real HTTP."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from migrations.schemas import SERVICES
from services.standalone import callers, serving
from services.standalone.compose import inhabited
from services.standalone.installation import Installation, Logins
from services.standalone.logins import DemoLogins, remembered
from tests.databases import TestServer, Urls


@dataclass
class House:
    """Gateway, registry and voucher service at work on one database. ``http`` is nobody in particular."""

    url: str
    urls: Urls
    logins: DemoLogins
    http: httpx2.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, role: str) -> str:
        """An access token of the demo caller of this role; the same one for ten minutes."""
        if role not in self.tokens:
            self.tokens[role] = await callers.token(self.url, self.logins, role)
        return self.tokens[role]

    async def calls(self, role: str, **headers: str) -> dict[str, str]:
        """Headers of a call in this role."""
        return {"Authorization": f"Bearer {await self.token(role)}", **headers}


@dataclass(frozen=True)
class Seeded:
    """A database with demo callers in it, and the secrets that open it, to be cloned for each test."""

    database: str
    data: Path


def installation_of(urls: Urls, data: Path) -> Installation:
    """A sandbox alone."""
    services = {service: getattr(urls, service) for service in SERVICES}
    return Installation(None, Logins(urls.owner, services), "a test", data)


async def seed(server: TestServer, data: Path) -> Seeded:
    """Make the demo callers once per worker: hashing their passwords is meant to be slow."""
    urls = await server.clone()
    installation = installation_of(urls, data)
    async with inhabited(installation) as house:
        await callers.seed(house.gateway, installation)
    return Seeded(urls.name, data)


@asynccontextmanager
async def put_up(server: TestServer, seeded: Seeded, data: Path) -> AsyncGenerator[House]:
    """A house on a clone of the seeded database, at a free port."""
    shutil.copytree(seeded.data, data, dirs_exist_ok=True)
    urls = await server.clone(seeded.database)
    logins = remembered(data)
    assert logins is not None
    with serving.listen("127.0.0.1", 0) as listener:
        address = serving.Address(listener)
        async with (
            inhabited(installation_of(urls, data)) as house,
            serving.served(house.gateway, address),
            httpx2.AsyncClient(base_url=address.url, timeout=30) as http,
        ):
            yield House(address.url, urls, logins, http)
    await server.drop(urls)
