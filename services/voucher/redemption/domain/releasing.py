"""How a hold is given up: by the provider, by both sides, or because a date passed."""

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.earning import refund
from services.voucher.redemption.domain.orders import Refund, Void
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.redemption.domain.states import HOLDS
from services.voucher.redemption.domain.world import Ruling, Step


def void(case: Case, _: Void) -> list[Step]:
    """Give the hold up (row 9), or ask the other side to agree; what was redeemed at the counter goes back whole.

    The provider may give up alone before it has delivered, since the value is held for it; else it takes both.
    Refusal ``void.already_asked`` when one's own request still waits; at the counter those of `refund`.
    """
    redemption = case.redemption
    if case.instant:
        amount, currency = redemption.stands, redemption.terms.currency
        return refund(case, Refund(redemption_id=redemption.id, by=case.by, amount=amount, currency=currency))
    alone = case.side is Side.PROVIDER and redemption.state in HOLDS
    if alone or redemption.void_asked_by is case.side.other:
        return [case.step("voided", posting=case.release("voided"), state=State.VOIDED, held=0, delivery=None)]
    if redemption.void_asked_by is case.side:
        raise Refusal("void.already_asked", rule="redemption.void")
    return [case.step("void_asked", void_asked_by=case.side)]


def lapse(case: Case) -> Step:
    """`deliver_by` is over: what is still held goes back (row 9)."""
    dates = case.scheme.terms(backfilled=case.voucher.backfilled)
    numbers = {"deliver_by": case.voucher.deliver_by.isoformat()}
    ruling = Ruling("lapse", "lapsed", "validity.deliver_by", dates.deliver_by.source, numbers)
    return case.step("lapsed", posting=case.release("lapsed"), rulings=(ruling,), state=State.LAPSED, held=0)
