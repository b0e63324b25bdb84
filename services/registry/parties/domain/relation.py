"""Decides whether two organisations are related on a date, and how: 关联关系, every way of it with its evidence.

Ownership counts by the share held, directly and through others (`services.standards.shareholding`). Subordination,
co-founding and shared officers join the two they name and nobody beyond them. The same address is no relation.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Refusal
from services.registry.parties.domain.standing import Link, LinkKind
from services.standards.shareholding import Holding, Stake, holding, owners_in_common

OWNERS_MAX = 500
"""How many shareholders above two organisations are looked through: no chain of a real group is near it."""


class RelationKind(StrEnum):
    """How two organisations are related: by what joins them directly, or by who owns them."""

    SAME = "same"
    OWNERSHIP = "ownership"
    COMMON_OWNER = "common_owner"
    SUBORDINATION = "subordination"
    CO_FOUNDING = "co_founding"
    SHARED_OFFICERS = "shared_officers"


@dataclass(frozen=True)
class Step:
    """One fact on the way from one organisation to another. share: basis points that the first holds of the second.

    link_id and document_id: the link that says so; None for what is derived from persons, who are not named.
    """

    from_id: UUID
    to_id: UUID
    share: int | None = None
    link_id: UUID | None = None
    document_id: UUID | None = None


@dataclass(frozen=True)
class Relation:
    """One way in which two organisations are related. share: what is held in all, in basis points.

    through: the owner in common; derived: from the same persons on both sides, and from no link that was recorded.
    """

    kind: RelationKind
    steps: tuple[Step, ...] = ()
    share: int | None = None
    through: UUID | None = None
    derived: bool = False


@dataclass(frozen=True)
class Known:
    """What is known on a date: links that hold on it, and the kinds in which the same persons join the two."""

    links: Collection[Link]
    persons: Collection[LinkKind] = ()


def relations(a: UUID, b: UUID, known: Known, on: date) -> list[Relation]:
    """List every way in which two organisations are related on a local date; the same whichever is named first.

    An organisation is always related to itself.
    """
    if a == b:
        return [Relation(RelationKind.SAME)]
    first, second = sorted((a, b))
    links = {link.id: link for link in known.links if link.period.covers(on)}
    return [
        *_by_shares(first, second, links),
        *_direct(first, second, links.values()),
        *(Relation(RelationKind(kind), (Step(first, second),), derived=True) for kind in sorted(set(known.persons))),
    ]


def too_wide() -> Refusal:
    """Why nobody says how two are related who have so many owners above them."""
    return Refusal("relation.too_wide", rule="relation.owners", numbers={"at_most": OWNERS_MAX})


def _by_shares(a: UUID, b: UUID, links: dict[UUID, Link]) -> Iterator[Relation]:
    stakes = [stake for link in links.values() if (stake := link.stake) is not None]
    for owner, held in ((a, b), (b, a)):
        found = holding(owner, held, stakes)
        if found is not None:
            yield Relation(RelationKind.OWNERSHIP, _steps(found, links), found.share)
    for third in owners_in_common(a, b, stakes):
        halves = [found for end in (a, b) if (found := holding(third, end, stakes)) is not None]
        steps = dict.fromkeys(step for half in halves for step in _steps(half, links))
        yield Relation(RelationKind.COMMON_OWNER, tuple(steps), min(half.share for half in halves), third)


def _direct(a: UUID, b: UUID, links: Iterable[Link]) -> Iterator[Relation]:
    """What joins the two themselves; ownership whose share nobody recorded counts as its recorder meant it."""
    for link in sorted(links, key=lambda one: (one.kind, one.id)):
        if {link.a_id, link.b_id} == {a, b} and link.stake is None:
            step = Step(link.a_id, link.b_id, None, link.id, link.document_id)
            yield Relation(RelationKind(link.kind), (step,))


def _steps(found: Holding, links: dict[UUID, Link]) -> tuple[Step, ...]:
    return tuple(_step(stake, links) for stake in found.stakes)


def _step(stake: Stake, links: dict[UUID, Link]) -> Step:
    document_id = links[stake.id].document_id if stake.id is not None else None
    return Step(stake.owner, stake.held, stake.share, stake.id, document_id)
