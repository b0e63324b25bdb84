"""Decides what a holder has to pay in for a redemption, what claim lines use of it, and what he may have back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.voucher.redemption.domain.redemption import Capture, Redemption, State
from services.voucher.redemption.domain.states import FINAL
from services.voucher.settlement.domain.claim import ENDED, ClaimLine, LineStep

MODEL = "escrow"
"""The way of paying under which a holder pays his own part to the treasury, which pays the provider the whole."""


@dataclass(frozen=True, slots=True)
class Escrow:
    """A holder's money for one redemption, in fen: what came in, what claim lines use of it, and what went back."""

    redemption_id: UUID
    currency: str
    received: int = 0
    used: int = 0
    refunded: int = 0

    @property
    def free(self) -> int:
        """What no claim line uses and did not go back."""
        return self.received - self.used - self.refunded


def own_part(line: ClaimLine) -> int:
    """What a claim line uses of the holder's money, in fen: his part of the work, as long as the line lives."""
    return 0 if line.state in ENDED else line.self_paid


def still_due(redemption: Redemption) -> int:
    """What is to stand free in escrow for a redemption, in fen: the holder's part of work that is on no claim line.

    That is his part of every capture that may still be claimed and, while work is to come, of the rest of the contract
    price. Nothing before both sides have agreed.
    """
    delivered = sum(_own_part(one) for one in redemption.captures if one.claim_line_id is None)
    if redemption.state in FINAL or redemption.state is State.PROPOSED:
        return delivered
    return delivered + max(0, redemption.terms.contract.amount - redemption.settled - redemption.held)


def _own_part(capture: Capture) -> int:
    stands = capture.amount - capture.refunded
    return max(0, capture.delivery.settlement - stands) if stands else 0


def missing(escrow: Escrow, redemption: Redemption) -> int:
    """What the holder still has to pay in, in fen."""
    return max(0, still_due(redemption) - escrow.free)


def surplus(escrow: Escrow, redemption: Redemption) -> int:
    """What nobody needs and the holder may have back, in fen."""
    return max(0, escrow.free - still_due(redemption))


def moved(escrows: Mapping[UUID, Escrow], steps: Iterable[LineStep]) -> Iterator[Escrow]:
    """The escrows that change when lines take these steps; ValueError where one has not so much free."""
    found = dict(escrows)
    for step in steps:
        redemption_id = step.after.redemption_id
        if redemption_id is None or redemption_id not in found:
            continue
        before = 0 if step.before is None else own_part(step.before)
        escrow = found[redemption_id]
        found[redemption_id] = replace(escrow, used=escrow.used + own_part(step.after) - before)
    for key, escrow in found.items():
        if escrow.free < 0:
            raise ValueError(f"the escrow of redemption {key} lacks {-escrow.free}")
        if escrow != escrows[key]:
            yield escrow
