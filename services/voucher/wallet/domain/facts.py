"""Decides what is known of a party on a day when a rule of a scheme is asked about it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from services.voucher.directory.domain.party import Party, Residency
from services.voucher.scheme.domain.facts import Ban, Figures, Listing, PartyFacts, Residence
from services.voucher.scheme.domain.vocabulary import legal_form

INCUBATOR, MAKERSPACE = "incubator", "makerspace"
LEVELS: Mapping[str, str] = MappingProxyType(
    {"county": "county", "city": "municipal", "province": "provincial", "national": "national"}
)
"""What scheme files call the levels of recognition of the registry."""


def facts_of(party: Party, day: date) -> PartyFacts:
    """The facts of a party as last heard of, as of a local date."""
    return PartyFacts(
        as_of=day,
        holder=party.kind.value,
        region=party.region or None,
        size_class=party.size_class,
        legal_form=None if party.legal_form is None else legal_form(party.legal_form),
        registered_on=party.registered_on,
        active=party.is_active,
        bans=tuple(Ban(one.kind, one.span.until) for one in party.sanctions if one.span.covers(day)),
        listings=tuple(Listing(one.list, one.priority_class) for one in party.priority if one.span.covers(day)),
        figures=tuple(Figures(one.year, one.staff, one.revenue, one.assets) for one in party.figures),
        members=party.members,
        residences=tuple(_residence(one, day) for one in party.residencies if one.span.covers(day)),
        founder_classes=tuple(sorted(party.classes_on(day))),
    )


def provider_levels(party: Party, day: date) -> tuple[str, ...]:
    """The levels of a provider on a local date, as scheme files call them: those of the spaces that it runs."""
    return tuple(sorted(LEVELS[level] for level in party.levels_on(day)))


def _residence(stay: Residency, day: date) -> Residence:
    """Where a party resides that day: an incubator once its space was made one."""
    incubator = stay.incubator_since is not None and stay.incubator_since <= day
    return Residence(INCUBATOR if incubator else MAKERSPACE, tuple(LEVELS[level] for level in stay.levels_on(day)))
