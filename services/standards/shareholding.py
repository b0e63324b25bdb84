"""Decides who holds so much of whom that the two are related: 国家税务总局公告 2016 年第 42 号, article 2 (1).

One who holds 25 % of another, directly or through others, is related to it, and so are two of whom a third holds 25 %
each. What is held through another counts in full once the share in that other reaches 25 %, and what is held in several
ways is added up. Shares are whole basis points, so that nothing is rounded.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

SHARE_LEAST = 2_500
"""25 %, in basis points."""
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Stake:
    """On a date, an owner directly holds a share of another, in basis points; id: of the record that says so."""

    owner: UUID
    held: UUID
    share: int
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What one holds of another, directly and through others, in basis points, and every stake that adds to it."""

    owner: UUID
    held: UUID
    share: int
    stakes: tuple[Stake, ...]


def held_by(owner: UUID, stakes: Iterable[Stake], *, least: int = SHARE_LEAST) -> dict[UUID, int]:
    """All in which somebody holds at least so much, and how much. It ends, however the stakes run in circles.

    Nobody holds himself. The share in a circle may pass the whole, since what is held through others counts in full.
    """
    of = _by_owner(stakes)
    shares: dict[UUID, int] = defaultdict(int)
    reached, new = {owner}, [owner]
    while new:
        for stake in of.get(new.pop(), ()):
            shares[stake.held] += stake.share
            if shares[stake.held] >= least and stake.held not in reached:
                reached.add(stake.held)
                new.append(stake.held)
    return {one: shares[one] for one in reached if one != owner}


def holding(owner: UUID, held: UUID, stakes: Collection[Stake], *, least: int = SHARE_LEAST) -> Holding | None:
    """What somebody holds of another, if it is enough, with every stake it rests upon, from the owner downwards."""
    shares = held_by(owner, stakes, least=least)
    if held not in shares:
        return None
    reached, wanted, used = {owner, *shares}, [held], list[Stake]()
    seen = {held, owner}
    while wanted:
        end = wanted.pop(0)
        for stake in sorted(stakes, key=lambda one: (one.owner, one.held)):
            if stake.held == end and stake.owner in reached:
                used.append(stake)
                if stake.owner not in seen:
                    seen.add(stake.owner)
                    wanted.append(stake.owner)
    return Holding(owner, held, shares[held], tuple(reversed(used)))


def owners_in_common(a: UUID, b: UUID, stakes: Collection[Stake], *, least: int = SHARE_LEAST) -> list[UUID]:
    """The third parties who hold enough of both, in the order of their ids."""
    thirds = {stake.owner for stake in stakes} - {a, b}
    return sorted(third for third in thirds if {a, b} <= held_by(third, stakes, least=least).keys())


def _by_owner(stakes: Iterable[Stake]) -> Mapping[UUID, list[Stake]]:
    of: dict[UUID, list[Stake]] = defaultdict(list)
    for stake in stakes:
        of[stake.owner].append(stake)
    return of
