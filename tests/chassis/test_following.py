"""Events are read as a page, waited for, or streamed: by whom they concern, as long as his token counts."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from services.chassis import events, feed, following, pages
from services.chassis.background import alongside
from services.chassis.database import Database, Databases
from services.chassis.endpoints import SHARED_AUTHORISATION
from services.chassis.events import Event
from services.chassis.feed import event_feed
from services.chassis.following import events_router
from services.chassis.http import Service, create_service
from services.chassis.ids import new_id, show
from services.chassis.revocations import RevocationList
from tests.chassis.signing import bearer, verifier
from tests.chassis.streams import Told, events_only, streamed
from tests.faults.machines import until
from tests.faults.served import at_a_port

AT = datetime(2020, 9, 14, tzinfo=UTC)
FIRM, OTHER = new_id(), new_id()
PATIENCE_SECONDS = 20.0


@dataclass
class Served:
    """A service with nothing but events, behind a socket."""

    app: FastAPI
    database: Database
    http: httpx2.AsyncClient
    revoked: list[dict[str, Any]]

    async def tell(self, *types: str, to: UUID = FIRM, subject: str = "thing_1") -> None:
        async with self.database.begin() as connection:
            await events.append(
                connection, [Event(one, "thing", subject, (to,), {"said": "好\n"}, AT) for one in types]
            )

    async def get(self, organization: UUID = FIRM, sub: str = "per_1", **params: Any) -> httpx2.Response:
        return await self.http.get("/v1/events", headers=the(organization, sub=sub), params=params)

    def revoke(self, subject: str) -> None:
        """All tokens of somebody, from now on."""
        soon = int(time.time())
        self.revoked.append({"kind": "subject", "subject": subject, "not_after": soon + 5, "until": soon + 99})


def the(organization: UUID = FIRM, **changes: Any) -> dict[str, str]:
    return bearer(org=show("org", organization), **changes)


@pytest.fixture
async def served(voucher_db: Database) -> AsyncGenerator[Served]:
    revoked: list[dict[str, Any]] = []

    async def revocations(_: str | None) -> dict[str, Any]:
        return {"items": revoked, "next_cursor": None}

    heard = RevocationList(revocations)
    service = Service("things", Databases(test=voucher_db), verifier(), SHARED_AUTHORISATION, {}, heard)
    app = create_service(service, [events_router()])
    async with (
        alongside([heard.listen(), event_feed(voucher_db).follow()]),
        at_a_port(app) as url,
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http,
    ):
        yield Served(app, voucher_db, http, revoked)


def types_of(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["type"] for item in answer.json()["items"]]


async def test_a_page_that_is_waited_for_comes_with_the_event(served: Served) -> None:
    begun = await served.get(after="end")
    waiting = asyncio.create_task(served.get(after=begun.json()["next_cursor"], wait=20))
    await until(lambda: someone_waits(served))
    assert not waiting.done()
    await served.tell("a.made")
    assert types_of(await waiting) == ["a.made"]


async def someone_waits(served: Served, number: int = 1) -> bool:
    return event_feed(served.database).waiting >= number


async def test_a_page_that_is_waited_for_in_vain_is_empty_and_says_where_to_go_on(served: Served) -> None:
    await served.tell("a.made")
    first = await served.get(after="end", wait=1)
    assert types_of(first) == []
    await served.tell("b.made")
    assert types_of(await served.get(after=first.json()["next_cursor"])) == ["b.made"]


async def test_what_concerns_others_ends_no_wait(served: Served) -> None:
    waiting = asyncio.create_task(served.get(after="end", wait=2))
    await until(lambda: someone_waits(served))
    await served.tell("theirs.made", to=OTHER)
    assert types_of(await waiting) == []


async def test_events_are_chosen_by_type_and_by_object(served: Served) -> None:
    await served.tell("a.made", "b.made", "c.made")
    await served.tell("a.made", subject="thing_2")
    assert types_of(await served.get(types=["b.made", "c.made"])) == ["b.made", "c.made"]
    assert types_of(await served.get(subject_id="thing_2")) == ["a.made"]
    assert types_of(await served.get(OTHER, subject_id="thing_2")) == []


async def test_a_stream_tells_what_there_is_and_then_what_comes(served: Served) -> None:
    await served.tell("a.made")
    async with streamed(served.http, "/v1/events", the()) as told:
        seen = events_only(told)
        first = await anext(seen)
        await served.tell("b.made")
        second = await anext(seen)
    assert [first.event, second.event] == ["a.made", "b.made"]
    item = json.loads(second.data)
    assert (item["type"], item["cursor"], item["data"]) == ("b.made", second.id, {"said": "好\n"})


async def test_a_stream_goes_on_where_the_last_one_ended(served: Served) -> None:
    await served.tell("a.made", "b.made", "c.made")
    async with streamed(served.http, "/v1/events", the(), limit=1) as told:
        first = await anext(events_only(told))
    headers = the() | {"Last-Event-ID": first.id}
    async with streamed(served.http, "/v1/events", headers, limit=1) as told:
        seen = events_only(told)
        assert [(await anext(seen)).event, (await anext(seen)).event] == ["b.made", "c.made"]


async def test_a_silent_stream_shows_that_it_lives_and_how_far_it_has_come(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "HEARTBEAT_SECONDS", 0.0)
    await served.tell("theirs.made", to=OTHER)
    async with streamed(served.http, "/v1/events", the()) as told:
        beat = await anext(one async for one in told if one.comments)
    assert types_of(await served.get(OTHER, after=beat.id)) == []


async def the_last(told: AsyncGenerator[Told]) -> Told | None:
    """The last event of a stream that ends by itself."""
    last = None
    async for one in events_only(told):
        last = one
    return last


async def test_a_stream_ends_within_two_seconds_of_its_token_being_revoked(served: Served) -> None:
    async with streamed(served.http, "/v1/events", the(sub="per_7")) as told:
        await anext(told)
        served.revoke("per_7")
        async with asyncio.timeout(PATIENCE_SECONDS):
            last = await the_last(told)
    assert last is not None
    assert json.loads(last.data)["code"] == "auth.revoked"


async def test_a_wait_ends_within_two_seconds_of_its_token_being_revoked(served: Served) -> None:
    waiting = asyncio.create_task(served.get(sub="per_7", after="end", wait=20))
    await until(lambda: someone_waits(served))
    served.revoke("per_7")
    async with asyncio.timeout(PATIENCE_SECONDS / 2):
        refused = await waiting
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.revoked")


async def test_who_is_revoked_while_he_waits_is_given_nothing_more(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "CHECK_SECONDS", PATIENCE_SECONDS)
    begun = (await served.get(after="end")).json()["next_cursor"]
    waiting = asyncio.create_task(served.get(sub="per_7", after=begun, wait=20))
    await until(lambda: someone_waits(served))
    served.revoke("per_7")
    await asyncio.sleep(2.0)  # until this process has heard of it
    await served.tell("a.made")
    assert (await waiting).status_code == 401


async def test_a_stream_ends_when_its_token_expires(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.chassis.tokens.CLOCK_LEEWAY_SECONDS", 0)
    async with streamed(served.http, "/v1/events", the(exp=int(time.time()) + 2)) as told:
        last = await the_last(told)
    assert last is not None
    assert json.loads(last.data)["code"] == "auth.expired"


async def test_a_stream_that_has_lived_long_enough_ends_whole(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "STREAM_SECONDS", 0.0)
    async with streamed(served.http, "/v1/events", the()) as told:
        assert await the_last(told) is None


async def test_a_feed_that_closes_ends_streams_and_waits(served: Served) -> None:
    waiting = asyncio.create_task(served.get(after="end", wait=20))
    async with streamed(served.http, "/v1/events", the()) as told:
        await anext(told)
        await until(lambda: someone_waits(served))
        await event_feed(served.database).close()
        assert await the_last(told) is None
    assert types_of(await waiting) == []


async def test_a_server_that_stops_ends_its_streams_whole_and_waits_for_nobody(served: Served) -> None:
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http, AsyncExitStack() as serving:
        url = await serving.enter_async_context(at_a_port(served.app))
        async with streamed(http, f"{url}/v1/events", the()) as told:
            await anext(told)
            waiting = asyncio.create_task(http.get(f"{url}/v1/events?wait=20&after=end", headers=the()))
            reading = asyncio.create_task(the_last(told))
            await until(lambda: someone_waits(served, 2))
            await serving.aclose()
            assert await reading is None
            assert types_of(await waiting) == []


async def test_who_waits_too_often_is_told_when_to_come_back(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "WAITING_OF_CALLER_MAX", 1)
    async with streamed(served.http, "/v1/events", the()) as told:
        await anext(told)
        for headers in (the(), the() | {"Accept": "text/event-stream"}):
            refused = await served.http.get("/v1/events", headers=headers, params={"wait": 1})
            assert (refused.status_code, refused.json()["code"]) == (429, "feed.waiting")
            assert int(refused.headers["Retry-After"]) > 0


LOST = pages.encode("2", "999999999", "1")
"""Of a history that the database no longer has."""


@pytest.mark.parametrize("cursor", ["x", LOST])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_a_foreign_cursor_is_a_problem_either_way(served: Served, accept: str, cursor: str) -> None:
    refused = await served.http.get("/v1/events", headers=the() | {"Accept": accept}, params={"after": cursor})
    assert (refused.status_code, refused.json()["code"]) == (422, "page.cursor")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
async def test_who_hangs_up_waits_no_more(served: Served, monkeypatch: pytest.MonkeyPatch, accept: str) -> None:
    """A phone that hung up and came again eight times within a second was told that it waited too often."""
    monkeypatch.setattr(following, "CHECK_SECONDS", 3_600.0)
    asked = the() | {"Accept": accept}
    reading = asyncio.create_task(served.http.get("/v1/events", headers=asked, params={"after": "end", "wait": 30}))
    await until(lambda: someone_waits(served))
    await asyncio.sleep(4 * feed.READER_PACE_SECONDS)  # who comes first is rung for, whatever there is
    reading.cancel()

    async def nobody_waits() -> bool:
        return not await someone_waits(served)

    async with asyncio.timeout(PATIENCE_SECONDS):
        await until(nobody_waits)


async def test_a_reader_who_takes_nothing_is_dropped(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "SLOW_SECONDS", 0.2)
    long = {"said": "x" * 100_000}
    async with served.database.begin() as connection:
        await events.append(connection, [Event("a.made", "thing", "thing_1", (FIRM,), long, AT) for _ in range(200)])
    url = served.http.base_url
    _, writer = await asyncio.open_connection(url.host, url.port, limit=1)
    asked = {**the(), "Host": "here", "Accept": "text/event-stream"}
    head = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
    writer.write(f"GET /v1/events?limit=200 HTTP/1.1\r\n{head}\r\n".encode())
    await until(lambda: someone_waits(served))

    async def nobody_waits() -> bool:
        return not await someone_waits(served)

    await until(nobody_waits)
    writer.transport.abort()
