"""What a scheme says, as frozen values: identity, basis and the sections of its file, each rule with its source.

The sections are those of a scheme file; `document.read` makes them from one. Amounts are fen, dates are dates in the
scheme's zone, spans are working days. Only rules that are built have a field: the file's schema refuses the rest.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from services.voucher.scheme.domain.allocation import Allocation, Backing
from services.voucher.scheme.domain.applications import Applications
from services.voucher.scheme.domain.awards import Award
from services.voucher.scheme.domain.caps import Cap
from services.voucher.scheme.domain.eligibility import Who
from services.voucher.scheme.domain.evidence import Evidence
from services.voucher.scheme.domain.exclusions import Exclusions
from services.voucher.scheme.domain.rate import Rate, Rates
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.settlement import Settlement, Span
from services.voucher.scheme.domain.validity import Terms, Validity

AID = "aid:"
"""How the counters of regimes of state aid begin, before the regime's name; no scheme's name has a colon."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of vouchers: identity, basis and its sections; awards are what it pays beside them."""

    id: str
    title_zh: str
    title_en: str
    family: str
    bureau: str
    zone: str
    currency: str
    basis: tuple[str, ...]
    effective: date
    who: Who
    allocation: Allocation
    caps: tuple[Cap, ...]
    backing: Rule[Backing]
    rates: Rates
    exclusions: Exclusions
    validity: Validity
    leftover: Rule[str]
    applications: Applications | None
    evidence: Evidence
    disclosure: Rule[Span]
    settlement: Settlement
    under_use: Rule[Fraction | None]
    sanctions: Rule[int] | None = None
    awards: tuple[Award, ...] = ()
    follows: Rule[str] | None = None
    root: str | None = None

    @property
    def lineage(self) -> str:
        """Under whose name is counted what outlives a year: that of the first scheme of those that follow another."""
        return self.root or self.id

    @property
    def rate(self) -> Rate:
        """The general rate, whatever cases there are."""
        return self.rates.general

    @property
    def fiscal_year(self) -> int:
        """The year whose budget the scheme gives out: that of the last day of its allocation."""
        return self.allocation.allocate_until.value.year

    def caps_on(self, counts: str) -> tuple[Cap, ...]:
        """The caps that count one thing ("application_amount", "issued", "authorised", …), in the file's order."""
        return tuple(cap for cap in self.caps if cap.counts == counts)

    @property
    def fixed_faces(self) -> bool:
        """Whether vouchers have one face value, so that nobody gets a part of it."""
        return any(cap.fixed for cap in self.caps)

    def terms(self, *, backfilled: bool) -> Terms:
        """The dates for a voucher of the first allocation, or for a back-filled one."""
        return self.validity.backfilled if backfilled else self.validity.issued

    def counter_of(self, cap: Cap) -> str:
        """The cap's name over all schemes; versions, and the schemes that follow, share it and mint no new allowance.

        What is counted under a regime of state aid is counted once for all schemes.
        """
        return f"{self.lineage}/{cap.id}" if cap.regime is None else f"{AID}{cap.regime}"


@dataclass(frozen=True, slots=True)
class AwardScheme:
    """A scheme that issues no vouchers: who may receive its awards, and how they are applied for, reviewed and paid.

    effective: from which local date the version counts.
    """

    id: str
    title_zh: str
    title_en: str
    bureau: str
    zone: str
    currency: str
    basis: tuple[str, ...]
    effective: date
    who: Who
    awards: tuple[Award, ...]
    applications: Applications | None
    disclosure: Rule[Span]
    settlement: Settlement
    sanctions: Rule[int] | None = None
    follows: Rule[str] | None = None
    root: str | None = None

    @property
    def lineage(self) -> str:
        """The same of a scheme of awards."""
        return self.root or self.id


Rulebook = Scheme | AwardScheme
"""A scheme of either family: both say who decides, how long what is to be paid is disclosed, and how it is settled."""
