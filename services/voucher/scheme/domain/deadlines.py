"""Decides which instants a scheme's local dates are, and which deadlines lie beyond the loaded calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day, local_date
from services.voucher.scheme.domain.checks import Fault
from services.voucher.scheme.domain.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Windows:
    """The instants (UTC) of a round. An instant named `…_ends` is the first that no longer belongs to its date."""

    opens_at: datetime
    closes_at: datetime
    results_by: date
    results_by_ends: datetime
    allocate_until: date
    allocate_until_ends: datetime


@dataclass(frozen=True, slots=True)
class VoucherDates:
    """The dates of a voucher with their instants (UTC); a date includes its whole day in the scheme's zone."""

    use_by: date
    use_by_ends: datetime
    deliver_by: date
    deliver_by_ends: datetime
    claim_by: date


def windows(scheme: Scheme, days: WorkingDays) -> Windows:
    """The instants of a round of this scheme. Raises CalendarNotLoaded."""
    allocation = scheme.allocation
    results_by = days.add(local_date(allocation.closes.value, scheme.zone), allocation.results_within.value)
    return Windows(
        opens_at=allocation.opens.value,
        closes_at=allocation.closes.value,
        results_by=results_by,
        results_by_ends=end_of_day(results_by, scheme.zone),
        allocate_until=allocation.allocate_until.value,
        allocate_until_ends=end_of_day(allocation.allocate_until.value, scheme.zone),
    )


def voucher_dates(scheme: Scheme, *, backfilled: bool) -> VoucherDates:
    """The dates of a voucher of the first allocation, or of a back-filled one."""
    terms = scheme.terms(backfilled=backfilled)
    return VoucherDates(
        use_by=terms.use_by.value,
        use_by_ends=end_of_day(terms.use_by.value, scheme.zone),
        deliver_by=terms.deliver_by.value,
        deliver_by_ends=end_of_day(terms.deliver_by.value, scheme.zone),
        claim_by=terms.claim_by.value,
    )


def calendar_faults(scheme: Scheme, days: WorkingDays) -> list[Fault]:
    """Deadlines in a year whose working-day calendar is not loaded, counted to the end of the spans that follow them.

    Checked at publishing, not before: a year's calendar is announced late in the year before it.
    """
    found = []
    for pointer, day, span in _deadlines(scheme):
        try:
            days.is_working(day)
            days.add(day, span)
        except CalendarNotLoaded as missing:
            found.append(Fault(pointer, "scheme.calendar_not_loaded", {"year": missing.year}))
    return found


def _deadlines(scheme: Scheme) -> Iterator[tuple[str, date, int]]:
    """Each deadline: where it stands in the file, its date, and the working days that may follow upon it."""
    allocation, validity = scheme.allocation, scheme.validity
    yield "/allocation/closes/value", local_date(allocation.closes.value, scheme.zone), allocation.results_within.value
    yield "/allocation/allocate_until/value", allocation.allocate_until.value, 0
    for name, terms in (("issued", validity.issued), ("backfilled", validity.backfilled)):
        yield f"/validity/{name}/use_by/value", terms.use_by.value, validity.proposal_lapses.value
        yield f"/validity/{name}/deliver_by/value", terms.deliver_by.value, scheme.evidence.silence_accepts.value
        yield f"/validity/{name}/claim_by/value", terms.claim_by.value, scheme.disclosure.value
