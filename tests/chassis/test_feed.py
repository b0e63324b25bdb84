"""Whoever waits for events is rung for when some may concern him, however they became readable, and only then."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from services.chassis import events, feed
from services.chassis.background import alongside
from services.chassis.database import Database
from services.chassis.election import Office
from services.chassis.events import Event
from services.chassis.feed import Bell, Feed
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from tests.databases import Urls
from tests.faults.machines import until

AT = datetime(2020, 9, 14, tzinfo=UTC)
FIRM, OTHER = new_id(), new_id()
PATIENCE_SECONDS, LONG_SECONDS = 20.0, 3_600.0


@pytest.fixture
async def reader(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Feed]:
    """A process that listens, and looks for nothing that it was not told of."""
    monkeypatch.setattr(feed, "LOOK_SECONDS", LONG_SECONDS)
    async with alongside([feed.event_feed(voucher_db).follow()]):
        await connected(feed.event_feed(voucher_db))
        yield feed.event_feed(voucher_db)


@pytest.fixture
async def writer(database_urls: Urls) -> AsyncGenerator[Database]:
    """Another process on the same database, which tells of what it commits."""
    database = Database(database_urls.voucher, "voucher")
    async with alongside([feed.event_feed(database).follow()]):
        await connected(feed.event_feed(database))
        yield database
    await database.dispose()


async def connected(one: Feed) -> None:
    async def is_told() -> bool:
        return one.told

    await until(is_told)


async def write(database: Database, *audience: UUID) -> None:
    async with database.begin() as connection:
        await events.append(connection, [Event("a.made", "thing", "thing_1", audience, {}, AT)])


async def settled(bell: Bell) -> None:
    """The first to wait is rung for once, whatever there is."""
    assert await bell.wait(PATIENCE_SECONDS)


async def test_who_waits_is_rung_for_when_another_process_commits(reader: Feed, writer: Database) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        await write(writer, FIRM)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_who_waits_is_rung_for_when_his_own_process_commits(reader: Feed, voucher_db: Database) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        await write(voucher_db, FIRM)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_who_waits_is_rung_for_when_the_elected_worker_commits(reader: Feed, voucher_db: Database) -> None:
    elected = await Office(voucher_db, "timetable").held()
    assert elected is not None
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        await write(elected, FIRM)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_one_that_is_elected_before_anybody_listens_rings_all_the_same(voucher_db: Database) -> None:
    elected = await Office(voucher_db, "timetable").held()
    assert elected is not None
    told: list[str] = []
    voucher_db.hears.append(lambda: told.append("news"))
    await write(elected, FIRM)
    assert told == ["news"]


async def test_what_concerns_others_rings_for_nobody_but_them_and_who_sees_all(reader: Feed, writer: Database) -> None:
    with reader.bell("per_1", FIRM) as mine, reader.bell("per_2", OTHER) as theirs, reader.bell("per_3", None) as all_:
        for bell in (mine, theirs, all_):
            await settled(bell)
        await write(writer, OTHER)
        assert await theirs.wait(PATIENCE_SECONDS)
        assert await all_.wait(PATIENCE_SECONDS)
        assert not mine.rung.is_set()


async def test_what_is_for_no_organisation_rings_for_who_sees_all(reader: Feed, writer: Database) -> None:
    with reader.bell("per_3", None) as bell:
        await settled(bell)
        await write(writer)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_what_is_hidden_by_a_running_transaction_rings_when_that_ends_though_it_says_nothing(
    reader: Feed, writer: Database
) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        async with writer.begin() as silent:
            await silent.execute(select(func.pg_current_xact_id()))
            await write(writer, FIRM)
            assert not await bell.wait(0.3)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_an_event_that_nobody_told_of_is_found_by_looking(
    reader: Feed, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "LOOK_SECONDS", 0.1)
    silent = Database(database_urls.voucher, "voucher")
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        await write(silent, FIRM)
        assert await bell.wait(PATIENCE_SECONDS)
    await silent.dispose()


async def test_without_word_nor_look_nobody_is_rung_for(reader: Feed, database_urls: Urls) -> None:
    silent = Database(database_urls.voucher, "voucher")
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        await write(silent, FIRM)
        assert not await bell.wait(0.3)
    await silent.dispose()


async def test_a_listener_whose_connection_broke_listens_again_and_all_look(
    reader: Feed, writer: Database, superuser_url: str
) -> None:
    root = Database(superuser_url, "voucher")
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        async with root.begin() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%seen.horizon%'"
                    " AND pid <> pg_backend_pid()"
                )
            )
        assert await bell.wait(PATIENCE_SECONDS)
        await write(writer, FIRM)
        assert await bell.wait(PATIENCE_SECONDS)
    await root.dispose()


async def test_many_commits_are_told_of_by_few_notifications(
    voucher_db: Database, writer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PACE_SECONDS", 0.2)
    heard, first = [], asyncio.Event()

    def hear(*told: object) -> None:
        heard.append(told)
        first.set()

    async with voucher_db.apart() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.add_listener("innovoucher_voucher_events", hear)
        for _ in range(20):
            await write(writer, FIRM)
        await write(writer, FIRM)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await first.wait()
    assert 1 <= len(heard) < 20


async def test_what_is_rolled_back_or_says_nothing_is_told_to_nobody(voucher_db: Database) -> None:
    told: list[str] = []
    voucher_db.hears.append(lambda: told.append("news"))
    with suppress(ZeroDivisionError):
        async with voucher_db.begin() as connection:
            await events.append(connection, [Event("a.made", "thing", "thing_1", (), {}, AT)])
            raise ZeroDivisionError
    async with voucher_db.begin() as connection:
        await events.append(connection, [])
    assert told == []
    await write(voucher_db, FIRM)
    assert told == ["news"]


async def test_a_reader_looks_again_at_his_pace_however_often_it_rings(
    reader: Feed, writer: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        monkeypatch.setattr(feed, "READER_PACE_SECONDS", LONG_SECONDS)
        await write(writer, FIRM)
        assert not await bell.wait(0.5)
        assert bell.rung.is_set()
        monkeypatch.setattr(feed, "READER_PACE_SECONDS", 0.0)
        assert await bell.wait(PATIENCE_SECONDS)


async def test_few_look_at_once_and_who_waits_for_that_too_long_is_told_so(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "POOL_WAIT_SECONDS", 0.1)
    hub = feed.event_feed(voucher_db)
    async with AsyncExitStack() as looking:
        for _ in range(feed.READING_MAX):
            await looking.enter_async_context(hub.look())
        with pytest.raises(Refusal, match=r"service\.unavailable"):
            await looking.enter_async_context(hub.look())
    async with hub.look() as connection:
        assert (await connection.execute(select(1))).scalar_one() == 1


async def test_one_caller_waits_so_often_and_no_more(reader: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "WAITING_OF_CALLER_MAX", 1)
    refused = pytest.raises(Refusal, match=r"feed\.waiting")
    with reader.bell("per_1", FIRM), reader.bell("per_2", FIRM), refused, reader.bell("per_1", FIRM):
        pass
    with reader.bell("per_1", FIRM):
        pass


async def test_while_the_listener_is_cut_off_whoever_waits_looks_for_himself(reader: Feed) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await settled(bell)
        reader.told = False
        assert await bell.wait(0)


async def test_where_nobody_ever_listened_nobody_can_wait(voucher_db: Database) -> None:
    hub = feed.event_feed(voucher_db)
    with pytest.raises(Refusal, match=r"service\.unavailable"), hub.bell("per_1", FIRM):
        pass


async def test_all_together_wait_so_often_and_no_more(reader: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "WAITING_MAX", 1)
    with reader.bell("per_1", FIRM), pytest.raises(Refusal, match=r"service\.unavailable"), reader.bell("per_2", FIRM):
        pass


async def test_a_feed_that_closes_lets_all_go_and_takes_nobody(reader: Feed) -> None:
    with reader.bell("per_1", FIRM) as bell:
        await reader.close()
        assert await bell.wait(PATIENCE_SECONDS)
    with pytest.raises(Refusal, match=r"service\.unavailable"), reader.bell("per_1", FIRM):
        pass
