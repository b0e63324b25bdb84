"""A quote is the same fold without locks and without a trace."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.voucher.redemption.operations.looking import look
from services.voucher.redemption.operations.quoting import quote_voucher
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


async def test_the_holder_is_told_what_is_left_under_every_cap(stored: Stored) -> None:
    await stored.authorised()
    quote = await quote_voucher(stored.database, stored.proposal(holder))
    assert (quote.amount, quote.available) == (5_000 * YUAN, 5_000 * YUAN)
    assert [room.left for room in quote.rooms or ()] == [5_000 * YUAN]


async def test_a_quote_leaves_no_trace_not_even_a_counter(stored: Stored) -> None:
    await quote_voucher(stored.database, stored.proposal(provider))
    async with stored.database.read() as connection:
        counters = "SELECT count(*) FROM cap_counters WHERE cap LIKE '%/authorised%'"
        sql = f"SELECT ({counters}) + (SELECT count(*) FROM redemptions)"
        assert (await connection.execute(text(sql))).scalar_one() == 0


async def test_what_is_looked_at_to_know_what_to_lock_is_what_is_agreed_upon(stored: Stored) -> None:
    """A term that one of the two left out, and that a cap came to count by, would be locked for by none."""
    order = stored.proposal(provider, asked=1_000 * YUAN, description="拉伸测试")
    async with stored.database.read() as connection:
        sight = await look(connection, [order])
    await carry_out(stored.database, order)
    agreed = (await stored.redemption(order.redemption_id)).terms
    assert list(sight.authorising) == [replace(agreed, region="")]


async def test_a_quote_does_not_wait_for_a_lock(stored: Stored) -> None:
    async with stored.database.begin() as connection:
        await connection.execute(text("SELECT 1 FROM vouchers FOR UPDATE"))
        assert (await quote_voucher(stored.database, stored.proposal(provider))).reasons == []


async def test_there_is_nothing_to_quote_on_an_unknown_voucher(stored: Stored) -> None:
    with pytest.raises(NotFound, match=r"voucher\.unknown"):
        await quote_voucher(stored.database, stored.proposal(holder, voucher_id=HOLDER))
