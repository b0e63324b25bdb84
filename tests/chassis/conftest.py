"""A shelf in a database of its own, and lanes that lead to it."""

from collections.abc import AsyncGenerator

import pytest

from migrations import runner
from services.chassis.database import Database
from services.chassis.lane import Lane
from tests.chassis.shelf import Shelf


@pytest.fixture
async def shelf(voucher_db: Database, owner_url: str) -> Shelf:
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql("CREATE TABLE voucher.shelf (name text PRIMARY KEY)")
        await connection.exec_driver_sql(f"GRANT SELECT, INSERT ON voucher.shelf TO {voucher_db.engine.url.username}")
    return Shelf(voucher_db)


@pytest.fixture
async def lane(shelf: Shelf) -> AsyncGenerator[Lane[str, str]]:
    made = Lane(shelf.work, away=1)
    yield made
    await made.close()


@pytest.fixture
async def double(shelf: Shelf) -> AsyncGenerator[Lane[str, str]]:
    """A lane as the product has it: with two transactions under way."""
    made = Lane(shelf.work)
    yield made
    await made.close()
