"""Bank slips over HTTP with real tokens: registered with their paper, known again, voided, found again."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.decisions import of_subject
from services.chassis.ids import new_id, parse, show
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.settlement.api.test_invoices import SIDES, the, told
from tests.voucher.settlement.papers import AT, a_paper, named, slip_asked, slip_body


@pytest.fixture
async def api(voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock) -> httpx2.AsyncClient:
    await set_clock(AT)
    await named(voucher_db)
    return voucher_api


@pytest.fixture
async def paper(voucher_db: Database) -> UUID:
    """The provider's scan of a slip."""
    return await a_paper(voucher_db)


async def registered(api: httpx2.AsyncClient, paper: UUID, **changes: Any) -> dict[str, Any]:
    body = slip_body(slip_asked(document_id=paper, **changes))
    answer = await api.post("/v1/bank-slips", headers=the("provider"), json=body)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_a_slip_is_registered_with_all_that_is_left_of_it(api: httpx2.AsyncClient, paper: UUID) -> None:
    shown = await registered(api, paper)
    assert (shown["state"], shown["region"], shown["registered_for"]) == ("registered", "440703", show("org", PAYEE))
    assert shown["left"] == shown["amount"] == {"amount": "15000.00", "currency": "CNY"}
    for role in ("provider", "holder", "reviewer", "auditor"):
        assert (await api.get(f"/v1/bank-slips/{shown['id']}", headers=the(role))).json() == shown


async def test_the_same_request_is_answered_the_same(api: httpx2.AsyncClient, paper: UUID) -> None:
    headers, body = the("provider"), slip_body(slip_asked(document_id=paper))
    first, second = [await api.post("/v1/bank-slips", headers=headers, json=body) for _ in range(2)]
    assert first.json() == second.json()


async def test_the_holder_registers_it_with_a_paper_of_his_own(
    api: httpx2.AsyncClient, voucher_db: Database, paper: UUID
) -> None:
    body = slip_body(slip_asked(document_id=paper))
    assert told(await api.post("/v1/bank-slips", headers=the("holder"), json=body)) == (404, ["document.unknown"])
    body["document_id"] = show("doc", await a_paper(voucher_db, HOLDER))
    shown = (await api.post("/v1/bank-slips", headers=the("holder"), json=body)).json()
    assert shown["registered_for"] == show("org", HOLDER)


async def test_a_transfer_is_registered_once_however_it_is_written(api: httpx2.AsyncClient, paper: UUID) -> None:
    await registered(api, paper, serial="HQH-1")
    body = slip_body(slip_asked(document_id=paper, serial="hqh１", bank=" 中国工商 银行"))
    answer = await api.post("/v1/bank-slips", headers=the("provider"), json=body)
    assert told(answer) == (409, ["bank_slip.registered"])


async def test_a_third_partys_transfer_proves_nothing(api: httpx2.AsyncClient, paper: UUID) -> None:
    sent = slip_asked(document_id=paper)
    body = slip_body(replace(sent, payer=replace(sent.payer, name="张三")))
    answer = await api.post("/v1/bank-slips", headers=the("provider"), json=body)
    assert told(answer) == (422, ["bank_slip.third_party"])
    assert answer.json()["errors"][0]["numbers"] == {"printed": "张三", "registered": "江门一号公司"}


async def test_a_client_names_what_it_creates_once(api: httpx2.AsyncClient, paper: UUID) -> None:
    await registered(api, paper, client_ref="slip-1")
    body = slip_body(slip_asked(document_id=paper, client_ref="slip-1"))
    answer = await api.post("/v1/bank-slips", headers=the("provider"), json=body)
    assert told(answer) == (409, ["client_ref.taken"])


async def test_a_void_one_frees_its_serial_and_both_sides_hear_of_it(
    api: httpx2.AsyncClient, voucher_db: Database, paper: UUID
) -> None:
    one = await registered(api, paper)
    path, why = f"/v1/bank-slips/{one['id']}/void", {"reason": "wrong file"}
    assert told(await api.post(path, headers=the("holder"), json=why)) == (403, ["bank_slip.not_registrant"])
    shown = (await api.post(path, headers=the("provider"), json=why)).json()
    assert (shown["state"], shown["reason"], shown["decided_by"]) == ("void", "wrong file", "per_provider")
    assert (await registered(api, paper, serial=one["serial"]))["id"] != one["id"]
    for role in SIDES:
        events = (await api.get("/v1/events", headers=the(role))).json()["items"]
        assert [event["type"] for event in events][:2] == ["bank_slip.registered", "bank_slip.voided"]
    async with voucher_db.read() as connection:
        (decision,) = await of_subject(connection, parse("slp", one["id"]))
    assert (decision.outcome, decision.actor, decision.numbers["reason"]) == ("void", "per_provider", "wrong file")


async def test_a_voiding_is_answered_the_same_again(api: httpx2.AsyncClient, paper: UUID) -> None:
    one, headers = await registered(api, paper), the("provider")
    path = f"/v1/bank-slips/{one['id']}/void"
    first, second = [await api.post(path, headers=headers, json={"reason": "wrong file"}) for _ in range(2)]
    assert (first.json(), second.headers["Idempotency-Replayed"]) == (second.json(), "true")


async def test_lists_are_narrowed_filtered_and_turned_over(api: httpx2.AsyncClient, paper: UUID) -> None:
    ids = [(await registered(api, paper, client_ref=f"slip-{place}"))["id"] for place in range(3)]
    first = (await api.get("/v1/bank-slips?limit=2", headers=the("holder"))).json()
    rest = (await api.get(f"/v1/bank-slips?after={first['next_cursor']}", headers=the("holder"))).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    query = f"client_ref=slip-1&state=registered&payer_id={show('org', HOLDER)}&payee_id={show('org', PAYEE)}"
    listed = (await api.get(f"/v1/bank-slips?{query}", headers=the("auditor"))).json()["items"]
    assert [one["id"] for one in listed] == [ids[1]]
    assert (await api.get("/v1/bank-slips?state=void", headers=the("reviewer"))).json()["items"] == []
    assert (await api.get("/v1/bank-slips", headers=the("reviewer", region="440800"))).json()["items"] == []


async def test_a_stranger_is_not_told_that_it_exists(api: httpx2.AsyncClient, paper: UUID) -> None:
    one = await registered(api, paper)
    for slip_id in (one["id"], show("slp", new_id())):
        answer = await api.get(f"/v1/bank-slips/{slip_id}", headers=the("holder", org=show("org", new_id())))
        assert told(answer) == (404, ["bank_slip.unknown"])
