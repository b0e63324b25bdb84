"""What a client sends to propose, deliver, judge, capture and refund."""

from dataclasses import replace
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StrictBool, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from services.chassis.ids import DocumentId, new_id
from services.chassis.models import ClientRef, Day, Line, MoneyAsked, MoneyFromZero, Prose, StrictModel
from services.voucher.redemption.api.declared import DeclaredBody
from services.voucher.redemption.api.names import (
    CaptureId,
    Category,
    OfferingId,
    ProviderId,
    Quantity,
    RedemptionId,
    VoucherId,
)
from services.voucher.redemption.domain.lines import tax_of
from services.voucher.redemption.domain.orders import Accept, Actor, Capture, Decide, Deliver, Order, Propose, Refund
from services.voucher.redemption.domain.redemption import Contract, ContractLine, Portion, Unpriced

YUAN: JsonDict = {"amount": "12345.67", "currency": "CNY"}
TAX: JsonDict = {"amount": "698.81", "currency": "CNY"}
CONTRACT: JsonDict = {"number": "JC-2020-117", "signed_on": "2020-09-18", "amount": YUAN}
PROPOSAL: JsonDict = {
    "voucher_id": "vch_0190163d8694739b8bde3d2e05f9a1c4",
    "provider_id": "prv_0190163d8694739b8bde3d2e05f9a1c5",
    "category": "testing",
    "contract": CONTRACT,
}
OFFERING = {"message_zh": "请指明服务产品，或填写服务类别与合同金额"}
OF_OFFERING = {"message_zh": "数量仅适用于服务产品"}
TAX_OF_LINES = {"message_zh": "已分项填写时，税额只在各分项中填写"}
MOST_LINES = 100
"""How many lines a contract may have."""


def fen_of(tax: MoneyFromZero | None) -> int | None:
    """How much tax is told, in fen; None where none is."""
    return None if tax is None else tax.fen


def _example(example: JsonDict) -> ConfigDict:
    return _examples(example)


