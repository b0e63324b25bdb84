"""Decides what is told of how holders rated a provider's accepted work: by fives, so that nobody reads off one word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

TOLD_BY = 5
"""So many ratings of a category are told at once, in the order in which they were recorded.

Told one by one, the newest word would be what the sum grew by, and a provider knows whose work was just accepted.
"""


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
    """What may be told: those of each category, and all that are told together."""

    overall: Tally | None
    categories: Mapping[str, Tally]


def shown_ratings(by_fives: Mapping[str, Tally]) -> Shown:
    """What may be told of the ratings by category, each of them so many as are told at once.

    Together they are no more than that either: what a category holds back would be the rest of the whole.
    """
    told = {category: tally for category, tally in by_fives.items() if tally.count >= TOLD_BY}
    overall = Tally(sum(one.count for one in told.values()), sum(one.stars for one in told.values()))
    return Shown(overall if told else None, told)
