"""Decides what is told of how holders rated a provider's accepted work: means of many, never a single word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

LEAST = 5
"""Fewer ratings than this are not told: one holder's word could be read off them."""


@dataclass(frozen=True)
class Rating:
    """What a holder said when he accepted: stars from 1 (poor) to 5, for one redemption (``red_…``), once."""

    redemption: str
    provider_id: UUID
    category: str
    stars: int
    rated_at: datetime
    offering_id: UUID | None = None


@dataclass(frozen=True)
class Tally:
    """So many ratings, and the sum of their stars."""

    count: int = 0
    stars: int = 0

    @property
    def mean(self) -> str:
        """The mean in stars with two decimals, half rounded up; ZeroDivisionError of none."""
        hundredths = (self.stars * 200 + self.count) // (self.count * 2)
        return f"{hundredths // 100}.{hundredths % 100:02d}"


@dataclass(frozen=True)
class Shown:
    """What may be told: all ratings together, and those of each category that is told apart."""

    overall: Tally | None
    categories: Mapping[str, Tally]


def shown_ratings(known: Mapping[str, Tally]) -> Shown:
    """What may be told of the ratings by category: none of fewer than `LEAST`, nor what lets such be computed.

    Where those held back are fewer than that together, they would be the rest of the whole; then the smallest category
    that could be told is held back beside them.
    """
    overall = _sum(list(known.values()))
    if overall.count < LEAST:
        return Shown(None, {})
    told = {category: tally for category, tally in known.items() if tally.count >= LEAST}
    rest = overall.count - _sum(list(told.values())).count
    if told and 0 < rest < LEAST:
        del told[min(told, key=lambda category: (told[category].count, category))]
    return Shown(overall, told)


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(sum(one.count for one in tallies), sum(one.stars for one in tallies))
