"""Attack 28 on the wire: two readers can never disagree about where a request ends or which path it names."""

from collections.abc import AsyncGenerator

import pytest

from services.gateway.app import create_app
from tests.gateway.conftest import MakeSettings, running
from tests.gateway.echo import echo
from tests.gateway.lines import OverHttp, served


@pytest.fixture
async def wire(settings_of: MakeSettings) -> AsyncGenerator[OverHttp]:
    app = create_app(settings_of(), {"voucher": echo})
    async with running(app), served(app) as port:
        yield OverHttp(port)


SMUGGLED = b"GET /v1/revocations HTTP/1.1\r\nHost: gateway\r\n\r\n"
CASES = {
    "both lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + SMUGGLED,
    "a signed length": b"Content-Length: +4\r\n\r\nabcd",
    "chunked is not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "an unknown coding": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a blank before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("rest", CASES.values(), ids=CASES.keys())
async def test_a_request_with_two_readings_is_refused(wire: OverHttp, rest: bytes) -> None:
    reply = await wire.exchange(b"POST /v1/auth/login HTTP/1.1\r\nHost: gateway\r\n" + rest)
    assert reply.status == 400


async def test_an_absolute_target_is_read_as_its_path_whatever_host_it_names(wire: OverHttp) -> None:
    """RFC 9112 section 3.2.2 obliges a server to take it; no answer depends on the host."""
    reply = await wire.exchange(b"GET http://evil/v1/me HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
    assert reply.status == 401
