"""Lines of the bank over HTTP: what each was for, what an exception may be, and who says so."""

from typing import Any

import httpx2
import pytest

from services.chassis.ids import new_id, show
from tests.conftest import Begin
from tests.voucher.conftest import calls
from tests.voucher.payout.steps import MAKER, THIRD
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import PAID_ON, Paying, a_sent_payout

LINES = "/v1/statement-lines"
FINANCE = calls(MAKER, "finance_maker")
FEE = movement(-300, booked_on=PAID_ON, counterparty_name="", counterparty_account="", text="fee")


@pytest.fixture
async def paying(begin: Begin) -> Paying:
    """A payment that the bank told under another name, and a fee."""
    paying = await begin(a_sent_payout)
    await paying.desk.tell(paying.debit(counterparty_name="别家公司"), FEE)
    return paying


async def resolve(api: httpx2.AsyncClient, line_id: str, **body: Any) -> httpx2.Response:
    headers = calls(THIRD, "finance_checker")
    return await api.post(f"{LINES}/{line_id}/resolve", headers=headers, json={"reason": "Looked into.", **body})


async def listed(api: httpx2.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await api.get(LINES, headers=FINANCE, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_lines_are_listed_newest_first_and_by_state(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    fee, debit = await listed(voucher_api)
    assert (fee["number"], fee["amount"], fee["exception"]) == (
        2,
        {"amount": "-3.00", "currency": "CNY"},
        "unknown_debit",
    )
    assert (debit["number"], debit["booked_on"], debit["exception"]) == (1, "2020-10-21", "payee_differs")
    assert await listed(voucher_api, state="matched") == []
    assert len(await listed(voucher_api, payer_account_id=show("pac", paying.desk.account.id))) == 2
    assert await listed(voucher_api, statement_id=show("sta", new_id())) == []


async def test_lists_are_turned_over(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    first = (await voucher_api.get(f"{LINES}?limit=1", headers=FINANCE)).json()
    after = {"after": first["next_cursor"]}
    second = (await voucher_api.get(LINES, headers=FINANCE, params=after)).json()
    assert [one["number"] for one in first["items"] + second["items"]] == [2, 1]


async def test_an_exception_shows_what_it_may_be_and_is_resolved(
    voucher_api: httpx2.AsyncClient, paying: Paying
) -> None:
    _, debit = await listed(voucher_api)
    shown = (await voucher_api.get(f"{LINES}/{debit['id']}", headers=FINANCE)).json()
    (likely,) = shown["candidates"]
    assert (likely["kind"], likely["fits"], likely["days"]) == ("payout", ["reference", "amount", "account"], 1)
    done = await resolve(voucher_api, debit["id"], **{"as": "payout", "id": likely["id"]})
    assert (done.status_code, done.json()["state"], done.json()["match_id"]) == (200, "matched", likely["id"])
    assert (await voucher_api.get(f"{LINES}/{debit['id']}", headers=FINANCE)).json()["candidates"] == []


async def test_a_charge_names_nothing_else(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    fee, _ = await listed(voucher_api)
    done = await resolve(voucher_api, fee["id"], **{"as": "charge"})
    assert (done.status_code, done.json()["match_kind"], done.json()["match_id"]) == (200, "charge", None)


async def test_a_credit_shows_what_it_may_be_the_return_of(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    _, debit = await listed(voucher_api)
    named = {"as": "payout", "id": show("pyt", paying.payout.id)}
    assert (await resolve(voucher_api, debit["id"], **named)).status_code == 200
    told = [paying.debit(counterparty_name="别家公司"), FEE, paying.returned(text="退款", counterparty_name="银行")]
    await paying.desk.tell(*told)
    (credit,) = [one for one in await listed(voucher_api, state="exception") if one["amount"]["amount"] == "5000.00"]
    shown = (await voucher_api.get(f"{LINES}/{credit['id']}", headers=FINANCE)).json()
    assert [(one["kind"], one["id"]) for one in shown["candidates"]] == [("return", named["id"])]


@pytest.mark.parametrize(
    "body",
    [
        {"as": "payout"},
        {"as": "payout", "id": f"fnd_{'0' * 32}"},
        {"as": "charge", "id": f"pyt_{'0' * 32}"},
        {"as": "gift"},
        {"as": "charge", "reason": ""},
    ],
)
async def test_a_kind_names_what_it_names_and_no_more(
    voucher_api: httpx2.AsyncClient, paying: Paying, body: dict[str, str]
) -> None:
    answer = await resolve(voucher_api, show("stl", new_id()), **body)
    assert (answer.status_code, answer.json()["code"]) in {(422, "request.invalid"), (422, "text_empty")}


async def test_what_cannot_be_is_told_with_its_figures(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    fee, _ = await listed(voucher_api)
    answer = await resolve(voucher_api, fee["id"], **{"as": "payout", "id": show("pyt", paying.payout.id)})
    error, _ = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "statement_line.amount_differs")
    assert error["message"] == "The line is of 3.00, the other of 5000.00."


async def test_another_treasury_does_not_know_them(voucher_api: httpx2.AsyncClient, paying: Paying) -> None:
    enping = calls("per_e", "finance_checker", treasury="enping")
    assert (await voucher_api.get(LINES, headers=enping)).json()["items"] == []
    for line, headers in (((await paying.desk.lines())[0].id, enping), (new_id(), FINANCE)):
        answer = await voucher_api.get(f"{LINES}/{show('stl', line)}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "statement_line.unknown")
