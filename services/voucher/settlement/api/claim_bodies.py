"""What a client sends to check and submit a claim: captures, each with the evidence to draw upon."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from services.chassis.models import ClientRef, MoneyAsked, StrictModel
from services.voucher.settlement.api.names import BankSlipId, CaptureId, InvoiceId
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.evidence import Drawn

LINES_MAX = 200
SOURCES_MAX = 50

EVIDENCE: JsonDict = {
    "invoices": [
        {
            "invoice_id": "inv_0190163d8694739b8bde3d2e05f9a1c5",
            "line": 1,
            "amount": {"amount": "30000.00", "currency": "CNY"},
        }
    ],
    "slips": [
        {
            "bank_slip_id": "slp_0190163d8694739b8bde3d2e05f9a1c6",
            "amount": {"amount": "15000.00", "currency": "CNY"},
        }
    ],
}
LINE: JsonDict = {"capture_id": "cap_0190163d8694739b8bde3d2e05f9a1c4", **EVIDENCE}


class InvoiceDrawn(StrictModel):
    """How much of one line of an invoice, tax included, proves the work."""

    invoice_id: InvoiceId
    line: int = Field(strict=True, ge=1, le=100)
    amount: MoneyAsked


class SlipDrawn(StrictModel):
    """How much of a bank transfer paid the holder's own part of the work."""

    bank_slip_id: BankSlipId
    amount: MoneyAsked


class EvidenceBody(StrictModel):
    """The evidence of one line, in one currency; a source is named once."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVIDENCE]})

    invoices: list[InvoiceDrawn] = Field(default_factory=list, max_length=SOURCES_MAX)
    slips: list[SlipDrawn] = Field(default_factory=list, max_length=SOURCES_MAX)

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if len(self._currencies) > 1:
            raise PydanticCustomError("currency_differs", "The amounts of a line are in one currency")
        return self

    @property
    def _currencies(self) -> set[str]:
        amounts = [one.amount for one in self.invoices] + [one.amount for one in self.slips]
        return {amount.currency for amount in amounts}

    @property
    def currency(self) -> str | None:
        """The currency of its amounts; None when it names none."""
        return next(iter(self._currencies), None)

    @property
    def drawn(self) -> Drawn:
        """What is drawn, in fen, in the order named."""
        return Drawn(
            tuple(Allocation(one.invoice_id, one.line, one.amount.fen) for one in self.invoices),
            tuple(Allocation(one.bank_slip_id, None, one.amount.fen) for one in self.slips),
        )


class ClaimLineBody(EvidenceBody):
    """One capture and its evidence. What is claimed is always all that stands of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [LINE]})

    capture_id: CaptureId

    @property
    def asked(self) -> Asked:
        """The line as asked."""
        return Asked(self.capture_id, self.drawn, self.currency)


class ClaimBody(StrictModel):
    """Captures to be paid for, each with its evidence; client_ref: the payee's own name for the claim."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"client_ref": "2020-11", "lines": [LINE]}]})

    lines: list[ClaimLineBody] = Field(min_length=1, max_length=LINES_MAX)
    client_ref: ClientRef | None = None

    @property
    def asked(self) -> list[Asked]:
        """Its lines as asked."""
        return [line.asked for line in self.lines]
