"""What has become of a budget line's money: what it cost, what of that is still owed, on its way, or paid."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.chart import PlaceKind


@dataclass(frozen=True, slots=True)
class Execution:
    """A budget line with what stands in the money book by its name; amounts in fen, each on its normal side.

    drawn is what the treasury gave for it, less what was surrendered.
    """

    line: BudgetLine
    standing: Mapping[PlaceKind, int]

    @property
    def cost(self) -> int:
        """What was approved to be paid, and not taken back by a recovery."""
        return self._of(PlaceKind.COST) - self._of(PlaceKind.RECOVERIES)

    @property
    def payable(self) -> int:
        """What of that is owed."""
        return self._of(PlaceKind.PAYABLE)

    @property
    def in_transit(self) -> int:
        """What was sent and stands in no statement yet."""
        return self._of(PlaceKind.IN_TRANSIT)

    @property
    def paid(self) -> int:
        """What the bank has paid and not brought back: cost − payable − in transit."""
        return self.cost - self.payable - self.in_transit

    @property
    def drawn(self) -> int:
        """What the treasury gave for this line."""
        return self._of(PlaceKind.TREASURY_DRAWN) - self._of(PlaceKind.TREASURY_SURRENDERED)

    def _of(self, kind: PlaceKind) -> int:
        return self.standing.get(kind, 0)
