"""Decides what is known of a party on a day when a rule of a scheme is asked about it."""

from datetime import date

from services.voucher.directory.domain.party import Party
from services.voucher.scheme.domain.facts import Ban, Listing, PartyFacts


def facts_of(party: Party, day: date) -> PartyFacts:
    """The facts of a party as last heard of, as of a local date."""
    return PartyFacts(
        as_of=day,
        region=party.region,
        size_class=party.size_class,
        legal_form=party.legal_form,
        registered_on=party.registered_on,
        active=party.is_active,
        bans=tuple(Ban(one.kind, one.span.until) for one in party.sanctions if one.span.covers(day)),
        listings=tuple(Listing(one.list, one.priority_class) for one in party.priority if one.span.covers(day)),
    )
