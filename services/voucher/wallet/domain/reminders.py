"""Decides when a voucher's holder is told that it ends soon: so many whole local days before its end."""

from datetime import datetime, timedelta

from services.standards.calendar import end_of_day, local_date
from services.voucher.scheme.domain.scheme import Scheme

ONE_DAY = timedelta(days=1)


def next_reminder(scheme: Scheme, *, ends_at: datetime, after: datetime) -> datetime | None:
    """The first reminder of a voucher that lies after an instant (UTC); None when none is left before it ends.

    Each of the scheme's `validity.reminders` is that many whole local days before the end of the last day.
    """
    return min((at for at in reminders(scheme, ends_at=ends_at) if at > after), default=None)


def reminders(scheme: Scheme, *, ends_at: datetime) -> dict[datetime, int]:
    """The instants (UTC) at which a voucher that ends at an instant is spoken of, each with the days then left."""
    last = local_date(ends_at, scheme.zone) - ONE_DAY
    return {end_of_day(last - days * ONE_DAY, scheme.zone): days for days in scheme.validity.reminders.value}
