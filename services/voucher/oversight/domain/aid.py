"""What state aid is: what an undertaking was given under a regime, and what its group may still get under it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.caps import months_until
from services.voucher.scheme.domain.scheme import AID, Rulebook, Scheme


@dataclass(frozen=True, slots=True)
class Grant:
    """One aid as a register wants it: granted when it was authorised or approved, so much of it as stands, in fen.

    One of redemption_id and award_claim_id says what it was given by, a voucher or an award. uscc and name: of the
    undertaking, the name of the day of the grant; None where the directory does not know it.
    """

    redemption_id: UUID | None
    award_claim_id: UUID | None
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
class Limit:
    """What a scheme says of a regime: the limit (fen) in so many months; rule: the cap or award that says so."""

    rule: str
    regime: str
    months: int
    limit: int
    source: str


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A scheme's limit under a regime with what a group used of it in the months up to a date, in fen."""

    scheme: Rulebook
    cap: Limit
    used: int

    @property
    def left(self) -> int:
        """What the group may still get; nothing once a lower limit was passed."""
        return max(0, self.cap.limit - self.used)


def ceilings(scheme: Rulebook) -> Iterator[Limit]:
    """What a scheme says of state aid, by its caps and its awards."""
    for cap in scheme.caps if isinstance(scheme, Scheme) else ():
        if cap.regime is not None and cap.months is not None:
            yield Limit(cap.id, cap.regime, cap.months, cap.limit, cap.source)
    for award in scheme.awards:
        if award.regime is not None:
            said = award.regime.value
            yield Limit(award.id, said.name, said.months, said.limit, award.regime.source)


def keys(cap: Limit, members: frozenset[UUID], on: date) -> list[CounterKey]:
    """The counters that a ceiling sums: of each member in each month of the window that ends with a local date."""
    months = months_until(on, cap.months)
    return [CounterKey(f"{AID}{cap.regime}", f"org_{one.hex}", month) for one in sorted(members) for month in months]


def used(counters: Mapping[CounterKey, Counter], keys: list[CounterKey]) -> int:
    """What is used of a ceiling, in fen."""
    return sum(counters[key].used for key in keys)
