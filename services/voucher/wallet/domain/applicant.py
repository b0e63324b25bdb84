"""Who applies in a simulation: what is known of it, what it asks for and when it came. It has no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import ceil

from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.scheme.domain.pricing import of_bands
from services.voucher.scheme.domain.rate import Band
from services.voucher.wallet.domain.queue import GENERAL

POINT = Fraction(1, 100)
"""A point of rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """One application that might come: amounts in fen, number as the queue counts, came_on a local date.

    price: what the service costs that it has in mind; None: as much as makes what it asks for the subsidy on it.
    points: what reviewers give it, where the scheme ranks by that.
    """

    number: int
    asked: int
    facts: PartyFacts
    came_on: date
    queue_class: str = GENERAL
    price: int | None = None
    points: int = 0


def price_for(bands: Sequence[Band], subsidy: int) -> int | None:
    """The least price (fen) on which bands give a subsidy (fen); None where no price is enough."""
    start, got = 0, Fraction(0)
    for band in bands:
        wide = None if band.up_to is None else band.up_to - start
        if band.share and (wide is None or got + wide * band.share >= subsidy):
            return start + max(0, ceil((subsidy - got) / band.share))
        got += (wide or 0) * band.share
        start = band.up_to or start
    return None


def moved(bands: tuple[Band, ...], points: int) -> tuple[Band, ...]:
    """The same bands with so many points more or less, none below nothing or above the whole."""
    return tuple(Band(min(Fraction(1), max(Fraction(0), one.share + points * POINT)), one.up_to) for one in bands)


@lru_cache(maxsize=4_096)
def asked_at(asked: int, price: int | None, bands: tuple[Band, ...], points: int) -> int:
    """What would be asked for (fen) if the rate had so many points more or less: the subsidy on the price moves it.

    price: in fen; None: as much as makes what is asked for the subsidy on it.
    """
    whole = price_for(bands, asked) if price is None else price
    if whole is None:
        return asked
    return max(0, asked + of_bands(moved(bands, points), whole) - of_bands(bands, whole))
