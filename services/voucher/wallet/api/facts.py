"""Speaks of what was known of a party when it applied: the facts that its rules were asked of, frozen with it."""

from collections.abc import Mapping
from typing import Any

from services.chassis.models import Day, Money, StrictModel
from services.voucher.scheme.domain.facts import Figures
from services.voucher.wallet.domain.frozen_facts import thawed


class BanView(StrictModel):
    """A ban that was in force, until a local date or without an end."""

    kind: str
    until: Day | None


class ListingView(StrictModel):
    """A list on which the party stood, and as what."""

    list: str
    listed_as: str


class FiguresView(StrictModel):
    """What it had declared for a year; null: nothing."""

    year: int
    staff: int | None
    sales: Money | None
    assets: Money | None


class ResidenceView(StrictModel):
    """A space in which it resided: its kind, and at which levels it was recognised."""

    kind: str
    levels: tuple[str, ...]


class FactsView(StrictModel):
    """What was known of a party on a local date; null and empty: nothing was."""

    as_of: Day
    holder: str
    region: str | None
    size_class: str | None
    legal_form: str | None
    registered_on: Day | None
    active: bool
    bans: list[BanView]
    listings: list[ListingView]
    figures: list[FiguresView]
    members: int | None
    residences: list[ResidenceView]
    founder_classes: tuple[str, ...]


def facts_view(kept: Mapping[str, Any], currency: str) -> FactsView:
    """Facts as shown."""
    facts = thawed(kept)
    plain = ("as_of", "holder", "region", "size_class", "legal_form", "registered_on", "active", "members")
    return FactsView(
        **{name: getattr(facts, name) for name in (*plain, "founder_classes")},
        bans=[BanView(kind=one.kind, until=one.until) for one in facts.bans],
        listings=[ListingView(list=one.list, listed_as=one.listed_as) for one in facts.listings],
        figures=[_figures(one, currency) for one in facts.figures],
        residences=[ResidenceView(kind=one.kind, levels=one.levels) for one in facts.residences],
    )


def _figures(one: Figures, currency: str) -> FiguresView:
    sales, assets = (None if fen is None else Money.of(fen, currency) for fen in (one.sales, one.assets))
    return FiguresView(year=one.year, staff=one.staff, sales=sales, assets=assets)
