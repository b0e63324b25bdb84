"""Decides in which period a cap counts, and under which name its counter is kept."""

from collections.abc import Mapping
from datetime import date

from services.voucher.scheme.domain.scheme import Cap, Scheme


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
        day = dates["authorise"]
        last = day.year * 12 + day.month - 1
        return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last - cap.months + 1, last + 1))
    return (str(dates[cap.year_of].year),) if cap.year_of is not None else ("once",)


def counter_name(scheme: Scheme, cap: Cap) -> str:
    """The cap's name over all schemes; versions share it, so that a new version mints no new allowance."""
    return f"{scheme.id}/{cap.id}"
