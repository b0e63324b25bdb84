"""Gives a test the voucher service's own app on its own database, and people whose tokens it verifies."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from services.chassis.ids import new_id
from services.chassis.neighbours import Neighbour
from services.voucher.app import create_app
from services.voucher.settings import Settings
from tests.chassis.signing import bearer
from tests.databases import Urls
from tests.voucher.neighbours import SECRETS, gateway_app


@pytest.fixture
async def voucher_app(database_urls: Urls) -> AsyncGenerator[Any]:
    """The service as it runs, without its workers; it has heard of revocations once."""
    settings = Settings(test_database_url=SecretStr(database_urls.voucher), works=False, **SECRETS)
    app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
    await app.state.service.revocations.hear()
    yield app
    await app.state.service.databases.dispose()


@pytest.fixture
async def voucher_api(voucher_app: Any) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client of the service; headers say who calls."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=voucher_app), base_url="http://voucher") as client:
        yield client


def calls(person: str, *roles: str, key: str | None = None, **bound: Any) -> dict[str, str]:
    """Headers of a member of staff under a new Idempotency-Key; finance is of Jiangmen's treasury unless said."""
    claims = {"sub": person, "per": person, "org": None, "roles": list(roles), "treasury": "jiangmen", **bound}
    return {**bearer(**claims), "Idempotency-Key": key or str(new_id())}
