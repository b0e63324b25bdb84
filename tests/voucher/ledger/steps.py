"""The steps that the ledger's tests take through its API, and in place of the wing of the rounds."""

from typing import Any
from uuid import UUID

import httpx2

from services.chassis import clock
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.voucher.ledger.api.budget_lines import EXAMPLE
from services.voucher.ledger.domain import budget, settling
from services.voucher.ledger.domain.budget import ChangeKind
from services.voucher.ledger.store import approvals, changes, lines
from tests.voucher.conftest import calls
from tests.voucher.ledger.samples import CHECKER, MAKER, a_change


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


async def make_line(api: httpx2.AsyncClient, **changed: Any) -> dict[str, Any]:
    answer = await api.post("/v1/budget-lines", headers=calls(MAKER, "finance_maker"), json={**EXAMPLE, **changed})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def propose(api: httpx2.AsyncClient, line_id: str, amount: str, verb: str = "allot") -> dict[str, Any]:
    answer = await api.post(
        f"/v1/budget-lines/{line_id}/{verb}",
        headers=calls(MAKER, "finance_maker"),
        json={"amount": cny(amount), "document": "江财工〔2020〕58号"},
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def approve(api: httpx2.AsyncClient, change_id: str, person: str = CHECKER, **bound: Any) -> httpx2.Response:
    headers = calls(person, "finance_checker", **bound)
    return await api.post(f"/v1/budget-changes/{change_id}/approve", headers=headers)


async def a_filled_line(api: httpx2.AsyncClient, amount: str) -> dict[str, Any]:
    line = await make_line(api)
    change = await propose(api, line["id"], amount)
    assert (await approve(api, change["id"])).status_code == 200
    shown = await api.get(f"/v1/budget-lines/{line['id']}", headers=calls(MAKER, "finance_maker"))
    body: dict[str, Any] = shown.json()
    return body


async def a_change_of_a_round(
    database: Database, line_id: str, kind: ChangeKind, amount: int, *, approved: bool = False
) -> UUID:
    """What the wing of the rounds does with its own pool beside it; answers the change's round."""
    round_id = new_id()
    async with database.begin() as connection:
        line = await lines.lock(connection, parse("bln", line_id))
        now = await clock.business_now(connection)
        change = a_change(line, kind, amount, round_id=round_id, pool_class="general", proposed_at=now)
        await approvals.propose(connection, settling.proposal(budget.propose(change, line=line), line=line))
    if approved:
        async with database.begin() as connection:
            change, line = await changes.lock(connection, change.id)
            approval = budget.approve(change, line=line, by=CHECKER, at=await clock.business_now(connection))
            settlement = settling.approved(approval, journal_id=new_id(), request_id="req_1")
            await approvals.settle(connection, settlement, request_id="req_1")
    return round_id
