"""What a receipt is for: a voucher, a redemption, a claim or a payout as it stands at an instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.voucher.ledger.domain.seal import Signed
from services.voucher.oversight.domain.proof import Proof
from services.voucher.payout.domain.payout import Payout
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.settlement.domain.seen import SeenClaim
from services.voucher.wallet.domain.voucher import Voucher

Subject = Voucher | Redemption | SeenClaim | Payout


@dataclass(frozen=True, slots=True)
class Receipt:
    """What there is to say. at: business time; issued_at: real time, both UTC; last: the newest seal, if any."""

    subject_id: UUID
    subject: Subject
    at: datetime
    issued_at: datetime
    proofs: tuple[Proof, ...]
    last: Signed | None
