"""The feed gives each event once and each object's in order, whoever commits late and whatever is killed meanwhile."""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import cast, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events, feed
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.ids import show
from services.chassis.tables import Xid8
from tests.chassis.streams import events_only, streamed
from tests.databases import Urls
from tests.faults import follower
from tests.faults.conftest import NOW
from tests.faults.load import Load, Shop, reckoned, under_load
from tests.faults.machines import Node, Nodes, until
from tests.faults.served import the, voucher_service
from tests.voucher.redemption.samples import HOLDER
from tests.voucher.redemption.stored import Stored

PATIENCE_SECONDS, LONG_SECONDS = 60.0, 3_600.0
ORDER = "SELECT id FROM events WHERE :organization = ANY (audience) ORDER BY coalesce(place, xact), position"
DISORDERED = """
    SELECT count(*) FROM (
        SELECT position, lag(position) OVER (PARTITION BY subject_id ORDER BY coalesce(place, xact), position) AS before
        FROM events
    ) AS told WHERE before > position
"""


async def ids_told(database: Database) -> list[str]:
    """The holder's events, in the order of the feed."""
    async with database.read() as connection:
        return [show("evt", id_) for (id_,) in await connection.execute(text(ORDER), {"organization": HOLDER})]


async def disordered(database: Database) -> int:
    """How many events stand before one that was written before them about the same object."""
    async with database.read() as connection:
        return int((await connection.execute(text(DISORDERED))).scalar_one())


# ── writers whose commits interleave ─────────────────────────────────────────────────────────────────────────────

OBJECTS, WRITERS, TURNS = 3, 8, 12


async def write_on(database: Database, turns: int = TURNS) -> None:
    """Change objects, one a transaction: begun early, locked late, committed later; some are rolled back."""
    for _ in range(turns):
        async with database.engine.connect() as connection, connection.begin() as transaction:
            if random.random() < 0.7:
                await connection.execute(select(func.pg_current_xact_id()))  # as an idempotency key does
            await asyncio.sleep(random.uniform(0, 0.02))
            number = random.randrange(OBJECTS)
            await connection.execute(select(func.pg_advisory_xact_lock(number)))
            told = [Event("thing.changed", "thing", f"thing_{number}", (HOLDER,), {}, NOW)] * random.randint(1, 3)
            await events.append(connection, told)
            await asyncio.sleep(random.uniform(0, 0.02))
            if random.random() < 0.2:
                await transaction.rollback()


@dataclass
class Followed:
    """What one reader was given."""

    ids: list[str] = field(default_factory=list)
    cursor: str | None = None


async def read_on(http: httpx2.AsyncClient, followed: Followed, **params: Any) -> None:
    """Ask for page after page, each behind the one before."""
    while True:
        after = {} if followed.cursor is None else {"after": followed.cursor}
        answer = await http.get("/v1/events", headers=the("holder"), params={**params, **after})
        page = answer.raise_for_status().json()
        followed.ids += [item["id"] for item in page["items"]]
        followed.cursor = page["next_cursor"]
        await asyncio.sleep(0.01)


async def stream_on(http: httpx2.AsyncClient, followed: Followed) -> None:
    """Hear of some, hang up, and go on behind the last, no sooner than he would have been served."""
    while True:
        headers = the("holder") | ({} if followed.cursor is None else {"Last-Event-ID": followed.cursor})
        async with streamed(http, "/v1/events", headers, limit=5) as told:
            heard = events_only(told)
            for _ in range(random.randint(1, 20)):
                one = await anext(heard)
                followed.ids.append(httpx2.Response(200, text=one.data).json()["id"])
                followed.cursor = one.id
        await asyncio.sleep(feed.READER_PACE_SECONDS)


