"""Remembers which providers and offerings were heard of, by the names under which a scheme's file may have them."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.voucher.directory.store.feed import FACTS


async def heard_of(connection: AsyncConnection, names: Collection[str]) -> frozenset[str]:
    """Those of these names that a provider (``prv_…`` or credit code) or a published offering (``off_…``) goes by."""
    code, state = (FACTS.c.document[key].astext for key in ("uscc", "state"))
    provider = FACTS.c.provider
    providers = select(provider, code).where(FACTS.c.kind == "organization", provider.is_not(None))
    offerings = select(FACTS.c.key).where(FACTS.c.kind == "offering", FACTS.c.key.in_(names), state == "published")
    rows = await connection.execute(providers.where(or_(provider.in_(names), code.in_(names))))
    found = {name for row in rows for name in row}
    return frozenset(names) & (found | set(await connection.scalars(offerings)))
