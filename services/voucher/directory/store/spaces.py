"""Remembers spaces as the registry told of them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.ids import parse, show
from services.voucher.directory.domain.party import Recognised, Span
from services.voucher.directory.domain.space import Space
from services.voucher.directory.store.feed import FACTS

ONE_DAY = timedelta(days=1)


async def read(connection: AsyncConnection, space_id: UUID) -> Space | None:
    """A space, if it was heard of."""
    of_it = (FACTS.c.kind == "space") & (FACTS.c.key == show("spc", space_id))
    found = (await connection.execute(select(FACTS.c.document).where(of_it))).scalar_one_or_none()
    return None if found is None else space_of(found)


def space_of(document: Mapping[str, Any]) -> Space:
    """The space that a document describes."""
    return Space(
        id=parse("spc", document["id"]),
        name=document["name"],
        kind=document["kind"],
        operator=parse("org", document["operator"]),
        region=document["region"],
        state=document["state"],
        recognitions=tuple(_recognition(one) for one in document["recognitions"]),
    )


def _recognition(document: Mapping[str, Any]) -> Recognised:
    """``ended_on`` is the first day on which it is no longer in force."""
    ended_on = document["ended_on"]
    until = None if ended_on is None else date.fromisoformat(ended_on) - ONE_DAY
    return Recognised(document["level"], Span(date.fromisoformat(document["decided_on"]), until))
