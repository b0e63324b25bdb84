"""Awards over HTTP: claimed and followed by their payee, funded by their bureau, recomputed and reported on."""

from typing import Any

import httpx2
import pytest

from services.chassis.ids import parse, show
from services.voucher.awards.operations.reporting import SpendingTimer
from tests.conftest import SetClock
from tests.voucher.awards.paid import LATER, paid_in_full
from tests.voucher.awards.steps import FIRM, MATCH, OPERATOR, Office, a_document
from tests.voucher.conftest import calls

CLAIMS, FUNDINGS = "/v1/award-claims", "/v1/award-fundings"
PROPOSALS, REPORTS, APPEALS = "/v1/clawback-proposals", "/v1/spending-reports", "/v1/award-appeals"
AUDITOR = calls("per_auditor", "auditor", treasury=None)


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def payee(organization: Any = FIRM, role: str = "holder") -> dict[str, str]:
    return calls("per_accountant", role, org=show("org", organization), treasury=None)


def reviewer(region: str = "440700", **bound: Any) -> dict[str, str]:
    return calls("per_controller", "reviewer", region=region, treasury=None, **bound)


def operator(person: str, bureau: str = "jiangmen-science") -> dict[str, str]:
    return calls(person, "operator", bureau=bureau, treasury=None)


async def asked(office: Office, **changes: Any) -> dict[str, Any]:
    paper = await a_document(office.database)
    body = {
        "scheme_version_id": show("scv", office.version.id),
        "award": "top-up",
        "on": "2021-06-30",
        "figures": {"deal": cny("100000.00"), "upper_award": cny("30000.00")},
        "document_ids": [show("doc", paper)],
        "answers": dict(office.answers(paper)),
    }
    return {**body, **changes}


async def claimed(api: httpx2.AsyncClient, office: Office) -> dict[str, Any]:
    answer = await api.post(CLAIMS, headers=payee(), json=await asked(office, client_ref="t-1"))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_what_an_award_comes_to_is_checked_before_it_is_claimed(
    voucher_api: httpx2.AsyncClient, office: Office
) -> None:
    checked = (await voucher_api.post(f"{CLAIMS}:check", headers=payee(), json=await asked(office))).json()
    assert (checked["ok"], checked["amount"]) == (True, cny("15000.00"))
    assert [(one["part"], one["amount"]) for one in checked["parts"]] == [
        ("city", cny("4500.00")),
        ("district", cny("10500.00")),
    ]
    against = await asked(office, figures={})
    refused = (await voucher_api.post(f"{CLAIMS}:check", headers=payee(), json=against)).json()
    assert [one["code"] for one in refused["faults"]] == ["award.figure_unknown", "award.figure_unknown"]


async def test_a_claim_is_read_by_its_payee_and_its_region_and_by_nobody_else(
    voucher_api: httpx2.AsyncClient, office: Office
) -> None:
    made = await claimed(voucher_api, office)
    path = f"{CLAIMS}/{made['id']}"
    assert (made["state"], made["stage"], made["amount"]) == ("in_review", "district", cny("15000.00"))
    readers = (payee(), reviewer(), AUDITOR, payee(OPERATOR), reviewer("110000"))
    assert [(await voucher_api.get(path, headers=one)).status_code for one in readers] == [200, 200, 200, 404, 404]
    lists = [(await voucher_api.get(CLAIMS, headers=one)).json()["items"] for one in readers]
    assert [[one["id"] for one in listed] for listed in lists] == [[made["id"]]] * 3 + [[], []]
    claim = (await voucher_api.get(f"/v1/claims/{made['claim_id']}", headers=payee())).json()
    assert [line["award_claim_id"] for line in claim["lines"]] == [made["id"]]


