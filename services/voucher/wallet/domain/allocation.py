"""Decides who gets how much of a pool: in rank order, never more than the pool, the last place partial or whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application in line: what it asks for and what the holder's caps leave him, in fen."""

    id: UUID
    asked: int
    headroom: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """The outcome: faces by application, those whose caps leave nothing, those who wait, and what stays in the pool."""

    faces: tuple[tuple[UUID, int], ...]
    capped: tuple[UUID, ...]
    waiting: tuple[UUID, ...]
    left: int


def allocate(candidates: Sequence[Candidate], *, pool: int, last_place: str) -> Allocated:
    """Give out a pool (fen) in the order given; a hard stop when it is empty.

    ``partial``: the last place takes the rest. ``whole``: who cannot be served whole waits, and so does everybody
    behind him: nobody overtakes. Source: schemes/facts.md, row jiangmen-service-2020 (`last_place: partial`).
    """
    faces: list[tuple[UUID, int]] = []
    capped: list[UUID] = []
    for place, candidate in enumerate(candidates):
        wanted = min(candidate.asked, candidate.headroom)
        if wanted == 0:
            capped.append(candidate.id)
        elif pool == 0 or (pool < wanted and last_place == "whole"):
            waiting = tuple(one.id for one in candidates[place:])
            return Allocated(tuple(faces), tuple(capped), waiting, pool)
        else:
            face = min(wanted, pool)
            pool -= face
            faces.append((candidate.id, face))
    return Allocated(tuple(faces), tuple(capped), (), pool)
