"""Of each request there is one line: who asked for what, and what became of it; nothing that was sent stands in it."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY

from services.chassis import logging
from services.chassis.metrics import Measured
from services.gateway.app import create_app
from services.gateway.edge import PATH_TOLD
from tests.gateway.conftest import MakeSettings, client_of, running
from tests.gateway.signing import bearer

Told = Callable[[], list[dict[str, Any]]]
ORGANIZATION = "org_" + "7" * 32


@pytest.fixture
def told() -> Iterator[Told]:
    """What was logged of requests since the test began."""
    out = io.StringIO()
    logging.configure("info", out)
    yield lambda: [line for line in map(json.loads, out.getvalue().splitlines()) if line["event"] == "request"]
    logging.configure()


def shop() -> FastAPI:
    """A service with one operation."""
    app = FastAPI()

    @app.post("/v1/things")
    async def create_thing() -> None:
        return None

    app.add_middleware(Measured, service="shop")
    return app


async def test_a_request_is_told_with_caller_and_operation(shared_settings_of: MakeSettings, told: Told) -> None:
    async with running(create_app(shared_settings_of(), {"voucher": shop()})) as app, client_of(app) as client:
        headers = bearer(app.own.state.keeper.signer, org=ORGANIZATION)
        answer = await client.post("/v1/things?token=abc", headers=headers, json={"pin": "2468"})
    (line,) = told()
    assert (line["method"], line["path"], line["operation"]) == ("POST", "/v1/things", "create_thing")
    assert (line["status"], line["mode"], line["organization"]) == (200, "test", ORGANIZATION)
    assert line["caller"].startswith("per_")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert 0 < line["milliseconds"] < 60_000
    assert not {"abc", "2468", headers["Authorization"]} & set(map(str, line.values()))
    assert "X-Operation" not in answer.headers


async def test_a_request_that_the_door_refuses_is_told_and_counted(shared_api: Any, told: Told) -> None:
    labels = {"service": "gateway", "code": "auth.missing"}
    before = REGISTRY.get_sample_value("innovoucher_refusals_total", labels) or 0
    await shared_api.get("/v1/wallet")
    (line,) = told()
    assert (line["status"], line["caller"], line["operation"]) == (401, None, None)
    assert REGISTRY.get_sample_value("innovoucher_refusals_total", labels) == before + 1


async def test_an_operation_of_the_gateways_own_is_told_by_name(shared_api: Any, told: Told) -> None:
    await shared_api.get("/v1/problems")
    assert [line["operation"] for line in told()] == ["list_problems"]


async def test_of_a_long_path_the_beginning_is_told(shared_api: Any, told: Told) -> None:
    await shared_api.get("/" + "a" * 5_000)
    assert len(told()[0]["path"]) == PATH_TOLD


async def test_a_path_that_would_begin_a_line_of_its_own_does_not(shared_api: Any, told: Told) -> None:
    await shared_api.get("/v1/things%0d%0a%7B%22event%22:%22request%22%7D%1b%5B2J")
    (line,) = told()
    assert line["path"].startswith('/v1/things\r\n{"event"')
    assert line["status"] == 400


async def test_what_programs_ask_again_and_again_is_told_when_it_fails(shared_gateway: Any, told: Told) -> None:
    signer = shared_gateway.own.state.keeper.signer
    async with client_of(shared_gateway) as client:
        for path in ("/healthz", "/.well-known/jwks.json", "/v1/revocations"):
            assert (await client.get(path, headers=bearer(signer, roles=["service"]))).status_code == 200
        assert told() == []
        await client.get("/v1/revocations")
    assert [line["status"] for line in told()] == [401]


async def test_nothing_is_told_of_what_fills_a_sandbox(shared_api: Any, told: Told) -> None:
    with logging.without_requests():
        await shared_api.get("/v1/problems")
    await shared_api.get("/v1/wallet")
    assert [line["path"] for line in told()] == ["/v1/wallet"]
