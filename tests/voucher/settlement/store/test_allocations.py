"""What claim lines draw is counted at its source, given back whole, and never more than there is."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.store import allocations, invoices, slips
from tests.voucher.redemption.samples import YUAN
from tests.voucher.settlement.claimed import NOW, Captured, a_claim
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put


async def left(one: Captured) -> tuple[int, int]:
    """What is left of its invoice and of its slip."""
    async with one.database.read() as connection:
        invoice = (await invoices.read(connection, [one.invoice.id]))[one.invoice.id]
        slip = (await slips.read(connection, [one.slip.id]))[one.slip.id]
    return invoice.lines[0].left, slip.left


async def test_what_is_drawn_is_gone_until_it_is_released(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    assert await left(captured) == (0, 0)
    async with captured.database.begin() as connection:
        await allocations.release(connection, [line.id], NOW)
    assert await left(captured) == (30_000 * YUAN, 15_000 * YUAN)


async def test_what_was_released_is_not_given_back_twice(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    for _ in range(2):
        async with captured.database.begin() as connection:
            await allocations.release(connection, [line.id], NOW)
            await allocations.release(connection, [], NOW)
            assert (await allocations.of_lines(connection, [line.id]))[line.id].invoices == ()
    assert await left(captured) == (30_000 * YUAN, 15_000 * YUAN)


async def test_several_lines_of_one_invoice_are_told_apart_and_come_back_in_their_order(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    invoice, slip = an_invoice(*(a_line(10, 0, number=number) for number in (1, 2, 3))), a_slip(10)
    await put(captured.database, invoice, slip)
    drawn = [Allocation(invoice.id, number, number) for number in (3, 1, 3)]
    async with captured.database.begin() as connection:
        await allocations.release(connection, [line.id], NOW)
        await allocations.make(connection, {line.id: Drawn(tuple(drawn), (Allocation(slip.id, None, 4),))}, NOW)
        found = (await allocations.of_lines(connection, [line.id]))[line.id]
        shown = (await invoices.lock(connection, [invoice.id]))[invoice.id]
    assert (list(found.invoices), found.slips) == (drawn, (Allocation(slip.id, None, 4),))
    assert [one.allocated for one in shown.lines] == [1, 0, 6]


@pytest.mark.parametrize("paper", ["invoices", "slips"])
async def test_the_database_refuses_to_draw_more_than_there_is(captured: Captured, paper: str) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    one_fen_more = {
        "invoices": (Allocation(captured.invoice.id, 1, 1),),
        "slips": (Allocation(captured.slip.id, None, 1),),
    }
    drawn = {paper: one_fen_more[paper]}
    with pytest.raises(IntegrityError, match="_allocated"):
        async with captured.database.begin() as connection:
            await allocations.make(connection, {line.id: Drawn(**drawn)}, NOW)


@pytest.mark.parametrize(
    ("state", "spent"), [("in_review", False), ("returned", False), ("approved", True), ("rejected", True)]
)
async def test_an_invoice_is_spent_once_the_review_of_a_line_that_draws_on_it_is_over(
    captured: Captured, superuser_url: str, state: str, spent: bool
) -> None:
    await a_claim(captured.database, captured.asked)
    stage, approved = ("'district'", "NULL") if not spent else ("NULL", "claimed")
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(
            text(f"UPDATE claim_lines SET state = '{state}', stage = {stage}, approved = {approved}")
        )
    await root.dispose()
    async with captured.database.read() as connection:
        assert await allocations.spent(connection, captured.invoice.id) is spent
