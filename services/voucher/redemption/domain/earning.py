"""How held value is earned and given back: captures by delivery, the rest released, refunds."""

from dataclasses import replace

from services.chassis.refusals import Refusal
from services.standards.money import format_amount
from services.voucher.ledger.domain import posting as postings
from services.voucher.redemption.domain import orders
from services.voucher.redemption.domain.amounts import earned, worked_so_far
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.redemption import Capture, Delivery, Redemption, State
from services.voucher.redemption.domain.work import told
from services.voucher.redemption.domain.world import Ruling, Step


def capture(case: Case, order: orders.Capture) -> list[Step]:
    """Capture what the accepted delivery earned (row 7); after the last capture the rest goes back (row 8)."""
    redemption = case.redemption
    delivery = redemption.delivery
    if delivery is None:
        raise ValueError(f"redemption {redemption.id} was accepted without a delivery")
    last = delivery.last if order.last is None else order.last
    due = earned(redemption, delivery, case.tariff, last=last)
    amount = _amount(case, order, due)
    left = redemption.held - amount
    state = State.CAPTURED if last or left == 0 else State.PART_CAPTURED
    first = case.step(
        "captured" if state is State.CAPTURED else "part_captured",
        posting=postings.capture_held(voucher_id=case.voucher.id, amount=amount, funding=case.voucher.funding),
        rulings=(_price_ruling(case, delivery, order, last=last, amount=amount),),
        document_id=delivery.document_id,
        state=state,
        held=left,
        captures=(*redemption.captures, _taken(case, order, amount, delivery)),
        settled=redemption.settled + delivery.settlement,
        delivery=None,
    )
    if state is State.CAPTURED and left > 0:
        return [first, _release_rest(case.then(first))]
    return [first]


def _amount(case: Case, order: orders.Capture, due: int) -> int:
    currency = case.redemption.terms.currency
    if order.amount is None:
        return due
    if order.currency != currency:
        raise Refusal("voucher.currency", pointer="/amount/currency", numbers={"currency": currency})
    if order.amount > due:
        numbers = {"asked": format_amount(order.amount, currency), "earned": format_amount(due, currency)}
        raise Refusal("capture.too_much", rule=f"rate.{case.tariff.rate.kind}", pointer="/amount", numbers=numbers)
    return order.amount


def _taken(case: Case, order: orders.Capture, amount: int, delivery: Delivery) -> Capture:
    number = len(case.redemption.captures) + 1
    return Capture(order.capture_id, number, amount, 0, case.at, delivery, case.voucher.claim_by_ends)


def _price_ruling(case: Case, delivery: Delivery, order: orders.Capture, *, last: bool, amount: int) -> Ruling:
    rate, redemption, terms = case.tariff.rate, case.redemption, case.redemption.terms
    currency, lines = terms.currency, worked_so_far(redemption, delivery, case.tariff, last=last)
    numbers = {
        "settled": format_amount(redemption.settled + delivery.settlement, currency),
        "base": format_amount(sum(base for _, base in lines), currency),
        "share": rate.written(currency),
        **told(terms, lines),
        "captured_before": format_amount(redemption.captured, currency),
        "held_before": format_amount(redemption.held, currency),
        "asked": None if order.amount is None else format_amount(order.amount, currency),
        "captured": format_amount(amount, currency),
    }
    return Ruling("capture.price", "captured", f"rate.{rate.kind}", rate.source, numbers)


def _release_rest(case: Case) -> Step:
    return case.step("released", posting=case.release("rest_released"), held=0)


def refund(case: Case, order: orders.Refund) -> list[Step]:
    """Give captured value back to the voucher (row 11): of one capture, or of the latest first."""
    redemption, voucher = case.redemption, case.voucher
    currency = redemption.terms.currency
    if order.currency != currency:
        raise Refusal("voucher.currency", pointer="/amount/currency", numbers={"currency": currency})
    captures = _refunded(redemption, order)
    return [
        case.step(
            "refunded",
            posting=postings.refund(voucher_id=voucher.id, amount=order.amount, funding=voucher.funding),
            rulings=(Ruling("refund", "refunded", numbers={"amount": format_amount(order.amount, currency)}),),
            captures=captures,
            state=state_with(redemption, captures),
        )
    ]


def expire_claims(case: Case) -> Step:
    """`claim_by` is over: what was captured and is on no claim goes back to the voucher (row 11)."""
    redemption, voucher = case.redemption, case.voucher
    late = {one.id: one.refundable for one in redemption.captures if one.refundable and one.claim_by_ends <= case.at}
    captures = tuple(replace(one, refunded=one.refunded + late.get(one.id, 0)) for one in redemption.captures)
    amount, clause = sum(late.values()), case.scheme.terms(backfilled=voucher.backfilled).claim_by.source
    numbers: dict[str, str | int | None] = {
        "claim_by": voucher.claim_by.isoformat(),
        "captures": len(late),
        "amount": format_amount(amount, redemption.terms.currency),
    }
    return case.step(
        "claim_expired",
        posting=postings.expire_claim(voucher_id=voucher.id, amount=amount, funding=voucher.funding),
        rulings=(Ruling("claim", "expired", "validity.claim_by", clause, numbers),),
        captures=captures,
        state=state_with(redemption, captures),
    )


def state_with(redemption: Redemption, captures: tuple[Capture, ...]) -> State:
    """The state once value went back from these captures: refunded when it was finished and nothing stands now."""
    whole = redemption.state is State.CAPTURED and all(one.amount == one.refunded for one in captures)
    return State.REFUNDED if whole else redemption.state


def _refunded(redemption: Redemption, order: orders.Refund) -> tuple[Capture, ...]:
    """The captures after the refund. Refusal ``capture.unknown``, ``refund.on_claim`` or ``refund.too_much``."""
    chosen = [one for one in redemption.captures if order.capture_id in (None, one.id)]
    if not chosen:
        raise Refusal("capture.unknown", pointer="/capture_id")
    left = order.amount
    changed = {}
    for one in reversed(chosen):
        back = min(left, one.refundable)
        changed[one.id] = replace(one, refunded=one.refunded + back)
        left -= back
    if left:
        currency = redemption.terms.currency
        refundable = format_amount(sum(one.refundable for one in chosen), currency)
        numbers = {"asked": format_amount(order.amount, currency), "refundable": refundable}
        code = "refund.on_claim" if any(one.claim_line_id for one in chosen) else "refund.too_much"
        raise Refusal(code, rule="ledger.row_11", pointer="/amount", numbers=numbers)
    return tuple(changed.get(one.id, one) for one in redemption.captures)
