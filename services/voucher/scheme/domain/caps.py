"""What a scheme's caps are, in which period each counts, and how much it lets through for whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.voucher.scheme.domain.rule import Known, When

TIMES = frozenset({"authorised_times", "applications"})
"""What caps may count by the number of times; everything else is counted in fen."""

SPENDING = frozenset({"authorised", "authorised_times"})
"""What caps may count when value is frozen for a contract, and so by provider, by contract and by its dates."""


@dataclass(frozen=True, slots=True)
class CapCase:
    """Another limit for some: fen or times, whom it is about, and where it is written."""

    when: When
    limit: int
    source: str


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap: what it counts, for whom, over which period, named by which date, up to how many fen or times.

    counts: application_amount, issued, applications, held (what a holder has at one time), authorised,
    authorised_times. subject: the application, the holder, the provider, both as a pair, one contract of theirs, one
    redemption (a contract or a receipt, however many vouchers pay it), the holder in a bucket of `categories` and
    what lies under them, or the group of undertakings related to the holder.
    months: how many calendar months a rolling period spans, that of authorisation and those before it.
    fixed: whether an application is for the whole limit and for nothing less: vouchers of one face value.
    regime: under which rules of state aid it counts; caps of one regime count together, whatever scheme they are of.
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
    regime: str | None = None
    fixed: bool = False
    cases: tuple[CapCase, ...] = ()

    def for_whom(self, known: Known, day: date) -> "Cap":
        """The same with the limit and the source that count for what is known, on a local date."""
        case = next((one for one in self.cases if one.when.holds(known, day)), None)
        return self if case is None else replace(self, limit=case.limit, source=case.source, cases=())


@dataclass(frozen=True, slots=True)
class Headroom:
    """A cap as it counts for one party, and what is left under it: fen, or times."""

    cap: Cap
    left: int

    @property
    def allows(self) -> int | None:
        """How many fen it lets through; None: any, for a cap on times that leaves room for one more."""
        if self.cap.counts not in TIMES:
            return self.left
        return None if self.left else 0


def headroom(cap: Cap, used: int, *, known: Known, day: date) -> Headroom:
    """What a cap leaves for what is known on a local date. used: counted under it already, in fen or times."""
    limited = cap.for_whom(known, day)
    return Headroom(limited, max(0, limited.limit - used))


def period_on(cap: Cap, dates: Mapping[str, date]) -> str:
    """The period in which a cap counts now: the year of the date it names ("issue", …), a month, or ``once``.

    dates: local dates by the name that `year_of` uses. KeyError when the date that the cap needs is not given.
    """
    return window_on(cap, dates)[-1]


def window_on(cap: Cap, dates: Mapping[str, date]) -> tuple[str, ...]:
    """The periods whose sum a cap limits, earliest first, the last being that in which it counts now.

    More than one only for a rolling cap: calendar months, written ``2020-09``. dates as for `period_on`.
    """
    if cap.months is not None:
        return months_until(dates["authorise"], cap.months)
    return (str(dates[cap.year_of].year),) if cap.year_of is not None else ("once",)


def months_until(day: date, months: int) -> tuple[str, ...]:
    """So many calendar months, earliest first, the last being that of a local date: ``2020-08``, ``2020-09``."""
    last = day.year * 12 + day.month - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last - months + 1, last + 1))
