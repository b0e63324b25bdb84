"""Decides what a voucher pays of a service: the rate floored once, or line by line, then the limits in their order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from services.standards.split import floor_rate
from services.voucher.scheme.domain.rate import Band, Rate

NO_LIMITS: Mapping[str, int] = MappingProxyType({})
Line = tuple[Rate, int]
"""What is paid for: the rate that counts for it, and its base in fen."""


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One step of the reckoning: the rule that spoke and the subsidy, in fen, after it."""

    rule: str
    amount: int


@dataclass(frozen=True, slots=True)
class Price:
    """What the voucher pays and what the holder pays himself, in fen; together what is paid. steps say how it came."""

    subsidy: int
    self_paid: int
    steps: tuple[PriceStep, ...]

    @property
    def of_rate(self) -> int:
        """What the rate alone gives, in fen, whatever limits left of it."""
        return self.steps[0].amount


def exact_of(bands: Sequence[Band], base: int) -> Fraction:
    """What bands give of a base (fen) before anything is floored: each its share of what lies in it."""
    exact, start = Fraction(0), 0
    for band in bands:
        end = base if band.up_to is None else min(base, band.up_to)
        exact += max(0, end - start) * band.share
        start = max(start, end)
    return exact


def of_bands(bands: Sequence[Band], base: int) -> int:
    """What bands give of a base, in fen: the sum of all bands floored once."""
    if len(bands) == 1:
        return floor_rate(base, bands[0].share)
    return floor_rate(1, exact_of(bands, base))


def as_floored(lines: Sequence[Line]) -> Sequence[Line]:
    """Lines as they are floored: each by itself where the scheme reckons each, else those of one rate in one sum."""
    if any(rate.line_by_line for rate, _ in lines):
        return lines
    bases: dict[Rate, int] = {}
    for rate, base in lines:
        bases[rate] = bases.get(rate, 0) + base
    return list(bases.items())


def price_lines(lines: Sequence[Line], *, limits: Mapping[str, int] = NO_LIMITS, whole: int | None = None) -> Price:
    """The subsidy on the eligible lines of a service, capped by limits such as the voucher's balance; of none nothing.

    Each line has the rate that counts for it and its base in fen. Where the scheme reckons each, each is floored by
    itself; else lines of one rate are summed, and the sum over all rates is floored once. Limits come after it and are
    named in the steps only where they bite. whole: what is paid in all (fen), where that is more than the base, such as
    its tax. ValueError for a negative base or limit.

    Source: docs/glossary.md (rate) and tests/voucher/scheme/vectors.json.
    """
    priced, paid = as_floored(lines), sum(base for _, base in lines) if whole is None else whole
    if any(rate.line_by_line for rate, _ in lines):
        return _limited("rate.lines", sum(of_bands(rate.bands, base) for rate, base in priced), paid, limits)
    if len(priced) == 1:
        rate, base = priced[0]
        return _limited(f"rate.{rate.kind}", of_bands(rate.bands, base), paid, limits)
    exact = sum((exact_of(rate.bands, base) for rate, base in priced), Fraction(0))
    return _limited("rate.sum", floor_rate(1, exact), paid, limits)


def _limited(rule: str, subsidy: int, base: int, limits: Mapping[str, int]) -> Price:
    if min(limits.values(), default=0) < 0:
        raise ValueError("a limit is at least zero")
    steps = [PriceStep(rule, subsidy)]
    for rule, limit in limits.items():
        if limit < subsidy:
            subsidy = limit
            steps.append(PriceStep(rule, subsidy))
    return Price(subsidy, base - subsidy, tuple(steps))
