"""How a hold is given up: by the provider, by both sides, or because a date passed."""

from services.chassis.refusals import Refusal
from services.standards.calendar import local_date
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.earning import refund
from services.voucher.redemption.domain.orders import Refund, Void
from services.voucher.redemption.domain.redemption import Side, State
from services.voucher.redemption.domain.states import HOLDS
from services.voucher.redemption.domain.world import Ruling, Step
from services.voucher.scheme.domain.deadlines import is_cut
from services.voucher.scheme.domain.validity import dated


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
    """`deliver_by` is over, or the budget's year is: what is still held goes back (row 9)."""
    scheme, deliver_by = case.scheme, case.redemption.deliver_by or case.voucher.deliver_by
    own, void = scheme.terms(backfilled=case.voucher.backfilled).deliver_by, scheme.validity.year_end_void
    rule, clause = "validity.deliver_by", own.source
    issued = local_date(case.voucher.issued_at, scheme.zone)
    if is_cut(scheme, dated(own.value, issued), extended=case.voucher.extended):
        rule, clause = "validity.year_end_void", void.source
    return _lapsed(case, Ruling("lapse", "lapsed", rule, clause, {"deliver_by": deliver_by.isoformat()}))


def lapse_accepted(case: Case) -> Step:
    """`claim_by` is over and the accepted delivery was never captured: nothing of it could be claimed any more."""
    clause = case.scheme.terms(backfilled=case.voucher.backfilled).claim_by.source
    numbers = {"claim_by": case.voucher.claim_by.isoformat()}
    return _lapsed(case, Ruling("lapse", "lapsed", "validity.claim_by", clause, numbers))


def _lapsed(case: Case, ruling: Ruling) -> Step:
    posting = case.release("lapsed")
    return case.step("lapsed", posting=posting, rulings=(ruling,), state=State.LAPSED, held=0, delivery=None)
