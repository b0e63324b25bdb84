"""Remembers whose case a document belongs to: an application's, redemption's, invoice's, slip's or claim line's.

What an objection or a stop rests on is for the reviewers alone: neither side learns who objected.
"""

from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.redemption.store import transitions
from services.voucher.settlement.store.claim_lines import LINES
from services.voucher.settlement.store.invoices import INVOICES
from services.voucher.settlement.store.legs import LEGS
from services.voucher.settlement.store.line_steps import TRANSITIONS
from services.voucher.settlement.store.objections import OBJECTIONS
from services.voucher.settlement.store.slips import SLIPS
from services.voucher.settlement.store.stops import STOPS
from services.voucher.wallet.store import papers as applications


async def parties_of(connection: AsyncConnection, document_id: UUID) -> list[tuple[tuple[UUID, ...], str]]:
    """Who reads along, and the region, of each case that names a document: both sides, or nobody but its reviewers."""
    invoices, slips, steps = INVOICES.c, SLIPS.c, TRANSITIONS.c
    found = union(
        select(invoices.buyer_id, invoices.seller_id, invoices.region).where(invoices.document_id == document_id),
        select(slips.payer_id, slips.payee_id, slips.region).where(slips.document_id == document_id),
        select(LINES.c.holder_id, LINES.c.payee_id, LINES.c.region)
        .join(TRANSITIONS, steps.claim_line_id == LINES.c.id)
        .where(steps.document_id == document_id),
    )
    cases = [((holder, payee), region) for holder, payee, region in await connection.execute(found)]
    against = union(
        select(LINES.c.region)
        .join(OBJECTIONS, OBJECTIONS.c.claim_line_id == LINES.c.id)
        .where(OBJECTIONS.c.document_id == document_id),
        select(LINES.c.region)
        .join(LEGS, LEGS.c.claim_line_id == LINES.c.id)
        .join(STOPS, STOPS.c.leg_id == LEGS.c.id)
        .where(STOPS.c.document_id == document_id),
    )
    reviewed: list[tuple[tuple[UUID, ...], str]] = [((), region) for (region,) in await connection.execute(against)]
    applied = await applications.parties_of(connection, document_id)
    return [*applied, *await transitions.parties_of(connection, document_id), *cases, *reviewed]
