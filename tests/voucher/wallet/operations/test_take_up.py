"""How much was used of what a scheme issued in a year is told holder by holder, page by page, to its own bureau."""

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.wallet.operations.take_up import Taken, list_take_up
from tests.conftest import SetClock
from tests.voucher.redemption.stored import permitted
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.operations.test_expiry import book
from tests.voucher.wallet.samples import BEFORE, CLOSED, FACE, OPEN, USE_BY_ENDS
from tests.voucher.wallet.steps import BUREAU, a_round, apply, hear, issue, rank

Api = httpx2.AsyncClient
SCHEME = "jiangmen-service-2020"
NULL, HALF = "under_use: {value: null,", 'under_use: {value: "0.50",'


async def a_half_used_year(api: Api, database: Database, set_clock: SetClock) -> None:
    """Two vouchers of 20,000.00 whose time is over: all of one was used, nothing of the other."""
    assert NULL in FILE
    await set_clock(BEFORE)
    round_id = await a_round(api, database, file=FILE.replace(NULL, HALF))
    firms = [await hear(database) for _ in range(2)]
    await set_clock(OPEN)
    for firm in firms:
        await apply(api, round_id, firm)
    await set_clock(CLOSED)
    await rank(api, database, round_id)
    await issue(api, database, round_id)
    async with database.read() as connection:
        first = "SELECT id FROM vouchers ORDER BY quota_root_id LIMIT 1"
        voucher_id = (await connection.execute(text(first))).scalar_one()
    await book(database, voucher_id, "authorise", FACE, CLOSED)
    await book(database, voucher_id, "capture_held", FACE, CLOSED)
    await set_clock(USE_BY_ENDS)


async def taken(database: Database, after: str | None = None, bureau: str = BUREAU) -> tuple[list[Taken], str | None]:
    permit = permitted("operator", "bureau", bureau=bureau)
    return await list_take_up(database, permit=permit, scheme=SCHEME, year=2020, after=after, limit=1)


async def test_who_used_too_little_is_shown_as_suspended_each_on_its_page(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_half_used_year(voucher_api, voucher_db, set_clock)
    (first,), cursor = await taken(voucher_db)
    (second,), end = await taken(voucher_db, cursor)
    assert (first.take_up.issued, first.take_up.used, first.suspended) == (FACE, FACE, False)
    assert (second.take_up.issued, second.take_up.used, second.suspended) == (FACE, 0, True)
    assert (second.currency, second.clause) == ("CNY", "our default, not in the notice")
    assert end is None


async def test_another_bureau_is_not_told_that_there_is_such_a_scheme(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_half_used_year(voucher_api, voucher_db, set_clock)
    with pytest.raises(NotFound, match=r"scheme\.unknown"):
        await taken(voucher_db, bureau="zhuhai-sme")
