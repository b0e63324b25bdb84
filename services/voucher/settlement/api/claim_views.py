"""Decides how claims, what may be claimed, and the faults of a claim are shown."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from services.chassis.holders import HolderId
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.standards.holding import Holder
from services.voucher.settlement.api.names import (
    AwardClaimId,
    BankSlipId,
    BudgetLineId,
    CaptureId,
    ClaimId,
    ClaimLineId,
    InvoiceId,
    LegId,
    RedemptionId,
    VoucherId,
)
from services.voucher.settlement.domain.checking import Checked, Claimable
from services.voucher.settlement.domain.claim import Leg, LegState, LineState
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.seen import SeenClaim, SeenLine
from services.voucher.settlement.operations.reading import Offer, Whole
from services.voucher.settlement.store.line_steps import Kept


class LegView(StrictModel):
    """What one treasury owes of a line. paid_on: the day on which the bank booked the payment."""

    id: LegId
    part: str
    treasury: str
    budget_line_id: BudgetLineId
    amount: Money
    state: LegState
    paid_on: Day | None


class LineView(StrictModel):
    """A claim line, of a capture or of an award. self_paid = settlement − claimed, or nothing.

    over_price: what a voucher paid at its face beyond what the work cost; nothing under other schemes.

    due_on: the last local day for whoever has to act on it now.
    """

    id: ClaimLineId
    line: int
    capture_id: CaptureId | None
    redemption_id: RedemptionId | None
    voucher_id: VoucherId | None
    award_claim_id: AwardClaimId | None
    holder_id: HolderId
    category: str
    region: str
    treasury: str
    settlement: Money
    self_paid: Money
    over_price: Money
    claimed: Money
    approved: Money | None
    paid: Money
    state: LineState
    stage: str | None
    submitted_at: Instant
    entered_at: Instant
    due_on: Day | None
    due_at: Instant | None
    corrections: int
    legs: list[LegView]


class ClaimView(StrictModel):
    """A claim in figures, of those lines that the reader may see. states: how many of them are in each."""

    id: ClaimId
    payee_id: OrganizationId
    client_ref: str | None
    submitted_at: Instant
    states: dict[LineState, int]
    claimed: Money
    approved: Money
    paid: Money


class ClaimSubmitted(ClaimView):
    """A claim with its lines."""

    lines: list[LineView]


class InvoiceDrawnView(StrictModel):
    """What a line draws from one line of an invoice."""

    invoice_id: InvoiceId
    line: int
    amount: Money


class SlipDrawnView(StrictModel):
    """What a line draws from a bank slip."""

    bank_slip_id: BankSlipId
    amount: Money


class LineStepView(StrictModel):
    """One step of a line: to which state and stage, until when, who took it and why."""

    number: int
    event: str
    from_state: LineState | None
    to_state: LineState
    stage: str | None
    at: Instant
    due_at: Instant | None
    person: str
    reason: str | None
    document_id: DocumentId | None
    request_id: str | None


class LineWhole(LineView):
    """A line with the evidence it draws on and its timeline, oldest first."""

    invoices: list[InvoiceDrawnView]
    slips: list[SlipDrawnView]
    timeline: list[LineStepView]


class ClaimWhole(ClaimView):
    """A claim with its lines, each with its evidence and its timeline."""

    lines: list[LineWhole]


class ClaimableView(StrictModel):
    """A capture that stands on no claim: what would be claimed, and what invoices and bank slips have to show for it.

    too_late: the time to claim it is over; claim_by includes its whole day, claim_by_ends is the first instant after.
    """

    capture_id: CaptureId
    redemption_id: RedemptionId
    voucher_id: VoucherId
    holder_id: HolderId
    category: str
    captured_at: Instant
    settlement: Money
    claimed: Money
    self_paid: Money
    over_price: Money
    invoices_needed: Money
    slips_needed: Money
    claim_by: Day
    claim_by_ends: Instant
    too_late: bool


class FaultView(StrictModel):
    """What is wrong and how it is put right: the rule that says so, its numbers, and where it is written."""

    code: str
    rule: str | None
    pointer: str
    message: str
    fix: str
    numbers: dict[str, Any]
    clause: str | None


class CheckedLineView(StrictModel):
    """One line of a claim as checked; the amounts are null where the capture is not the caller's."""

    line: int
    settlement: Money | None
    claimed: Money | None
    self_paid: Money | None
    over_price: Money | None
    faults: list[FaultView]


class CheckView(StrictModel):
    """Whether this claim would be taken just now, and every fault of every line at once if not."""

    ok: bool
    lines: list[CheckedLineView]


