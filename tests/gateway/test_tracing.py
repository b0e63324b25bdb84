"""A request is one trace from the door on, through as many services as it passes; where traces go nowhere, none is."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.gateway.app import create_app
from tests.gateway.conftest import MakeSettings, client_of, running
from tests.gateway.echo import echo
from tests.gateway.lines import served
from tests.gateway.signing import bearer
from tests.spans import Spans, followed, is_below

FOREIGN = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ASKED = "/v1/echo?pin=2468"


@pytest.fixture
def spans() -> Iterator[Spans]:
    with followed() as kept:
        yield kept


async def echoed(gateway: Any) -> dict[str, Any]:
    """What reached the service."""
    async with running(gateway) as app, client_of(app) as client:
        headers = bearer(app.own.state.keeper.signer) | {"traceparent": FOREIGN, "baggage": "a=b"}
        answer: dict[str, Any] = (await client.get(ASKED, headers=headers)).json()
        return answer


@pytest.mark.parametrize("apart", [False, True])
async def test_the_span_of_a_service_is_part_of_the_gateways(
    shared_settings_of: MakeSettings, spans: Spans, apart: bool
) -> None:
    if apart:
        async with served(echo) as port:
            heard = await echoed(create_app(shared_settings_of(voucher_url=f"http://127.0.0.1:{port}")))
    else:
        heard = await echoed(create_app(shared_settings_of(), {"voucher": echo}))
    door, service = spans.the("GET"), spans.the("GET /v1/echo")
    assert is_below(service, door)
    assert door.parent is None
    assert FOREIGN not in heard["headers"]["traceparent"]
    assert "baggage" not in heard["headers"]


async def test_what_is_asked_in_a_query_is_in_no_span(shared_settings_of: MakeSettings, spans: Spans) -> None:
    await echoed(create_app(shared_settings_of(), {"voucher": echo}))
    assert spans.all
    assert [span for span in spans.all if "2468" in span.to_json()] == []


async def test_a_span_says_what_became_of_the_request(shared_api: Any, spans: Spans) -> None:
    answer = await shared_api.get("/v1/problems")
    door = spans.the("list_problems")
    assert door.attributes is not None
    assert door.attributes["http.response.status_code"] == 200
    assert door.attributes["innovoucher.request_id"] == answer.headers["X-Request-Id"]
    assert door.status.is_unset


@pytest.mark.filterwarnings("ignore")
async def test_a_request_that_failed_is_a_span_that_failed(shared_settings_of: MakeSettings, spans: Spans) -> None:
    async with running(create_app(shared_settings_of(), {"voucher": echo})) as app, client_of(app) as client:
        await client.get("/v1/echo/raises", headers=bearer(app.own.state.keeper.signer))
    assert not spans.the("GET").status.is_ok
    assert "hunter2" not in "".join(span.to_json() for span in spans.all)


async def test_what_programs_poll_is_not_followed(shared_api: Any, spans: Spans) -> None:
    await shared_api.get("/healthz")
    await shared_api.get("/.well-known/jwks.json")
    assert spans.all == []


async def test_where_traces_go_nowhere_no_service_hears_of_one(shared_settings_of: MakeSettings) -> None:
    heard = await echoed(create_app(shared_settings_of(), {"voucher": echo}))
    assert "traceparent" not in heard["headers"]
