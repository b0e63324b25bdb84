"""Decides which undertakings belong together: all that are related, directly or through others, on a date."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from services.voucher.directory.domain.party import Party


def group(of: UUID, parties: Mapping[UUID, Party], day: date) -> frozenset[UUID]:
    """The organisation with everyone it is linked to that day (local), transitively, whichever side tells of the link.

    parties: all who could be meant; one that is not among them is taken for itself alone.
    """
    links = {
        (one.id, relation.organization)
        for one in parties.values()
        for relation in one.related
        if relation.span.covers(day)
    }
    members = {of}
    while near := {end for link in links if members & set(link) for end in link} - members:
        members |= near
    return frozenset(members)
