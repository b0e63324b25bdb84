"""Searches read the feed: nothing is missed, nothing is taken in twice, and all can be read anew."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from services.chassis.database import Database
from services.registry.parties.operations.organizations import amend_organization
from services.registry.providers.operations import providers
from services.registry.search.operations import projection
from services.registry.search.operations.projection import at_search, keep_reading, read_on
from services.registry.search.store import entries
from services.registry.search.store.entries import ENTRIES
from tests.registry.samples import admitted, asked, organization, space
from tests.registry.search.samples import firms, found, listed, offering, page, provider_of, read_all


async def stored(database: Database) -> list[Any]:
    async with database.read() as connection:
        return list(await connection.execute(select(ENTRIES).order_by(ENTRIES.c.id)))


async def forget_how_far(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("UPDATE search_cursor SET cursor = NULL"))


async def known(database: Database) -> list[str]:
    """The names that a search finds, as soon as it finds any; none within ten seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while True:
                shown, _ = await page(database, "江门")
                if shown:
                    return [one.name for one in shown]
    return []


async def stopped(reading: asyncio.Task[None]) -> None:
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_reader_that_dies_between_entries_and_cursor_misses_nothing(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: Any) -> None:
        raise ConnectionError

    await read_all(registry)
    await firms(registry, "江门检测")
    with monkeypatch.context() as patch:
        patch.setattr(entries, "move_cursor", die)
        with pytest.raises(ConnectionError):
            await read_on(registry)
    assert await stored(registry) == []
    assert await found(registry, "江门") == ["江门检测"]


async def test_reading_from_the_beginning_makes_the_same_entries(registry: Database) -> None:
    (firm,) = await firms(registry, "江门检测")
    await amend_organization(asked(registry, "update_organization"), firm, version=1, changes={"name": "新名"})
    await offering(registry, firm, await admitted(registry, firm))
    await space(registry, firm)
    await read_all(registry)
    before = await stored(registry)
    await forget_how_far(registry)
    await read_all(registry)
    assert len(before) == 4
    assert await stored(registry) == before


async def test_reading_anew_shows_nobody_what_was_public_once(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, provider, _ = await listed(registry)
    await providers.withdraw_provider(provider_of(registry, "withdraw_provider", firm), provider)
    await read_all(registry)
    await forget_how_far(registry)
    monkeypatch.setattr(projection, "BATCH", 1)
    while await read_on(registry):
        assert await page(registry, None, sight=None) == ([], None)


async def test_a_thing_changed_within_one_batch_is_as_it_was_last(registry: Database) -> None:
    (firm,) = await firms(registry, "江门检测")
    await amend_organization(asked(registry, "update_organization"), firm, version=1, changes={"name": "新会陈皮"})
    assert await found(registry, None) == ["新会陈皮"]


async def test_of_two_readers_one_reads(registry: Database) -> None:
    await firms(registry, "江门检测")
    async with registry.begin() as connection:
        assert (await entries.lock_cursor(connection))[0]
        assert await read_on(registry) == 0
    assert await read_on(registry) > 0


async def test_what_this_process_writes_is_known_at_once(registry: Database) -> None:
    reading = asyncio.create_task(keep_reading(registry, poll_seconds=60))
    await organization(registry, 1, name="江门检测")
    assert await known(registry) == ["江门检测"]
    await stopped(reading)
    assert registry.hears == []


async def test_it_reads_on_without_a_pause_while_there_is_more(
    registry: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await organization(registry, 1, name="江门检测")
    monkeypatch.setattr(projection, "BATCH", 1)
    reading = asyncio.create_task(keep_reading(registry, poll_seconds=60))
    assert await known(registry) == ["江门检测"]
    await stopped(reading)


async def test_what_another_process_writes_is_known_after_a_pause(registry: Database) -> None:
    reading = asyncio.create_task(keep_reading(registry, poll_seconds=0.01))
    elsewhere = Database(registry.engine.url.render_as_string(hide_password=False), "registry")
    await organization(elsewhere, 1, name="江门检测")
    await elsewhere.dispose()
    assert await known(registry) == ["江门检测"]
    await stopped(reading)


async def test_a_failure_is_logged_and_read_again(registry: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = iter([True, False])
    real = entries.trees

    async def fail_once(*arguments: Any) -> Any:
        if next(failing, False):
            raise ConnectionError
        return await real(*arguments)

    monkeypatch.setattr(entries, "trees", fail_once)
    await organization(registry, 1, name="江门检测")
    with capture_logs() as said:
        reading = asyncio.create_task(keep_reading(registry, poll_seconds=0.01))
        assert await known(registry) == ["江门检测"]
        await stopped(reading)
    assert [(one["event"], one["log_level"]) for one in said] == [("search.failed", "error")]


async def test_those_who_watch_are_told_how_much_is_waiting(registry: Database) -> None:
    await read_all(registry)
    await firms(registry, "江门检测", "新会陈皮")
    async with registry.read() as connection:
        (reading,) = await at_search(connection)
    assert (reading.kind.name, reading.value) == ("innovoucher_search_waiting", 2)
