"""What a client is shown of a redemption and its history."""

from collections.abc import Sequence
from typing import Literal

from services.chassis.holders import HolderId
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.standards.holding import Holder
from services.voucher.redemption.api.names import CaptureId, OfferingId, ProviderId, RedemptionId, VoucherId
from services.voucher.redemption.domain.consent import Means
from services.voucher.redemption.domain.redeem import Outcome
from services.voucher.redemption.domain.redemption import Capture, Delivery, LineRate, Redemption, Side, State
from services.voucher.redemption.operations.reading import Whole
from services.voucher.redemption.store.transitions import Kept


class ContractLineView(StrictModel):
    """One line of a contract. paid: whether anything is paid for it, null before value was frozen; tax: null where
    nobody said it.
    """

    category: str
    amount: Money
    tax: Money | None
    paid: bool | None


class ContractView(StrictModel):
    """The contract as proposed. tax: how much of the amount is tax, null where nobody said it."""

    number: str
    signed_on: Day
    amount: Money
    tax: Money | None
    lines: list[ContractLineView]
    completed_on: Day | None


class PortionView(StrictModel):
    """What was delivered of one line of the contract, counted from 1."""

    line: int
    amount: Money
    tax: Money | None


class DeliveryView(StrictModel):
    """Work handed in and what it cost, the tax in that where somebody said it, and of which lines of the contract."""

    settlement: Money
    tax: Money | None
    lines: list[PortionView]
    completed_on: Day
    result_document_id: DocumentId | None
    last: bool
    delivered_at: Instant


class CaptureView(StrictModel):
    """One capture with the delivery that earned it."""

    id: CaptureId
    number: int
    amount: Money
    refunded: Money
    captured_at: Instant
    delivery: DeliveryView
    on_claim: bool


class RedemptionView(StrictModel):
    """A redemption. due_at: when its state ends by itself (due_on is the last local day before that).

    kind: instant was redeemed at the counter in one call, by the means that consent names; order_id is then the first
    of those with which several vouchers paid together, and part its place among them.
    authorised = held + captured + released; captured counts refunds in, refunded says how much of it went back.
    replaces: the redemption whose hold it has, or shall have, instead; let_go_by: who let him leave its provider.
    reimbursed: the holder pays all and claims; over_price: what was paid at the voucher's face beyond the price.
    """

    id: RedemptionId
    kind: Literal["contract", "instant"]
    order_id: RedemptionId | None
    part: int
    consent: Means | None
    voucher_id: VoucherId
    holder_id: HolderId
    provider_id: ProviderId
    payee_id: OrganizationId
    category: str
    offering_id: OfferingId | None
    contract: ContractView
    amount: Money | None
    description: str
    state: State
    proposed_by: Side
    proposed_at: Instant
    confirmed_by: Side | None
    authorised_at: Instant | None
    authorised: Money
    held: Money
    captured: Money
    refunded: Money
    released: Money
    settled: Money
    over_price: Money
    services: list[str]
    subcontracted: bool
    funded_by: list[str]
    reimbursed: bool
    delivery: DeliveryView | None
    captures: list[CaptureView]
    deliver_by: Day | None
    deliver_by_ends: Instant | None
    due_on: Day | None
    due_at: Instant | None
    void_asked_by: Side | None
    replaces: RedemptionId | None
    let_go_by: str | None
    rating: int | None
    client_ref: str | None


class StepView(StrictModel):
    """One step of its history: what stood after it, who took it and why."""

    number: int
    event: str
    from_state: State | None
    to_state: State
    at: Instant
    person: str
    note: str | None
    document_id: DocumentId | None
    request_id: str | None
    held: Money
    captured: Money
    refunded: Money


class RedemptionWhole(RedemptionView):
    """A redemption with its timeline, oldest first."""

    timeline: list[StepView]


SAME = (
    "id",
    "state",
    "proposed_by",
    "proposed_at",
    "confirmed_by",
    "authorised_at",
    "deliver_by",
    "deliver_by_ends",
    "due_on",
    "due_at",
    "void_asked_by",
    "let_go_by",
    "rating",
    "client_ref",
)