@asynccontextmanager
async def reading(url: str) -> AsyncGenerator[list[Followed]]:
    """Three readers for the block: by pages, by pages that are waited for, by streams."""
    followed = [Followed(), Followed(), Followed()]
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http, asyncio.TaskGroup() as at_work:
        tasks = [
            at_work.create_task(read_on(http, followed[0], limit=7)),
            at_work.create_task(read_on(http, followed[1], wait=2)),
            at_work.create_task(stream_on(http, followed[2])),
        ]
        yield followed
        for task in tasks:
            task.cancel()


async def interleaved(url: str, database: Database) -> tuple[list[str], list[Followed]]:
    """What was told while many wrote, and what each reader was given of it."""
    async with reading(url) as followed:
        await asyncio.gather(*(write_on(database) for _ in range(WRITERS)))
        told = await ids_told(database)

        async def all_heard() -> bool:
            return all(len(one.ids) >= len(told) for one in followed)

        await until(all_heard)
    return told, followed


async def test_each_reader_is_given_each_event_once_and_in_order(
    voucher_db: Database, wallet: Sequence[Stored], crowd_db: Database, database_urls: Urls
) -> None:
    async with voucher_service(database_urls.voucher) as url:
        told, followed = await interleaved(url, crowd_db)
    assert len(told) > WRITERS
    assert [one.ids for one in followed] == [told] * 3
    assert await disordered(voucher_db) == 0


