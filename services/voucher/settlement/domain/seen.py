"""What somebody sees of a claim at an instant: its lines with their legs."""

from dataclasses import dataclass
from datetime import datetime

from services.voucher.settlement.domain.claim import Claim, ClaimLine, Leg, LegState, LineState


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A claim line with its legs, at an instant (UTC). objected: an objection against it lives."""

    line: ClaimLine
    legs: tuple[Leg, ...]
    objected: bool
    at: datetime

    @property
    def state(self) -> LineState:
        """The state at this instant, whether or not the timer has run."""
        return self.line.state_at(self.at, objected=self.objected)

    @property
    def paid(self) -> int:
        """What of it the bank has booked as paid, in fen."""
        return sum(leg.amount for leg in self.legs if leg.state is LegState.PAID)


@dataclass(frozen=True, slots=True)
class SeenClaim:
    """A claim with those of its lines that the reader may see."""

    claim: Claim
    lines: tuple[SeenLine, ...]
