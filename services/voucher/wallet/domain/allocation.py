"""Decides who gets how much of a pool: in order, never more than the pool or the share of a class of the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from services.voucher.scheme.domain.allocation import ClassShare
from services.voucher.wallet.domain.queue import GENERAL

WHOLE = "whole"
"""Who cannot be served whole waits."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application in line: what it asks for and what the holder's caps leave him, in fen; its class of the queue."""

    id: UUID
    asked: int
    headroom: int
    queue_class: str = GENERAL


@dataclass(frozen=True, slots=True)
class Allocated:
    """The outcome: faces by application, those whose caps leave nothing, those who wait, and what stays in the pool.

    full: those of them who wait because their class has had its share, while the pool may go on to others.
    """

    faces: tuple[tuple[UUID, int], ...]
    capped: tuple[UUID, ...]
    waiting: tuple[UUID, ...]
    left: int
    full: frozenset[UUID] = field(default_factory=frozenset)

    @property
    def stopped(self) -> bool:
        """Whether the pool has nothing for the next in line."""
        return len(self.waiting) > len(self.full)


def allocate(
    candidates: Sequence[Candidate], *, pool: int, last_place: str, rooms: Mapping[str, int] = MappingProxyType({})
) -> Allocated:
    """Give out a pool (fen) in the order given; a hard stop when it is empty.

    rooms: what is left (fen) of each class that has a share. ``partial``: the last place, of the pool or of a class,
    takes the rest. ``whole``: who cannot be served whole waits, and so does everybody behind him, or everybody of his
    class: nobody overtakes. Source: schemes/facts.md, row jiangmen-service-2020 (`last_place: partial`).
    """
    rooms, faces, capped, full = dict(rooms), list[tuple[UUID, int]](), list[UUID](), list[UUID]()
    for place, one in enumerate(candidates):
        wanted, room = min(one.asked, one.headroom), rooms.get(one.queue_class, pool)
        if wanted == 0:
            capped.append(one.id)
        elif _closed(pool, wanted, last_place):
            rest = (candidate.id for candidate in candidates[place:])
            return Allocated(tuple(faces), tuple(capped), (*full, *rest), pool, frozenset(full))
        elif _closed(room, wanted, last_place):
            rooms[one.queue_class] = 0
            full.append(one.id)
        else:
            face = min(wanted, pool, room)
            pool -= face
            if one.queue_class in rooms:
                rooms[one.queue_class] -= face
            faces.append((one.id, face))
    return Allocated(tuple(faces), tuple(capped), tuple(full), pool, frozenset(full))


def _closed(left: int, wanted: int, last_place: str) -> bool:
    """Whether what is left serves nobody who wants so much."""
    return left == 0 or (left < wanted and last_place == WHOLE)


def rooms_of(shares: Sequence[ClassShare], *, pool: int, standing: Mapping[str, int]) -> dict[str, int]:
    """What each class that has a share may still get, in fen: its part of what the round has, less what stands issued.

    standing: by class of the queue, what was issued and has not come back to the pool.
    """
    whole = pool + sum(standing.values())
    return {
        one.queue_class: max(
            0, whole * one.at_most.numerator // one.at_most.denominator - standing.get(one.queue_class, 0)
        )
        for one in shares
    }