def redemption_view(redemption: Redemption) -> RedemptionView:
    """A redemption as shown."""
    terms = redemption.terms
    currency = terms.currency
    return RedemptionView(
        **{name: getattr(redemption, name) for name in SAME},
        authorised=Money.of(redemption.authorised, currency),
        held=Money.of(redemption.held, currency),
        captured=Money.of(redemption.captured, currency),
        refunded=Money.of(redemption.refunded, currency),
        released=Money.of(redemption.released, currency),
        settled=Money.of(redemption.settled, currency),
        over_price=Money.of(redemption.over_price, currency),
        services=list(terms.declared.services),
        replaces=terms.replaces,
        subcontracted=terms.declared.subcontracted,
        funded_by=list(terms.declared.funded_by),
        reimbursed=terms.reimbursed,
        kind=terms.kind.value,
        order_id=terms.order_id,
        part=terms.part,
        consent=Means(terms.consent) if terms.consent is not None else None,
        voucher_id=terms.voucher_id,
        holder_id=Holder(terms.holder_kind, terms.holder_id),
        provider_id=terms.provider_id,
        payee_id=terms.payee_id,
        category=terms.category,
        offering_id=terms.offering_id,
        contract=_contract_view(redemption),
        amount=_money(terms.asked, currency),
        description=terms.description,
        delivery=_delivery_view(redemption.delivery, currency) if redemption.delivery is not None else None,
        captures=[_capture_view(capture, currency) for capture in redemption.captures],
    )


def _contract_view(redemption: Redemption) -> ContractView:
    contract, currency = redemption.terms.contract, redemption.terms.currency
    found: Sequence[LineRate | None] = redemption.line_rates or [None] * len(contract.lines)
    return ContractView(
        number=contract.number,
        signed_on=contract.signed_on,
        amount=Money.of(contract.amount, currency),
        tax=_money(contract.tax, currency),
        lines=[
            ContractLineView(
                category=line.category,
                amount=Money.of(line.amount, currency),
                tax=_money(line.tax, currency),
                paid=rate.paid if rate is not None else None,
            )
            for line, rate in zip(contract.lines, found, strict=True)
        ],
        completed_on=contract.completed_on,
    )


def _money(fen: int | None, currency: str) -> Money | None:
    return None if fen is None else Money.of(fen, currency)


def outcome_view(outcome: Outcome) -> RedemptionView:
    """What an order on one redemption came to, as shown."""
    return redemption_view(outcome.redemption)


def whole_view(whole: Whole) -> RedemptionWhole:
    """A redemption with its timeline as shown."""
    currency = whole.redemption.terms.currency
    shown = redemption_view(whole.redemption)
    fields = {name: getattr(shown, name) for name in RedemptionView.model_fields}
    return RedemptionWhole(**fields, timeline=[_step_view(kept, currency) for kept in whole.history])


def _delivery_view(delivery: Delivery, currency: str) -> DeliveryView:
    return DeliveryView(
        settlement=Money.of(delivery.settlement, currency),
        tax=_money(delivery.tax, currency),
        lines=[
            PortionView(line=one.line, amount=Money.of(one.amount, currency), tax=_money(one.tax, currency))
            for one in delivery.lines
        ],
        completed_on=delivery.completed_on,
        result_document_id=delivery.document_id,
        last=delivery.last,
        delivered_at=delivery.delivered_at,
    )


def _capture_view(capture: Capture, currency: str) -> CaptureView:
    return CaptureView(
        id=capture.id,
        number=capture.number,
        amount=Money.of(capture.amount, currency),
        refunded=Money.of(capture.refunded, currency),
        captured_at=capture.captured_at,
        delivery=_delivery_view(capture.delivery, currency),
        on_claim=capture.claim_line_id is not None,
    )


def _step_view(kept: Kept, currency: str) -> StepView:
    return StepView(
        number=kept.number,
        event=kept.event,
        from_state=State(kept.from_state) if kept.from_state is not None else None,
        to_state=State(kept.to_state),
        at=kept.at,
        person=kept.person,
        note=kept.note,
        document_id=kept.document_id,
        request_id=kept.request_id,
        held=Money.of(kept.held, currency),
        captured=Money.of(kept.captured, currency),
        refunded=Money.of(kept.refunded, currency),
    )
