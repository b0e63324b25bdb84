"""Submitted claims over HTTP with real tokens: reviewed at two stages, returned, corrected, withdrawn."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.api.test_claims import a_line, money, submitted, the
from tests.voucher.settlement.claimed import Captured

DISTRICT = {"sub": "per_district", "per": "per_district", "region": "440703", "stage": "district"}
CITY = {"sub": "per_city", "per": "per_city", "region": "440700", "stage": "city"}
RETURN = {"line": 1, "decision": "return", "reason": "发票品名有误"}
APPROVE = {"line": 1, "decision": "approve"}


@pytest.fixture
async def claim(voucher_api: httpx2.AsyncClient, captured: Captured) -> str:
    """The URL of a submitted claim."""
    return f"/v1/claims/{(await submitted(voucher_api, captured))['id']}"


async def reviewed(
    api: httpx2.AsyncClient, claim: str, by: dict[str, str], *verdicts: dict[str, Any], **headers: str
) -> httpx2.Response:
    body = {"lines": list(verdicts)}
    return await api.post(f"{claim}/review", headers={**the("reviewer", **by), **headers}, json=body)


def line_of(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    (line,) = answer.json()["lines"]
    shown: dict[str, Any] = line
    return shown


def told(answer: httpx2.Response) -> tuple[int, list[tuple[str, str]]]:
    return answer.status_code, [(error["code"], error["pointer"]) for error in answer.json()["errors"]]


async def test_two_stages_approve_a_part_of_what_was_claimed(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, claim: str
) -> None:
    line = line_of(await reviewed(voucher_api, claim, DISTRICT, APPROVE))
    assert (line["state"], line["stage"], line["approved"], line["legs"]) == ("in_review", "city", None, [])
    part = {**APPROVE, "amount": money("12000.00"), "reason": "第二项不在合同内"}
    line = line_of(await reviewed(voucher_api, claim, CITY, part))
    assert (line["state"], line["stage"], line["approved"]) == ("approved", None, money("12000.00"))
    assert [(leg["part"], leg["state"], leg["amount"]) for leg in line["legs"]] == [("1", "payable", money("12000.00"))]
    await audited(voucher_db)


async def test_every_fault_of_a_review_is_placed_and_told_at_once(voucher_api: httpx2.AsyncClient, claim: str) -> None:
    answer = await reviewed(voucher_api, claim, CITY, {"line": 1, "decision": "reject", "amount": money("1.00")})
    assert told(answer) == (
        403,
        [
            ("claim.stage", "/lines/0/line"),
            ("claim.reason_missing", "/lines/0/reason"),
            ("claim.amount_unasked", "/lines/0/amount"),
        ],
    )


async def test_a_refusal_of_a_review_is_told_in_chinese_too(voucher_api: httpx2.AsyncClient, claim: str) -> None:
    answer = await reviewed(voucher_api, claim, CITY, APPROVE, **{"Accept-Language": "zh-CN"})
    assert answer.json()["errors"][0]["message"] == "第 1 条明细待区级审核，非本级职责。"


async def test_a_returned_line_is_corrected_and_comes_back_in_its_place(
    voucher_api: httpx2.AsyncClient, captured: Captured, claim: str
) -> None:
    before = line_of(await reviewed(voucher_api, claim, DISTRICT, RETURN))
    assert (before["state"], before["due_on"]) == ("returned", "2020-10-14")
    correction = {name: value for name, value in a_line(captured).items() if name != "capture_id"}
    body = {"lines": [{"line": 1, **correction}]}
    after = line_of(await voucher_api.post(f"{claim}/correct", headers=the("provider"), json=body))
    assert (after["state"], after["stage"], after["corrections"]) == ("in_review", "district", 1)
    assert after["submitted_at"] == before["submitted_at"]
    again = await reviewed(voucher_api, claim, DISTRICT, RETURN)
    assert told(again) == (409, [("claim.corrected_before", "/lines/0/decision")])


async def test_a_correction_names_one_currency(voucher_api: httpx2.AsyncClient, captured: Captured, claim: str) -> None:
    await reviewed(voucher_api, claim, DISTRICT, RETURN)
    slips = [{"bank_slip_id": show("slp", captured.slip.id), "amount": money("15000.00", "EUR")}]
    body = {"lines": [{"line": 1, "invoices": a_line(captured)["invoices"], "slips": slips}]}
    answer = await voucher_api.post(f"{claim}/correct", headers=the("provider"), json=body)
    assert answer.status_code == 422


async def test_a_withdrawn_line_may_be_claimed_again(
    voucher_api: httpx2.AsyncClient, captured: Captured, claim: str
) -> None:
    body = {"reason": "开错发票", "lines": [1]}
    line = line_of(await voucher_api.post(f"{claim}/withdraw", headers=the("provider"), json=body))
    assert (line["state"], line["stage"]) == ("withdrawn", None)
    again = {"lines": [a_line(captured)]}
    assert (await voucher_api.post("/v1/claims", headers=the("provider"), json=again)).status_code == 201


@pytest.mark.parametrize("verb", ["review", "correct", "withdraw"])
async def test_a_verb_takes_its_own_role_only_and_a_key(voucher_api: httpx2.AsyncClient, claim: str, verb: str) -> None:
    wrong = the("provider") if verb == "review" else the("reviewer", **DISTRICT)
    assert (await voucher_api.post(f"{claim}/{verb}", headers=wrong, json={})).status_code == 403
    right = the("reviewer", **DISTRICT) if verb == "review" else the("provider")
    del right["Idempotency-Key"]
    body = (
        {"reason": "x", "lines": [1]}
        if verb == "withdraw"
        else {"lines": [APPROVE if verb == "review" else {"line": 1}]}
    )
    assert (await voucher_api.post(f"{claim}/{verb}", headers=right, json=body)).status_code == 428


async def test_a_claim_that_one_may_not_know_of_is_not_there(voucher_api: httpx2.AsyncClient, claim: str) -> None:
    elsewhere = {**DISTRICT, "region": "440100"}
    assert (await reviewed(voucher_api, claim, elsewhere, APPROVE)).status_code == 404
    stranger = the("provider", org=show("org", new_id()))
    answer = await voucher_api.post(f"{claim}/withdraw", headers=stranger, json={"reason": "x"})
    assert told(answer)[0] == 404