async def test_a_body_in_two_currencies_and_a_rate_that_is_not_known_are_refused(
    voucher_api: httpx2.AsyncClient, office: Office
) -> None:
    both = {"deal": cny("1.00"), "upper_award": {"amount": "1.00", "currency": "SGD"}}
    assert (await voucher_api.post(CLAIMS, headers=payee(), json=await asked(office, figures=both))).status_code == 422
    dollars = {"deal": {"amount": "1.00", "currency": "SGD"}, "upper_award": {"amount": "1.00", "currency": "SGD"}}
    answer = await voucher_api.post(CLAIMS, headers=payee(), json=await asked(office, figures=dollars))
    assert [one["code"] for one in answer.json()["errors"]] == ["award.currency"]


async def test_two_persons_name_the_budget_line_and_the_next_one_takes_its_place(
    voucher_api: httpx2.AsyncClient, office: Office
) -> None:
    body = {
        "scheme_version_id": show("scv", office.version.id),
        "award": "top-up",
        "part": "city",
        "region": "440700",
        "budget_line_id": show("bln", office.budget["city"].id),
        "document": "江财教〔2022〕9号",
    }
    made = (await voucher_api.post(FUNDINGS, headers=operator("per_1"), json=body)).json()
    path = f"{FUNDINGS}/{made['id']}"
    same = await voucher_api.post(f"{path}/approve", headers=operator("per_1"))
    assert (same.status_code, same.json()["code"]) == (403, "award_funding.same_person")
    assert (await voucher_api.post(f"{path}/approve", headers=operator("per_2"))).json()["state"] == "approved"
    listed = (await voucher_api.get(f"{FUNDINGS}?scheme=jiangmen-topup-2021", headers=AUDITOR)).json()["items"]
    assert sorted(one["state"] for one in listed if one["part"] == "city") == ["approved", "replaced"]
    other = (await voucher_api.post(FUNDINGS, headers=operator("per_1"), json={**body, "part": "district"})).json()
    no = await voucher_api.post(
        f"{FUNDINGS}/{other['id']}/reject", headers=operator("per_2"), json={"reason": "指标不符"}
    )
    assert (no.json()["state"], no.json()["reason"]) == ("rejected", "指标不符")
    again = await voucher_api.post(f"{FUNDINGS}/{other['id']}/approve", headers=operator("per_2"))
    assert (again.status_code, again.json()["code"]) == (409, "award_funding.state")
    assert (await voucher_api.get(path, headers=operator("per_3", "elsewhere"))).status_code == 404


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"part": "county"}, 422, "award_funding.part"),
        ({"award": "nothing"}, 422, "award.unknown"),
        ({"scheme_version_id": "scv_" + "0" * 31 + "1"}, 404, "scheme.unknown"),
    ],
)
async def test_a_funding_of_what_there_is_not_is_refused(
    voucher_api: httpx2.AsyncClient, office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    body = {
        "scheme_version_id": show("scv", office.version.id),
        "award": "top-up",
        "part": "city",
        "region": "440700",
        "budget_line_id": show("bln", office.budget["city"].id),
        "document": "江财教〔2022〕9号",
        **changed,
    }
    answer = await voucher_api.post(FUNDINGS, headers=operator("per_1"), json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_upper_award_that_was_cut_is_told_and_the_payee_sees_what_is_left(
    voucher_api: httpx2.AsyncClient, office: Office, set_clock: SetClock
) -> None:
    made = await claimed(voucher_api, office)
    claim = await office.read(parse("acl", made["id"]))
    await paid_in_full(office, claim, set_clock)
    body = {"figures": {"upper_award": cny("20000.00")}, "reason": "省级补助已退回一部分"}
    answer = await voucher_api.post(f"{CLAIMS}/{made['id']}/recompute", headers=reviewer(), json=body)
    assert answer.status_code == 200, answer.text
    query = f"{PROPOSALS}?award_claim_id={made['id']}"
    finance = calls("per_finance", "finance_maker", treasury="jiangmen")
    lists = [(await voucher_api.get(query, headers=one)).json()["items"] for one in (payee(), finance, AUDITOR)]
    assert [[one["amount"] for one in listed] for listed in lists] == [[cny("5000.00")]] * 3
    assert (await voucher_api.get(query, headers=payee(OPERATOR))).json()["items"] == []


async def test_a_report_is_handed_in_and_decided(
    voucher_api: httpx2.AsyncClient, match: Office, set_clock: SetClock
) -> None:
    claim = await match.claim("match", **MATCH)
    await paid_in_full(match, claim, set_clock)
    await SpendingTimer().run(match.database, LATER)
    space, region = payee(OPERATOR, "space"), reviewer("330400")
    (report,) = (await voucher_api.get(REPORTS, headers=space)).json()["items"]
    path, document = f"{REPORTS}/{report['id']}", await a_document(match.database, OPERATOR)
    item = {
        "item": "running_costs",
        "amount": cny("250000.00"),
        "spent_on": LATER.date().isoformat(),
        "said": "房租",
        "document_id": show("doc", document),
    }
    sent = await voucher_api.post(f"{path}/submit", headers=space, json={"items": [item]})
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    assert (await voucher_api.get(f"/v1/documents/{show('doc', document)}", headers=region)).status_code == 200
    decided = (await voucher_api.post(f"{path}/decide", headers=region, json={"disallowed": []})).json()
    assert (decided["spent"], decided["misspent"], decided["unspent"]) == (
        cny("250000.00"),
        cny("0.00"),
        cny("50000.00"),
    )
    assert (await voucher_api.get(path, headers=region)).json()["items"][0]["amount"] == cny("250000.00")
    assert (await voucher_api.get(f"{REPORTS}?overdue=true&state=owed", headers=AUDITOR)).json()["items"] == []
    assert (await voucher_api.get(path, headers=payee())).status_code == 404


async def test_a_returned_claim_is_corrected_with_a_document(voucher_api: httpx2.AsyncClient, office: Office) -> None:
    made = await claimed(voucher_api, office)
    district = reviewer(stage="district")
    verdict = {"lines": [{"line": 1, "decision": "return", "reason": "缺少到账凭证"}]}
    answer = await voucher_api.post(f"/v1/claims/{made['claim_id']}/review", headers=district, json=verdict)
    assert answer.status_code == 200, answer.text
    body = {"document_ids": [show("doc", await a_document(office.database))], "said": "补交到账凭证"}
    corrected = await voucher_api.post(f"{CLAIMS}/{made['id']}/correct", headers=payee(), json=body)
    assert (corrected.json()["state"], corrected.json()["document_ids"][1:]) == ("in_review", body["document_ids"])


@pytest.mark.parametrize(("outcome", "state"), [("uphold", "in_review"), ("dismiss", "rejected")])
async def test_a_rejection_is_appealed_and_that_is_decided(
    voucher_api: httpx2.AsyncClient, office: Office, outcome: str, state: str
) -> None:
    made = await claimed(voucher_api, office)
    verdict = {"line": 1, "decision": "reject", "reason": "凭证不全", "refused_for": "evidence_missing"}
    district = calls("per_first", "reviewer", region="440700", stage="district", treasury=None)
    review = f"/v1/claims/{made['claim_id']}/review"
    answer = await voucher_api.post(review, headers=district, json={"lines": [verdict]})
    assert answer.status_code == 200, answer.text
    body = {"award_claim_id": made["id"], "grounds": "到账凭证第二页已列明金额"}
    filed = (await voucher_api.post(APPEALS, headers=payee(), json=body)).json()
    path = f"{APPEALS}/{filed['id']}"
    assert (await voucher_api.get(path, headers=payee(OPERATOR))).status_code == 404
    decided = await voucher_api.post(f"{path}/{outcome}", headers=reviewer(), json={"words": "经复核"})
    assert (decided.status_code, decided.json()["words"]) == (200, "经复核")
    assert (await voucher_api.get(path, headers=payee())).json() == decided.json()
    listed = (await voucher_api.get(f"{APPEALS}?award_claim_id={made['id']}", headers=AUDITOR)).json()["items"]
    assert listed == [decided.json()]
    assert (await voucher_api.get(f"{CLAIMS}/{made['id']}", headers=payee())).json()["state"] == state
