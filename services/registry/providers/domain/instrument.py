"""Decides what a provider tells of an instrument 仪器设备 that others may use, and when it is seen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.category import category_faults
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, optional_name_faults
from services.registry.catalogue.domain.region import region_faults


class InstrumentState(StrEnum):
    """draft → published → withdrawn."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class InstrumentFacts:
    """What an instrument is, where it stands, when it may be booked (in words), and the price of an hour.

    The price is in minor units of its currency (fen for CNY); both are None where it is agreed from case to case.
    """

    category: str
    name: str
    region: str
    model: str | None = None
    maker: str | None = None
    accuracy: str | None = None
    address: str | None = None
    hours: str | None = None
    price: int | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Instrument:
    """An instrument as recorded; ``version`` is its ETag."""

    id: UUID
    provider_id: UUID
    facts: InstrumentFacts
    state: InstrumentState = InstrumentState.DRAFT
    version: int = 0

    def changed(self) -> "Instrument":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


def instrument_faults(facts: InstrumentFacts, *, categories: Collection[str], regions: Collection[str]) -> list[Reason]:
    """List all that is wrong with an instrument: category, region, its texts."""
    texts = {"model": facts.model, "maker": facts.maker, "accuracy": facts.accuracy, "address": facts.address}
    return [
        *category_faults(facts.category, categories=categories, pointer="/category"),
        *region_faults(facts.region, regions=regions, pointer="/region"),
        *name_faults(facts.name, "/name"),
        *(fault for name, text in texts.items() for fault in optional_name_faults(text, f"/{name}")),
        *optional_name_faults(facts.hours, "/hours", limit=TEXT_LENGTH),
    ]


def revise_instrument(
    instrument: Instrument, facts: InstrumentFacts, *, categories: Collection[str], regions: Collection[str]
) -> Instrument:
    """Change what is told of an instrument. Refusal with all faults, ``instrument.state`` once it is withdrawn."""
    faults = instrument_faults(facts, categories=categories, regions=regions)
    refuse_all([*_state_faults(instrument, set(InstrumentState) - {InstrumentState.WITHDRAWN}, "update"), *faults])
    return replace(instrument, facts=facts)


def publish_instrument(instrument: Instrument) -> Instrument:
    """Show an instrument to everybody. Refusal ``instrument.state``.

    It needs no admission: what is paid for with vouchers is an offering, and that is approved.
    """
    refuse_all(_state_faults(instrument, {InstrumentState.DRAFT}, "publish"))
    return replace(instrument, state=InstrumentState.PUBLISHED)


def withdraw_instrument(instrument: Instrument) -> Instrument:
    """Take an instrument off the list for good. Refusal ``instrument.state`` when that was done already."""
    refuse_all(_state_faults(instrument, set(InstrumentState) - {InstrumentState.WITHDRAWN}, "withdraw"))
    return replace(instrument, state=InstrumentState.WITHDRAWN)


def _state_faults(instrument: Instrument, allowed: Collection[InstrumentState], verb: str) -> list[Reason]:
    if instrument.state in allowed:
        return []
    numbers = {"state": instrument.state.value, "verb": verb}
    return [Reason("instrument.state", rule="the life cycle of an instrument", numbers=numbers)]
