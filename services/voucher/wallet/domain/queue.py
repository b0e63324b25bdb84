"""Decides the order of the queue: by priority class, then by the number that the database drew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.voucher.directory.domain.party import Party
from services.voucher.scheme.domain.allocation import PriorityList

GENERAL = "general"
"""The class of whoever is on no list: behind every class that the scheme names."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands in the queue: class and its place among the classes, 0 first."""

    queue_class: str
    order: int


@dataclass(frozen=True, slots=True, order=True)
class Queued:
    """An application as the queue sorts it; the id comes last and never decides, since numbers are unique."""

    order: int
    number: int
    id: UUID


def standing(party: Party, priority: PriorityList, day: date) -> Standing:
    """The best class in which the scheme's list names a party that day."""
    listed = {
        listing.priority_class
        for listing in party.priority
        if listing.list == priority.list and listing.span.covers(day)
    }
    best = next((name for name in priority.classes if name in listed), None)
    return Standing(best or GENERAL, priority.order(best))


def ranked(queued: Iterable[Queued], *, after: int = 0) -> dict[UUID, int]:
    """The rank of each application, from ``after`` + 1 on, in the order of the queue."""
    return {one.id: rank for rank, one in enumerate(sorted(queued), start=after + 1)}
