"""A contract with tax and lines is claimed upon an invoice that shows its tax, and owed what was frozen for it."""

from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.redemption import Contract, ContractLine, LineRate, Portion
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.evidence import Drawn
from tests.conftest import SetClock
from tests.voucher.redemption.counter import a_sale
from tests.voucher.redemption.samples import YUAN, a_contract, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, a_version, audited, carry_out
from tests.voucher.settlement.claimed import NOW, a_claim, payee
from tests.voucher.settlement.operations.test_ways_of_payment import claimed, owed
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put

RATE = a_version().document["rate"]
CHEAPER = {"when": {"category": ["design"]}, "share": "0.30", "source": RATE["source"]}
RULES = {"rate": {**RATE, "tax": "excluded", "each": "line", "cases": [CHEAPER]}}
LINES = (ContractLine("testing", 10_600 * YUAN, 600 * YUAN), ContractLine("design", 3_180 * YUAN, 180 * YUAN))
PORTIONS = tuple(Portion(number, line.amount, line.tax) for number, line in enumerate(LINES, start=1))
WHOLE, TAX, PAID = 13_780 * YUAN, 780 * YUAN, 5_900 * YUAN


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db, rules=RULES)


async def captured(stored: Stored, contract: Contract, **delivered: Any) -> tuple[UUID, UUID]:
    """A redemption of a contract that was delivered whole, and its capture."""
    one, capture_id = await stored.authorised(contract=contract), new_id()
    await carry_out(stored.database, stored.delivery(one, contract.amount, **delivered))
    await carry_out(stored.database, orders.Accept(redemption_id=one, by=holder, rating=5))
    await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=capture_id))
    return one, capture_id


async def papers(database: Database, capture_id: UUID, net: int, tax: int, *, own: int) -> Asked:
    """What is shown for a capture: an invoice of so much with so much tax, and a slip of the holder's own part."""
    invoice, slip = an_invoice(a_line(net, tax), issued_on=NOW.date()), a_slip(own, paid_on=NOW.date())
    await put(database, invoice, slip)
    drawn = Drawn((Allocation(invoice.id, 1, net + tax),), (Allocation(slip.id, None, own),))
    return Asked(capture_id, drawn, "CNY")


async def test_lines_are_kept_and_paid_each_at_its_rate_without_its_tax(stored: Stored) -> None:
    one, capture_id = await captured(stored, a_contract(WHOLE, tax=TAX, lines=LINES), tax=TAX, lines=PORTIONS)
    found = await stored.redemption(one)
    assert (found.captured, found.terms.contract.lines, found.captures[0].delivery.lines) == (PAID, LINES, PORTIONS)
    assert found.line_rates == (LineRate(True), LineRate(True, 0))
    asked = await papers(stored.database, capture_id, WHOLE - TAX, TAX, own=WHOLE - PAID)
    (leg,) = await owed(stored.database, *await claimed(stored.database, asked, permit=payee))
    assert leg.amount == PAID
    await audited(stored.database)


async def test_an_invoice_that_shows_more_tax_than_was_delivered_bears_less(stored: Stored) -> None:
    _, capture_id = await captured(stored, a_contract(WHOLE, tax=TAX, lines=LINES), tax=TAX, lines=PORTIONS)
    asked = await papers(stored.database, capture_id, WHOLE - TAX - 100, TAX + 100, own=WHOLE - PAID)
    with pytest.raises(Refusal) as caught:
        await a_claim(stored.database, asked)
    assert [one.code for one in caught.value.reasons] == ["claim.above_rate"]


async def test_milestones_of_lines_are_claimed_one_after_the_other(stored: Stored) -> None:
    one = await stored.authorised(contract=a_contract(WHOLE, tax=TAX, lines=LINES))
    for portion, last in zip(PORTIONS, (False, True), strict=True):
        delivery = stored.delivery(one, portion.amount, tax=portion.tax, lines=(portion,), last=last)
        for order in (delivery, orders.Accept(redemption_id=one, by=holder, rating=5)):
            await carry_out(stored.database, order)
        await carry_out(stored.database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    first, second = (await stored.redemption(one)).captures
    assert (first.amount, second.amount) == (5_000 * YUAN, 900 * YUAN)
    asked = [
        await papers(stored.database, of.id, line.amount - (line.tax or 0), line.tax or 0, own=line.amount - of.amount)
        for of, line in zip((first, second), LINES, strict=True)
    ]
    assert [line.claimed for line in (await a_claim(stored.database, *asked))[1]] == [first.amount, second.amount]
    await audited(stored.database)


async def test_an_order_at_the_counter_is_paid_and_claimed_without_its_tax(stored: Stored) -> None:
    sale = a_sale(holder, price=113 * YUAN, tax=13 * YUAN)
    await carry_out(stored.database, sale)
    sold = await stored.redemption(sale.redemption_id)
    assert (sold.captured, sold.captures[0].delivery.tax) == (50 * YUAN, 13 * YUAN)
    asked = await papers(stored.database, sold.captures[0].id, 100 * YUAN, 13 * YUAN, own=63 * YUAN)
    ((line,)) = (await a_claim(stored.database, asked))[1]
    assert line.claimed == 50 * YUAN
    await audited(stored.database)


async def test_a_sale_whose_tax_nobody_says_is_refused_where_it_would_stand(stored: Stored) -> None:
    with pytest.raises(Refusal) as caught:
        await carry_out(stored.database, a_sale(holder, price=113 * YUAN))
    assert [(one.code, one.pointer) for one in caught.value.reasons] == [("tax.missing", "/tax")]
