"""Remembers every change of what is listed in the feed, whole, in the transaction that makes it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.dossier import Document, calendar_document, category_document, region_document
from services.registry.catalogue.domain.region import Region
from services.registry.feed.store.publishing import tell


async def tell_regions(connection: AsyncConnection, regions: Sequence[Region], *, at: datetime) -> None:
    """Put new regions into the feed."""
    await tell(connection, "region", [region_document(region) for region in regions], at=at)


async def tell_categories(connection: AsyncConnection, categories: Sequence[Category], *, at: datetime) -> None:
    """Put new categories into the feed."""
    await tell(connection, "category", [category_document(category) for category in categories], at=at)


async def tell_calendars(connection: AsyncConnection, calendars: Sequence[CalendarYear], *, at: datetime) -> None:
    """Put new calendar years into the feed."""
    await tell(connection, "calendar", [calendar_document(calendar) for calendar in calendars], at=at, key="year")


async def tell_policies(connection: AsyncConnection, documents: Sequence[Document], *, at: datetime) -> None:
    """Put policy papers into the feed."""
    await tell(connection, "policy", documents, at=at)
