"""Decides whom a made-up population consists of: drawn from shares by a seed, the same for everybody who has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from services.voucher.scheme.domain.facts import Listing, PartyFacts
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.domain.validity import After
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.draw import digest
from services.voucher.wallet.domain.queue import GENERAL

Weights = Mapping[str, int]
"""How often each value is drawn, compared with the others."""

WHOLE = 10_000
"""What shares of a population are given in: hundredths of a per cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """How many holders, and how they are spread: kinds, size classes, region codes and classes of the queue by weight.

    asks_from and asks_to: between which amounts (fen) each asks, in whole steps; months_from and months_to: for how
    many months it has been registered; listed: how many in ten thousand stand on a list.
    """

    holders: int
    asks_from: int
    asks_to: int
    step: int
    sizes: Weights
    regions: Weights
    kinds: Weights = field(default_factory=lambda: {"organization": 1})
    classes: Weights = field(default_factory=lambda: {GENERAL: 1})
    listed: Weights = field(default_factory=dict)
    months_from: int = 36
    months_to: int = 36


def populate(of: Population, scheme: Scheme, *, day: date, seed: str) -> list[Applicant]:
    """The applicants of a population, as of a local day; they come evenly over the window of the scheme."""
    dice = (_Dice(seed, number, digest(f"{seed}:{number}")) for number in range(1, of.holders + 1))
    return [_one(of, scheme, one, day=day) for one in dice]


@dataclass(frozen=True, slots=True)
class _Dice:
    """Draws for one holder: of each kind its own part of one digest, so that another share changes no other answer."""

    seed: str
    number: int
    bits: str

    def below(self, kind: int, count: int) -> int:
        """A number from 0 up to, not including, a count."""
        return int(self.bits[kind * 8 : kind * 8 + 8], 16) % count

    def among(self, kind: int, weights: Weights) -> str:
        """One of the values, by their weights, in whatever order they are named."""
        place, values = self.below(kind, sum(weights.values())), sorted(weights)
        ends = accumulate(weights[value] for value in values)
        return next(value for value, end in zip(values, ends, strict=True) if place < end)

    def stands_on(self, name: str, share: int) -> bool:
        """Whether it is among so many in ten thousand who stand on a list."""
        return int(digest(f"{self.seed}:{self.number}:{name}")[:8], 16) % WHOLE < share


_KIND, _SIZE, _REGION, _CLASS, _ASKS, _MONTHS, _POINTS = range(7)
"""What is drawn for a holder, by the part of its digest."""


def _one(of: Population, scheme: Scheme, dice: _Dice, *, day: date) -> Applicant:
    steps = (of.asks_to - of.asks_from) // of.step
    months = of.months_from + dice.below(_MONTHS, of.months_to - of.months_from + 1)
    opens, closes = scheme.allocation.opens.value.date(), scheme.allocation.closes.value.date()
    queue_class = dice.among(_CLASS, of.classes)
    lists = [name for name, share in of.listed.items() if dice.stands_on(name, share)]
    return Applicant(
        number=dice.number,
        asked=of.asks_from + of.step * dice.below(_ASKS, steps + 1),
        queue_class=queue_class,
        points=dice.below(_POINTS, WHOLE + 1),
        came_on=opens + timedelta(days=(closes - opens).days * (dice.number - 1) // of.holders),
        facts=PartyFacts(
            as_of=day,
            holder=dice.among(_KIND, of.kinds),
            region=dice.among(_REGION, of.regions),
            size_class=dice.among(_SIZE, of.sizes),
            registered_on=After(months=-months).on(day),
            listings=tuple(Listing(name, queue_class) for name in lists),
        ),
    )
