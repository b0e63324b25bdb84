"""A request is held against the routes of its noun, and finds what it would find among all."""

from collections.abc import AsyncGenerator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.chassis.routing import Nouns

looked_at: list[str] = []


class Watched(APIRoute):
    """A route that says when a request is held against it."""

    def matches(self, scope):  # type: ignore[no-untyped-def]
        looked_at.append(self.path)
        return super().matches(scope)


@pytest.fixture
async def client() -> AsyncGenerator[httpx2.AsyncClient]:
    app = FastAPI()

    async def said() -> str:
        return "said"

    paths = ("/v1/rounds", "/v1/rounds/{one}", "/v1/rounds:count", "/v1/vouchers/{one}/code", "/docs/{asset}", "/")
    routes = [Watched(path, said, methods=["GET"]) for path in paths]
    app.router.routes[:] = [Nouns(routes), *routes]
    looked_at.clear()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as http:
        yield http


@pytest.mark.parametrize(
    ("path", "tried"),
    [
        ("/v1/rounds", ["/v1/rounds"]),
        ("/v1/rounds/1", ["/v1/rounds", "/v1/rounds/{one}"]),
        ("/v1/rounds:count", ["/v1/rounds:count"]),
        ("/v1/vouchers/1/code", ["/v1/vouchers/{one}/code"]),
        ("/", ["/"]),
    ],
)
async def test_only_the_routes_of_its_noun_are_looked_at(
    client: httpx2.AsyncClient, path: str, tried: list[str]
) -> None:
    assert (await client.get(path)).status_code == 200
    assert looked_at == tried


async def test_a_parameter_in_place_of_the_noun_is_found_as_ever(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/docs/picture")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/rounds/1/2", "/v2", "/docs"])
async def test_what_is_nowhere_is_404(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_another_method_is_405_and_says_which_there_are(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/v1/rounds/1")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
