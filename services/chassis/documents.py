"""Remembers evidence: sent once, known by SHA-256, referred to by id, never changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tables import Documents
from services.chassis.tokens import Caller

DOCUMENTS = Documents.__table__
SIZE_MAX = 10 * 1024 * 1024
MEDIA_TYPES = frozenset(
    {
        "application/pdf",
        "application/json",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/xml",
        "application/zip",
        "application/ofd",
        "image/jpeg",
        "image/png",
        "text/csv",
        "text/plain",
        "text/xml",
    }
)


@dataclass(frozen=True)
class Document:
    """What is known of a document without its bytes. size in bytes; organization: to whom it belongs."""

    id: UUID
    sha256: str
    media_type: str
    name: str
    size: int
    organization: UUID | None
    sent_by: str
    sent_at: datetime


@dataclass(frozen=True)
class Sent:
    """A document as it arrives."""

    content: bytes
    media_type: str
    name: str


_KNOWN = [column for column in DOCUMENTS.c if column.name != "content"]


async def keep(connection: AsyncConnection, sent: Sent, *, organization: UUID | None, sent_by: str) -> Document:
    """Store a document; the same bytes from the same sender are the same document.

    Refusal ``document.empty``, ``document.type`` or ``request.too_large``.
    """
    if not sent.content:
        raise Refusal("document.empty")
    if len(sent.content) > SIZE_MAX:
        raise Refusal("request.too_large")
    if sent.media_type not in MEDIA_TYPES:
        raise Refusal("document.type", numbers={"media_type": sent.media_type[:100]})
    digest = hashlib.sha256(sent.content).hexdigest()
    statement = insert(DOCUMENTS).values(
        id=new_id(),
        sha256=digest,
        media_type=sent.media_type,
        name=sent.name,
        size=len(sent.content),
        content=sent.content,
        organization=organization,
        sent_by=sent_by,
        sent_at=func.business_now(),
    )
    await connection.execute(statement.on_conflict_do_nothing())
    same = (
        DOCUMENTS.c.sha256 == digest,
        DOCUMENTS.c.sent_by == sent_by,
        DOCUMENTS.c.organization.is_not_distinct_from(organization),
    )
    row = (await connection.execute(select(*_KNOWN).where(*same))).one()
    return Document(**row._mapping)


async def read(connection: AsyncConnection, document_id: UUID) -> Document:
    """What is known of one document; NotFound ``document.unknown``."""
    row = (await connection.execute(select(*_KNOWN).where(DOCUMENTS.c.id == document_id))).one_or_none()
    if row is None:
        raise NotFound("document.unknown")
    return Document(**row._mapping)


async def require_own(connection: AsyncConnection, document_id: UUID | None, *, owner: UUID) -> None:
    """Refusal ``document.unknown`` unless a document, where one is named, belongs to an owner."""
    if document_id is not None:
        found = await _named(connection, document_id)
        if found.organization != owner:
            raise Refusal("document.unknown", pointer="/document_id")


async def require_callers(connection: AsyncConnection, document_id: UUID | None, *, caller: Caller) -> None:
    """Refusal ``document.unknown`` unless a document, where one is named, is the caller's, or of those he acts for."""
    if document_id is not None:
        found = await _named(connection, document_id)
        ours = found.organization is not None and found.organization == caller.organization
        if not (ours or found.sent_by == caller.subject):
            raise Refusal("document.unknown", pointer="/document_id")


async def _named(connection: AsyncConnection, document_id: UUID) -> Document:
    found = (await known(connection, [document_id])).get(document_id)
    if found is None:
        raise Refusal("document.unknown", pointer="/document_id")
    return found


async def content(connection: AsyncConnection, document_id: UUID) -> bytes:
    """The bytes of a document that is known to exist."""
    found: bytes = (
        await connection.execute(select(DOCUMENTS.c.content).where(DOCUMENTS.c.id == document_id))
    ).scalar_one()
    return found


async def known(connection: AsyncConnection, document_ids: Sequence[UUID]) -> dict[UUID, Document]:
    """Those of these documents that exist."""
    rows = await connection.execute(select(*_KNOWN).where(DOCUMENTS.c.id.in_(document_ids)))
    return {row.id: Document(**row._mapping) for row in rows}
