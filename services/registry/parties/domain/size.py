"""Decides which size class an organisation is of, from figures of a year and the ceilings of its industry."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason
from services.registry.parties.domain.organization import SizeClass

FIRST_YEAR = 1949
MOST = 10**17
"""More than any figure there is, and less than a column holds."""
CLASSES = (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM, SizeClass.LARGE)
"""From the smallest up."""


class Measure(StrEnum):
    """What is measured: persons employed, revenue of the year, total assets at its end; amounts in fen."""

    STAFF = "staff"
    REVENUE = "revenue"
    ASSETS = "assets"


class SizeSource(StrEnum):
    """Who says so: the organisation itself, an operator who has seen its accounts, or the business register."""

    DECLARED = "declared"
    OPERATOR = "operator"
    REGISTER = "register"


Figures = Mapping[Measure, int | None]
"""What is known of one year, amounts in fen."""


@dataclass(frozen=True)
class Industry:
    """An industry of the standard, and per measure the least of a small, a medium and a large enterprise in it."""

    id: str
    name_zh: str
    name_en: str
    least: Mapping[Measure, tuple[int, int, int]]


@dataclass(frozen=True)
class SizeStandard:
    """The standard that size classes are computed by: its document number, and its industries by id."""

    number: str
    industries: Mapping[str, Industry]


@dataclass(frozen=True)
class SizeFacts:
    """What is declared of one year."""

    organization_id: UUID
    year: int
    industry: str
    figures: Figures
    source: SizeSource
    document_id: UUID | None = None


@dataclass(frozen=True)
class SizeDeclaration:
    """A declaration with the class that follows from it by a standard; a correction is another one, and later."""

    id: UUID
    facts: SizeFacts
    size_class: SizeClass
    standard: str


def size_of(figures: Figures, industry: Industry) -> SizeClass:
    """Give the class whose least every measure of the industry reaches; below the least of small it is micro.

    国统字〔2017〕213号: large, medium and small enterprises reach every lower bound, else they fall one class down.
    """
    reached = [bisect_right(least, figures[measure] or 0) for measure, least in industry.least.items()]
    return CLASSES[min(reached)]


def size_faults(
    facts: SizeFacts, known: Iterable[SizeDeclaration], *, standard: SizeStandard, by_itself: bool, today: date
) -> list[Reason]:
    """List what is wrong with a declaration: its year, its industry, its figures, or who may say so.

    What an operator or the register said of a year an organisation does not say otherwise: ``size.settled``.
    """
    faults = []
    if not FIRST_YEAR <= facts.year <= today.year:
        numbers = {"earliest": FIRST_YEAR, "latest": today.year}
        faults.append(
            Reason("size.year", rule="figures are of a year that has begun", pointer="/year", numbers=numbers)
        )
    if by_itself and facts.source is not SizeSource.DECLARED:
        faults.append(Reason("field.not_yours", rule="recorded by an operator", pointer="/source"))
    said = {one.facts.source for one in known if one.facts.year == facts.year}
    if by_itself and said - {SizeSource.DECLARED}:
        faults.append(Reason("size.settled", rule="an operator's word stands", pointer="/year"))
    return [*faults, *_figure_faults(facts, standard)]


def latest(declarations: Sequence[SizeDeclaration]) -> SizeDeclaration | None:
    """Give the one that counts, of some in the order of their recording: of the newest year, the newest one."""
    years = [one.facts.year for one in declarations]
    return next((one for one in reversed(declarations) if one.facts.year == max(years)), None)


def yearly(declarations: Sequence[SizeDeclaration]) -> list[SizeDeclaration]:
    """Give the one that counts of each year, the oldest year first, of some in the order of their recording."""
    of_year = {one.facts.year: one for one in declarations}
    return [of_year[year] for year in sorted(of_year)]


def _figure_faults(facts: SizeFacts, standard: SizeStandard) -> list[Reason]:
    industry = standard.industries.get(facts.industry)
    if industry is None:
        rule = f"industries are those of {standard.number}"
        return [Reason("size.industry", rule=rule, pointer="/industry", numbers={"industry": facts.industry})]
    rule = "the industry's measures decide"
    wrong = [
        Reason("size.figure", rule="figures are counted from nothing up", pointer=f"/{measure}")
        for measure, figure in facts.figures.items()
        if figure is not None and not 0 <= figure <= MOST
    ]
    return wrong + [
        Reason("size.missing", rule=rule, pointer=f"/{measure}")
        for measure in industry.least
        if facts.figures.get(measure) is None
    ]
