"""The database says which constraint refused a row, whether it can serve anybody, and waits for nobody for ever."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import database
from services.chassis.database import Database, lost, may_last, sqlstate, violated
from tests.databases import Urls


@pytest.mark.parametrize("ddl", ["CONSTRAINT uq_one UNIQUE", "CONSTRAINT uq_one CHECK (id <> 1)"])
async def test_a_refusal_is_told_by_the_constraints_name_and_not_by_its_words(voucher_db: Database, ddl: str) -> None:
    async with voucher_db.begin() as connection:
        await connection.execute(text(f"CREATE TEMPORARY TABLE uq_other (id integer {ddl}) ON COMMIT DROP"))
        with pytest.raises(IntegrityError) as refused:
            await connection.execute(text("INSERT INTO uq_other VALUES (1), (1)"))
        await connection.rollback()
    assert violated(refused.value, "uq_one")
    assert not violated(refused.value, "uq_other")


@pytest.mark.parametrize(
    ("state", "unserved"),
    [
        *[(one, True) for one in ("08006", "25P03", "25P04", "53100", "53300", "57P03", "58030")],
        *[(one, False) for one in ("23505", "40001", "57014", "55P03", "P0001")],
    ],
)
async def test_what_the_server_cannot_do_for_anybody_says_nothing_of_what_was_asked(
    voucher_db: Database, state: str, unserved: bool
) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))
    assert (lost(raised.value), sqlstate(raised.value)) == (unserved, state)


PATIENCE_SECONDS = 30


@pytest.fixture
async def impatient(database_urls: Urls, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Database]:
    """A database whose transactions may last a quarter of a second."""
    monkeypatch.setattr(database, "TRANSACTION_MILLISECONDS", 250)
    made = Database(database_urls.voucher, "voucher")
    yield made
    await made.dispose()


async def stand_still(connection: AsyncConnection) -> None:
    """Name a statement, ask for nothing until the server ends the session, and then ask."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    ended = asyncio.Event()
    driver.add_termination_listener(lambda _: ended.set())
    await driver.prepare("SELECT 1")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ended.wait()
    await connection.execute(select(1))


async def test_who_stands_still_between_naming_a_statement_and_asking_for_it_loses_his_transaction(
    impatient: Database,
) -> None:
    async with impatient.engine.connect() as connection:
        await connection.begin()
        with pytest.raises(DBAPIError) as raised:
            await stand_still(connection)
    assert lost(raised.value)


async def test_a_transaction_for_which_nobody_waits_may_last(impatient: Database) -> None:
    async with impatient.read() as connection:
        await may_last(connection)
        assert (await connection.execute(text("SELECT 1 FROM pg_sleep(0.5)"))).scalar_one() == 1
