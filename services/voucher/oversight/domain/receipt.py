"""What a receipt is for: a voucher, a redemption, a claim or a payout as it stands at an instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.voucher.ledger.domain.seal import Signed
from services.voucher.oversight.domain.proof import Proof
from services.voucher.payout.domain.payout import Payout
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.settlement.domain.claim import Claim, ClaimLine, Leg, LegState, LineState
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Line:
    """A claim line with its legs at an instant (UTC). objected: an objection against it lives."""

    line: ClaimLine
    legs: tuple[Leg, ...]
    objected: bool
    at: datetime

    @property
    def state(self) -> LineState:
        """Its state at the instant, whether or not the timer has run."""
        return self.line.state_at(self.at, objected=self.objected)

    @property
    def paid(self) -> int:
        """What of it the bank has booked as paid, in fen."""
        return sum(leg.amount for leg in self.legs if leg.state is LegState.PAID)


@dataclass(frozen=True, slots=True)
class ClaimSeen:
    """A claim with those of its lines that the caller may see."""

    claim: Claim
    lines: tuple[Line, ...]


Subject = Voucher | Redemption | ClaimSeen | Payout


@dataclass(frozen=True, slots=True)
class Receipt:
    """What there is to say. at: business time; issued_at: real time, both UTC; last: the newest seal, if any."""

    subject_id: UUID
    subject: Subject
    at: datetime
    issued_at: datetime
    proofs: tuple[Proof, ...]
    last: Signed | None
