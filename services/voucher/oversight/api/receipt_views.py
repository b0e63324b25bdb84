"""What a receipt says, whether it is read or signed."""

from typing import Literal

from services.chassis.holders import HolderId
from services.chassis.ids import OrganizationId, show
from services.chassis.models import Day, Instant, Money, StrictModel
from services.standards.holding import Holder
from services.voucher.oversight.api.names import (
    AwardClaimId,
    CaptureId,
    ClaimId,
    ClaimLineId,
    PayoutId,
    RedemptionId,
    VoucherId,
)
from services.voucher.oversight.api.proof_views import ProofView, proof_view
from services.voucher.oversight.domain.receipt import Receipt
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.redemption.domain.redemption import Capture, Redemption, State
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.domain.seen import SeenClaim, SeenLine
from services.voucher.wallet.domain.voucher import Voucher, VoucherState

ISSUER = "innovoucher"


class VoucherReceipt(StrictModel):
    """A voucher: face = available + held + captured + reclaimed."""

    kind: Literal["voucher"] = "voucher"
    id: VoucherId
    number: str
    holder_id: HolderId
    state: VoucherState
    face: Money
    available: Money
    held: Money
    captured: Money
    reclaimed: Money
    funding_source: str
    issued_at: Instant
    use_by: Day
    deliver_by: Day
    claim_by: Day


class CaptureReceipt(StrictModel):
    """What one delivery earned, and what of it went back."""

    id: CaptureId
    number: int
    amount: Money
    refunded: Money
    captured_at: Instant


class RedemptionReceipt(StrictModel):
    """A redemption as it is booked: authorised = held + captured + released, refunds not taken off."""

    kind: Literal["redemption"] = "redemption"
    id: RedemptionId
    voucher_id: VoucherId
    holder_id: HolderId
    payee_id: OrganizationId
    category: str
    contract_number: str
    contract_amount: Money
    state: State
    authorised_at: Instant | None
    authorised: Money
    held: Money
    captured: Money
    refunded: Money
    captures: list[CaptureReceipt]


class LineReceipt(StrictModel):
    """One line of a claim: what is claimed, what of it was approved (null before that), and what is paid."""

    id: ClaimLineId
    number: int
    redemption_id: RedemptionId | None
    capture_id: CaptureId | None
    award_claim_id: AwardClaimId | None
    holder_id: HolderId
    state: LineState
    settlement: Money
    over_price: Money
    claimed: Money
    approved: Money | None
    paid: Money


class ClaimReceipt(StrictModel):
    """A claim with those of its lines that the caller may see."""

    kind: Literal["claim"] = "claim"
    id: ClaimId
    payee_id: OrganizationId
    submitted_at: Instant
    lines: list[LineReceipt]


class PayoutReceipt(StrictModel):
    """A payment; the bank line is recognised by `reference`, and of the account only the last digits are told."""

    kind: Literal["payout"] = "payout"
    id: PayoutId
    claim_line_id: ClaimLineId
    payee_id: OrganizationId
    payee_name: str
    account_ends_in: str
    bank_name: str
    amount: Money
    funding_source: str
    reference: str
    state: PayoutState
    sent_at: Instant | None
    settled_on: Day | None
    returned_on: Day | None


class ReceiptView(StrictModel):
    """What is signed. `as_of`: business time; `iat`: real time, in seconds; `mode`: in test nothing is real.

    `head` is the last seal of the books (JWS), null before the first; `proofs` are the journals booked on it.
    """

    iss: str
    sub: str
    iat: int
    mode: Literal["live", "test"]
    as_of: Instant
    of: VoucherReceipt | RedemptionReceipt | ClaimReceipt | PayoutReceipt
    proofs: list[ProofView]
    head: str | None


class SignedReceipt(StrictModel):
    """A receipt and the same signed: a compact JWS that the keys of `/.well-known/voucher-keys.json` verify offline."""

    receipt: ReceiptView
    jws: str


