"""Accounts over HTTP: a payee's is shown whole to itself and to finance; a treasury's is funded by two persons."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.standards import cnaps
from services.voucher.payout.api.bank_accounts import NewBankAccount
from services.voucher.payout.api.payer_accounts import NewPayerAccount
from services.voucher.payout.store import payer_accounts
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger.steps import a_filled_line, cny
from tests.voucher.payout.steps import BANK_CODE, CHECKER, MAKER, NOW, a_payer_account, a_released_line
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.redemption.stored import hear

ACCOUNTS, PAYERS = "/v1/bank-accounts", "/v1/payer-accounts"
AUDITOR = calls("per_a", "auditor", treasury=None)
NUMBER = "6222000000000001"
BODY = {"name": "单位2", "number": NUMBER, "bank_code": BANK_CODE, "bank_name": "中行", "client_ref": "a-1"}


def payee(organization: Any = PAYEE) -> dict[str, str]:
    return calls("per_provider", "provider", org=show("org", organization), treasury=None)


def finance(role: str = "maker", **bound: Any) -> dict[str, str]:
    return calls(MAKER if role == "maker" else CHECKER, f"finance_{role}", **bound)


@pytest.fixture
async def api(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> httpx2.AsyncClient:
    await set_clock(NOW)
    await hear(voucher_db)
    return voucher_api


async def submit(api: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await api.post(ACCOUNTS, headers=payee(), json=BODY)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_number_is_shown_whole_to_its_owner_and_to_finance_only(api: httpx2.AsyncClient) -> None:
    path = f"{ACCOUNTS}/{(await submit(api))['id']}"
    shown = [(await api.get(path, headers=headers)).json()["number"] for headers in (payee(), finance(), AUDITOR)]
    assert shown == [NUMBER, NUMBER, "*" * 12 + "0001"]
    assert (await api.get(path, headers=payee(HOLDER))).status_code == 404


async def test_accounts_are_listed_for_whom_they_concern(api: httpx2.AsyncClient) -> None:
    made = await submit(api)
    lists = [
        (await api.get(f"{ACCOUNTS}{query}", headers=headers)).json()["items"]
        for query, headers in (
            ("", payee()),
            (f"?organization_id={show('org', PAYEE)}", finance()),
            ("?state=active", finance()),
            ("", payee(HOLDER)),
            ("?limit=1", AUDITOR),
        )
    ]
    assert [[one["id"] for one in items] for items in lists] == [[made["id"]], [made["id"]], [], [], [made["id"]]]


async def test_until_a_treasury_has_a_claim_of_it_a_payee_is_any_treasurys_business(api: httpx2.AsyncClient) -> None:
    path = f"{ACCOUNTS}/{(await submit(api))['id']}"
    assert (await api.get(path, headers=finance(treasury="tianshui"))).json()["number"] == NUMBER


async def test_a_payee_is_the_business_of_those_treasuries_that_have_a_claim_of_it(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_released_line(voucher_db, set_clock)
    path = f"{ACCOUNTS}/{(await submit(voucher_api))['id']}"
    theirs, ours = [
        [
            (await voucher_api.get(path, headers=who)).status_code,
            len((await voucher_api.get(ACCOUNTS, headers=who)).json()["items"]),
            (await voucher_api.post(f"{path}/reject", headers=who, json={"reason": "In doubt."})).status_code,
        ]
        for who in (finance("checker", treasury="tianshui"), finance("checker"))
    ]
    assert (theirs, ours) == ([404, 0, 404], [200, 1, 200])


@pytest.mark.parametrize(("verb", "state"), [("confirm", "confirmed"), ("reject", "rejected")])
async def test_finance_decides_on_an_account(api: httpx2.AsyncClient, verb: str, state: str) -> None:
    path = f"{ACCOUNTS}/{(await submit(api))['id']}/{verb}"
    body = {"reason": "The bank does not know it."} if verb == "reject" else None
    answer = await api.post(path, headers=finance("checker"), json=body)
    assert (answer.status_code, answer.json()["state"], answer.json()["decided_by"]) == (200, state, CHECKER)


async def test_an_account_that_was_never_submitted_is_not_there(api: httpx2.AsyncClient) -> None:
    assert (await api.get(f"{ACCOUNTS}/bka_{'0' * 32}", headers=finance())).status_code == 404


async def open_payer(api: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await api.post(PAYERS, headers=finance(), json=a_payer_example())
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def a_payer_example() -> dict[str, Any]:
    (example,) = NewPayerAccount.model_json_schema()["examples"]
    shown: dict[str, Any] = example
    return shown


def test_the_accounts_shown_by_example_have_bank_codes_that_check() -> None:
    (example,) = NewBankAccount.model_json_schema()["examples"]
    codes = [one["bank_code"] for one in (example, a_payer_example())]
    assert [cnaps.check(code) for code in codes] == codes


async def test_a_payer_account_is_its_treasurys_and_empty_at_first(api: httpx2.AsyncClient) -> None:
    made = await open_payer(api)
    path = f"{PAYERS}/{made['id']}"
    assert (made["treasury"], made["ledger_balance"], made["closing_balance"]) == ("jiangmen", cny("0.00"), None)
    assert (await api.get(path, headers=finance("checker"))).json() == made
    assert (await api.get(path, headers=finance(treasury="tianshui"))).status_code == 404


async def test_payer_accounts_are_listed_for_their_treasury(api: httpx2.AsyncClient, voucher_db: Database) -> None:
    made = await open_payer(api)
    async with voucher_db.begin() as connection:
        await payer_accounts.add(
            connection, a_payer_account(treasury="tianshui", closing_on=NOW.date(), closing_balance=5, number="1" * 9)
        )
    page = (await api.get(f"{PAYERS}?limit=1", headers=AUDITOR)).json()
    rest = (await api.get(f"{PAYERS}?after={page['next_cursor']}", headers=AUDITOR)).json()
    own = (await api.get(PAYERS, headers=finance())).json()
    assert [one["closing_balance"] for one in page["items"]] == [cny("0.05")]
    assert [one["id"] for one in rest["items"]] == [one["id"] for one in own["items"]] == [made["id"]]


async def test_a_payer_account_that_was_never_opened_is_not_there(api: httpx2.AsyncClient) -> None:
    assert (await api.get(f"{PAYERS}/pac_{'0' * 32}", headers=finance())).status_code == 404


async def propose(api: httpx2.AsyncClient) -> dict[str, Any]:
    line, account = await a_filled_line(api, "10.00"), await open_payer(api)
    body = {"budget_line_id": line["id"], "amount": cny("4.00"), "document": "江财拨〔2020〕112号"}
    answer = await api.post(f"{PAYERS}/{account['id']}/fundings", headers=finance(), json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(("verb", "state"), [("approve", "approved"), ("reject", "rejected")])
async def test_a_funding_is_decided_by_another_person(api: httpx2.AsyncClient, verb: str, state: str) -> None:
    funding = await propose(api)
    path, body = f"/v1/fundings/{funding['id']}", {"reason": "Wrong line."} if verb == "reject" else None
    decided = (await api.post(f"{path}/{verb}", headers=finance("checker"), json=body)).json()
    assert (decided["state"], decided["decided_by"], decided["amount"]) == (state, CHECKER, cny("4.00"))
    assert (await api.get(path, headers=finance())).json() == decided


async def test_lists_are_turned_over_page_by_page(api: httpx2.AsyncClient) -> None:
    made = await submit(api)
    await api.post(f"{ACCOUNTS}/{made['id']}/reject", headers=finance("checker"), json={"reason": "Unknown."})
    again = await api.post(ACCOUNTS, headers=payee(), json={**BODY, "client_ref": "a-2"})
    page = (await api.get(f"{ACCOUNTS}?limit=1", headers=payee())).json()
    rest = (await api.get(f"{ACCOUNTS}?after={page['next_cursor']}", headers=payee())).json()
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [again.json()["id"], made["id"]]


async def test_fundings_are_listed_by_account_line_and_state(api: httpx2.AsyncClient) -> None:
    funding = await propose(api)
    queries = (
        "",
        "?state=approved",
        f"?payer_account_id={funding['payer_account_id']}",
        f"?budget_line_id=bln_{new_id().hex}",
        f"?after={'x' * 9}",
    )
    said = [(await api.get(f"/v1/fundings{query}", headers=finance())) for query in queries]
    assert [len(one.json()["items"]) for one in said[:4]] == [1, 0, 1, 0]
    assert said[4].json()["code"] == "page.cursor"
    assert (await api.get("/v1/fundings", headers=finance(treasury="tianshui"))).json()["items"] == []


async def test_a_funding_that_was_never_proposed_is_not_there(api: httpx2.AsyncClient) -> None:
    assert (await api.get(f"/v1/fundings/fnd_{'0' * 32}", headers=finance())).status_code == 404
