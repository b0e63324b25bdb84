"""Reads which undertakings are counted as one with a payee, for awards that are state aid."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.directory.domain.groups import group
from services.voucher.directory.store import parties
from services.voucher.scheme.domain.awards import Award


async def counted_with(connection: AsyncConnection, award: Award, payee_id: UUID, day: date) -> frozenset[UUID]:
    """A payee with all that are related to it on a local date; nobody for an award that is no state aid.

    Refusal ``group.too_large``.
    """
    if award.regime is None:
        return frozenset()
    return group(payee_id, await parties.related(connection, [payee_id], days={day}), day)
