"""Decides which figures one claim line comes to, from all that is known of it between its capture and the bank."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.oversight.domain.chain import Figures
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.redemption.domain.redemption import Capture, Redemption
from services.voucher.scheme.domain.scheme import AwardScheme, Rulebook
from services.voucher.settlement.domain.claim import ENDED, Allocation, ClaimLine, Leg, LegState
from services.voucher.settlement.domain.evidence import Needs, needs_of
from services.voucher.settlement.domain.invoice import STANDING, Invoice
from services.voucher.settlement.domain.slip import BankSlip, SlipState

WITH_THE_BANK = frozenset({PayoutState.SENT, PayoutState.SETTLED})
"""A payout in one of these has left us and has not come back."""


@dataclass(frozen=True, slots=True)
class OfInvoice:
    """What the line draws from one line of an invoice."""

    drawn: Allocation
    invoice: Invoice

    @property
    def proves(self) -> int:
        """What of it counts, in fen: nothing once the invoice is refused or void."""
        return self.drawn.amount if self.invoice.state in STANDING else 0


@dataclass(frozen=True, slots=True)
class OfSlip:
    """What the line draws from a bank slip."""

    drawn: Allocation
    slip: BankSlip

    @property
    def proves(self) -> int:
        """What of it counts, in fen: nothing once the slip is void."""
        return self.drawn.amount if self.slip.state is SlipState.REGISTERED else 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on the line, under which rule and clause, with which numbers."""

    at: datetime
    outcome: str
    rule: str | None
    clause: str | None
    numbers: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AtBank:
    """A statement line of a payout, in fen (out < 0).

    kind: payout or return, how: that was found; exception where it names the payout and is not understood, how: why.
    """

    id: UUID
    payout_id: UUID
    kind: str
    booked_on: date
    amount: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """One claim line with everything that it rests upon and that came of it, as of an instant (UTC)."""

    at: datetime
    line: ClaimLine
    redemption: Redemption | None
    award: AwardClaim | None = None
    scheme: Rulebook
    invoices: tuple[OfInvoice, ...] = ()
    slips: tuple[OfSlip, ...] = ()
    decisions: tuple[Decided, ...] = ()
    legs: tuple[Leg, ...] = ()
    payouts: tuple[Payout, ...] = ()
    bank_lines: tuple[AtBank, ...] = ()
    doubted: tuple[AtBank, ...] = ()

    @property
    def redeemed(self) -> Redemption:
        """The redemption whose capture is claimed; ValueError for an award."""
        if self.redemption is None:
            raise ValueError(f"claim line {self.line.id} stands on an award")
        return self.redemption

    @property
    def capture(self) -> Capture:
        """What is claimed; StopIteration when the redemption has no such capture."""
        return next(capture for capture in self.redeemed.captures if capture.id == self.line.capture_id)

    @property
    def needs(self) -> Needs:
        """What its evidence has to prove, by the rules frozen on it; ValueError for an award, which documents prove."""
        if isinstance(self.scheme, AwardScheme):
            raise ValueError(f"{self.scheme.id} pays for no work")
        line, rules = self.line, self.scheme.evidence
        return needs_of(self.redeemed, settlement=line.settlement, claimed=line.claimed, rules=rules)

    @property
    def figures(self) -> Figures:
        """What the chain compares."""
        line = self.line
        return Figures(
            settlement=line.settlement,
            claimed=line.claimed,
            **self._earned,
            approved=line.approved,
            ended=line.state_at(self.at) in ENDED,
            owed=sum(leg.amount for leg in self.legs if leg.state is not LegState.DROPPED),
            sent=sum(payout.amount for payout in self.payouts if payout.state in WITH_THE_BANK),
            at_bank=-sum(one.amount for one in self.bank_lines),
            paid_in=sum(leg.amount for leg in self.legs if leg.of_deposit and leg.state is not LegState.DROPPED),
            doubted=bool(self.doubted),
            of_award=self.award is not None,
        )

    @property
    def _earned(self) -> dict[str, int]:
        """What the line stands on: the work of a capture with its evidence, or what an award came to."""
        if self.award is not None:
            return {"stands": self.award.amount, "delivered": 0, "invoiced": 0, "own_share": 0, "slips": 0}
        capture = self.capture
        return {
            "stands": capture.amount - capture.refunded,
            "delivered": capture.delivery.settlement,
            "invoiced": sum(one.proves for one in self.invoices),
            "own_share": self.needs.slips,
            "slips": sum(one.proves for one in self.slips),
        }
