"""Bad input through the gateway: a problem document that names field and rule, all faults at once, and no effect."""

from typing import Any

import httpx2
import pytest

from tests.houses import House

ROUND = "rnd_" + "0" * 32
REGISTRATION: dict[str, Any] = {
    "organization": {"uscc": "91350100M000100Y43", "name": "江门某某科技有限公司", "region": "440703"},
    "person": {"name": "陈华", "login": "chen.hua", "password": "nine rivers in delta"},
    "roles": ["holder"],
    "mode": "test",
}
AMOUNTS = ["0", "-1", "0.001", "1e400", "NaN", "1,00", str(2**63), 0.1 + 0.2, 0, True, None, "１００"]


async def post(house: House, role: str, path: str, body: Any, **headers: str) -> httpx2.Response:
    sent = await house.calls(role, **{"Idempotency-Key": "journey-1", **headers})
    return await house.http.post(path, json=body, headers=sent)


def pointers(answer: httpx2.Response) -> set[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return {error["pointer"] for error in answer.json()["errors"]}


async def registrations(house: House) -> int:
    answer = await house.http.get("/v1/registrations", headers=await house.calls("operator"))
    return len(answer.json()["items"])


async def test_a_wrong_check_digit_is_named_with_all_other_faults_and_changes_nothing(house: House) -> None:
    before = await registrations(house)
    organization = {
        **REGISTRATION["organization"],
        "uscc": "91110108MA0ABC1234",
        "region": "44 07",
        "size_class": "vast",
    }
    answer = await house.http.post("/v1/registrations", json={**REGISTRATION, "organization": organization})
    assert answer.status_code == 422
    assert pointers(answer) == {"/organization/uscc", "/organization/region", "/organization/size_class"}
    assert await registrations(house) == before


async def test_an_unknown_category_is_named(house: House) -> None:
    answer = await post(house, "provider", "/v1/providers", {"categories": ["alchemy"]})
    assert answer.status_code == 422
    assert pointers(answer) == {"/categories/0"}


async def test_every_amount_that_is_none_is_refused_where_money_is_asked_for(house: House) -> None:
    for amount in AMOUNTS:
        money = {"amount": amount, "currency": "CNY"}
        answer = await post(house, "holder", "/v1/applications", {"round_id": ROUND, "amount": money})
        assert (answer.status_code, pointers(answer) <= {"/amount", "/amount/amount"}) == (422, True), amount


async def test_an_unknown_currency_and_an_unknown_field_are_named_together(house: House) -> None:
    body = {"round_id": ROUND, "amount": {"amount": "1.00", "currency": "XXX"}, "state": "issued"}
    assert pointers(await post(house, "holder", "/v1/applications", body)) == {"/amount", "/state"}


@pytest.mark.parametrize(
    ("content", "code"),
    [(b'{"round_id": 1, "round_id": 2}', "request.malformed"), (b"[" * 5000, "request.malformed")],
)
async def test_ambiguous_json_is_refused(house: House, content: bytes, code: str) -> None:
    headers = await house.calls("holder", **{"Idempotency-Key": "j", "Content-Type": "application/json"})
    answer = await house.http.post("/v1/applications", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_key_is_required_where_value_moves(house: House) -> None:
    sent = await house.calls("finance_maker")
    answer = await house.http.post("/v1/budget-lines", json={}, headers=sent)
    assert (answer.status_code, answer.json()["code"]) == (428, "idempotency.missing")


LINE = {
    "fiscal_year": 2020,
    "bureau": "jiangmen-sme",
    "treasury": "jiangmen",
    "project": "小微企业服务补贴券",
    "function_class": "2150805",
    "economic_class": "31205",
    "allotment_document": "江财工〔2020〕58号",
    "funding_source": "江门市财政局",
}


async def test_a_key_used_again_for_another_body_is_refused_and_changes_nothing(house: House) -> None:
    first = await post(house, "finance_maker", "/v1/budget-lines", LINE)
    again = await post(house, "finance_maker", "/v1/budget-lines", LINE)
    other = await post(house, "finance_maker", "/v1/budget-lines", {**LINE, "fiscal_year": 2021})
    assert (first.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")
    listed = await house.http.get("/v1/budget-lines", headers=await house.calls("finance_maker"))
    assert len(listed.json()["items"]) == 1


async def test_what_a_role_must_not_know_of_is_not_found(house: House) -> None:
    elsewhere = {**LINE, "treasury": "jiangmen"}
    line = (await post(house, "finance_maker", "/v1/budget-lines", elsewhere)).json()["id"]
    for role, status in {"finance_checker": 200, "auditor": 200, "holder": 403, "reviewer": 403}.items():
        answer = await house.http.get(f"/v1/budget-lines/{line}", headers=await house.calls(role))
        assert answer.status_code == status, role
    me = (await house.http.get("/v1/me", headers=await house.calls("holder"))).json()
    theirs = await house.http.get(f"/v1/organizations/{me['organization']}", headers=await house.calls("provider"))
    assert (theirs.status_code, theirs.json()["code"]) == (404, "organization.unknown")


async def test_a_foreign_or_spoilt_token_is_nobody(house: House) -> None:
    good = await house.token("auditor")
    for token in ("x", good[:-2] + ("AA" if good[-2:] != "AA" else "BB"), good.rsplit(".", 1)[0] + "."):
        answer = await house.http.get("/v1/audit", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert "WWW-Authenticate" in answer.headers
