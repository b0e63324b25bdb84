"""Deposits over HTTP: a holder is told where to pay his part in; finance gives back what nobody needs."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.redemption.domain import orders
from tests.conftest import Begin, SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.steps import a_filled_line, cny
from tests.voucher.payout.steps import BANK_CODE, CHECKER, MAKER
from tests.voucher.reconciliation.escrowed import Escrowed, an_escrowed, escrow_rules
from tests.voucher.redemption.samples import HOLDER, NOW, PAYEE, provider
from tests.voucher.redemption.stored import a_stored_voucher, carry_out

DEPOSITS, REFUNDS = "/v1/deposits", "/v1/deposit-refunds"
AUDITOR = calls("per_a", "auditor", treasury=None)


def party(role: str, organization: Any) -> dict[str, str]:
    return calls(f"per_{role}", role, org=show("org", organization), treasury=None)


def firm() -> dict[str, str]:
    return party("holder", HOLDER)


def maker() -> dict[str, str]:
    return calls(MAKER, "finance_maker")


def checker(**bound: Any) -> dict[str, str]:
    return calls(CHECKER, "finance_checker", **bound)


@pytest.fixture
async def escrowed(begin: Begin, set_clock: SetClock, voucher_api: httpx2.AsyncClient) -> Escrowed:
    return replace(await begin(an_escrowed), set_clock=set_clock)


async def announced(api: httpx2.AsyncClient, escrowed: Escrowed) -> dict[str, Any]:
    asked = {"redemption_id": show("red", escrowed.redemption_id)}
    answer = await api.post(DEPOSITS, headers=firm(), json=asked)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def codes(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_holder_is_told_what_to_pay_in_where_and_under_which_words(
    voucher_api: httpx2.AsyncClient, escrowed: Escrowed
) -> None:
    made = await announced(voucher_api, escrowed)
    assert (made["amount"], made["state"]) == (cny("15000.00"), "announced")
    assert made["to"]["number"] == escrowed.escrow.account.number
    seen = [
        (await voucher_api.get(f"{DEPOSITS}/{made['id']}", headers=headers)).status_code
        for headers in (firm(), party("provider", PAYEE), maker(), AUDITOR, party("holder", new_id()))
    ]
    assert seen == [200, 200, 200, 200, 404]
    lists = [
        len((await voucher_api.get(DEPOSITS, headers=headers)).json()["items"])
        for headers in (firm(), party("provider", PAYEE), checker(), checker(treasury="tianshui"), AUDITOR)
    ]
    assert lists == [1, 1, 1, 0, 1]


async def test_an_announcement_is_taken_back_once(voucher_api: httpx2.AsyncClient, escrowed: Escrowed) -> None:
    path = f"{DEPOSITS}/{(await announced(voucher_api, escrowed))['id']}/withdraw"
    assert (await voucher_api.post(path, headers=firm())).json()["state"] == "withdrawn"
    assert await codes(await voucher_api.post(path, headers=firm())) == (409, "deposit.state")
    assert (await voucher_api.get(f"{DEPOSITS}?state=announced", headers=firm())).json()["items"] == []


async def test_what_goes_back_is_proposed_by_one_and_decided_by_another(
    voucher_api: httpx2.AsyncClient, escrowed: Escrowed
) -> None:
    await escrowed.pay_in()
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    await escrowed.has_account()
    asked = {"redemption_id": show("red", escrowed.redemption_id), "cause": "双方解约"}
    first = (await voucher_api.post(REFUNDS, headers=maker(), json=asked)).json()
    assert await codes(await voucher_api.post(REFUNDS, headers=maker(), json=asked)) == (409, "deposit_refund.proposed")
    rejected = await voucher_api.post(f"{REFUNDS}/{first['id']}/reject", headers=checker(), json={"reason": "附件不全"})
    assert (rejected.json()["state"], rejected.json()["reason"]) == ("rejected", "附件不全")
    second = (await voucher_api.post(REFUNDS, headers=maker(), json=asked)).json()
    path = f"{REFUNDS}/{second['id']}"
    assert (await voucher_api.post(f"{path}/approve", headers=checker())).json()["state"] == "approved"
    assert await codes(await voucher_api.post(f"{path}/approve", headers=checker())) == (409, "deposit_refund.state")
    assert (await voucher_api.get(path, headers=AUDITOR)).json()["account_number"].startswith("*")
    shown = [len((await voucher_api.get(REFUNDS, headers=one)).json()["items"]) for one in (firm(), maker(), AUDITOR)]
    assert shown == [2, 2, 2]
    await escrowed.audited()


async def test_nobody_gives_back_what_he_does_not_know_of(voucher_api: httpx2.AsyncClient, escrowed: Escrowed) -> None:
    asked = {"redemption_id": show("red", escrowed.redemption_id), "cause": "双方解约"}
    assert await codes(await voucher_api.post(REFUNDS, headers=maker(), json=asked)) == (404, "redemption.unknown")
    nobodys = {"redemption_id": show("red", new_id())}
    assert await codes(await voucher_api.post(DEPOSITS, headers=firm(), json=nobodys)) == (404, "redemption.unknown")


async def test_a_treasury_has_one_account_in_escrow_and_funds_it_with_nothing(
    voucher_api: httpx2.AsyncClient, escrowed: Escrowed
) -> None:
    another = {
        "kind": "escrow",
        "name": "江门市创新券托管户",
        "number": "44001670101059000111",
        "bank_code": BANK_CODE,
        "bank_name": "建行江门分行",
        "funding_source": "用券单位",
    }
    answer = await voucher_api.post("/v1/payer-accounts", headers=maker(), json=another)
    assert await codes(answer) == (409, "payer_account.escrow_exists")
    line = await a_filled_line(voucher_api, "10000.00")
    funding = {"budget_line_id": line["id"], "amount": cny("10000.00"), "document": "江财拨〔2020〕112号"}
    path = f"/v1/payer-accounts/{show('pac', escrowed.escrow.account.id)}/fundings"
    assert await codes(await voucher_api.post(path, headers=maker(), json=funding)) == (422, "funding.escrow")


async def test_of_five_accounts_in_escrow_that_are_opened_at_once_one_is(voucher_api: httpx2.AsyncClient) -> None:
    asked = [
        {
            "kind": "escrow",
            "name": "江门市创新券托管户",
            "number": f"4400167010105900011{number}",
            "bank_code": BANK_CODE,
            "bank_name": "建行江门分行",
            "funding_source": "用券单位",
        }
        for number in range(5)
    ]
    sent = [voucher_api.post("/v1/payer-accounts", headers=maker(), json=one) for one in asked]
    assert sorted(one.status_code for one in await asyncio.gather(*sent)) == [201, 409, 409, 409, 409]


async def test_what_is_sent_again_under_its_key_is_done_once(
    voucher_api: httpx2.AsyncClient, escrowed: Escrowed
) -> None:
    asked = {"redemption_id": show("red", escrowed.redemption_id)}
    again = calls("per_holder", "holder", key="key-1", org=show("org", HOLDER), treasury=None)
    first, second = [(await voucher_api.post(DEPOSITS, headers=again, json=asked)).json() for _ in range(2)]
    assert first == second
    path = f"{DEPOSITS}/{first['id']}/withdraw"
    for _ in range(2):
        assert (await voucher_api.post(path, headers=again)).json()["state"] == "withdrawn"
    await escrowed.pay_in()
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    await escrowed.has_account()
    making, deciding = calls(MAKER, "finance_maker", key="key-2"), calls(CHECKER, "finance_checker", key="key-3")
    made = [(await voucher_api.post(REFUNDS, headers=making, json={**asked, "cause": "解约"})).json() for _ in range(2)]
    assert made[0] == made[1]
    for verb, body in (("reject", {"reason": "附件不全"}), ("reject", {"reason": "附件不全"})):
        answer = await voucher_api.post(f"{REFUNDS}/{made[0]['id']}/{verb}", headers=deciding, json=body)
        assert answer.json()["state"] == "rejected"
    another = {**asked, "cause": "解约"}
    last = (await voucher_api.post(REFUNDS, headers=maker(), json=another)).json()
    for _ in range(2):
        answer = await voucher_api.post(f"{REFUNDS}/{last['id']}/approve", headers=deciding)
        assert answer.json()["state"] == "approved"
    await escrowed.audited()


async def test_without_an_account_to_pay_in_to_nothing_is_announced(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(NOW)
    stored = await a_stored_voucher(voucher_db, rules=escrow_rules())
    asked = {"redemption_id": show("red", await stored.authorised())}
    assert await codes(await voucher_api.post(DEPOSITS, headers=firm(), json=asked)) == (409, "deposit.no_account")
