"""What a client sends to register an invoice, to verify it and to void it."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from services.chassis.holders import HolderId
from services.chassis.ids import DocumentId
from services.chassis.models import ClientRef, Day, Line, MoneyAsked, MoneyFromZero, Prose, StrictModel
from services.voucher.settlement.domain.invoice import Finding, InvoiceLine, InvoiceState
from services.voucher.settlement.domain.invoicing import InvoiceAsked, Printed

NET: JsonDict = {"amount": "28301.89", "currency": "CNY"}
TAX: JsonDict = {"amount": "1698.11", "currency": "CNY"}
INVOICE: JsonDict = {
    "number": "20442000000012345678",
    "seller": {"uscc": "11331021002687352Y", "name": "江门检测所"},
    "buyer": {"uscc": "91350100M000100Y43", "name": "江门一号公司"},
    "issued_on": "2020-09-28",
    "net": NET,
    "tax": TAX,
    "total": {"amount": "30000.00", "currency": "CNY"},
    "lines": [{"description": "*研发和技术服务*检测费", "net": NET, "tax": TAX}],
    "client_ref": "inv-2020-117",
}


class PrintedBody(StrictModel):
    """A seller as the invoice prints it; the code may be written with blanks."""

    uscc: Line
    name: Line

    @property
    def printed(self) -> Printed:
        """The same, inside."""
        return Printed(self.uscc, self.name)


class BuyerBody(StrictModel):
    """A buyer as the invoice prints it: an organisation by its code, a team or a person by the id of the holder.

    A redemption shows that id as `holder_id`. The name of a person is not kept.
    """

    uscc: Line | None = None
    holder_id: HolderId | None = None
    name: Line

    @model_validator(mode="after")
    def _known_by_one(self) -> Self:
        if (self.uscc is None) == (self.holder_id is None):
            raise PydanticCustomError("known_by_one", "A buyer is known by uscc, or by holder_id")
        return self

    @property
    def printed(self) -> Printed:
        """The same, inside."""
        return Printed(self.uscc or "", self.name, None if self.holder_id is None else self.holder_id.id)


class InvoiceLineBody(StrictModel):
    """One line of an invoice; lines are numbered from 1 in the order in which they are sent."""

    description: Line
    net: MoneyAsked
    tax: MoneyFromZero


class InvoiceBody(StrictModel):
    """An invoice as printed. number: 20 digits for a digital fapiao; 8 for an old one, which also has a code."""

    model_config = ConfigDict(json_schema_extra={"examples": [INVOICE]})

    number: Line
    code: Line | None = None
    seller: PrintedBody
    buyer: BuyerBody
    issued_on: Day
    net: MoneyAsked
    tax: MoneyFromZero
    total: MoneyAsked
    lines: Annotated[list[InvoiceLineBody], Field(min_length=1, max_length=100)]
    document_id: DocumentId | None = None
    client_ref: ClientRef | None = None

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        lines = [amount.currency for line in self.lines for amount in (line.net, line.tax)]
        if {self.net.currency, self.tax.currency, *lines} != {self.total.currency}:
            raise PydanticCustomError("currency_differs", "All amounts of an invoice are in one currency")
        return self

    def asked(self) -> InvoiceAsked:
        """The invoice, inside."""
        return InvoiceAsked(
            number=self.number,
            code=self.code,
            seller=self.seller.printed,
            buyer=self.buyer.printed,
            issued_on=self.issued_on,
            currency=self.total.currency,
            net=self.net.fen,
            tax=self.tax.fen,
            total=self.total.fen,
            lines=tuple(
                InvoiceLine(number=number, description=line.description, net=line.net.fen, tax=line.tax.fen)
                for number, line in enumerate(self.lines, start=1)
            ),
            document_id=self.document_id,
            client_ref=self.client_ref,
        )


class FindingBody(StrictModel):
    """What a reviewer found. how: by what means, such as the tax authority's query page; a refusal needs its reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "verified", "how": "全国增值税发票查验平台"}]}
    )

    outcome: Literal["verified", "refused"]
    how: Line
    reason: Prose | None = None

    def finding(self) -> Finding:
        """The finding, inside."""
        return Finding(InvoiceState(self.outcome), self.how, self.reason)


class VoidBody(StrictModel):
    """Why evidence is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Issued anew with the full name."}]})

    reason: Prose
