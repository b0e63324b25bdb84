"""Remembers what joins two organisations on a date: the links between them, and all shares held above either.

And that the same persons stand on both sides, by their ids: nobody is named.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.parties.domain.relation import OWNERS_MAX, Known, too_wide
from services.registry.parties.domain.standing import LinkKind
from services.registry.parties.store.people_tables import Founders
from services.registry.parties.store.standing import LINKS, read_links

FOUNDERS = Founders.__table__
_FOUNDED = ("founder", "co_founder")
_HOLDS = and_(
    LINKS.c.share_basis_points.is_not(None),
    LINKS.c.from_on <= bindparam("on"),
    or_(LINKS.c.until_on.is_(None), LINKS.c.until_on >= bindparam("on")),
)
_HELD = case((LINKS.c.owner_id == LINKS.c.a_id, LINKS.c.b_id), else_=LINKS.c.a_id)


async def known(connection: AsyncConnection, a: UUID, b: UUID, *, on: date) -> Known:
    """All that may join two organisations on a local date. Refusal ``relation.too_wide``."""
    links = await read_links(connection, await _concerned(connection, a, b, on=on))
    one, other = (FOUNDERS.alias(name) for name in ("one", "other"))
    holds = [func.daterange(end.c.from_on, end.c.until_on, "[]").op("@>")(literal(on, Date())) for end in (one, other)]
    both = and_(one.c.role.in_(_FOUNDED), other.c.role.in_(_FOUNDED))
    kind = case((both, LinkKind.CO_FOUNDING.value), else_=LinkKind.SHARED_OFFICERS.value)
    same = select(kind).distinct().where(one.c.person_id == other.c.person_id, *holds)
    rows = await connection.scalars(same.where(one.c.organization_id == a, other.c.organization_id == b))
    return Known(links, [LinkKind(found) for found in rows])


async def _concerned(connection: AsyncConnection, a: UUID, b: UUID, *, on: date) -> Collection[UUID]:
    """The ids of the links between the two, and of the shares in them and in whoever holds shares above them."""
    above = select(func.unnest(literal([a, b], ARRAY(Uuid()))).label("id")).cte("above", recursive=True)
    touching = or_(LINKS.c.a_id == above.c.id, LINKS.c.b_id == above.c.id)
    above = above.union(select(LINKS.c.owner_id).where(touching, _HOLDS, above.c.id != LINKS.c.owner_id))
    in_them = select(LINKS.c.id).join(above, and_(touching, above.c.id == _HELD)).where(_HOLDS)
    found = list(await connection.scalars(in_them.distinct().limit(OWNERS_MAX + 1), {"on": on}))
    if len(found) > OWNERS_MAX:
        raise too_wide()
    first, second = sorted((a, b))
    return [*found, *await connection.scalars(select(LINKS.c.id).where(LINKS.c.a_id == first, LINKS.c.b_id == second))]
