"""Remembers what versions of either family say: schemes of vouchers, and schemes of awards alone."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.store import versions

_SAID: dict[UUID, Rulebook] = {}


async def read(connection: AsyncConnection, version_ids: Collection[UUID]) -> dict[UUID, Rulebook]:
    """What versions say, remembered in this process since a version's rules never change."""
    found = {version_id: _SAID[version_id] for version_id in version_ids if version_id in _SAID}
    if len(_SAID) > versions.RULES_KEPT:
        _SAID.clear()
    for version in await versions.get_all(connection, set(version_ids) - found.keys()):
        found[version.id] = _SAID[version.id] = version.said
    return found
