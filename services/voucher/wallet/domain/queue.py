"""Decides the order of the queue: by class and number, by a draw, or by what reviewers gave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.voucher.directory.domain.party import Party
from services.voucher.scheme.domain.allocation import BATCH_REVIEW, PriorityList
from services.voucher.wallet.domain.draw import lot

GENERAL = "general"
"""The class of whoever is on no list: behind every class that the scheme names."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an application stands in the queue: class and its place among the classes, 0 first."""

    queue_class: str
    order: int


@dataclass(frozen=True, slots=True, order=True)
class Queued:
    """An application as the queue sorts it; the id comes last and never decides, since numbers are unique.

    order: its class, or where points rank it their negative; lot: what its number drew, where classes count nothing.
    """

    order: int
    lot: str
    number: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Method:
    """How a round is ranked: its method, and the seed of its draw where it is a lottery."""

    name: str
    seed: str | None = None

    @property
    def by_points(self) -> bool:
        """Whether what reviewers gave comes first."""
        return self.name == BATCH_REVIEW

    def queued(self, application_id: UUID, *, order: int, points: int | None, number: int) -> Queued:
        """An application by its class, its points and its number."""
        if self.seed is not None:
            return Queued(0, lot(self.seed, number), number, application_id)
        return Queued(-(points or 0) if self.by_points else order, "", number, application_id)


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
