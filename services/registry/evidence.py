"""Decides whether what a body refers to is there: its documents and the things it names by id."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents
from services.chassis.refusals import Reason


async def document_faults(connection: AsyncConnection, document_id: UUID) -> list[Reason]:
    """List what is wrong with a document referred to: it was never sent."""
    known = await documents.known(connection, [document_id])
    return missing("document", [("/document", document_id in known)])


def missing(kind: str, found: Sequence[tuple[str, bool]]) -> list[Reason]:
    """List the references, told by pointer, that were not found."""
    rule = "what is referred to exists"
    return [
        Reason("reference.unknown", rule=rule, pointer=pointer, numbers={"kind": kind})
        for pointer, there in found
        if not there
    ]
