"""Remembers what versions of either family say: schemes of vouchers, and schemes of awards alone."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.scheme.domain import document as documents
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.store.versions import RULES_KEPT, VERSIONS

_READ: dict[UUID, Rulebook] = {}


async def read(connection: AsyncConnection, version_ids: Collection[UUID]) -> dict[UUID, Rulebook]:
    """What versions say, remembered in this process since a version's rules never change."""
    missing = set(version_ids) - _READ.keys()
    if missing:
        if len(_READ) > RULES_KEPT:
            _READ.clear()
        asked = select(VERSIONS.c.id, VERSIONS.c.document).where(VERSIONS.c.id.in_(version_ids))
        for row in await connection.execute(asked):
            family = row.document["family"]
            said = documents.read_awards if family == documents.AWARD else documents.read
            _READ[row.id] = said(row.document)
    return {version_id: _READ[version_id] for version_id in version_ids}
