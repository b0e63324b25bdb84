"""Remembers every change of organisations and persons in the feed, whole, in the transaction that makes it.

Locks in the registry are taken in one order: a person, organisations by id, then space, then team. Whoever changes
anything that stands in an organisation's document holds that organisation's lock, so that no document misses a
neighbour's change.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.registry.catalogue.domain.dossier import Document
from services.registry.feed.store.publishing import tell
from services.registry.parties.domain.dossier import organization_document
from services.registry.parties.domain.life import person_document
from services.registry.parties.store import dossiers, founders, organizations
from services.registry.parties.store.people import Person


async def tell_organizations(
    connection: AsyncConnection, ids: Sequence[UUID], *, at: datetime, today: date
) -> dict[UUID, Document]:
    """Count the change of locked organisations and put their documents into the feed."""
    await organizations.bump(connection, ids)
    found = await dossiers.of_organizations(connection, sorted(ids))
    documents = {one: organization_document(dossier.on(today)) for one, dossier in found.items()}
    await tell(connection, "organization", list(documents.values()), at=at)
    return documents


async def tell_person(connection: AsyncConnection, person: Person, *, at: datetime) -> None:
    """Put a locked person into the feed, by reference: of which classes he is and where he lives, nothing personal."""
    classes = await founders.classes_of(connection, person.id)
    await tell(connection, "person", [person_document(person.id, person.region, classes, person.status)], at=at)
