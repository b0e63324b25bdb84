"""Remembers policy papers as the registry told of them: whether each is a draft, in force, incomplete or abolished."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.directory.store.feed import FACTS


async def statuses(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The status of those of these papers that were heard of, by id."""
    status = FACTS.c.document["status"].astext.label("status")
    rows = await connection.execute(select(FACTS.c.key, status).where(FACTS.c.kind == "policy", FACTS.c.key.in_(ids)))
    return {row.key: row.status for row in rows}
