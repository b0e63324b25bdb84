"""Both sides of an account stand beside each other, with what lies between them."""

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.payout.steps import MAKER
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import PAID_ON, Desk, a_sent_payout

FINANCE = calls(MAKER, "finance_maker")


async def reconciliation(api: httpx2.AsyncClient, desk: Desk) -> dict[str, object]:
    asked = {"payer_account_id": show("pac", desk.account.id)}
    shown: dict[str, object] = (await api.get("/v1/reconciliation", headers=FINANCE, params=asked)).json()
    return {name: one["amount"] if isinstance(one, dict) else one for name, one in shown.items()}


async def test_the_ledger_agrees_with_the_bank_and_says_what_is_open(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    paying = await a_sent_payout(voucher_db, set_clock)
    before = await reconciliation(voucher_api, paying.desk)
    assert (before["statement_balance"], before["closing_on"], before["agrees"]) == (None, None, True)
    assert (before["in_transit"], before["lines"]) == ("5000.00", 0)
    unknown = movement(700, booked_on=PAID_ON, text="?")
    await paying.desk.tell(paying.debit(), paying.returned(), unknown)
    assert await reconciliation(voucher_api, paying.desk) == {
        "payer_account_id": show("pac", paying.desk.account.id),
        "ledger_balance": "7.00",
        "statement_balance": "7.00",
        "closing_on": "2020-11-30",
        "agrees": True,
        "lines": 3,
        "reconciled": 2,
        "exceptions_open": 1,
        "waiting": 0,
        "in_transit": "0.00",
        "suspense": "7.00",
        "not_ours": "0.00",
        "charges": "0.00",
        "funded": "0.00",
        "paid": "5000.00",
        "returned": "5000.00",
    }


async def test_an_account_that_is_not_there_is_not_known(voucher_api: httpx2.AsyncClient) -> None:
    asked = {"payer_account_id": show("pac", new_id())}
    answer = await voucher_api.get("/v1/reconciliation", headers=FINANCE, params=asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "payer_account.unknown")
