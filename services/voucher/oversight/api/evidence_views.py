"""Decides how what stands behind a figure of the chain is shown: one small model for each kind of it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.voucher.oversight.api.names import (
    AwardClaimId,
    BankSlipId,
    CaptureId,
    InvoiceId,
    LegId,
    PayoutId,
    RedemptionId,
    StatementLineId,
)
from services.voucher.oversight.domain.chain import Link
from services.voucher.oversight.domain.trail import Trail
from services.voucher.payout.domain.bank_account import masked
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.settlement.domain.claim import LegState
from services.voucher.settlement.domain.invoice import InvoiceState
from services.voucher.settlement.domain.slip import SlipState


class CaptureEvidence(StrictModel):
    """The capture that is claimed; what stands of it is `amount` less `refunded`."""

    kind: Literal["capture"] = "capture"
    redemption_id: RedemptionId
    capture_id: CaptureId
    captured_at: Instant
    amount: Money
    refunded: Money


class DeliveryEvidence(StrictModel):
    """The delivery that earned it: what the work cost, by its result file."""

    kind: Literal["delivery"] = "delivery"
    result_document_id: DocumentId | None
    completed_on: Day
    delivered_at: Instant
    settlement: Money


class InvoiceEvidence(StrictModel):
    """What is drawn from one line of an invoice; it counts while the invoice stands registered or verified."""

    kind: Literal["invoice_line"] = "invoice_line"
    invoice_id: InvoiceId
    fapiao: str
    line: int | None
    amount: Money
    issued_on: Day
    state: InvoiceState


class SlipEvidence(StrictModel):
    """What is drawn from a bank slip: the holder paid his own share."""

    kind: Literal["bank_slip"] = "bank_slip"
    bank_slip_id: BankSlipId
    bank: str
    serial: str
    amount: Money
    paid_on: Day
    state: SlipState


class DecisionEvidence(StrictModel):
    """What was decided on the line, under which rule and clause, with which numbers."""

    kind: Literal["decision"] = "decision"
    at: Instant
    outcome: str
    rule: str | None
    clause: str | None
    numbers: dict[str, str | int | None]


class LegEvidence(StrictModel):
    """What one treasury owes since the decision."""

    kind: Literal["leg"] = "leg"
    leg_id: LegId
    treasury: str
    amount: Money
    state: LegState


class PayoutEvidence(StrictModel):
    """A payment of a leg. Of the payee's account only the last digits are shown."""

    kind: Literal["payout"] = "payout"
    payout_id: PayoutId
    reference: str
    account_number: str
    amount: Money
    state: PayoutState
    sent_at: Instant | None
    settled_on: Day | None
    returned_on: Day | None


class BankLineEvidence(StrictModel):
    """A line of the bank's statement. amount: what left the payer's account; below zero it came back.

    how: by which reference, or how else, it was matched to the payout. A line that names the payout and is not
    understood is the match `exception`; how then says why, and the amount is not counted.
    """

    kind: Literal["statement_line"] = "statement_line"
    statement_line_id: StatementLineId
    payout_id: PayoutId
    match: str
    how: str
    amount: Money
    booked_on: Day


class AwardEvidence(StrictModel):
    """The claim to an award that the line stands on. amount: what it came to, by its scheme, on that day."""

    kind: Literal["award"] = "award"
    award_claim_id: AwardClaimId
    scheme: str
    award: str
    on: Day
    amount: Money


Evidence = Annotated[
    CaptureEvidence
    | AwardEvidence
    | DeliveryEvidence
    | InvoiceEvidence
    | SlipEvidence
    | DecisionEvidence
    | LegEvidence
    | PayoutEvidence
    | BankLineEvidence,
    Field(discriminator="kind"),
]


def evidence_for(link: Link, trail: Trail) -> list[Evidence]:
    """What stands behind the figures of one link."""
    return list(_EVIDENCE[link](trail))


def _awards(trail: Trail) -> Sequence[Evidence]:
    claim = trail.award
    if claim is None:
        return []
    amount = Money.of(claim.amount, claim.currency)
    return [
        AwardEvidence(award_claim_id=claim.id, scheme=claim.scheme_id, award=claim.award, on=claim.on, amount=amount)
    ]


def _captures(trail: Trail) -> Sequence[Evidence]:
    capture, currency = trail.capture, trail.line.currency
    return [
        CaptureEvidence(
            redemption_id=trail.redeemed.id,
            capture_id=capture.id,
            captured_at=capture.captured_at,
            amount=Money.of(capture.amount, currency),
            refunded=Money.of(capture.refunded, currency),
        )
    ]


def _deliveries(trail: Trail) -> Sequence[Evidence]:
    delivery = trail.capture.delivery
    return [
        DeliveryEvidence(
            result_document_id=delivery.document_id,
            completed_on=delivery.completed_on,
            delivered_at=delivery.delivered_at,
            settlement=Money.of(delivery.settlement, trail.line.currency),
        )
    ]


def _invoices(trail: Trail) -> Sequence[Evidence]:
    return [
        InvoiceEvidence(
            invoice_id=one.invoice.id,
            fapiao=one.invoice.fapiao.key,
            line=one.drawn.line_number,
            amount=Money.of(one.drawn.amount, one.invoice.currency),
            issued_on=one.invoice.issued_on,
            state=one.invoice.state,
        )
        for one in trail.invoices
    ]


def _slips(trail: Trail) -> Sequence[Evidence]:
    return [
        SlipEvidence(
            bank_slip_id=one.slip.id,
            bank=one.slip.bank,
            serial=one.slip.serial,
            amount=Money.of(one.drawn.amount, one.slip.currency),
            paid_on=one.slip.paid_on,
            state=one.slip.state,
        )
        for one in trail.slips
    ]


def _decisions(trail: Trail) -> Sequence[Evidence]:
    decided = [
        DecisionEvidence(at=one.at, outcome=one.outcome, rule=one.rule, clause=one.clause, numbers=dict(one.numbers))
        for one in trail.decisions
    ]
    owed = [
        LegEvidence(leg_id=leg.id, treasury=leg.treasury, amount=Money.of(leg.amount, leg.currency), state=leg.state)
        for leg in trail.legs
    ]
    return [*decided, *owed]


def _payouts(trail: Trail) -> Sequence[Evidence]:
    return [
        PayoutEvidence(
            payout_id=one.id,
            reference=one.reference,
            account_number=masked(one.account_number),
            amount=Money.of(one.amount, one.currency),
            state=one.state,
            sent_at=one.sent_at,
            settled_on=one.settled_on,
            returned_on=one.returned_on,
        )
        for one in trail.payouts
    ]


def _bank_lines(trail: Trail) -> Sequence[Evidence]:
    return [
        BankLineEvidence(
            statement_line_id=one.id,
            payout_id=one.payout_id,
            match=one.kind,
            how=one.how,
            amount=Money.of(-one.amount, trail.line.currency),
            booked_on=one.booked_on,
        )
        for one in (*trail.bank_lines, *trail.doubted)
    ]


_EVIDENCE: Mapping[Link, Callable[[Trail], Sequence[Evidence]]] = MappingProxyType(
    {
        Link.AWARD: _awards,
        Link.REDEMPTION: _captures,
        Link.DELIVERY: _deliveries,
        Link.INVOICE: _invoices,
        Link.OWN_SHARE: _slips,
        Link.DECISION: _decisions,
        Link.PAYOUT: _payouts,
        Link.BANK_LINE: _bank_lines,
    }
)
