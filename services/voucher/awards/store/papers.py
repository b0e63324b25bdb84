"""Remembers whose case a document belongs to, those of awards among them: what proves one, and what it was spent on."""

from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.awards.store.award_claims import CLAIMS, DOCUMENTS
from services.voucher.awards.store.reports import ITEMS, REPORTS
from services.voucher.settlement.store import papers


async def parties_of(connection: AsyncConnection, document_id: UUID) -> list[tuple[tuple[UUID, ...], str]]:
    """Who reads along, and the region, of each case that names a document: its payee and that region's reviewers."""
    found = union(
        select(CLAIMS.c.payee_id, CLAIMS.c.region)
        .join(DOCUMENTS, DOCUMENTS.c.award_claim_id == CLAIMS.c.id)
        .where(DOCUMENTS.c.document_id == document_id),
        select(CLAIMS.c.payee_id, CLAIMS.c.region)
        .join(REPORTS, REPORTS.c.award_claim_id == CLAIMS.c.id)
        .join(ITEMS, ITEMS.c.report_id == REPORTS.c.id)
        .where(ITEMS.c.document_id == document_id),
    )
    cases: list[tuple[tuple[UUID, ...], str]] = [
        ((payee,), region) for payee, region in await connection.execute(found)
    ]
    return [*await papers.parties_of(connection, document_id), *cases]
