"""Decides which undertakings belong together: all that are related, directly or through others, on a date."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.chassis.refusals import Refusal
from services.standards.shareholding import held_by
from services.voucher.directory.domain.party import Party
from services.voucher.directory.domain.relations import stakes_among

MEMBERS_MAX = 50
"""How many undertakings may be counted as one: each has counters of its own, which are locked and summed."""


def group(of: UUID, parties: Mapping[UUID, Party], day: date) -> frozenset[UUID]:
    """The organisation with everyone it is linked to that day (local), transitively, whichever side tells of the link.

    parties: all who could be meant; one that is not among them is taken for itself alone. Refusal ``group.too_large``.
    """
    links = {
        (one.id, relation.organization)
        for one in parties.values()
        for relation in one.related
        if relation.counts and relation.span.covers(day)
    }
    stakes = stakes_among(parties, day)
    links |= {(owner, held) for owner in {stake.owner for stake in stakes} for held in held_by(owner, stakes)}
    members = {of}
    while near := {end for link in links if members & set(link) for end in link} - members:
        members |= near
        if len(members) > MEMBERS_MAX:
            raise too_large()
    return frozenset(members)


def too_large() -> Refusal:
    """Why nobody counts what so many have used together."""
    return Refusal("group.too_large", rule="cap.group", numbers={"at_most": MEMBERS_MAX})
