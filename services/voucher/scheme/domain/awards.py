"""What a scheme pays beside vouchers: awards, matches, top-ups and rewards, each on a base and up to a limit."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.voucher.scheme.domain.rule import ALWAYS, Known, Rule, When
from services.voucher.scheme.domain.settlement import Split


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A joint ceiling: a share of one figure of the case, less other figures that were paid on it already."""

    share: Fraction
    of: str
    less: tuple[str, ...] = ()


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
    limit: Rule[int] | None = None
    period: str | None = None
    once_per: Rule[tuple[str, ...]] | None = None
    split: Split | None = None
    spend_on: Rule[tuple[str, ...]] | None = None
    report_within: Rule[int] | None = None

    def case_for(self, known: Known, day: date) -> AwardCase | None:
        """The first case that holds; None: the general amount or share counts."""
        return next((case for case in self.cases if case.when.holds(known, day)), None)
