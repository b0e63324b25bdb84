"""Decides what an organisation's own document says of it as a provider: its state, and the days of its admissions."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.catalogue.domain.period import Period, all_over

ADMITTED, EXPIRED = "admitted", "expired"


def in_effect(granted: Period, ground_ends_on: date | None) -> Period:
    """Give the days on which an admission counts: those granted, until the last day of the ground it rests on.

    Where the ground ended before it began, its last day lies before its first, and it counts on none.
    """
    ends = [day for day in (granted.until, ground_ends_on) if day is not None]
    return Period(granted.start, min(ends, default=None))


@dataclass(frozen=True)
class Admitted:
    """For which category it may be paid with vouchers, when, and under which schemes (none named: under all)."""

    category: str
    period: Period
    schemes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProviderRole:
    """The provider that an organisation is: its state as written down, and its admissions, oldest first."""

    id: UUID
    state: str
    admissions: tuple[Admitted, ...] = ()

    def on(self, today: date) -> "ProviderRole":
        """Give the same as it stands on a day: expired once the last of its admissions is over."""
        over = self.state == ADMITTED and all_over([one.period for one in self.admissions], today)
        return replace(self, state=EXPIRED) if over else self
