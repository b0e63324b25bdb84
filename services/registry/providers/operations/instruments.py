"""Takes an instrument from its draft to the list that everybody sees, and off it again."""

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
from services.registry.providers.domain.dossier import instrument_document
from services.registry.providers.domain.instrument import (
    Instrument,
    InstrumentFacts,
    instrument_faults,
    publish_instrument,
    revise_instrument,
    withdraw_instrument,
)
from services.registry.providers.store import instruments
from services.registry.providers.store.holding import hold_provider, see_provider
from services.registry.providers.store.instruments import InstrumentFilter
from services.registry.providers.store.publishing import tell_instrument


async def record_instrument(asked: Asked, provider_id: UUID, facts: InstrumentFacts) -> Document:
    """Draft an instrument.

    NotFound ``provider.unknown``; Refusal with all faults, ``instrument.duplicate`` with the id of one of the name.
    """
    async with asked.database.begin() as connection:
        await hold_provider(connection, asked, provider_id)
        now = await business_now(connection)
        categories, regions = await catalogue.categories(connection), await catalogue.regions(connection)
        refuse_all(instrument_faults(facts, categories=categories, regions=regions))
        instrument = Instrument(new_id(), provider_id, replace(facts, name=clean(facts.name)))
        await _refuse_twin(connection, instrument)
        await instruments.add(connection, instrument, at=now, by=asked.actor)
        return await tell_instrument(connection, instrument, at=now)


async def amend_instrument(asked: Asked, instrument_id: UUID, *, version: int, facts: InstrumentFacts) -> Document:
    """Change what is told of an instrument from the version that was read.

    NotFound ``instrument.unknown``; Refusal ``edit.precondition``, ``instrument.duplicate``, or all faults.
    """
    async with asked.database.begin() as connection:
        instrument = await _hold(connection, asked, instrument_id)
        if instrument.version != version:
            raise Refusal("edit.precondition")
        now = await business_now(connection)
        categories, regions = await catalogue.categories(connection), await catalogue.regions(connection)
        told = replace(facts, name=clean(facts.name))
        changed = revise_instrument(instrument, told, categories=categories, regions=regions)
        await _refuse_twin(connection, changed)
        return await tell_instrument(connection, changed, at=now)


async def show_instrument(asked: Asked, instrument_id: UUID) -> Document:
    """Publish a draft; NotFound ``instrument.unknown``, Refusal ``instrument.state``."""
    async with asked.database.begin() as connection:
        instrument = await _hold(connection, asked, instrument_id)
        now = await business_now(connection)
        return await tell_instrument(connection, publish_instrument(instrument), at=now)


async def retire_instrument(asked: Asked, instrument_id: UUID) -> Document:
    """Withdraw an instrument; NotFound ``instrument.unknown``, Refusal ``instrument.state``."""
    async with asked.database.begin() as connection:
        instrument = await _hold(connection, asked, instrument_id)
        now = await business_now(connection)
        return await tell_instrument(connection, withdraw_instrument(instrument), at=now)


async def read_instrument(asked: Asked, instrument_id: UUID) -> Document:
    """Show an instrument; NotFound ``instrument.unknown``."""
    async with asked.database.read() as connection:
        return instrument_document(await _see(connection, asked, instrument_id))


async def list_instruments(
    asked: Asked, wanted: InstrumentFilter, *, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the instruments in sight, and its next cursor."""
    async with asked.database.read() as connection:
        found = await instruments.find(connection, wanted, asked.sight, after=pages.only_id(after), limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [instrument_document(one) for one in page], cursor


async def _see(connection: AsyncConnection, asked: Asked, instrument_id: UUID) -> Instrument:
    instrument = await instruments.read(connection, instrument_id)
    if instrument is None:
        raise NotFound("instrument.unknown")
    try:
        await see_provider(connection, asked, instrument.provider_id)
    except NotFound as error:
        raise NotFound("instrument.unknown") from error
    return instrument


async def _hold(connection: AsyncConnection, asked: Asked, instrument_id: UUID) -> Instrument:
    """Lock the provider's organisation, which stands for all it lists, and read again what may have changed."""
    seen = await _see(connection, asked, instrument_id)
    await hold_provider(connection, asked, seen.provider_id)
    return await instruments.current(connection, instrument_id)


async def _refuse_twin(connection: AsyncConnection, instrument: Instrument) -> None:
    twin = await instruments.named(connection, instrument.provider_id, instrument.facts.name)
    if twin is not None and twin != instrument.id:
        raise Refusal("instrument.duplicate", pointer="/name", numbers={"id": show("ins", twin)})
