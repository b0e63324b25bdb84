"""Keeps how holders rated accepted work, as the voucher service tells it, and shows the means of many."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.clock import business_now
from services.chassis.refusals import NotFound
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.providers.domain.dossier import ratings_document
from services.registry.providers.domain.rating import Rating, shown_ratings
from services.registry.providers.store import ratings


async def record_ratings(asked: Asked, told: Sequence[Rating]) -> Document:
    """Keep those ratings that are new; told again, nothing changes, so that a teller may repeat himself.

    Gives how many were kept, how many were known, and whose provider is not: those a teller need not repeat either.
    """
    async with asked.database.begin() as connection:
        known = await ratings.lock_providers(connection, {one.provider_id for one in told})
        now = await business_now(connection)
        meant = [one for one in told if one.provider_id in known]
        kept = await ratings.add_new(connection, meant, at=now)
    lost = [one.redemption for one in told if one.provider_id not in known]
    return {"kept": kept, "known": len(meant) - kept, "unknown": lost}


async def read_ratings(asked: Asked, provider_id: UUID) -> Document:
    """Show what may be told of a provider's ratings; NotFound ``provider.unknown``."""
    async with asked.database.read() as connection:
        if not await ratings.known_providers(connection, [provider_id]):
            raise NotFound("provider.unknown")
        told = await ratings.tallies(connection, [provider_id])
        return ratings_document(provider_id, shown_ratings(told.get(provider_id, {})))
