"""A budget line is made by finance of its treasury, filled by two persons, and seen by whoever may."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.voucher.ledger.api.budget_lines import EXAMPLE
from services.voucher.ledger.domain.budget import ChangeKind
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import CHECKER, MAKER
from tests.voucher.ledger.steps import a_change_of_a_round, a_filled_line, cny, make_line, propose

AUDITOR = {"treasury": None}


async def test_a_new_line_has_nothing_in_it(voucher_api: httpx2.AsyncClient) -> None:
    line = await make_line(voucher_api)
    assert line == {
        **EXAMPLE,
        "id": line["id"],
        "allotted": cny("0.00"),
        "free": cny("0.00"),
        "granted": cny("0.00"),
        "pools": cny("0.00"),
        "rounds": [],
    }


async def test_an_allotment_stands_in_the_line_once_another_person_has_approved_it(
    voucher_api: httpx2.AsyncClient,
) -> None:
    line = await a_filled_line(voucher_api, "4308980.00")
    assert (line["allotted"], line["free"]) == (cny("4308980.00"), cny("4308980.00"))


async def test_a_cut_takes_what_is_free(voucher_api: httpx2.AsyncClient) -> None:
    line = await a_filled_line(voucher_api, "100.00")
    cut = await propose(voucher_api, line["id"], "40.00", verb="cut")
    await voucher_api.post(f"/v1/budget-changes/{cut['id']}/approve", headers=calls(CHECKER, "finance_checker"))
    shown = await voucher_api.get(f"/v1/budget-lines/{line['id']}", headers=calls(MAKER, "finance_maker"))
    assert (shown.json()["allotted"], shown.json()["free"]) == (cny("60.00"), cny("60.00"))


async def test_more_than_is_free_cannot_be_cut(voucher_api: httpx2.AsyncClient) -> None:
    line = await a_filled_line(voucher_api, "100.00")
    answer = await voucher_api.post(
        f"/v1/budget-lines/{line['id']}/cut",
        headers=calls(MAKER, "finance_maker"),
        json={"amount": cny("100.01"), "document": "x"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "budget_line.insufficient")
    assert answer.json()["errors"][0]["numbers"]["missing"] == "0.01"


async def test_the_same_classification_twice_is_refused(voucher_api: httpx2.AsyncClient) -> None:
    await make_line(voucher_api)
    again = await voucher_api.post("/v1/budget-lines", headers=calls(MAKER, "finance_maker"), json=EXAMPLE)
    assert (again.status_code, again.json()["code"]) == (409, "budget_line.exists")


async def test_a_line_of_another_treasury_cannot_be_made(voucher_api: httpx2.AsyncClient) -> None:
    headers = calls(MAKER, "finance_maker", treasury="tianshui")
    answer = await voucher_api.post("/v1/budget-lines", headers=headers, json=EXAMPLE)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (403, "/treasury")


@pytest.mark.parametrize("verb", ["allot", "cut"])
async def test_another_treasurys_line_is_not_there(voucher_api: httpx2.AsyncClient, verb: str) -> None:
    line, stranger = await make_line(voucher_api), calls("per_x", "finance_maker", treasury="tianshui")
    body = {"amount": cny("1.00"), "document": "x"}
    proposed = await voucher_api.post(f"/v1/budget-lines/{line['id']}/{verb}", headers=stranger, json=body)
    shown = await voucher_api.get(f"/v1/budget-lines/{line['id']}", headers=stranger)
    assert [(proposed.status_code, proposed.json()["code"]), shown.status_code] == [(404, "budget_line.unknown"), 404]


async def test_the_operator_sees_the_lines_of_its_bureau(voucher_api: httpx2.AsyncClient) -> None:
    await make_line(voucher_api)
    own = calls("per_o", "operator", treasury=None, bureau=EXAMPLE["bureau"])
    other = calls("per_o", "operator", treasury=None, bureau="another")
    counts = [
        len((await voucher_api.get("/v1/budget-lines", headers=who)).json()["items"])
        for who in (own, other, calls("per_a", "auditor", **AUDITOR))
    ]
    assert counts == [1, 0, 1]


async def test_lines_are_turned_over_page_by_page(voucher_api: httpx2.AsyncClient) -> None:
    made = [(await make_line(voucher_api, fiscal_year=year))["id"] for year in (2021, 2020, 2022)]
    headers, cursor = calls(MAKER, "finance_maker"), None
    seen: list[str] = []
    for _ in range(3):
        query: dict[str, Any] = {"limit": 1} | ({"after": cursor} if cursor else {})
        page = (await voucher_api.get("/v1/budget-lines", headers=headers, params=query)).json()
        seen, cursor = [*seen, *(item["id"] for item in page["items"])], page["next_cursor"]
    assert (seen, cursor) == ([made[1], made[0], made[2]], None)


async def test_lines_are_found_by_fiscal_year(voucher_api: httpx2.AsyncClient) -> None:
    await make_line(voucher_api)
    page = await voucher_api.get("/v1/budget-lines?fiscal_year=2021", headers=calls(MAKER, "finance_maker"))
    assert page.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("path", ["/v1/budget-lines", "/v1/budget-changes", "/v1/ledger/journals"])
@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4Il0", "WyJ4IiwieSJd"])
async def test_a_cursor_that_is_not_ours_is_refused(voucher_api: httpx2.AsyncClient, path: str, cursor: str) -> None:
    answer = await voucher_api.get(path, headers=calls(MAKER, "finance_maker"), params={"after": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "page.cursor")


async def test_all_faults_of_a_body_are_named_at_once(voucher_api: httpx2.AsyncClient) -> None:
    body = {**EXAMPLE, "fiscal_year": "2020", "currency": "XXX", "project": "", "extra": 1}
    answer = await voucher_api.post("/v1/budget-lines", headers=calls(MAKER, "finance_maker"), json=body)
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert (answer.status_code, pointers) == (422, {"/fiscal_year", "/currency", "/project", "/extra"})


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "1e400", "NaN", "1,00", "9223372036854775808"])
async def test_what_is_no_amount_is_refused(voucher_api: httpx2.AsyncClient, amount: str) -> None:
    line = await make_line(voucher_api)
    answer = await voucher_api.post(
        f"/v1/budget-lines/{line['id']}/allot",
        headers=calls(MAKER, "finance_maker"),
        json={"amount": cny(amount), "document": "x"},
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/amount")


async def test_what_moves_money_needs_a_key(voucher_api: httpx2.AsyncClient) -> None:
    headers = calls(MAKER, "finance_maker")
    del headers["Idempotency-Key"]
    answer = await voucher_api.post("/v1/budget-lines", headers=headers, json=EXAMPLE)
    assert (answer.status_code, answer.json()["code"]) == (428, "idempotency.missing")


async def test_the_same_request_again_is_the_same_line(voucher_api: httpx2.AsyncClient) -> None:
    headers = calls(MAKER, "finance_maker", key="once")
    first, second = [await voucher_api.post("/v1/budget-lines", headers=headers, json=EXAMPLE) for _ in range(2)]
    assert first.json() == second.json()
    assert (second.status_code, second.headers["Idempotency-Replayed"]) == (201, "true")


async def test_a_line_shows_what_it_has_given_to_each_round(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    line = await a_filled_line(voucher_api, "100.00")
    round_id = await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 3000, approved=True)
    shown = (
        await voucher_api.get(f"/v1/budget-lines/{line['id']}", headers=calls("per_a", "auditor", **AUDITOR))
    ).json()
    assert (shown["free"], shown["pools"]) == (cny("70.00"), cny("30.00"))
    assert shown["rounds"] == [{"round_id": f"rnd_{round_id.hex}", "amount": cny("30.00")}]