async def test_by_position_alone_one_that_commits_late_is_lost(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = cast(literal("0"), Xid8())
    monkeypatch.setattr(events, "PLACE", nowhere)
    monkeypatch.setattr(events, "HORIZON", nowhere)
    seen: list[str] = []
    cursor = None
    async with voucher_db.engine.connect() as early, early.begin():
        await events.append(early, [Event("early.made", "thing", "thing_1", (), {}, NOW)])
        async with voucher_db.begin() as late:
            await events.append(late, [Event("late.made", "thing", "thing_1", (), {}, NOW)])
        async with voucher_db.read() as connection:
            for entry in await events.read(connection, after=None, limit=9):
                seen.append(entry.event.type)
                cursor = entry.cursor
    async with voucher_db.read() as connection:
        seen += [entry.event.type for entry in await events.read(connection, after=cursor, limit=9)]
    assert seen == ["late.made"]


# ── woken, not asking ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_counter_hears_of_the_holders_confirmation_without_asking(
    voucher_db: Database,
    wallet: Sequence[Stored],
    started: Nodes,
    database_urls: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The holder's confirmation comes to another process; here nobody looks who was not told to."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", LONG_SECONDS)
    node = await started.start()
    await until(node.ready_for_work)
    async with (
        voucher_service(database_urls.voucher) as url,
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http,
    ):
        offer = await http.post("/v1/redemptions", headers=the("provider"), json=an_offer_of(http, wallet[0]))
        redemption = offer.raise_for_status().json()["id"]
        asked = {"headers": the("provider"), "subject_id": redemption}
        async with streamed(http, "/v1/events", **asked) as told:
            heard = events_only(told)
            happened = [(await anext(heard)).event]
            answer = await http.post(f"{node.url}/v1/redemptions/{redemption}/confirm", headers=the("holder"), json={})
            answer.raise_for_status()
            happened.append((await anext(heard)).event)
    assert happened == ["redemption.proposed", "redemption.authorised"]


def an_offer_of(http: httpx2.AsyncClient, stored: Stored) -> dict[str, Any]:
    return Shop(Load("", [stored]), http, stored).offer("HT-2020-077")


# ── many who read beside those who redeem ────────────────────────────────────────────────────────────────────────

STREAMS, EACH = 50, 5


@dataclass
class Looks:
    """How often a reader looked, and how many did at once; what the house reads of events for itself is none."""

    number: int = 0
    now: int = 0
    most: int = 0

    def of(self, look: Callable[[feed.Feed], AbstractAsyncContextManager[AsyncConnection]]) -> Callable[..., object]:
        """The same, counted."""

        @asynccontextmanager
        async def counted(hub: feed.Feed) -> AsyncGenerator[AsyncConnection]:
            async with look(hub) as connection:
                self.number, self.now = self.number + 1, self.now + 1
                self.most = max(self.most, self.now)
                try:
                    yield connection
                finally:
                    self.now -= 1

        return counted


async def follow_on(url: str, name: int, followed: Followed) -> None:
    """One of many screens of the holder, each few with a login of their own."""
    async with (
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http,
        streamed(http, "/v1/events", the("holder", sub=f"per_{name // EACH}"), limit=200) as told,
    ):
        async for one in events_only(told):
            followed.ids.append(httpx2.Response(200, text=one.data).json()["id"])


async def test_fifty_readers_take_nothing_from_those_who_redeem(
    voucher_db: Database, wallet: Sequence[Stored], database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = Looks()
    monkeypatch.setattr(feed.Feed, "look", looks.of(feed.Feed.look))
    followed = [Followed() for _ in range(STREAMS)]
    async with voucher_service(database_urls.voucher) as url:
        begun = time.monotonic()
        reading = [asyncio.create_task(follow_on(url, name, one)) for name, one in enumerate(followed)]
        async with under_load(url, wallet) as load:

            async def enough() -> bool:
                return len(load.acknowledged) > STREAMS

            await until(enough)
        told = await ids_told(voucher_db)

        async def all_heard() -> bool:
            return all(len(one.ids) >= len(told) for one in followed)

        await until(all_heard)
        seconds = time.monotonic() - begun
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    assert [one.ids for one in followed] == [told] * STREAMS
    assert load.outcomes.keys() == {"acknowledged"}
    assert load.retried == 0
    assert looks.most == feed.READING_MAX
    assert looks.number <= STREAMS * (seconds / feed.READER_PACE_SECONDS + 2)
    assert await reckoned(load, voucher_db) == []


# ── kill -9 of whoever writes, serves or reads ───────────────────────────────────────────────────────────────────

KILLS, SOME = 2, 8


@dataclass
class Follower:
    """A reader as a process of its own, with a file for what it has read."""

    url: str
    file: Path
    how: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        token = the("holder")["Authorization"]
        command = [sys.executable, "-m", "tests.faults.follower", self.url, token, str(self.file), self.how]
        self.process = subprocess.Popen(command)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def read(self) -> list[str]:
        return [id_ for _, id_, _ in follower.noted(self.file)]


@contextmanager
def followers(url: str, folder: Path) -> Iterator[list[Follower]]:
    """One that follows a stream, and one that waits for pages."""
    made = [Follower(url, folder / how, how) for how in ("stream", "poll")]
    for one in made:
        one.start()
    yield made
    for one in made:
        one.kill()


async def kill_at_random(load: Load, nodes: Sequence[Node], readers: Sequence[Follower]) -> None:
    """Kill every node and every reader again and again while there is work; somebody starts each again."""
    for _ in range(KILLS):
        heard = len(load.acknowledged) + SOME

        async def busy(enough: int = heard) -> bool:
            return len(load.acknowledged) > enough

        await until(busy)
        for reader in readers:
            await asyncio.sleep(random.uniform(0, 0.2))
            reader.kill()
            reader.start()
        for node in nodes:
            await asyncio.sleep(random.uniform(0, 0.2))
            node.kill()
            node.start()
        await asyncio.gather(*(node.ready() for node in nodes))


@pytest.mark.slow
async def test_kills_of_writer_and_reader_lose_nothing_and_give_nothing_twice(
    voucher_db: Database, wallet: Sequence[Stored], started: Nodes, tmp_path: Path
) -> None:
    writer, server = await started.start(), await started.start(works=False)
    with followers(server.url, tmp_path) as readers:
        async with under_load(writer.url, wallet) as load:
            await kill_at_random(load, [writer, server], readers)
        told = await ids_told(voucher_db)

        async def all_heard() -> bool:
            return all(len(reader.read()) >= len(told) for reader in readers)

        await until(all_heard)
        assert [reader.read() for reader in readers] == [told] * 2
    assert load.retried > 0
    assert await disordered(voucher_db) == 0
    assert await reckoned(load, voucher_db) == []