def receipt_view(receipt: Receipt, mode: Literal["live", "test"]) -> ReceiptView:
    """A receipt as shown and signed."""
    prefix, of = _of(receipt)
    return ReceiptView(
        iss=ISSUER,
        sub=show(prefix, receipt.subject_id),
        iat=int(receipt.issued_at.timestamp()),
        mode=mode,
        as_of=receipt.at,
        of=of,
        proofs=[proof_view(one) for one in receipt.proofs],
        head=None if receipt.last is None else receipt.last.jws,
    )


def _of(receipt: Receipt) -> tuple[str, VoucherReceipt | RedemptionReceipt | ClaimReceipt | PayoutReceipt]:
    match receipt.subject:
        case Voucher() as voucher:
            return "vch", _voucher(voucher, voucher.state_at(receipt.at))
        case Redemption() as redemption:
            return "red", _redemption(redemption)
        case SeenClaim() as seen:
            return "clm", _claim(seen)
        case Payout() as payout:
            return "pyt", _payout(payout)


def _voucher(voucher: Voucher, state: VoucherState) -> VoucherReceipt:
    currency = voucher.currency
    return VoucherReceipt(
        id=voucher.id,
        number=voucher.number,
        holder_id=Holder(voucher.holder_kind, voucher.holder_id),
        state=state,
        face=Money.of(voucher.face, currency),
        available=Money.of(voucher.available, currency),
        held=Money.of(voucher.held, currency),
        captured=Money.of(voucher.captured, currency),
        reclaimed=Money.of(voucher.reclaimed, currency),
        funding_source=voucher.funding.source,
        issued_at=voucher.issued_at,
        use_by=voucher.use_by,
        deliver_by=voucher.deliver_by,
        claim_by=voucher.claim_by,
    )


def _redemption(one: Redemption) -> RedemptionReceipt:
    terms, currency = one.terms, one.terms.currency
    return RedemptionReceipt(
        id=one.id,
        voucher_id=terms.voucher_id,
        holder_id=Holder(terms.holder_kind, terms.holder_id),
        payee_id=terms.payee_id,
        category=terms.category,
        contract_number=terms.contract.number,
        contract_amount=Money.of(terms.contract.amount, currency),
        state=one.state,
        authorised_at=one.authorised_at,
        authorised=Money.of(one.authorised, currency),
        held=Money.of(one.held, currency),
        captured=Money.of(one.captured, currency),
        refunded=Money.of(one.refunded, currency),
        captures=[_capture(capture, currency) for capture in one.captures],
    )


def _capture(capture: Capture, currency: str) -> CaptureReceipt:
    return CaptureReceipt(
        id=capture.id,
        number=capture.number,
        amount=Money.of(capture.amount, currency),
        refunded=Money.of(capture.refunded, currency),
        captured_at=capture.captured_at,
    )


def _claim(seen: SeenClaim) -> ClaimReceipt:
    claim = seen.claim
    return ClaimReceipt(
        id=claim.id,
        payee_id=claim.payee_id,
        submitted_at=claim.submitted_at,
        lines=[_line(one) for one in seen.lines],
    )


def _line(one: SeenLine) -> LineReceipt:
    line = one.line
    return LineReceipt(
        **{name: getattr(line, name) for name in ("id", "number", "redemption_id", "capture_id", "award_claim_id")},
        holder_id=Holder(line.holder_kind, line.holder_id),
        state=one.state,
        settlement=Money.of(line.settlement, line.currency),
        over_price=Money.of(line.over_price, line.currency),
        claimed=Money.of(line.claimed, line.currency),
        approved=None if line.approved is None else Money.of(line.approved, line.currency),
        paid=Money.of(one.paid, line.currency),
    )


def _payout(payout: Payout) -> PayoutReceipt:
    return PayoutReceipt(
        **{name: getattr(payout, name) for name in ("id", "claim_line_id", "payee_id", "payee_name", "bank_name")},
        **{name: getattr(payout, name) for name in ("reference", "state", "sent_at", "settled_on", "returned_on")},
        account_ends_in=payout.account_number[-4:],
        amount=Money.of(payout.amount, payout.currency),
        funding_source=payout.funding_source,
    )
