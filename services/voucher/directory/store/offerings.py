"""Remembers the offerings of the catalogue as the registry told of them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import parse, show
from services.standards.money import parse_amount
from services.voucher.directory.domain.offering import ListPrice, Offering
from services.voucher.directory.store.feed import FACTS


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Offering]:
    """Those of these offerings that were heard of, whatever their state."""
    named = FACTS.c.key.in_([show("off", one) for one in ids])
    statement = select(FACTS.c.document).where(FACTS.c.kind == "offering", named)
    found = [_offering(document) for (document,) in await connection.execute(statement)]
    return {offering.id: offering for offering in found}


def _offering(document: Mapping[str, Any]) -> Offering:
    price = document["price"]
    return Offering(
        id=parse("off", document["id"]),
        provider_id=parse("prv", document["provider"]),
        category=document["category"],
        state=document["state"],
        price=ListPrice(parse_amount(price["amount"], price["currency"]), price["currency"])
        if price is not None
        else None,
    )
