"""What somebody alters of the evidence behind our back is named by the audit."""

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from tests.conftest import Begin, SetClock
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.claimed import NOW, Captured, a_capture
from tests.voucher.settlement.papers import a_slip, an_invoice, put
from tests.voucher.settlement.reviewed import APPROVE, approve, claimed

REFUSED = "state = 'refused', decided_by = 'x', decided_at = registered_at, decided_how = 'x', reason = 'x'"


async def an_approved_claim(database: Database, set_clock: SetClock) -> Captured:
    """An approved claim, and an invoice and a slip beside it that nothing draws on."""
    await set_clock(NOW)
    captured = await a_capture(database)
    await approve(database, await claimed(captured), APPROVE)
    await put(database, an_invoice(), a_slip())
    await audited(database)
    return captured


@pytest.fixture
async def captured(begin: Begin) -> Captured:
    return await begin(an_approved_claim)


@pytest.mark.parametrize(
    ("check", "alterations"),
    [
        ("invoice.number", ["UPDATE invoices SET fapiao_key = number || '0'"]),
        ("invoice.number", ["UPDATE invoices SET kind = 'old', code = '044002000111'"]),
        (
            "invoice.once",
            ["DROP INDEX uq_invoices_fapiao", "UPDATE invoices SET number = '12345678', fapiao_key = '12345678'"],
        ),
        ("invoice.sums", ["UPDATE invoices SET net = net + 1, total = total + 1"]),
        ("invoice.sums", ["UPDATE invoice_lines SET net = net + 1, tax = tax + 1"]),
        ("invoice.proves", [f"UPDATE invoices SET {REFUSED}"]),
        ("bank_slip.once", ["DROP INDEX uq_bank_slips_slip", "UPDATE bank_slips SET slip_key = 'x'"]),
    ],
)
async def test_an_alteration_is_named(
    captured: Captured, superuser_url: str, check: str, alterations: Sequence[str]
) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        for alteration in alterations:
            await connection.execute(text(alteration))
    await root.dispose()
    assert check in {finding.check for finding in (await run_audit(captured.database)).findings}
