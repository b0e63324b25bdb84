"""Remembers priority listings, related-party links and sanctions; only an end is ever added to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, exists, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import Link, LinkKind, PriorityListing, Sanction, SanctionKind
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.parties.store.tables import PriorityListings, RelatedParties, Sanctions
from services.registry.sight import Sight, region_in_sight

LISTINGS = PriorityListings.__table__
LINKS = RelatedParties.__table__
SANCTIONS = Sanctions.__table__


@dataclass(frozen=True)
class Turn:
    """Which page: of one organisation where given, after an id, at most so many."""

    organization: UUID | None
    after: UUID | None
    limit: int


async def add_listing(connection: AsyncConnection, listing: PriorityListing, *, at: datetime, by: str) -> None:
    """Record a place on a priority list."""
    values = {
        "organization_id": listing.organization_id,
        "list_name": listing.list_name,
        "priority_class": listing.priority_class,
    }
    await _add(connection, LISTINGS, listing, values, at=at, by=by)


async def add_link(connection: AsyncConnection, link: Link, *, at: datetime, by: str) -> None:
    """Record a related-party link."""
    values = {
        "a_id": link.a_id,
        "b_id": link.b_id,
        "kind": link.kind.value,
        "share_basis_points": link.share,
        "owner_id": link.owner_id,
        "officer_role": link.officer_role,
    }
    await _add(connection, LINKS, link, values, at=at, by=by)


async def add_sanction(connection: AsyncConnection, sanction: Sanction, *, at: datetime, by: str) -> None:
    """Record a sanction."""
    values = {
        "organization_id": sanction.organization_id,
        "kind": sanction.kind.value,
        "case_id": sanction.case_id,
        "lifted_on": sanction.lifted_on,
        "authority": sanction.authority,
        "decision_number": sanction.decision_number,
    }
    await _add(connection, SANCTIONS, sanction, values, at=at, by=by)


async def end_link(connection: AsyncConnection, link: Link) -> None:
    """Write down the last day of a link, under the locks of both its organisations."""
    await connection.execute(update(LINKS).where(LINKS.c.id == link.id).values(until_on=link.period.until))


async def lift_sanction(connection: AsyncConnection, sanction: Sanction) -> None:
    """Write down the day on which a sanction was lifted, under the lock of its organisation."""
    lifted = update(SANCTIONS).where(SANCTIONS.c.id == sanction.id).values(lifted_on=sanction.lifted_on)
    await connection.execute(lifted)


async def listings_of(connection: AsyncConnection, organizations: Sequence[UUID]) -> list[PriorityListing]:
    """Their places on priority lists, oldest first."""
    statement = select(LISTINGS).where(LISTINGS.c.organization_id.in_(organizations))
    return [
        PriorityListing(row.id, row.organization_id, row.list_name, row.priority_class, _period(row), row.document_id)
        for row in await connection.execute(_ordered(statement, LISTINGS))
    ]


async def links_of(connection: AsyncConnection, organizations: Sequence[UUID]) -> list[Link]:
    """The links with any of them at either end, oldest first."""
    ends = or_(LINKS.c.a_id.in_(organizations), LINKS.c.b_id.in_(organizations))
    rows = await connection.execute(_ordered(select(LINKS).where(ends), LINKS))
    return [_link(row) for row in rows]


async def sanctions_of(connection: AsyncConnection, organizations: Sequence[UUID]) -> list[Sanction]:
    """Their sanctions, oldest first."""
    statement = select(SANCTIONS).where(SANCTIONS.c.organization_id.in_(organizations))
    return [_sanction(row) for row in await connection.execute(_ordered(statement, SANCTIONS))]


async def find_links(connection: AsyncConnection, sight: Sight, turn: Turn) -> list[Link]:
    """Links in sight, by id: one of whose ends the reader may see."""
    statement = select(LINKS).where(_seen(sight, LINKS.c.a_id, LINKS.c.b_id))
    if turn.organization is not None:
        statement = statement.where(or_(LINKS.c.a_id == turn.organization, LINKS.c.b_id == turn.organization))
    return [_link(row) for row in await connection.execute(_page(statement, LINKS, turn))]


async def find_sanctions(connection: AsyncConnection, sight: Sight, turn: Turn) -> list[Sanction]:
    """Sanctions in sight, by id."""
    statement = select(SANCTIONS).where(_seen(sight, SANCTIONS.c.organization_id))
    if turn.organization is not None:
        statement = statement.where(SANCTIONS.c.organization_id == turn.organization)
    return [_sanction(row) for row in await connection.execute(_page(statement, SANCTIONS, turn))]


async def read_links(connection: AsyncConnection, ids: Collection[UUID]) -> list[Link]:
    """Those of the ids that exist, oldest first."""
    rows = await connection.execute(_ordered(select(LINKS).where(LINKS.c.id.in_(ids)), LINKS))
    return [_link(row) for row in rows]


async def read_link(connection: AsyncConnection, link_id: UUID) -> Link | None:
    """One link."""
    row = (await connection.execute(select(LINKS).where(LINKS.c.id == link_id))).one_or_none()
    return None if row is None else _link(row)


async def read_sanctions(connection: AsyncConnection, ids: Collection[UUID]) -> list[Sanction]:
    """Those of the ids that exist, oldest first."""
    rows = await connection.execute(_ordered(select(SANCTIONS).where(SANCTIONS.c.id.in_(ids)), SANCTIONS))
    return [_sanction(row) for row in rows]


async def read_sanction(connection: AsyncConnection, sanction_id: UUID) -> Sanction | None:
    """One sanction."""
    return next(iter(await read_sanctions(connection, [sanction_id])), None)


async def _add(
    connection: AsyncConnection,
    table: Table,
    fact: PriorityListing | Link | Sanction,
    values: dict[str, Any],
    *,
    at: datetime,
    by: str,
) -> None:
    shared = {
        "id": fact.id,
        "from_on": fact.period.start,
        "until_on": fact.period.until,
        "document_id": fact.document_id,
        "recorded_at": at,
        "recorded_by": by,
    }
    await connection.execute(insert(table).values({**values, **shared}))


def _seen(sight: Sight, *ends: ColumnElement[UUID]) -> ColumnElement[bool]:
    seen = [
        exists(
            select(ORGANIZATIONS.c.id).where(
                ORGANIZATIONS.c.id == end,
                or_(
                    literal(sight.everything),
                    ORGANIZATIONS.c.id == sight.organization,
                    region_in_sight(ORGANIZATIONS.c.region, sight.region),
                ),
            )
        )
        for end in ends
    ]
    return or_(*seen)


def _ordered(statement: Select[Any], table: Table) -> Select[Any]:
    return statement.order_by(table.c.from_on, table.c.id)


def _page(statement: Select[Any], table: Table, turn: Turn) -> Select[Any]:
    if turn.after is not None:
        statement = statement.where(table.c.id > turn.after)
    return statement.order_by(table.c.id).limit(turn.limit)


def _period(row: Any) -> Period:
    return Period(row.from_on, row.until_on)


def _link(row: Any) -> Link:
    fixed = (row.id, row.a_id, row.b_id, LinkKind(row.kind), _period(row), row.document_id)
    return Link(*fixed, share=row.share_basis_points, owner_id=row.owner_id, officer_role=row.officer_role)


def _sanction(row: Any) -> Sanction:
    fixed = (row.id, row.organization_id, SanctionKind(row.kind), row.from_on, row.until_on, row.document_id)
    decided = {"authority": row.authority, "decision_number": row.decision_number}
    return Sanction(*fixed, case_id=row.case_id, lifted_on=row.lifted_on, **decided)
