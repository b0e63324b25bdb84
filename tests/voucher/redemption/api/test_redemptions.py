"""Redemptions over HTTP with real tokens: every verb, every refusal as a problem, and bad input changes nothing."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.directory.domain.change import Change
from tests.chassis.signing import bearer
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, PAYEE, PROVIDER
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited, hear

Play = Callable[..., Awaitable[dict[str, Any]]]
CNY = "CNY"
OFFERING = UUID(int=50)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


def the(role: str, **claims: Any) -> dict[str, str]:
    """Headers of the holder, the provider or a member of staff, under a new key."""
    org = {"holder": show("org", HOLDER), "provider": show("org", PAYEE)}.get(role)
    who = {"sub": f"per_{role}", "per": f"per_{role}", "org": org, "roles": [role], **claims}
    return {**bearer(**who), "Idempotency-Key": str(new_id())}


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": CNY}


def a_body(stored: Stored, **changes: Any) -> dict[str, Any]:
    return {
        "voucher_id": show("vch", stored.voucher.id),
        "provider_id": show("prv", PROVIDER),
        "category": "testing",
        "contract": {"number": "JC-2020-117", "signed_on": "2020-09-18", "amount": money("30000.00")},
        **changes,
    }


@pytest.fixture
def play(voucher_api: httpx2.AsyncClient) -> Play:
    """Post as somebody and give the body of what must have gone well."""

    async def post(path: str, role: str, body: Any = None, **claims: Any) -> dict[str, Any]:
        answer = await voucher_api.post(f"/v1/{path}", headers=the(role, **claims), json=body)
        assert answer.status_code in (200, 201), answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    return post


def delivery(stored: Stored, amount: str = "12345.67", **changes: Any) -> dict[str, Any]:
    result = show("doc", stored.result)
    return {"settlement": money(amount), "completed_on": "2020-09-20", "result_document_id": result, **changes}


async def test_a_redemption_from_proposal_to_refund(
    stored: Stored, play: Play, voucher_api: httpx2.AsyncClient
) -> None:
    proposed = await play("redemptions", "provider", a_body(stored, client_ref="order-1", description="拉伸测试"))
    red = f"redemptions/{proposed['id']}"
    assert (proposed["state"], proposed["due_on"]) == ("proposed", "2020-09-24")
    assert (await play(f"{red}/confirm", "holder"))["held"] == money("15000.00")
    assert (await play(f"{red}/deliver", "provider", delivery(stored)))["state"] == "delivered"
    assert (await play(f"{red}/accept", "holder", {"rating": 4}))["rating"] == 4
    captured = await play(f"{red}/capture", "provider")
    assert (captured["state"], captured["captured"], captured["released"]) == (
        "captured",
        money("6172.83"),
        money("8827.17"),
    )
    refund = {"amount": money("0.83"), "reason": "rounded", "capture_id": captured["captures"][0]["id"]}
    assert (await play(f"{red}/refund", "provider", refund))["refunded"] == money("0.83")
    shown = (await voucher_api.get(f"/v1/{red}", headers=the("holder"))).json()
    assert [step["event"] for step in shown["timeline"]] == [
        "proposed",
        "authorised",
        "delivered",
        "accepted",
        "captured",
        "released",
        "refunded",
    ]
    listed = (await voucher_api.get("/v1/redemptions?client_ref=order-1", headers=the("provider"))).json()
    assert [one["id"] for one in listed["items"]] == [proposed["id"]]
    await audited(stored.database)


def an_offering(**facts: Any) -> Change:
    document = {"id": show("off", OFFERING), "provider": show("prv", PROVIDER), "category": "testing"}
    return Change(
        "offering", document["id"], {**document, "price": money("1200.00"), "state": "published", **facts}, ""
    )


async def test_a_line_of_the_catalogue_brings_its_category_and_price(
    stored: Stored, play: Play, voucher_api: httpx2.AsyncClient
) -> None:
    await hear(stored.database, an_offering())
    named = {name: a_body(stored)[name] for name in ("voucher_id", "provider_id")}
    contract = {"number": "JC-2020-118", "signed_on": "2020-09-18"}
    body = {**named, "offering_id": show("off", OFFERING), "quantity": 4, "contract": contract}
    assert (await play("quotes", "holder", body))["subsidy"] == money("2400.00")
    made = await play("redemptions", "holder", body)
    assert (made["category"], made["contract"]["amount"]) == ("testing", money("4800.00"))
    assert made["offering_id"] == body["offering_id"]
    await hear(stored.database, an_offering(state="withdrawn"))
    again = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=body)
    assert (again.status_code, again.json()["code"]) == (404, "offering.not_listed")


@pytest.mark.parametrize(
    "changes", [{"category": None}, {"contract": {"number": "1", "signed_on": "2020-09-18"}}, {"quantity": 2}]
)
async def test_without_an_offering_category_and_price_are_named(
    stored: Stored, voucher_api: httpx2.AsyncClient, changes: dict[str, Any]
) -> None:
    answer = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=a_body(stored, **changes))
    assert answer.status_code == 422


async def test_milestones_rework_a_dispute_and_its_decision(stored: Stored, play: Play) -> None:
    red = f"redemptions/{(await play('redemptions', 'holder', a_body(stored)))['id']}"
    await play(f"{red}/confirm", "provider")
    await play(f"{red}/deliver", "provider", delivery(stored, "10000.00", last=False))
    assert (await play(f"{red}/rework", "holder", {"reason": "unreadable"}))["state"] == "authorised"
    await play(f"{red}/deliver", "provider", delivery(stored, "10000.00", last=False))
    await play(f"{red}/accept", "holder", {"rating": 5})
    part = await play(f"{red}/capture", "provider", {"amount": money("4000.00")})
    assert (part["state"], part["held"]) == ("part_captured", money("11000.00"))
    await play(f"{red}/deliver", "provider", delivery(stored, "5000.00"))
    await play(f"{red}/dispute", "holder", {"reason": "incomplete"})
    ruling = {"outcome": "voided", "reason": "heard both"}
    assert (await play(f"{red}/decide", "reviewer", ruling, region="440700"))["state"] == "voided"
    await audited(stored.database)


async def test_decline_withdraw_and_void_by_both(stored: Stored, play: Play) -> None:
    because = {"reason": "plans changed"}
    declined = (await play("redemptions", "provider", a_body(stored)))["id"]
    assert (await play(f"redemptions/{declined}/decline", "holder", because))["state"] == "declined"
    withdrawn = (await play("redemptions", "provider", a_body(stored)))["id"]
    assert (await play(f"redemptions/{withdrawn}/withdraw", "provider", because))["state"] == "withdrawn"
    void = (await play("redemptions", "provider", a_body(stored, amount=money("100.00"))))["id"]
    await play(f"redemptions/{void}/confirm", "holder")
    assert (await play(f"redemptions/{void}/void", "holder", because))["void_asked_by"] == "holder"
    assert (await play(f"redemptions/{void}/void", "provider", because))["state"] == "voided"


async def test_a_retry_with_its_key_gets_the_same_answer(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    headers, body = the("provider"), a_body(stored)
    first = await voucher_api.post("/v1/redemptions", headers=headers, json=body)
    again = await voucher_api.post("/v1/redemptions", headers=headers, json=body)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await voucher_api.post("/v1/redemptions", headers=headers, json=a_body(stored, category="design"))
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")


async def test_a_refusal_names_every_rule_and_leaves_an_attempt(
    stored: Stored, voucher_api: httpx2.AsyncClient
) -> None:
    body = a_body(stored, category="catering", amount=money("90000.00"))
    answer = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=body)
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {
        "category.unlisted",
        "provider.category",
        "price.exceeded",
        "voucher.insufficient",
        "cap.reached",
    }
    tried = (await voucher_api.get("/v1/attempts?outcome=refused", headers=the("holder"))).json()["items"]
    assert [one["operation"] for one in tried] == ["propose_redemption"]
    assert len(tried[0]["reasons"]) == 5
    assert (tried[0]["subject_kind"], tried[0]["subject_id"]) == ("voucher", str(stored.voucher.id))


async def test_a_deadline_of_the_request_itself_counts(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    answer = await voucher_api.post(
        "/v1/redemptions", headers={**the("holder"), "Request-Deadline": past}, json=a_body(stored)
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "request.deadline")


async def test_a_quote_tells_the_holder_everything_and_the_provider_the_rules(stored: Stored, play: Play) -> None:
    body = a_body(stored)
    full = await play("quotes", "holder", body)
    assert (full["payable"], full["amount"], full["self_paid"]) == (True, money("15000.00"), money("15000.00"))
    assert full["headroom"][0]["left"] == money("20000.00")
    assert (full["use_by"], full["use_by_ends"]) == ("2020-10-15", "2020-10-15T16:00:00Z")
    rules = await play("quotes", "provider", {**body, "category": "catering"})
    assert (rules["payable"], rules["amount"], rules["available"], rules["headroom"]) == (False, None, None, None)
    assert [reason["code"] for reason in rules["reasons"]] == ["category.unlisted", "provider.category"]
    assert "catering" in rules["reasons"][0]["message"]


REFUSED = [
    ("confirm", "holder", {"org": show("org", PROVIDER)}, "404 redemption.unknown"),
    ("confirm", "operator", {}, "403 auth.forbidden"),
    ("confirm", "provider", {}, "409 redemption.own_proposal"),
    ("capture", "provider", {}, "409 redemption.state"),
    ("decide", "reviewer", {"region": "440704"}, "404 redemption.unknown"),
    ("decide", "reviewer", {"region": "440703"}, "409 redemption.state"),
]
BODIES: dict[str, Any] = {"decide": {"outcome": "accepted", "reason": "x"}, "capture": {}}


async def test_whoever_may_not_is_refused(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    one = show("red", await stored.propose())
    for path, role, claims, said in REFUSED:
        headers = the(role, **claims)
        answer = await voucher_api.post(f"/v1/redemptions/{one}/{path}", headers=headers, json=BODIES.get(path))
        assert f"{answer.status_code} {answer.json()['code']}" == said


# list 21 of the faults: what is not an amount
NO_AMOUNTS: list[Any] = [
    "0",
    "0.00",
    "-1",
    "0.001",
    "1e400",
    "NaN",
    "Infinity",
    "1,00",
    str(2**63),
    "",
    " 1",
    "１００",
    "+5",
    0.1 + 0.2,
    100,
    None,
    [],
    {},
    True,
]


def tries_with(stored: Stored, one: str, amount: Any) -> dict[str, dict[str, Any]]:
    wrong = {"amount": amount, "currency": CNY}
    contract = {"number": "1", "signed_on": "2020-09-18", "amount": wrong}
    return {
        "": a_body(stored, contract=contract),
        f"/{one}/deliver": delivery(stored) | {"settlement": wrong},
        f"/{one}/refund": {"amount": wrong, "reason": "x"},
    }


async def test_what_is_no_amount_changes_nothing(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    one = show("red", await stored.authorised())
    before = await stored.now()
    tries = [(path, body) for amount in NO_AMOUNTS for path, body in tries_with(stored, one, amount).items()]
    for path, body in tries:
        answer = await voucher_api.post(f"/v1/redemptions{path}", headers=the("provider"), json=body)
        assert answer.status_code == 422, answer.text
        pointers = " ".join(str(error["pointer"]) for error in answer.json()["errors"])
        assert "amount" in pointers or "settlement" in pointers
    assert await stored.now() == before
    await audited(stored.database)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"voucher_id": 1, "voucher_id": 2}',
        b'{"amount": NaN}',
        b"[" * 5000,
        b'{"reason": "\\u0000"}',
        b'{"reason": "\\ud800"}',
        b"\xff\xfe",
    ],
)
async def test_what_two_readers_might_read_differently_is_not_read(
    stored: Stored, voucher_api: httpx2.AsyncClient, raw: bytes
) -> None:
    headers = {**the("provider"), "Content-Type": "application/json"}
    answer = await voucher_api.post("/v1/redemptions", headers=headers, content=raw)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_currencies_are_known_and_one(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    euros = {"amount": "1.00", "currency": "EUR"}
    mixed = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=a_body(stored, amount=euros))
    assert mixed.status_code == 422
    unknown = a_body(stored, amount={"amount": "1.00", "currency": "XQQ"})
    answer = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=unknown)
    assert "currency.unknown" in {error["code"] for error in answer.json()["errors"]}


async def test_a_key_is_required_and_an_unknown_field_refused(stored: Stored, voucher_api: httpx2.AsyncClient) -> None:
    headers = {name: value for name, value in the("holder").items() if name != "Idempotency-Key"}
    keyless = await voucher_api.post("/v1/redemptions", headers=headers, json=a_body(stored))
    assert (keyless.status_code, keyless.json()["code"]) == (428, "idempotency.missing")
    extra = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=a_body(stored, state="captured"))
    assert extra.status_code == 422
    async with stored.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM redemptions"))).scalar_one() == 0
