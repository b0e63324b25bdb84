"""A file's names of providers and offerings are known once the registry has told of them."""

from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from services.voucher.directory.store import feed, named
from tests.voucher.directory.store.test_offerings import TEST, told
from tests.voucher.redemption.samples import PAYEE, PROVIDER
from tests.voucher.redemption.stored import admitted, organization

CODE, ANOTHER = "11331021002687352Y", "91350100M000100Y43"
NAMES = [CODE, show("prv", PROVIDER), show("off", TEST), show("off", UUID(int=52)), ANOTHER]


async def known(database: Database, names: list[str]) -> frozenset[str]:
    async with database.read() as connection:
        return await named.heard_of(connection, names)


@pytest.mark.parametrize(("state", "count"), [("published", 3), ("withdrawn", 2)])
async def test_a_provider_is_known_by_both_its_names_and_an_offering_while_it_is_listed(
    voucher_db: Database, state: str, count: int
) -> None:
    firm = organization(PAYEE, uscc=CODE, provider=admitted("testing"))
    async with voucher_db.begin() as connection:
        await feed.keep(connection, [firm, told(state=state)], cursor="1", complete=True)
    assert await known(voucher_db, NAMES) == set(NAMES[:count])
    assert await known(voucher_db, [CODE]) == {CODE}


async def test_a_firm_that_is_no_provider_is_not_known_as_one(voucher_db: Database) -> None:
    async with voucher_db.begin() as connection:
        await feed.keep(connection, [organization(PAYEE, uscc=CODE)], cursor="1", complete=True)
    assert await known(voucher_db, NAMES) == set()
    assert await known(voucher_db, []) == set()
