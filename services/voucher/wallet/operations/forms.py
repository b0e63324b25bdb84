"""Looks at what a party answers to a scheme's form: each fault of it, and the documents that it names."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import documents
from services.chassis.documents import Document
from services.chassis.refusals import Reason
from services.voucher.scheme.domain.applications import Field
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain import form
from services.voucher.wallet.domain.form import Answers

NO_FORM: Rule[tuple[Field, ...]] = Rule((), "applications")


async def against(
    connection: AsyncConnection, scheme: Scheme, answers: Answers | None, *, holder_id: UUID, whole: bool
) -> list[Reason]:
    """What speaks against answers of a party; whole: at submission, when what is required must be there."""
    given = answers or {}
    own = await _own(connection, scheme, given, holder_id=holder_id)
    asked = NO_FORM if scheme.applications is None else scheme.applications.form
    return form.faults(asked, given, currency=scheme.currency, own=own, whole=whole)


async def named(connection: AsyncConnection, scheme: Scheme, answers: Answers | None) -> dict[str, Document]:
    """The documents that answers name, by the field that asks for each."""
    asked = {} if scheme.applications is None else form.documents(scheme.applications.form, answers or {})
    known = await documents.known(connection, list(asked.values())) if asked else {}
    return {name: known[one] for name, one in asked.items() if one in known}


async def _own(connection: AsyncConnection, scheme: Scheme, answers: Answers, *, holder_id: UUID) -> Collection[UUID]:
    found = await named(connection, scheme, answers)
    return {one.id for one in found.values() if one.organization == holder_id}
