"""What is waited for passes the hop: as long as it takes, as long as somebody waits, and in nobody else's way."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from services.chassis import events
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import parse
from services.gateway.app import create_app
from services.gateway.edge import Edge
from tests.chassis.streams import events_only, streamed
from tests.faults.served import at_a_port
from tests.gateway.conftest import MakeSettings, running
from tests.gateway.signing import bearer
from tests.houses import House

PATIENCE_SECONDS = 20.0
SHORT_SECONDS = 0.5
"""How long a service may take for anything else."""


class Service:
    """One behind the gateway whose events never end by themselves."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.left = asyncio.Event()
        self.app.get("/v1/events")(self.events)
        self.app.get("/v1/echo")(self.echo)

    async def events(self) -> StreamingResponse:
        return StreamingResponse(self.told(), media_type="text/event-stream")

    async def told(self) -> AsyncIterator[str]:
        try:
            yield "id: 1\n\n"
            await asyncio.sleep(SHORT_SECONDS * 2)
            yield "id: 2\n\n"
            await asyncio.Event().wait()
        finally:
            self.left.set()

    async def echo(self) -> str:
        return "here"


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def gateway(service: Service, settings_of: MakeSettings) -> AsyncGenerator[Edge]:
    async with at_a_port(service.app) as url:
        settings = settings_of(voucher_url=url, upstream_seconds=SHORT_SECONDS, upstream_connections=1)
        async with running(create_app(settings)) as app:
            yield app


@pytest.fixture
async def http(gateway: Edge) -> AsyncGenerator[httpx2.AsyncClient]:
    headers = bearer(gateway.own.state.keeper.signer)
    async with (
        at_a_port(gateway) as url,
        httpx2.AsyncClient(base_url=url, headers=headers, timeout=PATIENCE_SECONDS) as client,
    ):
        yield client


async def test_a_stream_outlives_what_any_other_answer_may_take(http: httpx2.AsyncClient) -> None:
    async with http.stream("GET", "/v1/events") as response:
        pieces = response.aiter_text()
        assert [await anext(pieces), await anext(pieces)] == ["id: 1\n\n", "id: 2\n\n"]


async def test_the_service_is_left_when_the_client_hangs_up(http: httpx2.AsyncClient, service: Service) -> None:
    async with http.stream("GET", "/v1/events") as response:
        pieces = response.aiter_text()
        await anext(pieces)
        assert not service.left.is_set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await service.left.wait()


async def test_who_waits_keeps_nobody_out(http: httpx2.AsyncClient) -> None:
    async with http.stream("GET", "/v1/events") as response:
        pieces = response.aiter_text()
        await anext(pieces)
        assert (await http.get("/v1/echo")).json() == "here"
        assert (await http.get("/v1/events")).status_code == 503


async def test_a_gateway_that_stops_waits_for_no_stream(gateway: Edge, service: Service) -> None:
    headers = bearer(gateway.own.state.keeper.signer)
    async with AsyncExitStack() as serving, httpx2.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS) as client:
        url = await serving.enter_async_context(at_a_port(gateway))
        async with client.stream("GET", f"{url}/v1/events") as response:
            pieces = response.aiter_text()
            await anext(pieces)
            async with asyncio.timeout(5):
                await serving.aclose()
        assert service.left.is_set()


async def test_a_stream_passes_the_gateway_of_one_machine(house: House) -> None:
    calls = await house.calls("holder")
    mine = (await house.http.get("/v1/organizations", headers=calls)).json()["items"][0]["id"]
    told = Event("thing.made", "thing", "thing_1", (parse("org", mine),), {}, datetime(2020, 9, 14, tzinfo=UTC))
    async with streamed(house.http, "/v1/events", calls, after="end") as stream:
        heard = events_only(stream)
        first = asyncio.ensure_future(anext(heard))
        database = Database(house.urls.voucher, "voucher")
        async with database.begin() as connection:
            await events.append(connection, [told])
        await database.dispose()
        assert (await first).event == "thing.made"
