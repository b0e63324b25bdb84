"""Remembers whose case a document belongs to that an application or an appeal names: its holder's, and its region's."""

from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.documents import DOCUMENTS
from services.chassis.ids import show
from services.voucher.wallet.domain.states import ApplicationState
from services.voucher.wallet.store.appeals import APPEALS
from services.voucher.wallet.store.applications import APPLICATIONS


async def parties_of(connection: AsyncConnection, document_id: UUID) -> list[tuple[tuple[UUID, ...], str]]:
    """Who reads along, and the region, of each application that names a document; a draft is its holder's alone.

    Only a party's own documents are named, so that its own applications are looked at and no others.
    """
    owner = select(DOCUMENTS.c.organization).where(DOCUMENTS.c.id == document_id).scalar_subquery()
    answer = func.jsonb_each_text(APPLICATIONS.c.answers).table_valued("key", "value")
    answered = exists(select(answer.c.value).where(answer.c.value == show("doc", document_id)))
    appealed = exists().where(APPEALS.c.application_id == APPLICATIONS.c.id, APPEALS.c.document_id == document_id)
    statement = select(APPLICATIONS.c.holder_id, APPLICATIONS.c.region).where(
        APPLICATIONS.c.holder_id == owner, APPLICATIONS.c.state != ApplicationState.DRAFT, or_(answered, appealed)
    )
    return [((holder,), region) for holder, region in await connection.execute(statement.distinct())]
