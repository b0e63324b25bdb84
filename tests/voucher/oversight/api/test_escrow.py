"""The file of Guangdong is played as it stands: a natural person pays in, the provider claims, the rest goes back."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import parse, show
from services.voucher.payout.store import payer_accounts
from tests.conftest import SetClock
from tests.voucher.oversight.held import MEMBERS, Held, a_file, a_person, cny
from tests.voucher.oversight.played import the
from tests.voucher.payout.steps import BANK_CODE
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import Desk
from tests.voucher.redemption.samples import PAYEE
from tests.voucher.redemption.stored import admitted, audited, organization
from tests.voucher.settlement.claimed import NOW
from tests.voucher.wallet.steps import codes

PERSON = show("per", MEMBERS[0])
PAYEE_KNOWN = organization(PAYEE, provider=admitted("testing", "design"), uscc="11331021002687352Y")
ACCOUNT = {
    "kind": "escrow",
    "name": "创新券托管户",
    "number": "44001670101059000999",
    "bank_code": BANK_CODE,
    "bank_name": "建行江门分行",
    "funding_source": "持券人",
}


@pytest.fixture
def held(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> Held:
    return Held(voucher_api, voucher_db, set_clock, PERSON)


async def test_the_file_of_guangdong_is_claimed_once_the_holders_part_is_in_escrow(held: Held) -> None:
    account = await held.post("payer-accounts", the("finance_maker"), ACCOUNT)
    await held.open(a_file("guangdong-2019"), a_person(), PAYEE_KNOWN)
    redemption = await held.captured(await held.voucher(cny("60000.00")))
    play = await held.claimable(redemption)
    claim = {"lines": [{"capture_id": redemption["captures"][0]["id"], "invoices": [drawn(play)], "slips": []}]}
    refused = await held.api.post("/v1/claims", headers=the("provider"), json=claim)
    assert codes(refused) == ["claim.deposit_missing"]
    deposit = await held.post("deposits", held.as_holder(), {"redemption_id": redemption["id"]})
    # 40 % in the Pearl River Delta since 26 February 2020: the rest of 30 000.00 is his
    assert (deposit["amount"], deposit["payer_name"]) == (cny("18000.00"), "")
    await told(held, account["id"], deposit["reference"])
    assert (await held.post("claims", the("provider"), claim))["id"]
    await given_back(held, redemption["id"])
    await audited(held.database)


async def given_back(held: Held, redemption_id: str) -> None:
    """What the person paid too much goes back to the account that it came from, as both persons of finance see it."""
    asked = {"redemption_id": redemption_id, "cause": "多缴"}
    refund = await held.post("deposit-refunds", the("finance_maker"), asked)
    approved = await held.post(f"deposit-refunds/{refund['id']}/approve", the("finance_checker"))
    for shown in (refund, approved):
        assert (shown["payee_name"], shown["account_number"]) == ("张三", "6222020200012345678")
    assert (approved["amount"], approved["state"]) == (cny("0.07"), "approved")


async def test_a_round_takes_no_money_before_its_treasury_has_an_account_in_escrow(held: Held) -> None:
    with pytest.raises(AssertionError, match=r"round\.no_escrow_account"):
        await held.open(a_file("guangdong-2019"), a_person(), PAYEE_KNOWN)


def drawn(play: Any) -> dict[str, Any]:
    """All of the invoice's one line."""
    return {"invoice_id": show("inv", play.captured.invoice.id), "line": 1, "amount": cny("30000.00")}


async def told(held: Held, account_id: str, reference: str) -> None:
    """The bank tells of the transfer, which bears the name of the person."""
    async with held.database.read() as connection:
        account = await payer_accounts.read(connection, parse("pac", account_id))
    day = date(2020, 9, 29)
    by = {"counterparty_name": "张三", "counterparty_account": "6222020200012345678"}
    paid = movement(1_800_007, booked_on=day, text=reference, **by)
    head = {"from": day.isoformat(), "until": day.isoformat()}
    assert day < NOW.date()
    await Desk(held.database, account).tell(paid, head=head)
