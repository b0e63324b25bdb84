"""Remembers nothing of its own: reads what of a round is not over yet, from its vouchers to the legs of its claims."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_OPEN = text("""
    SELECT (SELECT coalesce(sum(available + held), 0)::bigint FROM vouchers WHERE round_id = :round) AS unspent,
           (SELECT count(*) FROM captures
            JOIN redemptions ON redemptions.id = captures.redemption_id
            JOIN vouchers ON vouchers.id = redemptions.voucher_id
            WHERE round_id = :round AND captures.amount > captures.refunded AND NOT EXISTS (
                SELECT FROM claim_lines
                WHERE claim_lines.capture_id = captures.id AND claim_lines.state = 'released'
            )) AS unclaimed,
           (SELECT count(*) FROM legs
            JOIN claim_lines ON claim_lines.id = legs.claim_line_id
            JOIN vouchers ON vouchers.id = claim_lines.voucher_id
            WHERE round_id = :round AND legs.state NOT IN ('paid', 'dropped')) AS unpaid,
           (SELECT count(*) FROM escrows
            JOIN redemptions ON redemptions.id = escrows.redemption_id
            JOIN vouchers ON vouchers.id = redemptions.voucher_id
            WHERE round_id = :round AND (
                escrows.received > escrows.used + escrows.refunded OR EXISTS (
                    SELECT FROM deposit_refunds
                    WHERE deposit_refunds.redemption_id = escrows.redemption_id
                      AND deposit_refunds.state IN ('proposed', 'approved')
                )
            )) AS in_escrow
""")


@dataclass(frozen=True, slots=True)
class Open:
    """What of a round is not over: fen that may still be spent, captures that no released claim line holds, legs that
    are neither paid nor dropped, and redemptions of which holders' own money is free in escrow or on its way back.
    """

    unspent: int
    unclaimed: int
    unpaid: int
    in_escrow: int

    @property
    def nothing(self) -> bool:
        """Whether all is over."""
        return (self.unspent, self.unclaimed, self.unpaid, self.in_escrow) == (0, 0, 0, 0)


async def of_round(connection: AsyncConnection, round_id: UUID) -> Open:
    """What of a round is not over yet."""
    return Open(**(await connection.execute(_OPEN, {"round": round_id})).one()._mapping)
