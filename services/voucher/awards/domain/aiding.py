"""How an award counts as state aid: with all that the payee's group was given under its regime, by vouchers too."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.scheme.domain.awards import Award, Regime
from services.voucher.scheme.domain.caps import months_until
from services.voucher.scheme.domain.scheme import AID
from services.voucher.settlement.domain.granting import Counts, Take


def take_of(award: Award, payee_id: UUID, day: date) -> Take | None:
    """What a claim uses of its regime: of its payee, in the month in which it is submitted; None where it is no aid."""
    if award.regime is None:
        return None
    return Take(_keys(award.regime.value, [payee_id], months_until(day, 1))[0], Counts.FEN)


def keys(award: Award, group: Collection[UUID], day: date) -> list[CounterKey]:
    """The counters whose sum its regime limits: of each of the group in each of the months that end with a day."""
    if award.regime is None:
        return []
    regime = award.regime.value
    return _keys(regime, sorted(group), months_until(day, regime.months))


def _keys(regime: Regime, members: Collection[UUID], months: Collection[str]) -> list[CounterKey]:
    return [CounterKey(f"{AID}{regime.name}", f"org_{one.hex}", month) for one in members for month in months]


def aided(award: Award, counters: Mapping[CounterKey, Counter]) -> int:
    """What was given under its regime, in fen, of all that these counters count."""
    name = None if award.regime is None else f"{AID}{award.regime.value.name}"
    return sum(counter.used for key, counter in counters.items() if key.cap == name)
