"""Gives a test the registry with its shipped facts, by itself or as the app that answers real tokens."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from services.chassis.database import Database
from services.chassis.neighbours import Neighbour
from services.registry.app import create_app
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.settings import Settings
from tests.databases import Urls
from tests.registry.neighbours import SECRETS, gateway_app


@pytest.fixture
async def registry(registry_db: Database) -> Database:
    """The registry's database with regions, categories and calendars."""
    await load_shipped(registry_db)
    return registry_db


@pytest.fixture
async def registry_app(registry: Database, database_urls: Urls) -> AsyncGenerator[Any]:
    """The service as it runs, without its workers; it has heard of revocations once."""
    settings = Settings(test_database_url=SecretStr(database_urls.registry), **SECRETS, works=False)
    app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
    await app.state.service.revocations.hear()
    yield app
    await app.state.service.databases.dispose()


@pytest.fixture
async def registry_api(registry_app: Any) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the service; headers say who calls."""
    transport = httpx2.ASGITransport(app=registry_app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://registry") as client:
        yield client
