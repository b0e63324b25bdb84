"""Remembers every change of offerings in the feed, whole, in the transaction that makes it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.dossier import Document
from services.registry.feed.store.publishing import tell
from services.registry.providers.domain.dossier import offering_document
from services.registry.providers.domain.offering import Offering
from services.registry.providers.store import offerings


async def tell_offering(connection: AsyncConnection, offering: Offering, *, at: datetime) -> Document:
    """Write down an offering as changed, and put its document into the feed."""
    changed = offering.changed()
    await offerings.save(connection, changed)
    document = offering_document(changed)
    await tell(connection, "offering", [document], at=at)
    return document
