"""Decides what a provider may list as its offering 服务产品, and when it is seen."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, refuse_all
from services.registry.catalogue.domain.category import category_faults
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults, optional_name_faults
from services.registry.providers.domain.provider import Provider

UNIT_LENGTH = 40


class OfferingState(StrEnum):
    """draft → published → withdrawn."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class OfferingFacts:
    """What is offered: one category, a name, and the listed price of a unit, such as a sample or an hour.

    The price is in minor units of its currency (fen for CNY); both are None where it is agreed from case to case.
    """

    category: str
    name: str
    description: str | None
    price: int | None
    currency: str | None
    unit: str | None = None


@dataclass(frozen=True)
class Offering:
    """An offering as recorded; ``version`` is its ETag."""

    id: UUID
    provider_id: UUID
    facts: OfferingFacts
    state: OfferingState = OfferingState.DRAFT
    version: int = 0

    def changed(self) -> "Offering":
        """Give the same with its change counted."""
        return replace(self, version=self.version + 1)


def offering_faults(facts: OfferingFacts, *, categories: Collection[str]) -> list[Reason]:
    """List all that is wrong with an offering: category, name, description, a price of nothing."""
    return [
        *category_faults(facts.category, categories=categories, pointer="/category"),
        *name_faults(facts.name, "/name"),
        *optional_name_faults(facts.description, "/description", limit=TEXT_LENGTH),
        *optional_name_faults(facts.unit, "/unit", limit=UNIT_LENGTH),
        *_price_faults(facts.price),
    ]


def revise(offering: Offering, facts: OfferingFacts, *, categories: Collection[str]) -> Offering:
    """Change a draft. Refusal with all faults, ``offering.state`` among them once it is published."""
    faults = [*_state_faults(offering, OfferingState.DRAFT, "update"), *offering_faults(facts, categories=categories)]
    refuse_all(faults)
    return replace(offering, facts=facts)


def publish(offering: Offering, provider: Provider, *, today: date) -> Offering:
    """Show a draft to everybody. Refusal ``offering.state``, ``provider.not_yet_admitted`` for the category today."""
    admitted = provider.admitted(offering.facts.category, on=today)
    numbers = {"category": offering.facts.category, "date": today.isoformat()}
    rule = "only what the provider is admitted for is offered"
    not_admitted = [] if admitted else [Reason("provider.not_yet_admitted", rule=rule, numbers=numbers)]
    refuse_all([*_state_faults(offering, OfferingState.DRAFT, "publish"), *not_admitted])
    return replace(offering, state=OfferingState.PUBLISHED)


def withdraw_offering(offering: Offering) -> Offering:
    """Take an offering back for good. Refusal ``offering.state`` when that was done already."""
    if offering.state is OfferingState.WITHDRAWN:
        refuse_all(_state_faults(offering, OfferingState.PUBLISHED, "withdraw"))
    return replace(offering, state=OfferingState.WITHDRAWN)


def _price_faults(price: int | None) -> list[Reason]:
    if price is None or price > 0:
        return []
    return [Reason("offering.price", rule="a listed price is more than nothing", pointer="/price/amount")]


def _state_faults(offering: Offering, allowed: OfferingState, verb: str) -> list[Reason]:
    if offering.state is allowed:
        return []
    numbers = {"state": offering.state.value, "verb": verb}
    return [Reason("offering.state", rule="the life cycle of an offering", numbers=numbers)]
