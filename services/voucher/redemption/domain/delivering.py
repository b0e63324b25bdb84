"""How work is handed in and judged: delivered, accepted by word or silence, sent back, disputed, decided."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, another_person, refuse_all
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.redemption.domain import caps, checks, lines
from services.voucher.redemption.domain.amounts import earned
from services.voucher.redemption.domain.case import Case
from services.voucher.redemption.domain.orders import Accept, Decide, Deliver, Dispute, Rework
from services.voucher.redemption.domain.redemption import Delivery, State
from services.voucher.redemption.domain.world import Ruling, Step


def deliver(case: Case, order: Deliver) -> list[Step]:
    """The provider hands in a milestone with its result; the holder's silence begins to count."""
    delivery = Delivery(
        settlement=order.settlement,
        completed_on=order.completed_on,
        document_id=order.document_id,
        last=order.last,
        delivered_at=case.at,
        tax=order.tax,
        lines=order.lines,
    )
    refuse_all(list(_unfit(case, order, delivery)))
    return [case.step("delivered", document_id=order.document_id, state=State.DELIVERED, delivery=delivery)]


def _unfit(case: Case, order: Deliver, delivery: Delivery) -> Iterator[Reason]:
    terms, scheme, voucher = case.redemption.terms, case.scheme, case.voucher
    if order.currency != terms.currency:
        yield Reason("voucher.currency", "scheme.currency", "/settlement/currency", {"currency": terms.currency})
    today = local_date(case.at, scheme.zone)
    yield from checks.completion(terms.contract, order.completed_on, voucher=voucher, scheme=scheme, today=today)
    yield from _moved(case, order.completed_on)
    result = case.world.facts.documents.get(order.document_id)
    if result is None or result.organization != terms.payee_id:
        yield Reason("document.unknown", pointer="/result_document_id")
    rate = case.tariff.rate
    yield from lines.of_delivery(order, terms, rate)
    if earned(case.redemption, delivery, case.tariff, last=order.last) == 0:
        numbers = {"settlement": format_amount(order.settlement, terms.currency)}
        yield Reason("delivery.earns_nothing", f"rate.{rate.kind}", "/settlement", numbers, rate.source)


def _moved(case: Case, completed_on: date) -> Iterator[Reason]:
    """A completion date that goes beyond the one agreed, or out of the year in which the value was counted."""
    agreed = case.redemption.terms.contract.completed_on
    if agreed is not None and completed_on > agreed:
        numbers = {"completed_on": completed_on.isoformat(), "agreed": agreed.isoformat()}
        yield Reason("delivery.after_agreed", pointer="/completed_on", numbers=numbers)
    for cap, period in caps.moved_by(case.redemption, completed_on, scheme=case.scheme):
        counted = {"completed_on": completed_on.isoformat(), "cap": cap.id, "period": period}
        yield Reason("delivery.other_period", f"cap.{cap.id}", "/completed_on", counted, cap.source)


def accept(case: Case, order: Accept) -> list[Step]:
    """The holder accepts and, where the scheme wants it, rates."""
    rating = case.scheme.evidence.rating
    if rating.value and order.rating is None:
        raise Refusal("rating.missing", rule="evidence.rating", pointer="/rating", clause=rating.source)
    return [case.step("accepted", state=State.ACCEPTED, rating=order.rating)]


def accept_by_silence(case: Case) -> Step:
    """The holder said nothing in time, which accepts."""
    rule = case.scheme.evidence.silence_accepts
    ruling = Ruling("accept", "by_silence", "evidence.silence_accepts", rule.source, {"working_days": rule.value})
    return case.step("accepted", state=State.ACCEPTED, rulings=(ruling,))


def rework(case: Case, _: Rework) -> list[Step]:
    """The holder sends the work back; refused once `deliver_by` is over, when it would only let the hold lapse."""
    if case.at >= case.voucher.deliver_by_ends:
        numbers = {"deliver_by": case.voucher.deliver_by.isoformat()}
        raise Refusal("rework.too_late", rule="validity.deliver_by", numbers=numbers)
    state = State.PART_CAPTURED if case.redemption.captures else State.AUTHORISED
    return [case.step("sent_back", state=state, delivery=None)]


def dispute(case: Case, _: Dispute) -> list[Step]:
    """The holder objects; silence no longer accepts, an arbiter decides."""
    return [case.step("disputed", state=State.DISPUTED)]


def _may_be_named(case: Case, document_id: UUID) -> bool:
    """Whether an arbiter may rest on a document: it exists, and is of a party or was sent by himself."""
    named, terms = case.world.facts.documents.get(document_id), case.redemption.terms
    if named is None:
        return False
    return named.organization in (terms.holder_id, terms.payee_id) or named.sent_by == case.by.client


def decide(case: Case, order: Decide) -> list[Step]:
    """An arbiter with no earlier part in the case ends the dispute: accepted, or voided (row 9)."""
    another_person(case.by.person, than=case.redemption.acted, otherwise="redemption.took_part")
    if order.document_id is not None and not _may_be_named(case, order.document_id):
        raise Refusal("document.unknown", pointer="/document_id")
    outcome = "accepted" if order.accepted else "voided"
    ruling = Ruling("dispute", outcome, "redemption.arbiter", numbers={"reason": case.note})
    if order.accepted:
        return [
            case.step("accepted", state=State.ACCEPTED, document_id=order.document_id, rulings=(ruling,)),
        ]
    return [
        case.step(
            "voided",
            posting=case.release("voided"),
            document_id=order.document_id,
            rulings=(ruling,),
            state=State.VOIDED,
            held=0,
            delivery=None,
        )
    ]
