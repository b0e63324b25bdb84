"""The registry as it is composed and run."""

import asyncio
from typing import Any

import httpx2
from pydantic import SecretStr

from services.chassis.neighbours import Neighbour
from services.registry.app import create_app
from services.registry.settings import Settings
from tests.databases import Urls
from tests.registry.neighbours import SECRETS, calls, gateway_app
from tests.registry.transfer.platform import TOKEN, ok, serving


async def test_it_starts_with_what_ships_and_stops(database_urls: Urls) -> None:
    settings = Settings(test_database_url=SecretStr(database_urls.registry), **SECRETS)
    app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url="http://r") as client:
        answer = await client.get("/v1/regions", headers=calls("holder"))
    assert len(answer.json()["items"]) == 41


async def imports_of(api: httpx2.AsyncClient) -> Any:
    """The imports, as soon as there is one."""
    for _ in range(2_000):
        if listed := (await api.get("/v1/imports")).json()["items"]:
            return listed
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_with_an_address_it_fetches_extracts_that_an_operator_sees_and_reads(database_urls: Urls) -> None:
    url, word = SecretStr(database_urls.registry), SecretStr(TOKEN)
    async with serving(lambda _: ok(b"uscc,name\r\n")) as served:
        settings = Settings(test_database_url=url, extract_url=served.url, extract_token=word, **SECRETS)
        app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
        api = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://r", headers=calls("operator")
        )
        async with app.router.lifespan_context(app), api, asyncio.timeout(60):
            listed = await imports_of(api)
            read = await api.get(f"/v1/registry/documents/{listed[0]['documents'][0]}/content")
    assert f"Bearer {TOKEN}\r\n" in served.heads[0]
    assert (listed[0]["requested_by"], served.days) == ("register.fetch", [listed[0]["as_of"]])
    assert read.content == b"uscc,name\r\n"


async def test_it_is_ready_as_soon_as_it_can_fetch_the_keys(registry_api: httpx2.AsyncClient) -> None:
    answer = await registry_api.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


async def test_a_document_is_sent_under_the_registrys_own_address(registry_api: httpx2.AsyncClient) -> None:
    headers = {**calls("operator"), "Content-Type": "text/plain"}
    sent = await registry_api.post("/v1/registry/documents?name=a.txt", content=b"a", headers=headers)
    assert sent.status_code == 201
    read = await registry_api.get(f"/v1/registry/documents/{sent.json()['id']}/content", headers=headers)
    assert read.content == b"a"


def test_every_body_has_an_example(registry_app: Any) -> None:
    schemas = registry_app.openapi()["components"]["schemas"]
    bodies = [name for name in schemas if name.startswith("New") or name.endswith("Change") or name == "Ground"]
    assert len(bodies) > 40
    assert [name for name in bodies if not schemas[name].get("examples")] == []
