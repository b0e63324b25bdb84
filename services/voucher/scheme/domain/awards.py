"""What a scheme pays beside vouchers: awards, matches, top-ups and rewards, each on a base and up to a limit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from services.chassis.refusals import Reason, refuse_all
from services.standards.split import floor_rate, largest_remainder
from services.voucher.scheme.domain.rule import ALWAYS, Known, Rule, When
from services.voucher.scheme.domain.settlement import Split, parts_of

FIXED = "fixed"
"""The base of an award that is paid whatever the case's figures are."""

Figures = Mapping[str, int]
"""What is known of a case, by the names that `base` uses, in fen; where an award pays an amount for each, how many."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A joint ceiling: a share of one figure of the case, less other figures that were paid on it already."""

    share: Fraction
    of: str
    less: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regime:
    """Under which rules of state aid an award is given, and how much a group of undertakings may get in all: so many
    fen in so many calendar months, whether by vouchers or by awards, of whatever scheme (EU 2023/2831, Article 3(2)).
    """

    name: str
    months: int
    limit: int


@dataclass(frozen=True, slots=True)
class AwardCase:
    """Another amount (fen) or share for some."""

    when: When
    source: str
    amount: int | None = None
    share: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One award. Either `amount` (fen; of each unit where the base counts units) or `share` of the base.

    mode: grant, business_award or purchase; payee: holder, provider or space. base: fixed, or the figure of the case
    that it is paid on (`upper_award`, `interest_repaid`, `services`, `event_cost`, `added_area`, `operating_result`,
    `running_costs`, `services_opened`). share None with a figure: the rate is not known and nothing is paid yet.
    regime: under which it is state aid; None: it is none.
    limit: fen in a `period` (year or once); once_per: by which fact one is given once (`recognition`, `level`, …).
    spend_on: what it may be spent on, with a report due within so many working days; None: on anything.
    """

    id: str
    title_zh: str
    title_en: str
    mode: Rule[str]
    payee: Rule[str]
    base: str
    source: str
    as_of: str
    amount: int | None = None
    share: Fraction | None = None
    cases: tuple[AwardCase, ...] = ()
    when: When = ALWAYS
    ceiling: Rule[Ceiling] | None = None
    regime: Rule[Regime] | None = None
    limit: Rule[int] | None = None
    period: str | None = None
    once_per: Rule[tuple[str, ...]] | None = None
    split: Split | None = None
    spend_on: Rule[tuple[str, ...]] | None = None
    report_within: Rule[int] | None = None

    def case_for(self, known: Known, day: date) -> AwardCase | None:
        """The first case that holds; None: the general amount or share counts."""
        return next((case for case in self.cases if case.when.holds(known, day)), None)


@dataclass(frozen=True, slots=True)
class Limited:
    """A limit that was asked: which rule, what it leaves (fen), the shares and figures it came from, and its clause."""

    rule: str
    left: int
    numbers: Mapping[str, Any]
    clause: str


@dataclass(frozen=True, slots=True)
class Awarded:
    """What an award pays, in fen, and how that came about.

    base: the figure it was reckoned on, or how many units; paid: the share or the amount of each that counted, and
    source where that is written; limits: all that were asked, in their order; parts: by treasury, adding up.
    """

    amount: int
    base: int
    paid: Fraction | int
    source: str
    limits: tuple[Limited, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    split_source: str | None = None

    @property
    def full(self) -> int:
        """What it would pay if nothing limited it, in fen: so much of each unit, or the share floored once."""
        return full_of(self.paid, self.base)


def full_of(paid: Fraction | int, base: int) -> int:
    """What an amount of each unit, or a share of so many fen, comes to in fen."""
    return base * paid if isinstance(paid, int) else floor_rate(base, paid)


def base_of(award: Award, figures: Figures) -> int | None:
    """What the award is reckoned on: fen, or units; None where the figure is not known. Of a fixed one: once.

    Of interest only what is repaid counts, and no more than was due.
    """
    if award.base == FIXED:
        return 1
    found = figures.get(award.base)
    if award.base == "interest_repaid" and found is not None:
        return min(found, figures.get("interest_due", found))
    return found


def reasons(award: Award, known: Known, day: date, figures: Figures) -> list[Reason]:
    """Why nothing can be paid yet, or ever, to what is known on a local date; an empty list when something can."""
    name = {"award": award.id}
    found = []
    if not award.when.holds(known, day):
        found.append(Reason("award.not_for_this", f"award.{award.id}", "/award", name, award.source))
    amount, share, source = _paid(award, known, day)
    if amount is None and share is None:
        found.append(Reason("award.rate_unknown", f"award.{award.id}", "/award", name, source))
    unknown = [one for one in asked_of(award) if figures.get(one) is None]
    for figure in dict.fromkeys(unknown):
        numbers = {**name, "figure": figure}
        found.append(Reason("award.figure_unknown", f"award.{award.id}", f"/figures/{figure}", numbers, award.source))
    return found


def award_of(award: Award, known: Known, day: date, figures: Figures, *, given: int = 0, aided: int = 0) -> Awarded:
    """What an award pays for figures that are known, to what is known on the local date that its `as_of` names.

    given: what was given already in the period of its limit, aided: what the payee's group got already under its
    regime, in fen. The share is floored once; the ceiling, the limit and the regime come after it. Refusal with all
    `reasons` at once. ValueError for a negative figure.
    """
    refuse_all(reasons(award, known, day, figures))
    base = base_of(award, figures) or 0
    amount, share, source = _paid(award, known, day)
    paid = amount if amount is not None else share or Fraction(0)
    limits = tuple(_limits(award, figures, given, aided))
    left = min([full_of(paid, base), *(one.left for one in limits)])
    parts, split_source = _parts(award, known, day, left)
    return Awarded(left, base, paid, source, limits, parts, split_source)


def _paid(award: Award, known: Known, day: date) -> tuple[int | None, Fraction | None, str]:
    case = award.case_for(known, day)
    return (award.amount, award.share, award.source) if case is None else (case.amount, case.share, case.source)


def asked_of(award: Award) -> Iterator[str]:
    """The figures that an award cannot be reckoned without."""
    if award.base != FIXED:
        yield award.base
    if award.ceiling is not None:
        yield from (award.ceiling.value.of, *award.ceiling.value.less)


def _limits(award: Award, figures: Figures, given: int, aided: int) -> Iterator[Limited]:
    if award.ceiling is not None:
        ceiling = award.ceiling.value
        whole = floor_rate(figures[ceiling.of], ceiling.share)
        paid = {name: figures[name] for name in ceiling.less}
        of_what = {ceiling.of: figures[ceiling.of], "share": str(ceiling.share), **paid}
        yield Limited("award.ceiling", max(0, whole - sum(paid.values())), of_what, award.ceiling.source)
    if award.limit is not None:
        numbers = {"limit": award.limit.value, "given": given}
        yield Limited("award.limit", max(0, award.limit.value - given), numbers, award.limit.source)
    if award.regime is not None:
        regime = award.regime.value
        counted = {"regime": regime.name, "months": str(regime.months), "limit": regime.limit, "given": aided}
        yield Limited("award.regime", max(0, regime.limit - aided), counted, award.regime.source)


def _parts(award: Award, known: Known, day: date, amount: int) -> tuple[tuple[tuple[str, int], ...], str | None]:
    if award.split is None:
        return (), None
    parts, source = parts_of(award.split, known, day)
    amounts = largest_remainder(amount, [part.weight for part in parts])
    return tuple((part.name, fen) for part, fen in zip(parts, amounts, strict=True)), source
