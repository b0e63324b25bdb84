"""Decides what an operation is told where nobody in particular asks: where it works, and under which rules."""

from dataclasses import dataclass
from datetime import date, datetime

from services.chassis.database import Database
from services.registry.settings import Settings
from services.registry.statistics.store.counting import Asof
from services.standards.calendar import local_date


@dataclass(frozen=True)
class Openly:
    """A public request."""

    database: Database
    settings: Settings

    def day_of(self, instant: datetime) -> date:
        """The local date of an instant."""
        return local_date(instant, self.settings.zone)

    def asof(self, day: date) -> Asof:
        """A local day, to count as of its end."""
        return Asof.of(day, self.settings.zone)
