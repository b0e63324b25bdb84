"""Decides whether a bank line is a holder's deposit, or what goes back to him of it."""

from services.standards.printed import compact
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.refund import Refund, RefundState
from services.voucher.reconciliation.domain.line import Doubt, MatchKind
from services.voucher.reconciliation.domain.movement import Movement

OfHolder = Deposit | Refund
"""What moves a holder's own money."""


def kind_of(one: OfHolder) -> MatchKind:
    """What a line that is for it is matched as."""
    return MatchKind.DEPOSIT if isinstance(one, Deposit) else MatchKind.REFUND


def party_of(one: OfHolder) -> str:
    """Whose name the bank gives as the other side: the holder's either way."""
    return one.payer_name if isinstance(one, Deposit) else one.payee_name


def doubt_of(line: Movement, one: OfHolder) -> Doubt | None:
    """Why a line is not the one of a deposit or refund; None when it is. A deposit may be of any amount."""
    if isinstance(one, Deposit):
        if line.amount < 0:
            return Doubt.UNKNOWN_DEBIT
        return Doubt.ALREADY_RECEIVED if one.state is DepositState.RECEIVED else None
    if line.amount > 0:
        return Doubt.UNKNOWN_CREDIT
    if one.state is RefundState.SETTLED:
        return Doubt.ALREADY_SETTLED
    if one.state is not RefundState.APPROVED:
        return Doubt.NOT_APPROVED
    return None if line.amount == -one.amount else Doubt.AMOUNT_DIFFERS


def doubt_of_party(line: Movement, one: OfHolder) -> Doubt | None:
    """What a person may overlook and the house may not: a transfer of somebody else's.

    The name of a natural person stays in the registry, so that nothing can be compared with it.
    """
    name, ours = compact(line.counterparty_name), compact(party_of(one))
    return Doubt.PAYEE_DIFFERS if name and ours and name != ours else None


def after(line: Movement, one: OfHolder) -> OfHolder:
    """It once this line was found to be for it."""
    if isinstance(one, Deposit):
        return one.came_in(
            line.amount, line.booked_on, from_name=line.counterparty_name, from_account=line.counterparty_account
        )
    return one.settled(line.booked_on)
