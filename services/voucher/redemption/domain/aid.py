"""What state aid is: what was frozen for an undertaking under a regime, and what its group may still get under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.caps import Cap, window_on
from services.voucher.scheme.domain.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Grant:
    """One aid as a register wants it: granted when it was authorised, so much of it as still stands, in fen.

    uscc and name: of the undertaking, the name of the day of the grant; None where the directory does not know it.
    """

    redemption_id: UUID
    holder_id: UUID
    uscc: str | None
    name: str | None
    granted_at: datetime
    granted_on: date
    amount: int
    currency: str
    regime: str
    scheme: str
    bureau: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A scheme's cap under a regime with what a group used of it in the months up to a date, in fen."""

    scheme: Scheme
    cap: Cap
    used: int

    @property
    def left(self) -> int:
        """What the group may still get; nothing once a lower limit was passed."""
        return max(0, self.cap.limit - self.used)


def ceilings(scheme: Scheme) -> list[Cap]:
    """The caps of a scheme that count state aid."""
    return [cap for cap in scheme.caps if cap.regime is not None]


def keys(scheme: Scheme, cap: Cap, members: frozenset[UUID], on: date) -> list[CounterKey]:
    """The counters that a ceiling sums: of each member in each month of the window that ends with a local date."""
    months = window_on(cap, {"authorise": on})
    return [CounterKey(scheme.counter_of(cap), f"org_{one.hex}", month) for one in sorted(members) for month in months]


def used(counters: Mapping[CounterKey, Counter], keys: list[CounterKey]) -> int:
    """What is used of a ceiling, in fen."""
    return sum(counters[key].used for key in keys)