_SAME = (
    "id",
    "capture_id",
    "redemption_id",
    "voucher_id",
    "award_claim_id",
    "category",
    "region",
    "treasury",
    "stage",
    "submitted_at",
    "entered_at",
    "due_on",
    "due_at",
    "corrections",
)


def claim_view(seen: SeenClaim) -> ClaimView:
    """A claim in figures."""
    return ClaimView(**_figures(seen))


def submitted_view(seen: SeenClaim) -> ClaimSubmitted:
    """A claim with its lines."""
    return ClaimSubmitted(**_figures(seen), lines=[LineView(**_line(one)) for one in seen.lines])


def whole_view(whole: Whole) -> ClaimWhole:
    """A claim with all there is to say of its lines."""
    lines = [
        LineWhole(
            **_line(one),
            invoices=_invoices(whole.drawn[one.line.id], one.line.currency),
            slips=_slips(whole.drawn[one.line.id], one.line.currency),
            timeline=[_step_view(kept) for kept in whole.history[one.line.id]],
        )
        for one in whole.seen.lines
    ]
    return ClaimWhole(**_figures(whole.seen), lines=lines)


def _figures(seen: SeenClaim) -> dict[str, Any]:
    claim, lines = seen.claim, seen.lines
    return {
        "id": claim.id,
        "payee_id": claim.payee_id,
        "client_ref": claim.client_ref,
        "submitted_at": claim.submitted_at,
        "states": Counter(one.state for one in lines),
        "claimed": Money.of(sum(one.line.claimed for one in lines), claim.currency),
        "approved": Money.of(sum(one.line.approved or 0 for one in lines), claim.currency),
        "paid": Money.of(sum(one.paid for one in lines), claim.currency),
    }


def _line(seen: SeenLine) -> dict[str, Any]:
    line = seen.line
    currency = line.currency
    return {
        **{name: getattr(line, name) for name in _SAME},
        "holder_id": Holder(line.holder_kind, line.holder_id),
        "line": line.number,
        "state": seen.state,
        "settlement": Money.of(line.settlement, currency),
        "self_paid": Money.of(line.self_paid, currency),
        "over_price": Money.of(line.over_price, currency),
        "claimed": Money.of(line.claimed, currency),
        "approved": Money.of(line.approved, currency) if line.approved is not None else None,
        "paid": Money.of(seen.paid, currency),
        "legs": [_leg_view(leg) for leg in seen.legs],
    }


def _leg_view(leg: Leg) -> LegView:
    same = {name: getattr(leg, name) for name in ("id", "part", "treasury", "budget_line_id", "state", "paid_on")}
    return LegView(**same, amount=Money.of(leg.amount, leg.currency))


def _invoices(drawn: Drawn, currency: str) -> list[InvoiceDrawnView]:
    return [
        InvoiceDrawnView(invoice_id=one.evidence_id, line=one.line_number, amount=Money.of(one.amount, currency))
        for one in drawn.invoices
        if one.line_number is not None
    ]


def _slips(drawn: Drawn, currency: str) -> list[SlipDrawnView]:
    return [SlipDrawnView(bank_slip_id=one.evidence_id, amount=Money.of(one.amount, currency)) for one in drawn.slips]


def _step_view(kept: Kept) -> LineStepView:
    return LineStepView(**{name: getattr(kept, name) for name in LineStepView.model_fields})


def claimable_view(offer: Offer) -> ClaimableView:
    """A capture that may be claimed."""
    found, terms = offer.found, offer.found.redemption.terms
    return ClaimableView(
        **_amounts(found),
        capture_id=found.capture.id,
        redemption_id=found.redemption.id,
        voucher_id=terms.voucher_id,
        holder_id=Holder(terms.holder_kind, terms.holder_id),
        category=terms.category,
        captured_at=found.capture.captured_at,
        invoices_needed=Money.of(found.needs.settlement, terms.currency),
        slips_needed=Money.of(found.needs.slips, terms.currency),
        claim_by=found.claim_by.value,
        claim_by_ends=found.claim_by_ends,
        too_late=offer.too_late,
    )


def checked_line_view(one: Checked, faults: list[FaultView]) -> CheckedLineView:
    """A line as checked, with its faults as shown."""
    amounts = _amounts(one.found) if one.found is not None else _NO_AMOUNTS
    return CheckedLineView(line=one.number, faults=faults, **amounts)


def _amounts(found: Claimable) -> dict[str, Any]:
    names = ("settlement", "claimed", "self_paid", "over_price")
    amounts = {name: getattr(found, name) for name in names}
    return {name: Money.of(fen, found.voucher.currency) for name, fen in amounts.items()}


_NO_AMOUNTS: Mapping[str, Any] = MappingProxyType(
    {"settlement": None, "claimed": None, "self_paid": None, "over_price": None}
)
