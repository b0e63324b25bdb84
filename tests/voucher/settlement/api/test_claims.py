"""Claims over HTTP with real tokens: offered, checked with every fault and its fix, submitted once, read by whom they
concern.
"""

from typing import Any

import httpx2
import pytest

from services.chassis.ids import new_id, show
from tests.chassis.signing import bearer
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.settlement.claimed import Captured

SIDES = {"holder": HOLDER, "provider": PAYEE}


def the(role: str, **claims: Any) -> dict[str, str]:
    """Headers of the holder, the provider, a reviewer of the city or a member of staff, under a new key."""
    org = show("org", SIDES[role]) if role in SIDES else None
    who = {"sub": f"per_{role}", "per": f"per_{role}", "org": org, "roles": [role], "region": "440700", **claims}
    return {**bearer(**{"treasury": "jiangmen", **who}), "Idempotency-Key": str(new_id())}


def money(amount: str, currency: str = "CNY") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def a_line(captured: Captured, **changes: Any) -> dict[str, Any]:
    return {
        "capture_id": show("cap", captured.capture_id),
        "invoices": [{"invoice_id": show("inv", captured.invoice.id), "line": 1, "amount": money("30000.00")}],
        "slips": [{"bank_slip_id": show("slp", captured.slip.id), "amount": money("15000.00")}],
        **changes,
    }


async def submitted(api: httpx2.AsyncClient, captured: Captured) -> dict[str, Any]:
    body = {"lines": [a_line(captured)], "client_ref": "2020-9"}
    answer = await api.post("/v1/claims", headers=the("provider"), json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_capture_is_offered_with_what_must_be_shown_for_it(
    voucher_api: httpx2.AsyncClient, captured: Captured
) -> None:
    (offer,) = (await voucher_api.get("/v1/claimable", headers=the("provider"))).json()["items"]
    assert (offer["capture_id"], offer["claimed"]) == (show("cap", captured.capture_id), money("15000.00"))
    assert (offer["invoices_needed"], offer["slips_needed"]) == (money("30000.00"), money("15000.00"))
    assert (offer["claim_by"], offer["claim_by_ends"]) == ("2020-12-15", "2020-12-15T16:00:00Z")
    assert offer["too_late"] is False


async def test_a_claim_is_submitted_and_its_line_waits_for_the_district(
    voucher_api: httpx2.AsyncClient, captured: Captured
) -> None:
    shown = await submitted(voucher_api, captured)
    assert (shown["states"], shown["claimed"], shown["paid"]) == ({"in_review": 1}, money("15000.00"), money("0.00"))
    (line,) = shown["lines"]
    assert (line["line"], line["stage"], line["due_on"], line["approved"]) == (1, "district", "2020-10-14", None)
    assert (line["settlement"], line["self_paid"], line["legs"]) == (money("30000.00"), money("15000.00"), [])


async def test_the_same_request_is_answered_the_same(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    headers, body = the("provider"), {"lines": [a_line(captured)]}
    first, second = [await voucher_api.post("/v1/claims", headers=headers, json=body) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


async def test_a_check_of_good_papers_says_so(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    said = await voucher_api.post("/v1/claims:check", headers=the("provider"), json={"lines": [a_line(captured)]})
    amounts = {"settlement": money("30000.00"), "claimed": money("15000.00"), "self_paid": money("15000.00")}
    shown = {**amounts, "over_price": money("0.00")}
    assert said.json() == {"ok": True, "lines": [{"line": 1, **shown, "faults": []}]}


async def test_a_check_tells_every_fault_with_its_fix_in_the_readers_language(
    voucher_api: httpx2.AsyncClient, captured: Captured
) -> None:
    body = {"lines": [a_line(captured, slips=[]), {"capture_id": show("cap", new_id())}]}
    headers = {**the("provider"), "Accept-Language": "zh-CN"}
    said = (await voucher_api.post("/v1/claims:check", headers=headers, json=body)).json()
    (short,), (unknown,) = (line["faults"] for line in said["lines"])
    assert (said["ok"], short["code"], short["pointer"]) == (False, "claim.slip_short", "/lines/0/slips")
    assert (short["numbers"]["missing"], short["clause"]) == ("15000.00", "row jiangmen-service-2020")
    assert (unknown["message"], unknown["fix"]) == ("本单位没有该核销记录。", "请使用可申请兑付列表中的编号。")
    assert said["lines"][1]["claimed"] is None


async def test_submitting_is_refused_for_what_the_check_has_told(
    voucher_api: httpx2.AsyncClient, captured: Captured
) -> None:
    body = {"lines": [a_line(captured, slips=[]), {"capture_id": show("cap", new_id())}]}
    checked = (await voucher_api.post("/v1/claims:check", headers=the("provider"), json=body)).json()
    refused = await voucher_api.post("/v1/claims", headers=the("provider"), json=body)
    assert refused.status_code == 422
    told = [(error["pointer"], error["code"], error["numbers"]) for error in refused.json()["errors"]]
    faults = [fault for line in checked["lines"] for fault in line["faults"]]
    assert told == [(fault["pointer"], fault["code"], fault["numbers"]) for fault in faults]


async def test_a_capture_that_is_claimed_already_is_a_conflict(
    voucher_api: httpx2.AsyncClient, captured: Captured
) -> None:
    await submitted(voucher_api, captured)
    again = await voucher_api.post("/v1/claims", headers=the("provider"), json={"lines": [a_line(captured)]})
    assert (again.status_code, again.json()["code"]) == (409, "claim.capture_claimed")


@pytest.mark.parametrize("role", ["provider", "holder", "reviewer", "finance_maker", "finance_checker", "auditor"])
async def test_a_claim_is_read_with_its_evidence_and_its_timeline(
    voucher_api: httpx2.AsyncClient, captured: Captured, role: str
) -> None:
    shown = await submitted(voucher_api, captured)
    whole = (await voucher_api.get(f"/v1/claims/{shown['id']}", headers=the(role))).json()
    (line,) = whole["lines"]
    assert {name: line[name] for name in ("invoices", "slips")} == {
        name: a_line(captured)[name] for name in ("invoices", "slips")
    }
    assert [(step["event"], step["person"]) for step in line["timeline"]] == [("submitted", "per_provider")]
    (found,) = (await voucher_api.get("/v1/claims?state=in_review", headers=the(role))).json()["items"]
    assert found == {name: whole[name] for name in found}


async def test_a_stranger_is_not_told_of_a_claim(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    shown = await submitted(voucher_api, captured)
    stranger = the("provider", org=show("org", new_id()))
    answer = await voucher_api.get(f"/v1/claims/{shown['id']}", headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "claim.unknown")
    assert (await voucher_api.get("/v1/claims", headers=stranger)).json()["items"] == []


async def test_the_amounts_of_a_line_are_in_one_currency(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    slips = [{"bank_slip_id": show("slp", captured.slip.id), "amount": money("15000.00", "EUR")}]
    body = {"lines": [a_line(captured, slips=slips)]}
    answer = await voucher_api.post("/v1/claims:check", headers=the("provider"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize("lines", [[], [{"capture_id": "cap_1"}], [{}] * 201])
async def test_a_claim_has_one_to_two_hundred_lines_each_of_a_capture(
    voucher_api: httpx2.AsyncClient, lines: list[Any]
) -> None:
    answer = await voucher_api.post("/v1/claims", headers=the("provider"), json={"lines": lines})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
