"""Offerings are read as the registry told them, by an older registry too."""

from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.offering import ListPrice, Offering
from services.voucher.directory.store import feed, offerings

TEST, SELLER = UUID(int=50), UUID(int=51)
PRICE = {"amount": "1200.00", "currency": "CNY"}


def told(**facts: Any) -> Change:
    document = {"id": show("off", TEST), "provider": show("prv", SELLER), "category": "testing", "price": PRICE}
    return Change("offering", show("off", TEST), {**document, "state": "published", **facts}, "p1")


async def heard(database: Database, *changes: Change) -> dict[UUID, Offering]:
    async with database.begin() as connection:
        await feed.keep(connection, changes, cursor="1", complete=True)
        return await offerings.read(connection, [TEST])


@pytest.mark.parametrize("facts", [{}, {"unit": "样品", "name": "成分检测", "a field of tomorrow": 1}])
async def test_an_offering_has_its_price_whatever_else_is_told(voucher_db: Database, facts: dict[str, Any]) -> None:
    expected = Offering(TEST, SELLER, "testing", "published", ListPrice(120_000, "CNY"))
    assert await heard(voucher_db, told(**facts)) == {TEST: expected}


async def test_an_offering_may_list_no_price(voucher_db: Database) -> None:
    assert (await heard(voucher_db, told(price=None)))[TEST].price is None


async def test_a_withdrawn_one_is_no_longer_listed(voucher_db: Database) -> None:
    found = await heard(voucher_db, told(), told(state="withdrawn"))
    assert not found[TEST].listed


async def test_what_was_never_told_is_not_there(voucher_db: Database) -> None:
    assert await heard(voucher_db) == {}
