"""One contract for both ways of forwarding: to a service in this process, and to one at the other end of a socket."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from services.gateway.app import create_app
from services.gateway.keeper import Keeper
from tests.gateway.conftest import MakeSettings, running
from tests.gateway.echo import echo
from tests.gateway.lines import InProcess, Line, OverHttp, served
from tests.gateway.signing import bearer

Open = Callable[..., AbstractAsyncContextManager[Line]]
MEBIBYTE = 1024 * 1024


async def down(scope: Scope, receive: Receive, send: Send) -> None:
    """A service that is not there."""
    raise ConnectionRefusedError


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@asynccontextmanager
async def in_process(settings_of: MakeSettings, *, up: bool = True, **changes: Any) -> AsyncGenerator[Line]:
    """A gateway and the echo service in this process."""
    app = create_app(settings_of(**changes), {"voucher": echo if up else down})
    async with running(app):
        yield InProcess(app)


@asynccontextmanager
async def over_http(settings_of: MakeSettings, *, up: bool = True, **changes: Any) -> AsyncGenerator[Line]:
    """A gateway and the echo service, each behind a socket of its own."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(echo)) if up else _closed_port()
        app = create_app(settings_of(voucher_url=f"http://127.0.0.1:{port}", **changes))
        await stack.enter_async_context(running(app))
        yield OverHttp(await stack.enter_async_context(served(app)))


WAYS = {"in process": in_process, "over HTTP": over_http}


@pytest.fixture(params=WAYS)
def open_line(request: pytest.FixtureRequest, settings_of: MakeSettings) -> Open:
    """Opens a gateway with the echo service behind it, its settings changed as wished."""
    return partial(WAYS[request.param], settings_of)


@pytest.fixture(scope="module", params=WAYS)
async def line(request: pytest.FixtureRequest, shared_settings_of: MakeSettings) -> AsyncGenerator[Line]:
    """A gateway with the echo service behind it, one for all that change nothing."""
    async with WAYS[request.param](shared_settings_of) as opened:
        yield opened


@pytest.fixture
def holder(keeper: Keeper) -> list[tuple[str, str]]:
    """The headers of a holder."""
    return [("Authorization", bearer(keeper.signer)["Authorization"])]


def code(body: bytes) -> str:
    return str(json.loads(body)["code"])


async def test_a_request_reaches_the_service_as_it_was_sent(line: Line, holder: Any) -> None:
    reply = await line.send("GET", "/v1/echo?a=1&b=%2F%20x", holder)
    seen = json.loads(reply.body)
    assert (reply.status, seen["path"], seen["query"]) == (200, "/v1/echo", "a=1&b=%2F%20x")


async def test_the_gateway_stamps_its_own_request_id_on_both_ways(line: Line, holder: Any) -> None:
    forged = "req_" + "0" * 32
    reply = await line.send("GET", "/v1/echo", [*holder, ("X-Request-Id", forged)])
    assert json.loads(reply.body)["headers"]["x-request-id"] == [reply.headers["x-request-id"]]
    assert reply.headers["x-request-id"] != forged


