"""What the gateway says of the whole house: one OpenAPI document, its page, and every problem code."""

import re
from collections import Counter
from typing import Any

import httpx2
import pytest

from services.gateway.app import create_app
from services.gateway.edge import Edge
from services.gateway.problems import PROBLEMS
from tests.gateway.conftest import MakeSettings, client_of, running
from tests.gateway.echo import echo


async def test_the_merged_document_names_every_operation_once(api: httpx2.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    names = Counter(operation["operationId"] for item in document["paths"].values() for operation in item.values())
    assert document["openapi"] == "3.1.0"
    assert set(names.values()) == {1}
    assert all(re.fullmatch("[a-z]+_[a-z_0-9]+", name) for name in names)


@pytest.mark.parametrize(
    "word",
    ["client_credentials", "Idempotency-Key", "next_cursor", "If-Match", "application/problem+json", "zh-CN"],
)
async def test_it_begins_with_what_every_call_has_in_common(api: httpx2.AsyncClient, word: str) -> None:
    assert word in (await api.get("/openapi.json")).json()["info"]["description"]


async def test_every_path_that_the_beginning_names_is_one(api: httpx2.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    named = set(re.findall(r"`POST (/[^`]+)`", document["info"]["description"]))
    assert named
    assert named <= {path for path, item in document["paths"].items() if "post" in item}


async def test_every_reference_in_it_resolves(api: httpx2.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', (await api.get("/openapi.json")).text))
    assert wanted <= set(document["components"]["schemas"])


async def test_every_body_has_an_example(api: httpx2.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    bare = [
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if not _has_example(content["schema"], document)
    ]
    assert bare == []


def _has_example(schema: Any, document: Any) -> bool:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return "examples" in schema or all("examples" in one for one in schema["properties"].values())


async def test_only_public_operations_are_without_security(api: httpx2.AsyncClient) -> None:
    document = (await api.get("/openapi.json")).json()
    assert document["paths"]["/v1/registrations"]["post"]["security"] == []
    assert "security" not in document["paths"]["/v1/registrations"]["get"]


async def test_the_page_loads_nothing_from_elsewhere(api: httpx2.AsyncClient) -> None:
    page = await api.get("/docs")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    assert all(source.startswith("/") for source in sources)
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for source in sources:
        assert (await api.get(source)).status_code == 200


async def test_the_bare_address_leads_to_the_page(api: httpx2.AsyncClient) -> None:
    answer = await api.get("/")
    assert (answer.status_code, answer.headers["location"]) == (307, "/docs")


@pytest.mark.parametrize("asset", ["README.md", "index.html", "app.py"])
async def test_nothing_but_its_own_files_is_served(api: httpx2.AsyncClient, asset: str) -> None:
    assert (await api.get(f"/docs/{asset}")).status_code == 404


async def test_every_code_is_explained_in_both_languages(api: httpx2.AsyncClient) -> None:
    items = {item["code"]: item for item in (await api.get("/v1/problems")).json()["items"]}
    assert set(PROBLEMS) <= set(items)
    assert "internal" in items
    assert all(item["cause_en"] and item["cause_zh"] and item["remedy_zh"] for item in items.values())


async def test_a_service_without_a_document_makes_the_whole_unavailable(settings_of: MakeSettings) -> None:
    async def mute(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"[]"})

    async with running(create_app(settings_of(), {"voucher": mute})) as app, client_of(app) as client:
        assert (await client.get("/openapi.json")).status_code == 502


async def test_a_service_behind_the_gateway_is_in_the_document(settings_of: MakeSettings) -> None:
    async with running(create_app(settings_of(), {"voucher": echo})) as app, client_of(app) as client:
        assert "/v1/echo" in (await client.get("/openapi.json")).json()["paths"]


async def test_the_gateway_lives_and_is_ready(gateway: Edge, api: httpx2.AsyncClient) -> None:
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    assert (await api.get("/readyz")).json() == {"ready": True, "reasons": []}
