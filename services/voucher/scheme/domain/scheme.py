"""What a scheme says, as frozen values: the same thirteen sections for every scheme, each rule with its source.

The sections are those of a scheme file; `document.read` makes them from one. Amounts are fen, dates are dates in the
scheme's zone, spans are working days. Only rules that are built have a field: the file's schema refuses the rest.
"""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Value]):
    """One rule: its value, where it is written, and the date it is applied as of (None where no date matters)."""

    value: Value
    source: str
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Who may hold a voucher. The code of a city or province covers those inside it."""

    holders: Rule[tuple[str, ...]]
    registered_in: Rule[tuple[str, ...]]
    size_class: Rule[tuple[str, ...]]
    good_standing: Rule[bool]


@dataclass(frozen=True, slots=True)
class PriorityList:
    """Which list of the registry gives priority, and its classes from first to last; whoever is on none is last."""

    list: str
    classes: tuple[str, ...]

    def order(self, queue_class: str | None) -> int:
        """The place of a class in the queue, 0 first; None, a class not named, comes after all named ones."""
        return self.classes.index(queue_class) if queue_class in self.classes else len(self.classes)


@dataclass(frozen=True, slots=True)
class Allocation:
    """How the budget is given out. opens and closes are instants (UTC), closes itself no longer part of the window."""

    method: Rule[str]
    opens: Rule[datetime]
    closes: Rule[datetime]
    one_live_application: Rule[bool]
    priority: Rule[PriorityList]
    results_within: Rule[int]
    allocate_until: Rule[date]
    last_place: Rule[str]


TIMES = frozenset({"authorised_times"})
"""What caps may count by the number of times; everything else is counted in fen."""

SPENDING = frozenset({"authorised"}) | TIMES
"""What caps may count when value is frozen for a contract, and so by provider, by contract and by its dates."""


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap: what it counts, for whom, over which period, named by which date, up to how many fen or times.

    subject: the holder, the provider, both as a pair, one contract of theirs, the holder in a bucket of `categories`
    and what lies under them, or the group of undertakings related to the holder. months: how many calendar months a
    rolling period spans, that of authorisation and those before it.
    """

    id: str
    counts: str
    subject: str
    period: str
    year_of: str | None
    limit: int
    source: str
    as_of: str | None = None
    categories: tuple[str, ...] = ()
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """A flat share of the base; base names which amount of the service counts, until_invoice what stands in for it."""

    kind: str
    share: Fraction
    base: str
    until_invoice: str
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What a voucher may not pay for, and the categories that it may."""

    categories: Rule[tuple[str, ...]]
    related_parties: Rule[bool]


@dataclass(frozen=True, slots=True)
class Terms:
    """The dates of one voucher, each with its whole day in the scheme's zone."""

    use_by: Rule[date]
    deliver_by: Rule[date]
    claim_by: Rule[date]
    completed_from: Rule[date]
    completed_until: Rule[date]


@dataclass(frozen=True, slots=True)
class Validity:
    """How long: the terms of vouchers of the first allocation and of back-filled ones, and the working-day spans.

    extension: by how many calendar days the three dates of a voucher may be moved, once; None: not at all.
    year_end_void: whether nothing may be used or delivered after the last day of the budget's year, whatever the
    terms say. reminders: how many days before its end a voucher's holder is told.
    """

    issued: Terms
    backfilled: Terms
    may_predate_voucher: Rule[bool]
    proposal_lapses: Rule[int]
    restores_allowance: Rule[bool]
    extension: Rule[int | None]
    year_end_void: Rule[bool]
    reminders: Rule[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Instant:
    """What may be redeemed in one call at the counter, in fen of subsidy, and above what the holder proves his PIN."""

    up_to: int
    pin_above: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves the service: documents per payout model, both sides' word, silence after so many working days.

    instant: None where every service needs a contract.
    """

    invoice: Rule[str]
    bank_slip: Rule[str]
    confirmed_by: Rule[str]
    silence_accepts: Rule[int]
    rating: Rule[bool]
    instant: Rule[Instant | None]


@dataclass(frozen=True, slots=True)
class Settlement:
    """Whom the treasury pays, how often, and on the way there: who reviews a claim, and how long each step may take.

    review names the stages in their order. In working days: review_within for each stage, correction_within for the
    claimant after a stage asks for one, pay_within from the release of a line until its payment is expected.
    """

    payee: Rule[str]
    cadence: Rule[str]
    model: Rule[str]
    review: Rule[tuple[str, ...]]
    review_within: Rule[int]
    correction_within: Rule[int]
    pay_within: Rule[int]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A whole scheme: identity, basis and the thirteen sections."""

    id: str
    title_zh: str
    title_en: str
    family: str
    bureau: str
    zone: str
    currency: str
    basis: tuple[str, ...]
    who: Who
    allocation: Allocation
    caps: tuple[Cap, ...]
    backing: Rule[str]
    rate: Rate
    exclusions: Exclusions
    validity: Validity
    leftover: Rule[str]
    review: Rule[tuple[str, ...]]
    evidence: Evidence
    disclosure: Rule[int]
    settlement: Settlement
    under_use: Rule[Fraction | None]

    @property
    def fiscal_year(self) -> int:
        """The year whose budget the scheme gives out: that of the last day of its allocation."""
        return self.allocation.allocate_until.value.year

    def caps_on(self, counts: str) -> tuple[Cap, ...]:
        """The caps that count one thing ("application_amount", "issued", "authorised", …), in the file's order."""
        return tuple(cap for cap in self.caps if cap.counts == counts)

    def terms(self, *, backfilled: bool) -> Terms:
        """The dates for a voucher of the first allocation, or for a back-filled one."""
        return self.validity.backfilled if backfilled else self.validity.issued
