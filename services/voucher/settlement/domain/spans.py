"""Decides until when something on a claim lasts: working or calendar days, or what follows the end of a period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.chassis.refusals import Refusal
from services.standards.calendar import WorkingDays, end_of_day, local_date
from services.voucher.redemption.domain.world import end_of_working_day, last_day
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.domain.settlement import Span

MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
"""How many months each period spans whose releases are paid together; what is paid on claim is in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when something is to be done: the instant (UTC) at which it is over, and the last local day before it."""

    due_at: datetime
    due_on: date


def after_working_days(span: int, *, scheme: Rulebook, at: datetime, calendar: WorkingDays) -> Due:
    """When a span of working days from an instant on ends. Refusal ``calendar.not_loaded``."""
    over = end_of_working_day(at, span, scheme=scheme, calendar=calendar)
    return Due(due_at=over, due_on=last_day(over, scheme))


def after(span: Span, *, scheme: Rulebook, at: datetime, calendar: WorkingDays) -> Due:
    """When a span of days of either kind from an instant on ends; of calendar days none is left out.

    Refusal ``calendar.not_loaded``.
    """
    if span.working:
        return after_working_days(span.days, scheme=scheme, at=at, calendar=calendar)
    day = local_date(at, scheme.zone) + timedelta(days=span.days)
    return Due(due_at=end_of_day(day, scheme.zone), due_on=day)


def expected(span: int, *, scheme: Rulebook, at: datetime, calendar: WorkingDays) -> Due | None:
    """The end of working days that are only hoped for: None where the calendar of that year is not known yet."""
    try:
        return after_working_days(span, scheme=scheme, at=at, calendar=calendar)
    except Refusal:
        return None


def payment_expected(*, scheme: Rulebook, released_at: datetime, calendar: WorkingDays) -> Due | None:
    """By when a line that is released at an instant should be paid: so many working days later.

    Where a scheme pays by periods they count from the end of the one in which it was released. None where the calendar
    of that year is not known yet. Source: the rules `settlement.cadence` and `settlement.pay_within`.
    """
    start, months = released_at, MONTHS.get(scheme.settlement.cadence.value)
    if months is not None:
        # the last instant of the period's last day, so that the working days count from that day
        start = end_of_day(_last_of_period(local_date(released_at, scheme.zone), months), scheme.zone)
        start -= timedelta(microseconds=1)
    return expected(scheme.settlement.pay_within.value, scheme=scheme, at=start, calendar=calendar)


def _last_of_period(day: date, months: int) -> date:
    """The last day of the period of so many months, counted from January, in which a day lies."""
    last_month = ((day.month - 1) // months + 1) * months
    first_after = date(day.year, last_month + 1, 1) if last_month < 12 else date(day.year + 1, 1, 1)
    return first_after - timedelta(days=1)
