"""Decides what an organisation's own document says of it as a provider: its state on a day, and its admissions."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.registry.catalogue.domain.period import Period, all_over

ADMITTED, EXPIRED = "admitted", "expired"


@dataclass(frozen=True)
class Admitted:
    """For which category it may be paid with vouchers, and when."""

    category: str
    period: Period


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
