"""Remembers every change in the feed, whole, in the transaction that makes it.

Locks in the registry are taken in one order: organisations by id, then space, then team. Whoever changes anything that
stands in an organisation's document holds that organisation's lock, so that no document misses a neighbour's change.
The feed is kept whole: whoever prunes these events must keep the newest one of each subject.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import events
from services.chassis.events import Event
from services.registry.domain.calendar_year import CalendarYear
from services.registry.domain.category import Category
from services.registry.domain.dossier import (
    Document,
    calendar_document,
    category_document,
    offering_document,
    organization_document,
    region_document,
    space_document,
    team_document,
)
from services.registry.domain.offering import Offering
from services.registry.domain.region import Region
from services.registry.domain.space import Space
from services.registry.domain.team import Team
from services.registry.store import dossiers, offerings, organizations, spaces, teams


async def tell_organizations(
    connection: AsyncConnection, ids: Sequence[UUID], *, at: datetime, today: date
) -> dict[UUID, Document]:
    """Count the change of locked organisations and put their documents into the feed."""
    await organizations.bump(connection, ids)
    found = await dossiers.of_organizations(connection, sorted(ids))
    documents = {one: organization_document(dossier.on(today)) for one, dossier in found.items()}
    await _tell(connection, "organization", list(documents.values()), at)
    return documents


async def tell_team(connection: AsyncConnection, team: Team, *, at: datetime) -> Document:
    """Write down a locked team as changed, and put its document into the feed."""
    changed = team.changed()
    await teams.save(connection, changed)
    (dossier,) = await dossiers.of_teams(connection, [changed])
    document = team_document(dossier)
    await _tell(connection, "team", [document], at)
    return document


async def tell_space(connection: AsyncConnection, space: Space, *, at: datetime) -> Document:
    """Write down a locked space as changed, and put its document into the feed."""
    changed = space.changed()
    await spaces.save(connection, changed)
    document = space_document(changed)
    await _tell(connection, "space", [document], at)
    return document


async def tell_offering(connection: AsyncConnection, offering: Offering, *, at: datetime) -> Document:
    """Write down an offering as changed, and put its document into the feed."""
    changed = offering.changed()
    await offerings.save(connection, changed)
    document = offering_document(changed)
    await _tell(connection, "offering", [document], at)
    return document


async def tell_regions(connection: AsyncConnection, regions: Sequence[Region], *, at: datetime) -> None:
    """Put new regions into the feed."""
    await _tell(connection, "region", [region_document(region) for region in regions], at)


async def tell_categories(connection: AsyncConnection, categories: Sequence[Category], *, at: datetime) -> None:
    """Put new categories into the feed."""
    await _tell(connection, "category", [category_document(category) for category in categories], at)


async def tell_calendars(connection: AsyncConnection, calendars: Sequence[CalendarYear], *, at: datetime) -> None:
    """Put new calendar years into the feed."""
    await _tell(connection, "calendar", [calendar_document(calendar) for calendar in calendars], at)


async def _tell(connection: AsyncConnection, kind: str, documents: Sequence[Document], at: datetime) -> None:
    told = [
        Event(f"{kind}.changed", kind, str(document.get("id", document.get("year"))), (), document, at)
        for document in documents
    ]
    await events.append(connection, told)
