"""The business clock: real time plus an offset, and who may move it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from migrations import runner
from services.chassis import clock
from services.chassis.database import Database
from tests import databases
from tests.conftest import SetClock
from tests.databases import TestServer, Urls


async def test_a_sandbox_begins_at_the_instant_it_was_made_with(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        assert timedelta(0) < await clock.business_now(connection) - databases.START < timedelta(hours=2)


async def test_the_clock_is_read_when_it_is_called_and_not_once_per_statement(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        row = (await connection.execute(text("SELECT business_now() < business_now(), pg_sleep(0)"))).one()
    assert row[0]


async def test_the_voucher_service_moves_a_sandbox_forward(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await clock.advance(connection, databases.START + timedelta(days=400))
        assert await clock.business_now(connection) >= databases.START + timedelta(days=400)


async def test_nobody_moves_it_backwards(voucher_db: Database) -> None:
    with pytest.raises(DBAPIError, match="forward only"):
        async with voucher_db.begin() as connection:
            await clock.advance(connection, databases.START - timedelta(days=1))


@pytest.mark.parametrize("change", ["mode = 'live'", "only_row = true"])
async def test_the_voucher_service_changes_nothing_else_of_it(voucher_db: Database, change: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"UPDATE clock SET {change}"))


@pytest.mark.parametrize("service", ["gateway", "registry"])
async def test_the_other_services_only_read_it(database_urls: Urls, service: str) -> None:
    database = Database(getattr(database_urls, service), service)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.begin() as connection:
            await clock.advance(connection, databases.START + timedelta(days=1))
    await database.dispose()


@pytest.mark.parametrize("statement", ["DELETE FROM business.clock", "TRUNCATE business.clock"])
async def test_the_owner_does_not_lose_it(owner_url: str, statement: str) -> None:
    async with runner.connected(owner_url) as connection:
        with pytest.raises(DBAPIError, match="keeps the clock"):
            await connection.execute(text(statement))


async def test_a_live_database_keeps_real_time_even_against_its_owner(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await databases.make_live(urls)
    async with runner.connected(urls.owner) as connection:
        with pytest.raises(DBAPIError, match="ck_clock_live_is_real_time"):
            await connection.execute(text("UPDATE business.clock SET \"offset\" = interval '1 second'"))
    await postgres_server.drop(urls)


async def test_the_voucher_service_may_not_write_a_live_clock(postgres_server: TestServer) -> None:
    urls = await postgres_server.empty()
    await databases.make_live(urls)
    async with runner.connected(urls.voucher) as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("UPDATE business.clock SET \"offset\" = interval '0'"))
    await postgres_server.drop(urls)


async def test_a_test_puts_its_own_clock_where_it_likes(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(datetime(2019, 1, 1, tzinfo=UTC))
    async with voucher_db.begin() as connection:
        assert (await clock.business_now(connection)).year == 2019
