"""A holder is told where to pay his part in: to the treasury whose budget line bears his voucher."""

import pytest
from sqlalchemy import text

from tests.conftest import Begin
from tests.voucher.reconciliation.escrowed import Escrowed, an_escrowed


@pytest.fixture
async def escrowed(begin: Begin) -> Escrowed:
    return await begin(an_escrowed)


async def test_a_deposit_for_a_voucher_of_a_round_that_nobody_funded_is_our_own_fault(escrowed: Escrowed) -> None:
    async with escrowed.database.begin() as connection:
        await connection.execute(text("UPDATE rounds SET budget_line_id = NULL, funding_source = NULL"))
    with pytest.raises(ValueError, match="without a budget line"):
        await escrowed.announce()
    async with escrowed.database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM deposits")) == 0
