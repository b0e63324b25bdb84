"""What an order is for and what it costs: as its offering in the catalogue says, or as the parties say themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.money import format_amount
from services.voucher.directory.domain.offering import Offering


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an order names of a provider's service, in fen; what it leaves out the offering must say.

    quantity: how many units of the offering. pointer: where the order names the amount.
    """

    provider_id: UUID
    category: str | None
    amount: int | None
    currency: str | None
    offering_id: UUID | None = None
    quantity: int = 1
    pointer: str = "/contract/amount"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A service as ordered: its category, and its whole price in fen."""

    category: str
    amount: int
    currency: str


def line(chosen: Chosen, offerings: Mapping[UUID, Offering]) -> Ordered:
    """What is ordered: the offering's category and its price × quantity, unless it lists no price.

    Refusal ``offering.not_listed`` also for one that is withdrawn, not yet published or another provider's, else
    ``offering.category_differs``, ``offering.amount_differs`` and ``offering.without_price`` as they apply.
    """
    if chosen.offering_id is None:
        return _said(chosen, None)
    offering = offerings.get(chosen.offering_id)
    if offering is None or offering.provider_id != chosen.provider_id or not offering.listed:
        raise Refusal("offering.not_listed", pointer="/offering_id")
    refuse_all(list(_differing(chosen, offering)))
    price = offering.price
    if price is None:
        return _said(chosen, offering.category)
    return Ordered(offering.category, price.amount * chosen.quantity, price.currency)


def _said(chosen: Chosen, category: str | None) -> Ordered:
    """What the order says itself; ValueError when it says nothing, which its body does not let through."""
    category = category or chosen.category
    if category is None or chosen.amount is None or chosen.currency is None:
        raise ValueError("an order without a price names its category and amount")
    return Ordered(category, chosen.amount, chosen.currency)


def _differing(chosen: Chosen, offering: Offering) -> Iterator[Reason]:
    if chosen.category not in (None, offering.category):
        yield Reason("offering.category_differs", pointer="/category", numbers={"category": offering.category})
    price = offering.price
    if price is None:
        if chosen.amount is None:
            yield Reason("offering.without_price", pointer=chosen.pointer)
        return
    whole = price.amount * chosen.quantity
    if chosen.amount not in (None, whole) or chosen.currency not in (None, price.currency):
        numbers = {"amount": format_amount(whole, price.currency), "currency": price.currency}
        yield Reason("offering.amount_differs", pointer=chosen.pointer, numbers=numbers)
