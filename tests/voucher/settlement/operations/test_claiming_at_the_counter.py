"""What was redeemed at the counter is claimed like any other work: every part of an order upon one invoice."""

from datetime import UTC, date, datetime

import pytest

from services.chassis.database import Database
from services.voucher.oversight.domain.chain import LinkState, ReconciliationStatus
from services.voucher.oversight.operations.matching import match_claim
from services.voucher.oversight.operations.timelines import read_timeline
from services.voucher.redemption.domain import orders
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation, ClaimLine, LineState
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from tests.conftest import SetClock
from tests.voucher.redemption.counter import a_sale
from tests.voucher.redemption.samples import YUAN, holder, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, attempt, audited, carry_out
from tests.voucher.settlement.approved import caller
from tests.voucher.settlement.claimed import a_claim, keyed, lines_of, payee
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put

NOW = datetime(2020, 9, 30, 2, 0, tzinfo=UTC)
PRICE = 2_000_01
"""An odd fen, so that the parts of the price and of the subsidy do not divide evenly."""


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(NOW)
    return await a_stored_voucher(voucher_db, available=700 * YUAN)


async def an_order(stored: Stored) -> orders.Redeem:
    """An order that three vouchers have paid."""
    version = stored.voucher.scheme_version_id
    for available in (200_01, 33_33):
        await a_stored_voucher(stored.database, available=available, scheme_version_id=version)
    sale = a_sale(holder, price=PRICE)
    await carry_out(stored.database, sale)
    return sale


async def asked(stored: Stored, sale: orders.Redeem) -> list[Asked]:
    """A line for each part, all drawn from the one invoice and the one transfer for the whole order."""
    parts = [await stored.redemption(one) for one in (sale.redemption_id, *sale.part_ids[:2])]
    assert sum(one.captured for one in parts) == 933_34
    invoice = an_invoice(a_line(PRICE, 0), issued_on=date(2020, 9, 30))
    slip = a_slip(PRICE - 933_34, paid_on=date(2020, 9, 30))
    await put(stored.database, invoice, slip)
    return [
        Asked(
            one.captures[0].id,
            Drawn((Allocation(invoice.id, 1, one.settled),), (Allocation(slip.id, None, one.settled - one.captured),)),
            "CNY",
        )
        for one in parts
    ]


async def approved(stored: Stored, *wanted: Asked) -> list[ClaimLine]:
    claim_id, lines = await a_claim(stored.database, *wanted)
    for person, stage in (("per_district", "district"), ("per_city", "city")):
        by = caller(person, "reviewer", "review_claim", stage=stage)
        judged = [Judged(line.number, Verdict(decision=Decision.APPROVE)) for line in lines]
        await review_claim(stored.database, keyed("review_claim", by), permit=by, claim_id=claim_id, judged=judged)
    return list(await lines_of(stored.database, claim_id))


async def test_all_parts_of_an_order_are_claimed_upon_one_invoice_and_approved(stored: Stored) -> None:
    lines = await approved(stored, *await asked(stored, await an_order(stored)))
    assert [line.state for line in lines] == [LineState.APPROVED] * 3
    assert sum(line.approved or 0 for line in lines) == 933_34
    assert sum(line.settlement for line in lines) == PRICE
    await audited(stored.database)


async def test_such_a_claim_has_its_match_and_its_timeline(stored: Stored) -> None:
    lines = await approved(stored, *await asked(stored, await an_order(stored)))
    match = await match_claim(stored.database, permit=payee, claim_id=lines[0].claim_id)
    served = [one.trail.redemption for one in match.lines]
    assert [one and one.captures[0].delivery.document_id for one in served] == [None] * 3
    assert None not in served
    assert match.status is ReconciliationStatus.OPEN
    assert {link.state for one in match.lines for link in one.links[:5]} == {LinkState.OK}
    timeline = await read_timeline(stored.database, permit=payee, claim_id=lines[0].claim_id)
    assert [one.ahead for one in timeline.lines] == [None] * 3


async def test_what_is_on_a_claim_is_not_called_off(stored: Stored) -> None:
    sale = await an_order(stored)
    await approved(stored, *await asked(stored, sale))
    void = await attempt(stored.database, orders.Void(redemption_id=sale.redemption_id, by=provider, note="late"))
    assert getattr(void, "code", None) == "refund.on_claim"
