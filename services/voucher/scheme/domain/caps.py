"""Decides in which period a cap counts, and under which name its counter is kept."""

from collections.abc import Mapping
from datetime import date

from services.voucher.scheme.domain.scheme import Cap, Scheme


def period_on(cap: Cap, dates: Mapping[str, date]) -> str:
    """The period in which a cap counts: the year of the date it names ("issue", …), or ``once``.

    dates: local dates by the name that `year_of` uses. KeyError when the date that the cap needs is not given.
    """
    return str(dates[cap.year_of].year) if cap.year_of is not None else "once"


def counter_name(scheme: Scheme, cap: Cap) -> str:
    """The cap's name over all schemes; versions share it, so that a new version mints no new allowance."""
    return f"{scheme.id}/{cap.id}"
