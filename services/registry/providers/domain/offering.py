"""Decides what a provider may list as its offering 服务产品, who approves it, and when it is seen."""

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
    """draft → submitted → published → withdrawn; submitted → draft where a reviewer returns it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class OfferingKind(StrEnum):
    """A service, or a result of research 科技成果 that is on offer (Liaoning 二(二)4: 科技成果和技术供给数据库)."""

    SERVICE = "service"
    RESULT = "result"


@dataclass(frozen=True)
class Terms:
    """What a reviewer approves: category, and the listed price of a unit in minor units of its currency, or none."""

    category: str
    price: int | None
    currency: str | None
    unit: str | None


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
    kind: OfferingKind = OfferingKind.SERVICE

    @property
    def terms(self) -> Terms:
        """The part of it that is approved."""
        return Terms(self.category, self.price, self.currency, self.unit)

    def under(self, terms: Terms) -> "OfferingFacts":
        """Give the same with these terms."""
        return replace(self, **vars(terms))


@dataclass(frozen=True)
class Offering:
    """An offering as recorded; ``version`` is its ETag.

    proposed: terms that wait for approval while those in ``facts`` still hold; submitted_by: the person who handed in
    what waits; returned_because: what a reviewer said when he returned it last.
    """

    id: UUID
    provider_id: UUID
    facts: OfferingFacts
    state: OfferingState = OfferingState.DRAFT
    version: int = 0
    proposed: Terms | None = None
    submitted_by: str | None = None
    returned_because: str | None = None

    @property
    def waits(self) -> bool:
        """Whether something of it waits for approval."""
        return self.state is OfferingState.SUBMITTED or self.proposed is not None

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


def revise(
    offering: Offering, facts: OfferingFacts, *, categories: Collection[str], by: str, approved: bool
) -> Offering:
    """Change a draft, or what is published: its texts at once, its terms too unless ``approved`` asks for approval.

    Terms that wait replace those that waited before; the published ones hold until then. Refusal with all faults,
    ``offering.state`` among them once it is submitted or withdrawn, ``offering.kind`` where that would change.
    """
    kind = [Reason("offering.kind", rule="an offering stays what it is", pointer="/kind")]
    faults = [
        *_state_faults(offering, {OfferingState.DRAFT, OfferingState.PUBLISHED}, "update"),
        *offering_faults(facts, categories=categories),
        *(kind if facts.kind is not offering.facts.kind else []),
    ]
    refuse_all(faults)
    if offering.state is OfferingState.DRAFT or not approved:
        return replace(offering, facts=facts, proposed=None, submitted_by=None)
    if facts.terms == offering.facts.terms:
        return replace(offering, facts=facts, proposed=None, submitted_by=None)
    kept = facts.under(offering.facts.terms)
    return replace(offering, facts=kept, proposed=facts.terms, submitted_by=by, returned_because=None)


def publish(offering: Offering, provider: Provider, *, today: date, by: str, approved: bool) -> Offering:
    """Hand in a draft for approval, or show it to everybody where none is asked for.

    Refusal ``offering.state``, ``provider.not_yet_admitted`` for the category today.
    """
    faults = _state_faults(offering, {OfferingState.DRAFT}, "publish")
    refuse_all([*faults, *_admission_faults(offering.facts.category, provider, today)])
    if approved:
        return replace(offering, state=OfferingState.SUBMITTED, submitted_by=by, returned_because=None)
    return replace(offering, state=OfferingState.PUBLISHED)


def approve(offering: Offering, provider: Provider, *, today: date, by: str) -> Offering:
    """Show what waits to everybody: the whole offering, or its new terms.

    Refusal ``offering.nothing_waits``, ``offering.same_person``, ``provider.not_yet_admitted`` for the category today.
    """
    terms = offering.proposed or offering.facts.terms
    refuse_all([*_waiting_faults(offering, by), *_admission_faults(terms.category, provider, today)])
    facts = offering.facts.under(terms)
    return replace(offering, facts=facts, state=OfferingState.PUBLISHED, proposed=None, submitted_by=None)


def send_back(offering: Offering, *, by: str, reason: str) -> Offering:
    """Return what waits with a reason: an offering becomes a draft again, new terms are dropped.

    Refusal ``offering.nothing_waits``, ``offering.same_person``, with the faults of the reason.
    """
    refuse_all([*name_faults(reason, "/reason", limit=TEXT_LENGTH), *_waiting_faults(offering, by)])
    state = OfferingState.DRAFT if offering.state is OfferingState.SUBMITTED else offering.state
    return replace(offering, state=state, proposed=None, submitted_by=None, returned_because=reason)


def withdraw_offering(offering: Offering) -> Offering:
    """Take an offering back for good. Refusal ``offering.state`` when that was done already."""
    refuse_all(_state_faults(offering, set(OfferingState) - {OfferingState.WITHDRAWN}, "withdraw"))
    return replace(offering, state=OfferingState.WITHDRAWN, proposed=None, submitted_by=None)


def _price_faults(price: int | None) -> list[Reason]:
    if price is None or price > 0:
        return []
    return [Reason("offering.price", rule="a listed price is more than nothing", pointer="/price/amount")]


def _admission_faults(category: str, provider: Provider, today: date) -> list[Reason]:
    if provider.admitted(category, on=today):
        return []
    numbers = {"category": category, "date": today.isoformat()}
    rule = "only what the provider is admitted for is offered"
    return [Reason("provider.not_yet_admitted", rule=rule, numbers=numbers)]


def _waiting_faults(offering: Offering, by: str) -> list[Reason]:
    if not offering.waits:
        return [Reason("offering.nothing_waits", rule="what is handed in is decided once")]
    return [Reason("offering.same_person", rule="four_eyes")] if by == offering.submitted_by else []


def _state_faults(offering: Offering, allowed: Collection[OfferingState], verb: str) -> list[Reason]:
    if offering.state in allowed:
        return []
    numbers = {"state": offering.state.value, "verb": verb}
    return [Reason("offering.state", rule="the life cycle of an offering", numbers=numbers)]
