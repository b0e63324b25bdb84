"""Takes an offering from its draft to the list that everybody sees, and off it again."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.store import catalogue
from services.registry.providers.domain.dossier import offering_document
from services.registry.providers.domain.offering import (
    Offering,
    OfferingFacts,
    offering_faults,
    publish,
    revise,
    withdraw_offering,
)
from services.registry.providers.domain.provider import Provider, expire
from services.registry.providers.store import offerings
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.offerings import OfferingFilter
from services.registry.providers.store.publishing import tell_offering


async def record_offering(asked: Asked, provider_id: UUID, facts: OfferingFacts) -> Document:
    """Draft an offering.

    NotFound ``provider.unknown``; Refusal with all faults, ``offering.duplicate`` with the id of one of the same name.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        refuse_all(offering_faults(facts, categories=await catalogue.categories(connection)))
        offering = Offering(new_id(), provider_id, replace(facts, name=clean(facts.name)))
        await _refuse_twin(connection, offering)
        now = await business_now(connection)
        await offerings.add(connection, offering, at=now, by=asked.actor)
        return await tell_offering(connection, offering, at=now)


async def amend_offering(asked: Asked, offering_id: UUID, *, version: int, facts: OfferingFacts) -> Document:
    """Change a draft from the version that was read.

    NotFound ``offering.unknown``; Refusal ``edit.precondition``, ``offering.duplicate``, or all faults of the change.
    """
    async with asked.database.begin() as connection:
        offering, _ = await _hold(connection, asked, offering_id)
        if offering.version != version:
            raise Refusal("edit.precondition")
        told = replace(facts, name=clean(facts.name))
        changed = revise(offering, told, categories=await catalogue.categories(connection))
        await _refuse_twin(connection, changed)
        return await tell_offering(connection, changed, at=await business_now(connection))


async def publish_offering(asked: Asked, offering_id: UUID) -> Document:
    """Publish a draft; NotFound ``offering.unknown``, Refusal ``offering.state``, ``provider.not_yet_admitted``."""
    async with asked.database.begin() as connection:
        offering, provider = await _hold(connection, asked, offering_id)
        now = await business_now(connection)
        today = asked.day_of(now)
        return await tell_offering(connection, publish(offering, expire(provider, today=today), today=today), at=now)


async def retire_offering(asked: Asked, offering_id: UUID) -> Document:
    """Withdraw an offering; NotFound ``offering.unknown``, Refusal ``offering.state``."""
    async with asked.database.begin() as connection:
        offering, _ = await _hold(connection, asked, offering_id)
        return await tell_offering(connection, withdraw_offering(offering), at=await business_now(connection))


async def read_offering(asked: Asked, offering_id: UUID) -> Document:
    """Show an offering; NotFound ``offering.unknown``."""
    async with asked.database.read() as connection:
        return offering_document(await _see(connection, asked, offering_id))


async def list_offerings(
    asked: Asked, wanted: OfferingFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the offerings in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await offerings.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [offering_document(one) for one in page], cursor


async def _see(connection: AsyncConnection, asked: Asked, offering_id: UUID) -> Offering:
    offering = await offerings.read(connection, offering_id)
    if offering is None:
        raise NotFound("offering.unknown")
    try:
        await see_provider(connection, asked, offering.provider_id)
    except NotFound as error:
        raise NotFound("offering.unknown") from error
    return offering


async def _hold(connection: AsyncConnection, asked: Asked, offering_id: UUID) -> tuple[Offering, Provider]:
    """Lock the provider's organisation, which stands for all it offers, and read again what may have changed."""
    seen = await _see(connection, asked, offering_id)
    provider, _ = await hold_provider(connection, asked, seen.provider_id)
    return await offerings.current(connection, offering_id), provider


async def _refuse_twin(connection: AsyncConnection, offering: Offering) -> None:
    twin = await offerings.named(connection, offering.provider_id, offering.facts.name)
    if twin is not None and twin != offering.id:
        raise Refusal("offering.duplicate", pointer="/name", numbers={"id": show("off", twin)})