@pytest.mark.parametrize(
    "header", ["X-User-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "X-Original-URL", "Via"]
)
async def test_what_a_client_says_of_itself_does_not_reach_the_service(line: Line, holder: Any, header: str) -> None:
    reply = await line.send("GET", "/v1/echo", [*holder, (header, "10.0.0.1")])
    assert header.lower() not in json.loads(reply.body)["headers"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
async def test_a_method_override_is_ignored(line: Line, holder: Any, header: str) -> None:
    reply = await line.send("GET", "/v1/echo?_method=DELETE", [*holder, (header, "DELETE")])
    assert json.loads(reply.body)["method"] == "GET"


@pytest.mark.parametrize("header", [[], [("Authorization", "Basic eDp5")], [("Authorization", "Bearer ")]])
async def test_without_a_token_nothing_is_forwarded(line: Line, header: Any) -> None:
    reply = await line.send("GET", "/v1/echo", header)
    assert (reply.status, code(reply.body)) == (401, "auth.missing")
    assert reply.headers["www-authenticate"].startswith("Bearer")


async def test_two_tokens_are_no_token(line: Line, holder: Any) -> None:
    assert (await line.send("GET", "/v1/echo", holder * 2)).status == 401


async def test_a_method_that_a_path_has_not_is_answered_with_those_it_has(line: Line, holder: Any) -> None:
    reply = await line.send("PUT", "/v1/echo", holder)
    assert (reply.status, reply.headers["allow"]) == (405, "GET")


async def test_an_unknown_method_is_refused_at_the_door(line: Line, holder: Any) -> None:
    reply = await line.send("TRACE", "/v1/echo", holder)
    assert (reply.status, code(reply.body)) == (405, "request.method")
    assert "GET" in reply.headers["allow"]


async def test_a_body_of_the_limit_passes_and_one_byte_more_does_not(line: Line, holder: Any) -> None:
    whole = [b"x" * 65536] * 16
    assert json.loads((await line.send("POST", "/v1/echo", holder, whole)).body)["length"] == MEBIBYTE
    reply = await line.send("POST", "/v1/echo", holder, [*whole, b"x"])
    assert (reply.status, code(reply.body)) == (413, "request.too_large")


async def test_a_declared_length_is_refused_before_anything_is_read(line: Line, holder: Any) -> None:
    reply = await line.send("POST", "/v1/echo", [*holder, ("Content-Length", str(100 * MEBIBYTE))])
    assert (reply.status, code(reply.body)) == (413, "request.too_large")


async def test_documents_may_be_ten_times_as_large(line: Line, holder: Any) -> None:
    whole = [b"x" * MEBIBYTE] * 10
    assert json.loads((await line.send("POST", "/v1/documents", holder, whole)).body)["length"] == 10 * MEBIBYTE
    assert (await line.send("POST", "/v1/documents", holder, [*whole, b"x"])).status == 413


@pytest.mark.parametrize(
    "target",
    [
        "/v1/echo/..%2Fechoes",
        "/v1/../v1/echo",
        "/v1/./echo",
        "/v1//echo",
        "/v1/echo/",
        "/v1/%65cho",
        "/v1/echo%00",
        "/v1/echo%2e%2e",
        "/v1/echo%255c",
        "/v1\\echo",
        "/v1/echo;a=1/..",
        "//evil/v1/echo",
    ],
)
async def test_an_ambiguous_path_is_refused(line: Line, holder: Any, target: str) -> None:
    reply = await line.send("GET", target, holder)
    assert reply.status == 400


async def test_a_caller_over_his_limit_is_told_when_to_come_back(open_line: Open, holder: Any) -> None:
    async with open_line(calls_per_caller=3) as line:
        statuses = [(await line.send("GET", "/v1/echo", holder)).status for _ in range(3)]
        reply = await line.send("GET", "/v1/echo", holder)
    assert (statuses, reply.status, code(reply.body)) == ([200] * 3, 429, "rate.limited")
    assert 1 <= int(reply.headers["retry-after"]) <= 60


async def test_public_paths_and_wrong_tokens_are_limited_by_address_whatever_is_forwarded_for(open_line: Open) -> None:
    async with open_line(calls_per_address=2) as line:
        await line.send("GET", "/.well-known/jwks.json")
        await line.send("GET", "/v1/echo", [("Authorization", "Bearer x")])
        reply = await line.send("GET", "/.well-known/jwks.json", [("X-Forwarded-For", "10.0.0.9")])
    assert reply.status == 429


async def test_one_callers_limit_is_not_anothers(open_line: Open, keeper: Keeper, holder: Any) -> None:
    other = [("Authorization", bearer(keeper.signer, sub="per_2", per="per_2")["Authorization"])]
    async with open_line(calls_per_caller=1) as line:
        assert (await line.send("GET", "/v1/echo", holder)).status == 200
        assert (await line.send("GET", "/v1/echo", other)).status == 200


async def test_a_service_that_is_down_is_a_problem_to_come_back_with(open_line: Open, holder: Any) -> None:
    async with open_line(up=False) as line:
        reply = await line.send("GET", "/v1/echo", holder)
    assert (reply.status, code(reply.body)) == (503, "upstream.unavailable")
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["retry-after"]


async def test_a_service_that_nobody_configured_is_down(line: Line, holder: Any) -> None:
    assert (await line.send("GET", "/v1/organizations", holder)).status == 503


@pytest.mark.parametrize("fault", ["broken", "raises"])
@pytest.mark.filterwarnings("ignore")
async def test_the_inside_of_a_failing_service_is_not_shown(line: Line, holder: Any, fault: str) -> None:
    reply = await line.send("GET", f"/v1/echo/{fault}", holder)
    assert (reply.status, code(reply.body)) == (502, "upstream.failed")
    assert b"hunter2" not in reply.body


async def test_a_services_own_refusal_passes_unchanged(line: Line, holder: Any) -> None:
    reply = await line.send("GET", "/v1/echo/refused", holder)
    assert (reply.status, code(reply.body)) == (409, "thing.refused")


async def test_an_answer_streams_through_without_hop_by_hop_headers(line: Line, holder: Any) -> None:
    reply = await line.send("GET", "/v1/echo/stream", holder)
    assert reply.body == b"one two three"
    assert "forged" not in reply.headers["x-request-id"]


async def test_every_answer_carries_the_security_headers(line: Line, holder: Any) -> None:
    for reply in (await line.send("GET", "/v1/echo", holder), await line.send("GET", "/v1/echo")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in reply.headers["content-security-policy"]


async def test_problems_are_told_in_the_readers_language(line: Line) -> None:
    reply = await line.send("GET", "/v1/echo", [("Accept-Language", "zh-CN")])
    assert (reply.headers["content-language"], json.loads(reply.body)["title"]) == ("zh-CN", "缺少访问令牌。")


async def test_who_has_not_heard_of_revocations_stops_writes_only(settings_of: MakeSettings, holder: Any) -> None:
    app = create_app(settings_of(), {"voucher": echo})
    reply = await InProcess(app).send("POST", "/v1/echo", holder, [b"x"])
    assert (reply.status, code(reply.body)) == (503, "auth.revocations_stale")
    assert (await InProcess(app).send("GET", "/v1/echo", holder)).status == 200
    await app.own.state.service.databases.dispose()


async def test_without_a_database_no_limit_is_taken_for_granted(settings_of: MakeSettings, holder: Any) -> None:
    nowhere = SecretStr("postgresql://nobody@127.0.0.1:1/x")
    app = create_app(settings_of(test_database_url=nowhere), {"voucher": echo})
    reply = await InProcess(app).send("GET", "/v1/echo", holder)
    assert (reply.status, code(reply.body)) == (503, "service.unavailable")
    await app.own.state.service.databases.dispose()


async def test_a_service_that_does_not_answer_in_time_is_told_apart(settings_of: MakeSettings, holder: Any) -> None:
    async with served(echo) as port:
        app = create_app(settings_of(voucher_url=f"http://127.0.0.1:{port}", upstream_seconds=0.2))
        async with running(app):
            reply = await InProcess(app).send("GET", "/v1/echo/slow", holder)
    assert (reply.status, code(reply.body)) == (504, "upstream.timeout")


async def test_a_websocket_is_closed(settings_of: MakeSettings) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.sleep(0)

    async with running(create_app(settings_of(), {"voucher": echo})) as app:
        await app({"type": "websocket", "path": "/v1/echo"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
