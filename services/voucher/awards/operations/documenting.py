"""Decides which documents somebody may rest on when he acts on an award: his own, or those of his organisation."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents
from services.chassis.authorisation import Permit
from services.chassis.refusals import Refusal


async def require_own(connection: AsyncConnection, document_id: UUID | None, *, payee_id: UUID) -> None:
    """Refusal ``document.unknown`` unless a document that is named is the payee's."""
    found = {} if document_id is None else await documents.known(connection, [document_id])
    if document_id is not None and (document_id not in found or found[document_id].organization != payee_id):
        raise Refusal("document.unknown", pointer="/document_id")


async def require_document(connection: AsyncConnection, permit: Permit, document_id: UUID | None) -> None:
    """Refusal ``document.unknown`` unless a document that is named is one of the caller's own."""
    if document_id is None:
        return
    found = (await documents.known(connection, [document_id])).get(document_id)
    caller = permit.caller
    ours = found is not None and found.organization is not None and found.organization == caller.organization
    if found is None or not (ours or found.sent_by == caller.subject):
        raise Refusal("document.unknown", pointer="/document_id")
