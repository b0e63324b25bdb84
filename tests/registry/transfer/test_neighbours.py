"""An extract comes whole, from where it was asked for, or not at all."""

import asyncio
import gzip
from datetime import date
from typing import Any

import pytest

from services.chassis.documents import SIZE_MAX
from services.registry.transfer.neighbours import NotFetched
from tests.registry.transfer.platform import NOT_THERE, TOKEN, ok, serving

DAY = date(2020, 9, 14)
ROWS = "统一社会信用代码,企业名称\r\n".encode()
CHUNKED: dict[str, Any] = {"Content_Length": None, "Transfer_Encoding": "chunked"}
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: /extracts/2020-09-13\r\nContent-Length: 0\r\n\r\n"


async def test_an_extract_is_asked_for_by_its_day_and_with_the_token() -> None:
    async with serving(lambda _: ok(ROWS)) as served:
        found = await served.platform().extract(DAY)
    assert found is not None
    assert (found.content, found.media_type, found.name) == (ROWS, "text/csv", "2020-09-14")
    assert served.heads[0].startswith("GET /extracts/2020-09-14 ")
    assert f"Authorization: Bearer {TOKEN}\r\n" in served.heads[0]


async def test_what_is_not_there_yet_is_none() -> None:
    async with serving(lambda _: NOT_THERE) as served:
        assert await served.platform().extract(DAY) is None


async def test_what_comes_in_pieces_and_says_where_it_ends_is_whole() -> None:
    async with serving(lambda _: ok(b"2\r\na,\r\n1\r\nb\r\n0\r\n\r\n", **CHUNKED)) as served:
        found = await served.platform().extract(DAY)
    assert found is not None
    assert found.content == b"a,b"


async def test_as_much_as_a_document_may_have_is_taken() -> None:
    async with serving(lambda _: ok(b"a" * SIZE_MAX)) as served:
        found = await served.platform().extract(DAY)
    assert found is not None
    assert len(found.content) == SIZE_MAX


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (ok(b"a" * (SIZE_MAX + 1)), "too_large"),
        (ok(b""), "empty"),
        (ok(b"<html>", "text/html"), "media_type"),
        (ok(b"a", Content_Type=None), "media_type"),
        (ok(gzip.compress(ROWS), Content_Encoding="gzip"), "content_encoding"),
        (ok(ROWS, Content_Length=None), "no_length"),
        (ok(ROWS, Content_Length="1000"), "RemoteProtocolError"),
        (ok(b"2\r\na,\r\n", **CHUNKED), "RemoteProtocolError"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "status_503"),
        (ELSEWHERE, "status_302"),
        (b"what?\r\n\r\n", "RemoteProtocolError"),
    ],
)
async def test_what_is_no_whole_list_is_refused_in_a_word(said: bytes, why: str) -> None:
    async with serving(lambda _: said) as served:
        with pytest.raises(NotFetched) as refused:
            await served.platform().extract(DAY)
    assert (refused.value.why, served.days) == (why, ["2020-09-14"])


async def test_who_does_not_answer_is_not_waited_for() -> None:
    async with serving(lambda _: None) as served:
        with pytest.raises(NotFetched, match="too_slow"):
            async with asyncio.timeout(5):
                await served.platform(seconds=0.1).extract(DAY)


async def test_who_is_not_there_is_told_without_address_and_token() -> None:
    async with serving(lambda _: None) as served:
        gone = served.platform()
    with pytest.raises(NotFetched) as refused:
        await gone.extract(DAY)
    assert (str(refused.value), refused.value.__cause__) == ("ConnectError", None)
    assert TOKEN not in repr(gone)
