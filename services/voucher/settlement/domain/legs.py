"""How an approved claim line becomes debts: one leg for each budget line that bears it, adding up to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.standards.split import largest_remainder
from services.voucher.ledger.domain import paying
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState

DEPOSIT = "deposit"
"""What the leg of a holder's own money is called; no share of a file is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one budget line bears of a claim line: its weight among the shares, and the leg that it makes."""

    leg_id: UUID
    part: str
    budget_line_id: UUID
    treasury: str
    funding_source: str
    weight: int


def whole(line: ClaimLine, *, leg_id: UUID, funding_source: str) -> tuple[Share, ...]:
    """The one share of a line whose round draws on one budget line."""
    return (
        Share(
            leg_id=leg_id,
            part="1",
            budget_line_id=line.budget_line_id,
            treasury=line.treasury,
            funding_source=funding_source,
            weight=1,
        ),
    )


def split(line: ClaimLine, approved: int, shares: Sequence[Share]) -> tuple[Leg, ...]:
    """The legs of a line of which `approved` fen are owed, by largest remainder, ties to the share listed first.

    A share of nothing makes no leg. ValueError when no share has weight.
    """
    amounts = largest_remainder(approved, [share.weight for share in shares])
    return tuple(
        Leg(
            id=share.leg_id,
            claim_line_id=line.id,
            part=share.part,
            budget_line_id=share.budget_line_id,
            treasury=share.treasury,
            funding_source=share.funding_source,
            payee_id=line.payee_id,
            currency=line.currency,
            amount=amount,
            state=LegState.PAYABLE,
        )
        for share, amount in zip(shares, amounts, strict=True)
        if amount
    )


def paid_in(line: ClaimLine, share: Share, *, leg_id: UUID) -> Leg:
    """The leg of what the holder paid in for a line, owed to its payee as well; beside the share of its budget line."""
    return Leg(
        id=leg_id,
        claim_line_id=line.id,
        part=DEPOSIT,
        budget_line_id=share.budget_line_id,
        treasury=share.treasury,
        funding_source=share.funding_source,
        payee_id=line.payee_id,
        currency=line.currency,
        amount=line.self_paid,
        state=LegState.PAYABLE,
        of_deposit=True,
    )


def booked(legs: Sequence[Leg], *, redemption_id: UUID | None = None) -> tuple[paying.Leg, ...]:
    """The same legs as the ledger posts them. redemption_id: whose deposit it is where a leg is one."""
    return tuple(
        paying.Leg(leg.part, leg.amount, leg.funding, redemption_id if leg.of_deposit else None) for leg in legs
    )
