"""What became of the budget that rounds were given: what was issued and spent, and by what right the rest went back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.posting import ISSUED

RECLAIMED: Final = ("expired", "cancelled", "leftover_reclaimed", "year_end_voided", "objection_upheld")
"""The events by which value comes from vouchers back into a pool."""

Moved = Mapping[tuple[str, PlaceKind], int]
"""By event and kind of place: debits − credits, in fen."""


@dataclass(frozen=True, slots=True)
class RoundUnspent:
    """A round in the books of one line, in fen: funded = returned + voided + pool + open + spent, and
    open + spent = issued + reissued − all that was reclaimed.
    """

    round_id: UUID
    moved: Moved

    @property
    def funded(self) -> int:
        """What the line gave to it."""
        return self._at(PlaceKind.ROUND_POOL, {"round_funded"})

    @property
    def returned(self) -> int:
        """What it gave back within the year, by two persons."""
        return -self._at(PlaceKind.ROUND_POOL, {"returned_to_line"})

    @property
    def voided(self) -> int:
        """What went back to the line because the year was over."""
        return -self._at(PlaceKind.ROUND_POOL, {"pool_voided"})

    @property
    def pool(self) -> int:
        """What nobody has."""
        return self._at(PlaceKind.ROUND_POOL)

    @property
    def issued(self) -> int:
        """What vouchers were issued or topped up with."""
        return self._at(PlaceKind.AVAILABLE, ISSUED)

    @property
    def reissued(self) -> int:
        """What came back from the pool to extended vouchers."""
        return self._at(PlaceKind.AVAILABLE, {"reissued"})

    @property
    def open(self) -> int:
        """What vouchers can still spend or hold for an order."""
        return self._at(PlaceKind.AVAILABLE) + self._at(PlaceKind.HELD)

    @property
    def spent(self) -> int:
        """What stands captured."""
        return self._at(PlaceKind.CAPTURED)

    @property
    def reclaimed(self) -> dict[str, int]:
        """What vouchers gave back to the pool, by event."""
        return {event: self._at(PlaceKind.ROUND_POOL, {event}) for event in RECLAIMED}

    def _at(self, kind: PlaceKind, events: frozenset[str] | set[str] | None = None) -> int:
        return sum(
            fen for (event, place), fen in self.moved.items() if place is kind and (events is None or event in events)
        )


@dataclass(frozen=True, slots=True)
class Unspent:
    """A budget line with its rounds; lapsed: what of its appropriation went when its year was over (fen)."""

    line: BudgetLine
    rounds: tuple[RoundUnspent, ...]
    lapsed: int
