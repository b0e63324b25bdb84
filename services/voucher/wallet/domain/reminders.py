"""Decides when a voucher's holder is told that it ends soon: so many whole local days before its end."""

from datetime import date, datetime, timedelta

from services.standards.calendar import end_of_day, local_date
from services.voucher.scheme.domain.deadlines import YEAR_END
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher, VoucherState

ONE_DAY = timedelta(days=1)


def next_reminder(scheme: Scheme, *, ends_at: datetime, after: datetime) -> datetime | None:
    """The first reminder of a voucher that lies after an instant (UTC); None when none is left before it ends.

    Each of the scheme's `validity.reminders` is that many whole local days before the end of the last day.
    """
    last = last_day(scheme, ends_at)
    told = (end_of_day(last - days * ONE_DAY, scheme.zone) for days in scheme.validity.reminders.value)
    return min((at for at in told if at > after), default=None)


def last_day(scheme: Scheme, ends_at: datetime) -> date:
    """The last local date on which a voucher that ends at an instant (UTC) may be used."""
    return local_date(ends_at, scheme.zone) - ONE_DAY


def days_left(scheme: Scheme, *, ends_at: datetime, at: datetime) -> int:
    """How many local days of a voucher are left at the instant (UTC) of a reminder."""
    return (local_date(ends_at, scheme.zone) - local_date(at, scheme.zone)).days


def would_lose(voucher: Voucher, *, at: datetime) -> int:
    """What a holder would lose if nothing happened until the end, in fen; nothing of a voucher that is not active.

    The end of the year voids what is held as well, wherever nothing has been delivered for it.
    """
    if voucher.state_at(at) is not VoucherState.ACTIVE:
        return 0
    return voucher.available + (voucher.held if voucher.ends_by == YEAR_END else 0)
