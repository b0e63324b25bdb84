"""Disclosures over HTTP: finance prepares and publishes, everybody reads, who has a token objects."""

from typing import Any

import httpx2
import pytest

from services.chassis.ids import new_id, show
from tests.chassis.signing import bearer
from tests.voucher.conftest import calls
from tests.voucher.settlement.approved import Case

Api = httpx2.AsyncClient


async def prepared(api: Api) -> dict[str, Any]:
    answer = await api.post("/v1/disclosures", headers=calls("per_maker", "finance_maker"))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def published(api: Api) -> dict[str, Any]:
    one = await prepared(api)
    path = f"/v1/disclosures/{one['id']}/publish"
    headers = calls("per_checker", "finance_checker")
    answer = await api.post(path, json={"digest": one["digest"]}, headers=headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def objected(api: Api, shown: dict[str, Any], **changes: Any) -> httpx2.Response:
    body = {
        "disclosure_id": shown["id"],
        "claim_line_id": shown["lines"][0]["claim_line_id"],
        "objector": "Liang Hui",
        "contact": "liang.hui@example.org",
        "grounds": "The report names a machine that this firm does not have.",
        **changes,
    }
    return await api.post("/v1/objections", json=body, headers=calls("per_citizen", "holder"))


async def test_what_is_published_is_read_without_a_token(voucher_api: Api, case: Case) -> None:
    shown = await published(voucher_api)
    assert (await voucher_api.get(f"/v1/disclosures/{shown['id']}")).json() == shown
    listed = (await voucher_api.get("/v1/disclosures?state=published&treasury=jiangmen")).json()
    assert (listed["items"], listed["next_cursor"]) == ([shown], None)
    assert (shown["closes_on"], shown["closes_at"]) == ("2020-10-19", "2020-10-19T16:00:00Z")


async def test_no_person_and_no_contact_is_shown_to_the_public(voucher_api: Api, case: Case) -> None:
    shown = await published(voucher_api)
    assert (await objected(voucher_api, shown)).status_code == 201
    told = (await voucher_api.get(f"/v1/disclosures/{shown['id']}")).text
    assert "per_" not in told
    assert "Liang" not in told
    assert shown["lines"][0].keys() == {
        "position",
        "claim_line_id",
        "payee_name",
        "holder_name",
        "category",
        "amount",
    }


async def test_what_is_only_prepared_is_read_by_finance_alone(voucher_api: Api, case: Case) -> None:
    one = await prepared(voucher_api)
    assert (await voucher_api.get(f"/v1/disclosures/{one['id']}")).status_code == 404
    assert (await voucher_api.get("/v1/disclosures")).json()["items"] == []
    headers = bearer(roles=["finance_checker"], treasury="jiangmen", org=None)
    assert (await voucher_api.get("/v1/disclosures:prepared", headers=headers)).json()["items"] == [one]
    assert (await voucher_api.get("/v1/disclosures:prepared")).status_code == 401


@pytest.mark.parametrize("state", ["prepared", "open"])
async def test_the_public_asks_for_no_other_state(voucher_api: Api, state: str) -> None:
    assert (await voucher_api.get(f"/v1/disclosures?state={state}")).status_code == 422


async def test_an_objection_is_filed_read_and_decided(voucher_api: Api, case: Case) -> None:
    filed = await objected(voucher_api, await published(voucher_api), client_ref="letter-7")
    assert (filed.status_code, filed.json()["state"]) == (201, "live")
    headers = calls("per_arbiter", "reviewer", region="440700")
    listed = (await voucher_api.get("/v1/objections?client_ref=letter-7&state=live", headers=headers)).json()
    assert listed["items"] == [filed.json()]
    path = f"/v1/objections/{filed.json()['id']}"
    assert (await voucher_api.get(path, headers=headers)).json() == filed.json()
    ruling = {"outcome": "upheld", "reason": "So it is.", "holder_at_fault": True}
    decided = await voucher_api.post(f"{path}/decide", json=ruling, headers=headers)
    assert (decided.status_code, decided.json()["state"], decided.json()["holder_at_fault"]) == (200, "upheld", True)


async def test_who_objected_is_not_everybodys_to_read(voucher_api: Api, case: Case) -> None:
    await objected(voucher_api, await published(voucher_api))
    answer = await voucher_api.get("/v1/objections", headers=calls("per_holder", "holder"))
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")


async def test_a_stop_is_set_listed_and_lifted(voucher_api: Api, case: Case) -> None:
    body = {
        "leg_id": show("leg", case.leg_id),
        "kind": "court_order",
        "reason": "Order 12.",
        "expected_end": "2020-12-31",
    }
    headers = calls("per_maker", "finance_maker")
    stopped = await voucher_api.post("/v1/stops", json=body, headers=headers)
    assert (stopped.status_code, stopped.json()["state"]) == (201, "live")
    listed = (await voucher_api.get(f"/v1/stops?leg_id={body['leg_id']}&live=true", headers=headers)).json()
    assert listed["items"] == [stopped.json()]
    path = f"/v1/stops/{stopped.json()['id']}/lift"
    lifted = await voucher_api.post(
        path, json={"reason": "Withdrawn."}, headers=calls("per_checker", "finance_checker")
    )
    assert (lifted.status_code, lifted.json()["state"], lifted.json()["ended_by"]) == (200, "lifted", "per_checker")


async def test_nobody_sets_the_stop_of_an_objection_by_hand(voucher_api: Api) -> None:
    body = {"leg_id": show("leg", new_id()), "kind": "objection", "reason": "because"}
    answer = await voucher_api.post("/v1/stops", json=body, headers=calls("per_maker", "finance_maker"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/kind")


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/v1/disclosures", "finance_checker"),
        ("/v1/disclosures/dsc_" + "0" * 32 + "/publish", "reviewer"),
        ("/v1/objections", "auditor"),
        ("/v1/objections/obj_" + "0" * 32 + "/decide", "finance_maker"),
        ("/v1/stops", "provider"),
        ("/v1/stops/stp_" + "0" * 32 + "/lift", "operator"),
    ],
)
async def test_another_role_is_forbidden(voucher_api: Api, path: str, role: str) -> None:
    answer = await voucher_api.post(path, json={}, headers=calls("per_1", role))
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.forbidden")
