"""Who reads a scan: both sides of what it belongs to, and the reviewers of its region."""

from uuid import UUID

import httpx2
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.voucher.settlement.api.test_invoices import the
from tests.voucher.settlement.claimed import Captured, a_claim
from tests.voucher.settlement.papers import a_paper, an_invoice, put

STRANGER = show("org", new_id())


async def readers(api: httpx2.AsyncClient, document_id: UUID) -> list[int]:
    """What the two sides, their reviewer, another region's and another provider are answered."""
    callers = (
        the("holder"),
        the("provider"),
        the("reviewer", region="440703"),
        the("reviewer", region="440800"),
        the("provider", org=STRANGER),
    )
    path = f"/v1/documents/{show('doc', document_id)}/content"
    return [(await api.get(path, headers=headers)).status_code for headers in callers]


async def test_the_scan_of_an_invoice(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    scan = await a_paper(captured.database)
    assert await readers(voucher_api, scan) == [404, 200, 404, 404, 404]
    await put(captured.database, an_invoice(document_id=scan))
    assert await readers(voucher_api, scan) == [200, 200, 200, 404, 404]


async def test_a_bank_slip(voucher_api: httpx2.AsyncClient, captured: Captured) -> None:
    async with captured.database.read() as connection:
        (scan,) = (await connection.execute(text("SELECT document_id FROM bank_slips"))).scalars()
    assert await readers(voucher_api, scan) == [200, 200, 200, 404, 404]


async def test_what_a_decision_on_a_claim_line_rests_on(
    voucher_api: httpx2.AsyncClient, captured: Captured, superuser_url: str
) -> None:
    await a_claim(captured.database, captured.asked)
    opinion = await a_paper(captured.database, None)
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        named = text("UPDATE claim_line_transitions SET document_id = :opinion")
        await connection.execute(named, {"opinion": opinion})
    await root.dispose()
    assert await readers(voucher_api, opinion) == [200, 200, 200, 404, 404]
