"""Decides which instants a scheme's local dates are, and which deadlines lie beyond the loaded calendars."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.chassis.refusals import Reason, Scalar, refuse_all
from services.standards.calendar import CalendarNotLoaded, WorkingDays, end_of_day, local_date
from services.voucher.scheme.domain.checking.fault import Fault
from services.voucher.scheme.domain.scheme import AwardScheme, Rulebook, Scheme
from services.voucher.scheme.domain.validity import dated

USE_BY, YEAR_END, CANCELLED, LEFTOVER = "use_by", "year_end", "cancelled", "leftover"
"""What ends a voucher: its date, the end of the budget's year, its issuer, or that it gives no change."""


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
    """The dates of a voucher with their instants (UTC); a date includes its whole day in the scheme's zone.

    ends_at: the first instant at which nothing more may be authorised; ends_by: the rule that sets it.
    """

    use_by: date
    use_by_ends: datetime
    deliver_by: date
    deliver_by_ends: datetime
    claim_by: date
    claim_by_ends: datetime
    ends_at: datetime
    ends_by: str


def last_day(closes: datetime, zone: str) -> date:
    """The last local date of a window that closes at an instant: of one that closes at 24:00, that very day."""
    return local_date(closes - timedelta(microseconds=1), zone)


def windows(scheme: Scheme, days: WorkingDays, *, window: int = 1) -> Windows:
    """The instants of a round of this scheme in one of its windows, from 1. Raises CalendarNotLoaded.

    Refusal ``round.window_unknown``.
    """
    said = scheme.allocation.openings
    if window > len(said):
        rule = scheme.allocation.windows or scheme.allocation.opens
        numbers: dict[str, Scalar] = {"window": window, "windows": len(said)}
        refuse_all([Reason("round.window_unknown", "allocation.windows", "/window", numbers, rule.source)])
    one = said[window - 1]
    results_by = days.add(last_day(one.closes, scheme.zone), scheme.allocation.results_within.value)
    return Windows(
        opens_at=one.opens,
        closes_at=one.closes,
        results_by=results_by,
        results_by_ends=end_of_day(results_by, scheme.zone),
        allocate_until=one.allocate_until,
        allocate_until_ends=end_of_day(one.allocate_until, scheme.zone),
    )


def voucher_dates(scheme: Scheme, *, issued: date, backfilled: bool, extended_by: int = 0) -> VoucherDates:
    """The dates of a voucher issued on a local date, of the first allocation or a back-filled one, extended by some
    calendar days.
    """
    terms, more = scheme.terms(backfilled=backfilled), timedelta(days=extended_by)
    last = _last_day_of_budget(scheme)
    own = dated(terms.use_by.value, issued) + more
    use_by, deliver_by = min(own, last), min(dated(terms.deliver_by.value, issued) + more, last)
    claim_by = dated(terms.claim_by.value, issued) + more
    use_by_ends = end_of_day(use_by, scheme.zone)
    return VoucherDates(
        use_by=use_by,
        use_by_ends=use_by_ends,
        deliver_by=deliver_by,
        deliver_by_ends=end_of_day(deliver_by, scheme.zone),
        claim_by=claim_by,
        claim_by_ends=end_of_day(claim_by, scheme.zone),
        ends_at=use_by_ends,
        ends_by=YEAR_END if is_cut(scheme, own) else USE_BY,
    )


def is_cut(scheme: Scheme, own: date, *, extended: int = 0) -> bool:
    """Whether the end of the budget's year comes before a date of the scheme's own; on the same day its own counts.

    extended: how often the voucher was extended.
    """
    more = timedelta(days=(scheme.validity.extension.value or 0) * extended)
    return own + more > _last_day_of_budget(scheme)


def _last_day_of_budget(scheme: Scheme) -> date:
    """The day after which the year's budget is void, where the scheme says so; nothing that was captured is."""
    return date(scheme.fiscal_year, 12, 31) if scheme.validity.year_end_void.value else date.max


def calendar_faults(scheme: Rulebook, days: WorkingDays) -> list[Fault]:
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


def _deadlines(scheme: Rulebook) -> Iterator[tuple[str, date, int]]:
    """Each deadline: where it stands in the file, its date, and the working days that may follow upon it."""
    if isinstance(scheme, AwardScheme):  # awards are claimed whenever they fall due
        return
    allocation, validity = scheme.allocation, scheme.validity
    for number, window in enumerate(allocation.openings):
        at = f"/allocation/windows/value/{number - 1}" if number else "/allocation"
        end = "" if number else "/value"
        yield f"{at}/closes{end}", last_day(window.closes, scheme.zone), allocation.results_within.value
        yield f"{at}/allocate_until{end}", window.allocate_until, 0
    for name, terms in (("issued", validity.issued), ("backfilled", validity.backfilled)):
        spans = {
            "use_by": validity.proposal_lapses.value,
            "deliver_by": scheme.evidence.silence_accepts.value,
            "claim_by": scheme.disclosure.value.days if scheme.disclosure.value.working else 0,
        }
        for which, span in spans.items():
            value = getattr(terms, which).value
            yield f"/validity/{name}/{which}/value", dated(value, allocation.allocate_until.value), span
