"""Decides who invests 创业投资 in the residents of a space: an organisation on record, or a fund by its name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import optional_name_faults, shown
from services.registry.catalogue.domain.period import Period, period_faults
from services.registry.spaces.domain.mentor import fields_faults

CURRENCY = "CNY"


@dataclass(frozen=True)
class Investor:
    """An organisation or a fund (exactly one of them); ``managed`` is what it manages, in fen, ``currency`` told."""

    id: UUID
    space_id: UUID
    organization_id: UUID | None
    fund: str | None
    fields: tuple[str, ...]
    managed: int | None
    period: Period
    currency: str = CURRENCY

    def is_same_as(self, other: "Investor") -> bool:
        """Whether both are the same organisation, or the same fund."""
        return (self.organization_id, self.fund) == (other.organization_id, other.fund)


def investor_faults(investor: Investor, known: Iterable[Investor], *, fields: Collection[str]) -> list[Reason]:
    """List all that is wrong with an investor: nobody or two at once, name, fields, money, dates, twice on a day."""
    return [
        *_who_faults(investor),
        *optional_name_faults(investor.fund, "/fund"),
        *fields_faults(investor.fields, fields=fields),
        *_money_faults(investor),
        *period_faults(investor.period),
        *_overlap_faults(investor, known),
    ]


def _who_faults(investor: Investor) -> list[Reason]:
    if (investor.organization_id is None) != (investor.fund is None):
        return []
    return [Reason("investor.who", rule="an investor is an organisation or a fund", pointer="/organization")]


def _money_faults(investor: Investor) -> list[Reason]:
    if investor.currency == CURRENCY:
        return []
    return [Reason("investor.currency", rule="what is managed is told in yuan", pointer="/managed/currency")]


def _overlap_faults(investor: Investor, known: Iterable[Investor]) -> list[Reason]:
    for other in known:
        if other.is_same_as(investor) and other.period.overlaps(investor.period):
            numbers = {"id": shown("ivs", other.id)}
            return [Reason("investor.overlap", rule="nobody invests twice", pointer="/from", numbers=numbers)]
    return []
