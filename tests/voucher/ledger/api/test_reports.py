"""Finance reads what became of each budget line's money: owed, on its way, paid, and drawn from the treasury."""

from uuid import UUID

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.paying import Leg
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import journals
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import MAKER, journal
from tests.voucher.ledger.steps import a_filled_line

FINANCE = calls(MAKER, "finance_maker")
STRANGER = calls("per_x", "finance_maker", treasury="tianshui")
ACCOUNT, CLAIM_LINE, PAYOUT = new_id(), new_id(), new_id()
SHOWN = ("cost", "payable", "in_transit", "paid", "drawn")


def the_way_of_a_claim(line_id: UUID) -> list[Posting]:
    """700 fen are approved, 400 and 300 in two legs; the first is sent, settled; the treasury gives 500."""
    money = Funding("CNY", "江门市财政局", line_id=line_id)
    legs = [Leg("1", 400, money), Leg("2", 300, money)]
    quota = Funding("CNY", "江门市财政局", round_id=new_id())
    cash = paying.bank(ACCOUNT)
    return [
        paying.approve(voucher_id=new_id(), claim_line_id=CLAIM_LINE, claimed=700, legs=legs, quota=quota),
        paying.fund_account(cash=cash, amount=500, funding=money),
        paying.send(payout_id=PAYOUT, claim_line_id=CLAIM_LINE, part="1", amount=400, funding=money),
        paying.settle(payout_id=PAYOUT, cash=cash, amount=400, funding=money),
    ]


async def executed(api: httpx2.AsyncClient, db: Database, *, steps: int) -> dict[str, str]:
    line = await a_filled_line(api, "10.00")
    booked = [journal(one) for one in the_way_of_a_claim(parse("bln", line["id"]))[:steps]]
    async with db.begin() as connection:
        await journals.append(connection, booked)
    (shown,) = (await api.get("/v1/reports/budget-execution", headers=FINANCE)).json()["items"]
    return {name: shown[name]["amount"] for name in SHOWN}


async def test_a_line_that_nothing_was_claimed_of_has_cost_nothing(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    assert set((await executed(voucher_api, voucher_db, steps=0)).values()) == {"0.00"}


async def test_what_was_sent_is_neither_owed_nor_paid(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    shown = await executed(voucher_api, voucher_db, steps=3)
    assert shown == {"cost": "7.00", "payable": "3.00", "in_transit": "4.00", "paid": "0.00", "drawn": "5.00"}


async def test_what_the_bank_paid_is_paid(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    shown = await executed(voucher_api, voucher_db, steps=4)
    assert shown == {"cost": "7.00", "payable": "3.00", "in_transit": "0.00", "paid": "4.00", "drawn": "5.00"}


async def test_execution_goes_back_to_a_day(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await executed(voucher_api, voucher_db, steps=4)
    params = {"as_of": "2020-09-13", "fiscal_year": "2020"}
    answer = await voucher_api.get("/v1/reports/budget-execution", headers=FINANCE, params=params)
    assert answer.json()["items"][0]["cost"]["amount"] == "0.00"


async def test_another_treasury_sees_none_of_it(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await executed(voucher_api, voucher_db, steps=4)
    answer = await voucher_api.get("/v1/reports/budget-execution", headers=STRANGER)
    assert answer.json()["items"] == []
