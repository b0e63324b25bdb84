"""Invoices over HTTP with real tokens: registered, verified by a second person, voided, found again."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.decisions import of_subject
from services.chassis.ids import new_id, parse, show
from tests.chassis.signing import bearer
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.settlement.papers import AT, a_line, a_number, a_paper, asked, invoice_body, named

SIDES = {"holder": HOLDER, "provider": PAYEE}
VERIFIED = {"outcome": "verified", "how": "全国增值税发票查验平台"}


def the(role: str, **claims: Any) -> dict[str, str]:
    """Headers of the holder, the provider or a reviewer of the city, under a new key."""
    org = show("org", SIDES[role]) if role in SIDES else None
    who = {"sub": f"per_{role}", "per": f"per_{role}", "org": org, "roles": [role], "region": "440700", **claims}
    return {**bearer(**who), "Idempotency-Key": str(new_id())}


@pytest.fixture
async def api(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> httpx2.AsyncClient:
    await set_clock(AT)
    await named(voucher_db)
    return voucher_api


async def registered(api: httpx2.AsyncClient, role: str = "provider", **changes: Any) -> dict[str, Any]:
    answer = await api.post("/v1/invoices", headers=the(role), json=invoice_body(asked(**changes)))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def told(answer: httpx2.Response) -> tuple[int, list[str]]:
    return answer.status_code, [error["code"] for error in answer.json()["errors"]]


async def test_an_invoice_is_registered_with_all_that_is_left_of_it(
    api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    shown = await registered(api, client_ref="inv-1", document_id=await a_paper(voucher_db))
    assert (shown["state"], shown["kind"], shown["region"]) == ("registered", "digital", "440703")
    assert shown["registered_for"] == shown["seller"]["organization_id"] == show("org", PAYEE)
    assert shown["lines"][0]["left"] == shown["total"] == {"amount": "30000.00", "currency": "CNY"}
    for role in ("provider", "holder", "reviewer", "auditor"):
        assert (await api.get(f"/v1/invoices/{shown['id']}", headers=the(role))).json() == shown


async def test_the_same_request_is_answered_the_same(api: httpx2.AsyncClient) -> None:
    headers, body = the("holder"), invoice_body(asked())
    first, second = [await api.post("/v1/invoices", headers=headers, json=body) for _ in range(2)]
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


async def test_a_fapiao_is_registered_once_whoever_comes_second_and_is_not_told_whose_it_is(
    api: httpx2.AsyncClient,
) -> None:
    first = await registered(api)
    again = await api.post("/v1/invoices", headers=the("holder"), json=invoice_body(asked(number=first["number"])))
    assert told(again) == (409, ["invoice.registered"])
    assert first["id"] not in again.text


async def test_all_faults_are_told_at_once_in_the_readers_language(api: httpx2.AsyncClient) -> None:
    body = invoice_body(asked(number="20442", issued_on=date(2020, 12, 1), total=1))
    headers = {**the("provider"), "Accept-Language": "zh-CN"}
    answer = await api.post("/v1/invoices", headers=headers, json=body)
    assert told(answer) == (422, ["invoice.number", "invoice.issued_in_future", "invoice.total"])
    assert "晚于今日" in answer.json()["errors"][1]["message"]


async def test_free_of_tax_is_zero_tax_and_amounts_are_of_one_currency(api: httpx2.AsyncClient) -> None:
    free = invoice_body(asked(a_line(30_000_00, 0)))
    assert (await api.post("/v1/invoices", headers=the("provider"), json=free)).status_code == 201
    mixed = {**free, "number": a_number(), "tax": {"amount": "0.00", "currency": "EUR"}}
    assert told(await api.post("/v1/invoices", headers=the("provider"), json=mixed)) == (422, ["request.invalid"])


async def test_a_client_names_what_it_creates_once(api: httpx2.AsyncClient) -> None:
    await registered(api, client_ref="inv-1")
    again = await api.post("/v1/invoices", headers=the("provider"), json=invoice_body(asked(client_ref="inv-1")))
    assert told(again) == (409, ["client_ref.taken"])


async def test_a_reviewer_of_the_region_verifies_it_and_says_how(api: httpx2.AsyncClient, voucher_db: Database) -> None:
    one = await registered(api)
    waiting = (await api.get("/v1/tasks", headers=the("reviewer"))).json()["items"]
    assert [(task["kind"], task["subject_id"]) for task in waiting] == [
        ("invoice.verify", str(parse("inv", one["id"])))
    ]
    path = f"/v1/invoices/{one['id']}/verify"
    away = await api.post(path, headers=the("reviewer", region="440800"), json=VERIFIED)
    assert told(away) == (404, ["invoice.unknown"])
    shown = (await api.post(path, headers=the("reviewer"), json=VERIFIED)).json()
    assert (shown["state"], shown["decided_how"], shown["decided_by"]) == ("verified", VERIFIED["how"], "per_reviewer")
    assert (await api.get("/v1/tasks", headers=the("reviewer"))).json()["items"] == []
    async with voucher_db.read() as connection:
        (decision,) = await of_subject(connection, parse("inv", one["id"]))
    assert (decision.outcome, decision.actor, decision.rule) == ("verified", "per_reviewer", "invoice.verify")


async def test_who_registered_an_invoice_does_not_verify_it_through_another_account(api: httpx2.AsyncClient) -> None:
    one = await registered(api)
    answer = await api.post(
        f"/v1/invoices/{one['id']}/verify", headers=the("reviewer", per="per_provider"), json=VERIFIED
    )
    assert told(answer) == (409, ["invoice.same_person"])


async def test_a_refused_or_void_one_frees_its_number(api: httpx2.AsyncClient) -> None:
    refused, voided = await registered(api), await registered(api)
    found = {"outcome": "refused", "how": "query page", "reason": "another amount"}
    path = f"/v1/invoices/{refused['id']}/verify"
    assert (await api.post(path, headers=the("reviewer"), json=found)).json()["reason"] == "another amount"
    path = f"/v1/invoices/{voided['id']}/void"
    assert told(await api.post(path, headers=the("holder"), json={"reason": "no"})) == (
        403,
        ["invoice.not_registrant"],
    )
    assert (await api.post(path, headers=the("provider"), json={"reason": "issued anew"})).json()["state"] == "void"
    for one in (refused, voided):
        assert (await registered(api, number=one["number"]))["id"] != one["id"]


@pytest.mark.parametrize(
    ("verb", "role", "body"), [("verify", "reviewer", VERIFIED), ("void", "provider", {"reason": "issued anew"})]
)
async def test_a_decision_is_answered_the_same_again(
    api: httpx2.AsyncClient, verb: str, role: str, body: dict[str, str]
) -> None:
    path, headers = f"/v1/invoices/{(await registered(api))['id']}/{verb}", the(role)
    first, second = [await api.post(path, headers=headers, json=body) for _ in range(2)]
    assert (first.json(), second.headers["Idempotency-Replayed"]) == (second.json(), "true")


async def test_lists_are_narrowed_to_the_caller_and_turned_over(api: httpx2.AsyncClient) -> None:
    ids = [(await registered(api))["id"] for _ in range(3)]
    first = (await api.get("/v1/invoices?limit=2", headers=the("holder"))).json()
    rest = (await api.get(f"/v1/invoices?after={first['next_cursor']}", headers=the("holder"))).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    for headers in (
        the("holder", org=show("org", new_id())),
        the("holder", org=None),
        the("reviewer", region="440800"),
    ):
        assert (await api.get("/v1/invoices", headers=headers)).json()["items"] == []
    for headers in (the("reviewer"), the("auditor")):
        assert len((await api.get("/v1/invoices", headers=headers)).json()["items"]) == 3


async def test_lists_are_filtered(api: httpx2.AsyncClient) -> None:
    mine = await registered(api, client_ref="inv-7")
    await registered(api, "holder")
    org = mine["seller"]["organization_id"]
    for found in (f"number={mine['number']}", "client_ref=inv-7", f"client_ref=inv-7&state=registered&seller_id={org}"):
        listed = (await api.get(f"/v1/invoices?{found}", headers=the("auditor"))).json()["items"]
        assert [one["id"] for one in listed] == [mine["id"]]
    for missing in ("state=void", f"buyer_id={org}"):
        assert (await api.get(f"/v1/invoices?{missing}", headers=the("auditor"))).json()["items"] == []


async def test_a_stranger_is_not_told_that_it_exists(api: httpx2.AsyncClient) -> None:
    one = await registered(api)
    for invoice_id in (one["id"], show("inv", new_id())):
        answer = await api.get(f"/v1/invoices/{invoice_id}", headers=the("provider", org=show("org", new_id())))
        assert told(answer) == (404, ["invoice.unknown"])


async def test_both_parties_hear_of_it(api: httpx2.AsyncClient) -> None:
    one = await registered(api)
    await api.post(f"/v1/invoices/{one['id']}/void", headers=the("provider"), json={"reason": "issued anew"})
    for role in SIDES:
        events = (await api.get("/v1/events", headers=the(role))).json()["items"]
        assert [event["type"] for event in events] == ["invoice.registered", "invoice.voided"]
        assert events[1]["data"]["reason"] == "issued anew"
