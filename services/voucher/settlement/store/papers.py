"""Remembers whose case a document belongs to: a redemption's, an invoice's, a bank slip's or a claim line's."""

from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store import transitions
from services.voucher.settlement.store.claim_lines import LINES
from services.voucher.settlement.store.invoices import INVOICES
from services.voucher.settlement.store.line_steps import TRANSITIONS
from services.voucher.settlement.store.slips import SLIPS


async def parties_of(connection: AsyncConnection, document_id: UUID) -> list[tuple[tuple[UUID, UUID], str]]:
    """Both sides, and the region, of each case that names a document."""
    invoices, slips, steps = INVOICES.c, SLIPS.c, TRANSITIONS.c
    found = union(
        select(invoices.buyer_id, invoices.seller_id, invoices.region).where(invoices.document_id == document_id),
        select(slips.payer_id, slips.payee_id, slips.region).where(slips.document_id == document_id),
        select(LINES.c.holder_id, LINES.c.payee_id, LINES.c.region)
        .join(TRANSITIONS, steps.claim_line_id == LINES.c.id)
        .where(steps.document_id == document_id),
    )
    cases = [((holder, payee), region) for holder, payee, region in await connection.execute(found)]
    return [*await transitions.parties_of(connection, document_id), *cases]
