"""Gives a test the gateway: its keeper, its operations' database, and the whole app behind its edge."""

import base64
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from services.gateway.app import create_app
from services.gateway.edge import Edge
from services.gateway.keeper import Keeper
from services.gateway.keys import load, make_key
from services.gateway.passwords import Passwords
from services.gateway.settings import Settings
from services.gateway.vault import Vault
from tests.databases import TestServer, Urls
from tests.gateway.cast import Cast

MASTER_KEY = bytes(range(32))

MakeSettings = Callable[..., Settings]
RunGateway = Callable[..., AbstractAsyncContextManager[Edge]]


@pytest.fixture(scope="session")
def key_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with one signing key."""
    directory: Path = tmp_path_factory.mktemp("keys")
    make_key(directory, at=datetime(2026, 1, 1, tzinfo=UTC))
    return directory


@pytest.fixture
def keeper(key_directory: Path) -> Iterator[Keeper]:
    """Vault, password threads and signer."""
    threads = Passwords(2)
    yield Keeper(Vault(MASTER_KEY), threads, load(key_directory))
    threads.close()


@pytest.fixture
def settings_of(database_urls: Urls, key_directory: Path) -> MakeSettings:
    """Settings of a gateway with a sandbox database only, changed as wished."""
    return partial(_settings, database_urls, key_directory)


def _settings(urls: Urls, key_directory: Path, **changes: Any) -> Settings:
    given = {
        "test_database_url": SecretStr(urls.gateway),
        "master_key": SecretStr(base64.b64encode(MASTER_KEY).decode()),
        "key_directory": key_directory,
    }
    return Settings(**{**given, **changes})


@asynccontextmanager
async def running(app: Edge) -> AsyncGenerator[Edge]:
    """The app between its start and its end, its revocations heard."""
    async with app.own.router.lifespan_context(app.own):
        await app.door.revocations.hear()
        yield app


@pytest.fixture
async def gateway(settings_of: MakeSettings) -> AsyncGenerator[Edge]:
    """The gateway with nothing behind it."""
    async with running(create_app(settings_of())) as app:
        yield app


@pytest.fixture(scope="module")
async def shared_settings_of(postgres_server: TestServer, key_directory: Path) -> AsyncGenerator[MakeSettings]:
    """The same on one database for all tests of a module that change nothing."""
    urls = await postgres_server.clone()
    yield partial(_settings, urls, key_directory)
    await postgres_server.drop(urls)


@pytest.fixture(scope="module")
async def shared_gateway(shared_settings_of: MakeSettings) -> AsyncGenerator[Edge]:
    """One gateway for all tests of a module that change nothing."""
    async with running(create_app(shared_settings_of())) as app:
        yield app


@pytest.fixture
async def shared_api(shared_gateway: Edge) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the shared gateway."""
    async with client_of(shared_gateway) as client:
        yield client


@pytest.fixture
async def api(gateway: Edge) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the gateway."""
    async with client_of(gateway) as client:
        yield client


def client_of(app: Any) -> httpx2.AsyncClient:
    """A client of an ASGI app."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gateway")


@pytest.fixture
def cast(gateway: Edge) -> Cast:
    """People of every role, made as they are needed."""
    return Cast(gateway.own.state.service.databases.test, gateway.own.state.keeper)
