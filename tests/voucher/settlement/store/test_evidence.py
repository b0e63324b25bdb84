"""What the domain says of invoices and slips holds in the database too, whoever writes there."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.voucher.settlement.domain.invoice import Invoice, InvoiceState
from services.voucher.settlement.domain.slip import BankSlip, SlipState
from services.voucher.settlement.store import invoices, slips
from services.voucher.settlement.store.evidence_tables import InvoiceLines
from tests.voucher.redemption.samples import VERSION, YUAN
from tests.voucher.settlement.papers import AT, a_line, a_slip, an_invoice, put

VERIFIED = {
    "state": InvoiceState.VERIFIED,
    "decided_by": "per_reviewer",
    "decided_at": AT + timedelta(hours=1),
    "decided_how": "query page",
}
REFUSED = {**VERIFIED, "state": InvoiceState.REFUSED, "reason": "no such number"}
VOID = {**VERIFIED, "state": InvoiceState.VOID, "decided_how": None, "reason": "issued anew"}
SLIP_VOID: dict[str, Any] = {"state": SlipState.VOID, "decided_by": "per_1", "decided_at": AT, "reason": "wrong file"}


async def run(database: Database, statement: str) -> None:
    async with database.begin() as connection:
        await connection.execute(text(statement))


@pytest.mark.parametrize(
    "invoice",
    [
        an_invoice(a_line(1, 0), a_line(2, 1, number=2)),
        an_invoice(document_id=None, client_ref="inv-1"),
        an_invoice(**VERIFIED),
        an_invoice(**REFUSED),
        an_invoice(**VOID),
    ],
)
async def test_an_invoice_is_read_as_it_was_written(voucher_db: Database, invoice: Invoice) -> None:
    await put(voucher_db, invoice)
    async with voucher_db.begin() as connection:
        assert await invoices.lock(connection, [invoice.id, VERSION]) == {invoice.id: invoice}


async def test_a_slip_is_read_as_it_was_written(voucher_db: Database) -> None:
    slip = a_slip(**SLIP_VOID)
    await put(voucher_db, slip)
    async with voucher_db.begin() as connection:
        (found,) = (await slips.lock(connection, [slip.id, VERSION])).values()
    assert (found.key, found.payer, found.payee, found.state, found.left) == (
        slip.key,
        slip.payer,
        slip.payee,
        SlipState.VOID,
        slip.amount,
    )


@pytest.mark.parametrize(
    ("invoice", "constraint"),
    [
        (an_invoice(total=1), "ck_invoices_arithmetic"),
        (an_invoice(registrant_id=VERSION), "ck_invoices_parties"),
        (an_invoice(buyer=an_invoice().seller), "ck_invoices_parties"),
        (an_invoice(**{**VERIFIED, "decided_by": "per_provider"}), "ck_invoices_four_eyes"),
        (an_invoice(**{**VERIFIED, "decided_how": None}), "ck_invoices_decided_how"),
        (an_invoice(**{**REFUSED, "reason": None}), "ck_invoices_reason"),
        (an_invoice(decided_by="per_reviewer", decided_at=AT), "ck_invoices_decided"),
        (an_invoice(lines=(a_line(net=1),)), "the lines are not what the invoice comes to"),
        (an_invoice(a_line(allocated=30_000 * YUAN + 1)), "ck_invoice_lines_allocated"),
        (a_slip(allocated=15_000 * YUAN + 1), "ck_bank_slips_allocated"),
        (a_slip(**{**SLIP_VOID, "allocated": 1}), "ck_bank_slips_void_unallocated"),
        (a_slip(**{**SLIP_VOID, "reason": None}), "ck_bank_slips_reason"),
        (a_slip(registrant_id=VERSION), "ck_bank_slips_parties"),
    ],
)
async def test_what_may_not_be_is_refused_by_name(
    voucher_db: Database, invoice: Invoice | BankSlip, constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await put(voucher_db, invoice)


@pytest.mark.parametrize("over", [{}, VERIFIED])
async def test_a_fapiao_stands_registered_once(voucher_db: Database, over: dict[str, Any]) -> None:
    first = an_invoice(**over)
    await put(voucher_db, first)
    with pytest.raises(Refusal, match=r"invoice\.registered"):
        await put(voucher_db, an_invoice(fapiao=first.fapiao))


@pytest.mark.parametrize("over", [REFUSED, VOID])
async def test_its_number_is_free_once_its_invoice_is_over(voucher_db: Database, over: dict[str, Any]) -> None:
    first = an_invoice(**over)
    second = an_invoice(fapiao=first.fapiao)
    await put(voucher_db, first, second)
    async with voucher_db.read() as connection:
        assert len(await invoices.read(connection, [first.id, second.id])) == 2


async def test_no_line_is_added_to_an_invoice_later(voucher_db: Database) -> None:
    invoice = an_invoice()
    await put(voucher_db, invoice)
    line = {"invoice_id": invoice.id, "number": 2, "description": "", "net": 1, "tax": 0, "allocated": 0}
    with pytest.raises(IntegrityError, match="the lines are not what the invoice comes to"):
        async with voucher_db.begin() as connection:
            await connection.execute(insert(InvoiceLines.__table__).values(line))


@pytest.mark.parametrize("over", [REFUSED, VOID])
async def test_nothing_is_drawn_from_an_invoice_that_is_over(voucher_db: Database, over: dict[str, Any]) -> None:
    await put(voucher_db, an_invoice(**over))
    with pytest.raises(IntegrityError, match="nothing more is drawn"):
        await run(voucher_db, "UPDATE invoice_lines SET allocated = 1")


async def test_what_was_drawn_may_go_back_to_an_invoice_that_is_over(voucher_db: Database) -> None:
    await put(voucher_db, an_invoice(a_line(allocated=2), **REFUSED))
    await run(voucher_db, "UPDATE invoice_lines SET allocated = 1")


async def test_an_invoice_that_claims_draw_from_is_not_voided(voucher_db: Database) -> None:
    await put(voucher_db, an_invoice(a_line(allocated=1)))
    with pytest.raises(IntegrityError, match="not voided"):
        await run(
            voucher_db,
            "UPDATE invoices SET state = 'void', reason = 'x', decided_by = 'per_1', decided_at = registered_at",
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoices SET total = 1",
        "UPDATE invoices SET fapiao_key = ''",
        "UPDATE invoice_lines SET net = 1",
        "UPDATE bank_slips SET amount = 1",
        "DELETE FROM invoices",
        "DELETE FROM bank_slips",
    ],
)
async def test_the_service_changes_nothing_that_is_printed(voucher_db: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await run(voucher_db, statement)