def _examples(*examples: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class ContractLineBody(StrictModel):
    """One line of a contract. tax: how much of its amount is tax."""

    model_config = _example({"category": "testing", "amount": YUAN, "tax": TAX})

    category: Category
    amount: MoneyAsked
    tax: MoneyFromZero | None = None


class ContractBody(StrictModel):
    """The contract between holder and provider: its whole price, and, once known, when it was completed.

    amount: left out where the offering lists the price. tax: how much of it is tax, which a scheme that pays without
    tax must know. lines: where the contract has lines of several categories; they add up to its amount and its tax.
    """

    model_config = _examples(CONTRACT, {**CONTRACT, "lines": [{"category": "testing", "amount": YUAN, "tax": TAX}]})

    number: Line
    signed_on: Day
    amount: MoneyAsked | None = None
    tax: MoneyFromZero | None = None
    lines: Annotated[tuple[ContractLineBody, ...], Field(max_length=MOST_LINES)] = ()
    completed_on: Day | None = None

    @model_validator(mode="after")
    def _tax_of_lines(self) -> Self:
        if self.lines and self.tax is not None:
            raise PydanticCustomError("tax_twice", "The tax of a contract is that of its lines", TAX_OF_LINES)
        return self

    @property
    def money(self) -> tuple[MoneyFromZero, ...]:
        """Every amount that it says."""
        of_lines = (one for line in self.lines for one in (line.amount, line.tax))
        return tuple(one for one in (self.amount, self.tax, *of_lines) if one is not None)

    @property
    def said(self) -> Contract | Unpriced:
        """The contract as far as it was said."""
        lines = tuple(ContractLine(one.category, one.amount.fen, fen_of(one.tax)) for one in self.lines)
        unpriced = Unpriced(self.number, self.signed_on, self.completed_on, tax_of(lines, fen_of(self.tax)), lines)
        return unpriced if self.amount is None else unpriced.at(self.amount.fen)


class Quoted(DeclaredBody):
    """What a voucher shall pay for. amount: the subsidy the parties want, left out for all that there is.

    With an offering of the catalogue, its category and price × quantity count, and need not be named; the contract's
    amount must be, where the offering lists no price.
    """

    model_config = _example(PROPOSAL)

    voucher_id: VoucherId
    provider_id: ProviderId
    category: Category | None = None
    offering_id: OfferingId | None = None
    quantity: Quantity = 1
    contract: ContractBody
    amount: MoneyAsked | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        asked = () if self.amount is None else (self.amount,)
        if len({one.currency for one in (*asked, *self.contract.money)}) > 1:
            raise PydanticCustomError("currency_differs", "Amount and contract are in one currency")
        return self

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.offering_id is None and (self.category is None or self.contract.amount is None):
            raise PydanticCustomError(
                "offering_missing", "Name an offering, or a category and the contract's amount", OFFERING
            )
        if self.offering_id is None and self.quantity != 1:
            raise PydanticCustomError("offering_missing", "A quantity is one of an offering", OF_OFFERING)
        return self

    def order(self, by: Actor) -> Propose:
        """The proposal that this would be."""
        named = next(iter(self.contract.money), self.amount)
        return Propose(
            redemption_id=new_id(),
            by=by,
            voucher_id=self.voucher_id,
            provider_id=self.provider_id,
            category=self.category,
            currency=named.currency if named is not None else None,
            contract=self.contract.said,
            asked=self.amount.fen if self.amount is not None else None,
            offering_id=self.offering_id,
            quantity=self.quantity,
            declared=self.declared,
        )


class Proposal(Quoted):
    """An offer to redeem a voucher for a contract; the other side confirms it, and only that freezes value.

    replaces: the redemption that it changes, in scope or provider: confirming gives up what that one holds and freezes
    anew, at once or not at all. Who goes to another provider needs the region's leave, or the old one gives up itself.
    """

    model_config = _example({**PROPOSAL, "description": "材料拉伸测试", "client_ref": "order-2020-117"})

    description: Prose | None = None
    client_ref: ClientRef | None = None
    replaces: RedemptionId | None = None

    def order(self, by: Actor) -> Propose:
        """The proposal, with what the proposer says to it."""
        order = replace(super().order(by), description=self.description or "", client_ref=self.client_ref)
        return replace(order, replaces=self.replaces)


class Because(StrictModel):
    """The reason, for the other side and the record."""

    model_config = _example({"reason": "The report lacks the fatigue test."})

    reason: Prose

    def order(self, verb: type[Order], redemption_id: UUID, by: Actor) -> Order:
        """The order that is given for this reason."""
        return verb(redemption_id=redemption_id, by=by, note=self.reason)


class PortionBody(StrictModel):
    """What a milestone delivers of one line of the contract, counted from 1, and the tax in that."""

    model_config = _example({"line": 1, "amount": YUAN, "tax": TAX})

    line: Annotated[int, Field(strict=True, ge=1, le=MOST_LINES)]
    amount: MoneyAsked
    tax: MoneyFromZero | None = None


class DeliveryBody(StrictModel):
    """Work handed in. settlement: what this milestone cost; last: no milestone follows.

    tax: how much of the settlement is tax, which a scheme that pays without tax must know; lines: what of it belongs to
    which line of a contract that has lines, adding up to the settlement and its tax.
    """

    model_config = _example(
        {
            "settlement": YUAN,
            "completed_on": "2020-10-09",
            "result_document_id": "doc_0190163d8694739b8bde3d2e05f9a1c6",
            "last": True,
        }
    )

    settlement: MoneyAsked
    tax: MoneyFromZero | None = None
    lines: Annotated[tuple[PortionBody, ...], Field(max_length=MOST_LINES)] = ()
    completed_on: Day
    result_document_id: DocumentId
    last: StrictBool = True
    note: Prose | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        told = (self.tax, *(one for line in self.lines for one in (line.amount, line.tax)))
        if {one.currency for one in told if one is not None} - {self.settlement.currency}:
            raise PydanticCustomError("currency_differs", "Settlement, tax and lines are in one currency")
        return self

    @model_validator(mode="after")
    def _tax_of_lines(self) -> Self:
        if self.lines and self.tax is not None:
            raise PydanticCustomError("tax_twice", "The tax of a delivery is that of its lines", TAX_OF_LINES)
        return self

    def order(self, redemption_id: UUID, by: Actor) -> Deliver:
        """The delivery that this is."""
        lines = tuple(Portion(one.line, one.amount.fen, fen_of(one.tax)) for one in self.lines)
        return Deliver(
            redemption_id=redemption_id,
            by=by,
            note=self.note,
            settlement=self.settlement.fen,
            currency=self.settlement.currency,
            completed_on=self.completed_on,
            document_id=self.result_document_id,
            last=self.last,
            tax=tax_of(lines, fen_of(self.tax)),
            lines=lines,
        )


class Acceptance(StrictModel):
    """The holder's word on a delivery; rating from 1 (poor) to 5, required where the scheme rates."""

    model_config = _example({"rating": 5})

    rating: Annotated[int, Field(strict=True, ge=1, le=5)] | None = None
    note: Prose | None = None

    def order(self, redemption_id: UUID, by: Actor) -> Accept:
        """The acceptance that this is."""
        return Accept(redemption_id=redemption_id, by=by, note=self.note, rating=self.rating)


class RulingBody(StrictModel):
    """An arbiter's decision: the delivery counts, or what is held goes back to the voucher."""

    model_config = _example({"outcome": "accepted", "reason": "The report covers every item of the contract."})

    outcome: Literal["accepted", "voided"]
    reason: Prose
    document_id: DocumentId | None = None

    def order(self, redemption_id: UUID, by: Actor) -> Decide:
        """The decision that this is."""
        return Decide(
            redemption_id=redemption_id,
            by=by,
            note=self.reason,
            accepted=self.outcome == "accepted",
            document_id=self.document_id,
        )


class CaptureBody(StrictModel):
    """How much to capture, left out for all that is earned; last: release the rest, left out as the delivery said."""

    model_config = _example({"amount": {"amount": "6172.83", "currency": "CNY"}, "last": True})

    amount: MoneyAsked | None = None
    last: StrictBool | None = None

    def order(self, redemption_id: UUID, by: Actor) -> Capture:
        """The capture that this would be."""
        amount = self.amount
        return Capture(
            redemption_id=redemption_id,
            by=by,
            capture_id=new_id(),
            amount=amount.fen if amount is not None else None,
            currency=amount.currency if amount is not None else None,
            last=self.last,
        )


class RefundBody(StrictModel):
    """How much goes back to the voucher; capture_id: of which capture, left out for the latest first."""

    model_config = _example(
        {"amount": {"amount": "1000.00", "currency": "CNY"}, "reason": "One sample was not tested."}
    )

    amount: MoneyAsked
    reason: Prose
    capture_id: CaptureId | None = None

    def order(self, redemption_id: UUID, by: Actor) -> Refund:
        """The refund that this would be."""
        return Refund(
            redemption_id=redemption_id,
            by=by,
            note=self.reason,
            amount=self.amount.fen,
            currency=self.amount.currency,
            capture_id=self.capture_id,
        )
