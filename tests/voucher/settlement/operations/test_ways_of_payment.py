"""Whom the treasury pays and for what is the scheme's to say: a holder who paid all, or a shop that gets the face."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.voucher.oversight.domain.chain import LinkState
from services.voucher.oversight.operations.matching import match_claim
from services.voucher.scheme.operations import reading
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation, ClaimLine, Leg
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.reviewing import Decision, Verdict
from services.voucher.settlement.operations.reading import list_claimable
from services.voucher.settlement.operations.reviewing import Judged, review_claim
from services.voucher.settlement.store import legs
from tests.conftest import SetClock
from tests.voucher.redemption.counter import a_sale
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN, holder
from tests.voucher.redemption.stored import FILE, a_stored_voucher, audited, carry_out
from tests.voucher.settlement.approved import caller
from tests.voucher.settlement.claimed import NOW, a_capture, keyed, lines_of, payee, submit
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put

firm = Permit(
    Caller("cli_holder", "per_clerk", HOLDER, frozenset({"holder"}), "test", "ses_2", "tok_2", 0),
    (Grant("holder", "own"),),
)
RULES = reading.read(FILE.read_text(encoding="utf-8")).document


def section(name: str, **rules: Any) -> dict[str, Any]:
    """A section of the scheme's file with other values of some of its rules."""
    said = RULES[name]
    return {name: {**said, **{rule: {**said[rule], "value": value} for rule, value in rules.items()}}}


REIMBURSED = {
    **section("settlement", payee="holder", model="holder_reimbursed"),
    **section("evidence", bank_slip="full", instant=None),
}
AT_FACE = {"leftover": {**RULES["leftover"], "value": "paid"}, "rate": {**RULES["rate"], "share": "1.00"}}


@pytest.fixture
async def on_the_day(voucher_db: Database, set_clock: SetClock) -> Database:
    await set_clock(NOW)
    return voucher_db


async def claimed(database: Database, *asked: Asked, permit: Permit) -> tuple[ClaimLine, ...]:
    """The lines of a claim as its payee submitted it and two stages of review approved it."""
    claim_id = parse("clm", (await submit(database, *asked, permit=permit)).body["id"])
    lines = await lines_of(database, claim_id)
    for person, stage in (("per_district", "district"), ("per_city", "city")):
        by = caller(person, "reviewer", "review_claim", stage=stage)
        judged = [Judged(line.number, Verdict(decision=Decision.APPROVE)) for line in lines]
        await review_claim(database, keyed("review_claim", by), permit=by, claim_id=claim_id, judged=judged)
    return await lines_of(database, claim_id)


async def owed(database: Database, *lines: ClaimLine) -> list[Leg]:
    async with database.read() as connection:
        found = await legs.read_of_lines(connection, [line.id for line in lines])
    return [leg for some in found.values() for leg in some]


async def links(database: Database, line: ClaimLine, permit: Permit) -> set[LinkState]:
    """How the chain of a line stands up to the decision."""
    (one,) = (await match_claim(database, permit=permit, claim_id=line.claim_id)).lines
    return {link.state for link in one.links[:5]}


async def a_reimbursed_capture(database: Database) -> Asked:
    """Work that the holder paid in full, with the whole invoice and the whole transfer."""
    found = await a_capture(database, stored=await a_stored_voucher(database, rules=REIMBURSED))
    whole = a_slip(found.invoice.total)
    await put(database, whole)
    drawn = Drawn((Allocation(found.invoice.id, 1, found.invoice.total),), (Allocation(whole.id, None, whole.amount),))
    return Asked(found.capture_id, drawn, "CNY")


async def test_a_holder_who_paid_all_claims_and_is_owed(on_the_day: Database) -> None:
    (line,) = await claimed(on_the_day, await a_reimbursed_capture(on_the_day), permit=firm)
    (leg,) = await owed(on_the_day, line)
    assert (line.payee_id, leg.payee_id, leg.amount) == (HOLDER, HOLDER, 15_000 * YUAN)
    assert await links(on_the_day, line, firm) == {LinkState.OK}
    await audited(on_the_day)


async def test_the_provider_has_nothing_to_claim_where_the_holder_is_reimbursed(on_the_day: Database) -> None:
    asked = await a_reimbursed_capture(on_the_day)
    with pytest.raises(Refusal) as refused:
        await submit(on_the_day, asked, permit=payee)
    assert [reason.code for reason in refused.value.reasons] == ["claim.capture_unknown"]
    claimable = {
        side.caller.organization: await list_claimable(on_the_day, permit=side, after=None, limit=5)
        for side in (payee, firm)
    }
    assert [len(claimable[one][0]) for one in (PAYEE, HOLDER)] == [0, 1]


async def test_a_transfer_of_the_own_part_alone_does_not_reimburse(on_the_day: Database) -> None:
    found = await a_capture(on_the_day, stored=await a_stored_voucher(on_the_day, rules=REIMBURSED))
    with pytest.raises(Refusal) as refused:
        await submit(on_the_day, found.asked, permit=firm)
    assert [reason.code for reason in refused.value.reasons] == ["claim.slip_short"]


async def test_a_shop_is_owed_the_face_of_a_voucher_for_goods_that_cost_less(on_the_day: Database) -> None:
    stored = await a_stored_voucher(on_the_day, available=10 * YUAN, rules=AT_FACE)
    sale = a_sale(holder, price=8 * YUAN)
    await carry_out(on_the_day, sale)
    one = await stored.redemption(sale.redemption_id)
    invoice = an_invoice(a_line(8 * YUAN, 0), issued_on=NOW.date())
    await put(on_the_day, invoice)
    asked = Asked(one.captures[0].id, Drawn((Allocation(invoice.id, 1, 8 * YUAN),)), "CNY")
    (line,) = await claimed(on_the_day, asked, permit=payee)
    assert (line.settlement, line.approved, line.over_price) == (8 * YUAN, 10 * YUAN, 2 * YUAN)
    assert [leg.amount for leg in await owed(on_the_day, line)] == [10 * YUAN]
    assert await links(on_the_day, line, payee) == {LinkState.OK}
    await audited(on_the_day)


async def test_the_database_keeps_what_exceeds_the_price_to_what_was_told(
    on_the_day: Database, superuser_url: str
) -> None:
    await a_capture(on_the_day)
    root = Database(superuser_url, "voucher")
    with pytest.raises(IntegrityError, match="ck_redemptions_delivered_value"):
        async with root.begin() as connection:
            await connection.execute(text("UPDATE redemptions SET settled = captured - 1"))
    await root.dispose()


async def test_an_expert_reviews_where_a_file_asks_one(on_the_day: Database) -> None:
    stages = section("settlement", review=["district", "expert", "city"])
    captured = await a_capture(on_the_day, stored=await a_stored_voucher(on_the_day, rules=stages))
    claim_id = parse("clm", (await submit(on_the_day, captured.asked)).body["id"])
    seen = []
    for stage in ("district", "expert", "city"):
        by = caller(f"per_{stage}", "reviewer", "review_claim", stage=stage)
        judged = [Judged(1, Verdict(decision=Decision.APPROVE))]
        await review_claim(on_the_day, keyed("review_claim", by), permit=by, claim_id=claim_id, judged=judged)
        seen.append((await lines_of(on_the_day, claim_id))[0].stage)
    assert seen == ["expert", "city", None]
