"""Who watches a service reads its counts at its own port, and whether it is ready: on its schema, or on a later one."""

import httpx2
import pytest

from services.chassis.health import behind, head
from tests import databases
from tests.databases import Urls
from tests.faults.served import voucher_app
from tests.houses import House


async def test_through_the_gateway_there_are_no_counts(house: House) -> None:
    told = await house.http.get("/metrics", headers=await house.calls("auditor"))
    assert (told.status_code, told.json()["code"]) == (404, "request.not_found")


async def reasons(urls: Urls) -> list[str]:
    """Why the voucher service is not ready."""
    async with voucher_app(urls.voucher, works=False) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://v") as http:
            answer = await http.get("/readyz")
    told: list[str] = answer.json()["reasons"]
    assert answer.status_code == (503 if told else 200)
    return told


async def test_on_a_schema_that_later_code_has_added_to_it_is_ready(database_urls: Urls) -> None:
    before = await reasons(database_urls)
    await databases.add_a_later_migration(database_urls.owner)
    assert await reasons(database_urls) == before


async def test_on_a_schema_that_lacks_what_it_needs_it_is_not(database_urls: Urls) -> None:
    await databases.forget_migrations(database_urls)
    assert f"migrations: at None, this code needs {head('voucher')}" in await reasons(database_urls)


@pytest.mark.parametrize(("revision", "needed"), [("0009", "0010"), (None, "0001")])
def test_what_is_not_there_yet_is_missed(revision: str | None, needed: str) -> None:
    assert behind(revision, needed)


@pytest.mark.parametrize(("revision", "needed"), [("0010", "0010"), ("0010", "0009"), (None, None)])
def test_what_is_there_already_is_not(revision: str | None, needed: str | None) -> None:
    assert not behind(revision, needed)
