"""What a client is shown of an invoice."""

from services.chassis.holders import HolderId
from services.chassis.ids import DocumentId
from services.chassis.models import Day, Instant, Money, StrictModel
from services.standards.fapiao import FapiaoKind
from services.standards.holding import Holder
from services.voucher.settlement.api.names import InvoiceId
from services.voucher.settlement.domain.invoice import Invoice, InvoiceLine, InvoiceParty, InvoiceState


class InvoicePartyView(StrictModel):
    """A seller or buyer as printed, and which organisation, team or person that is."""

    organization_id: HolderId
    uscc: str
    name: str


class InvoiceLineView(StrictModel):
    """One line. allocated: what claims have drawn of its net and tax; left: what they may still draw."""

    number: int
    description: str
    net: Money
    tax: Money
    allocated: Money
    left: Money


class InvoiceView(StrictModel):
    """An invoice. registered_for: which of its parties registered it; decided_by … reason: the last decision on it."""

    id: InvoiceId
    kind: FapiaoKind
    code: str | None
    number: str
    seller: InvoicePartyView
    buyer: InvoicePartyView
    region: str
    issued_on: Day
    net: Money
    tax: Money
    total: Money
    lines: list[InvoiceLineView]
    document_id: DocumentId | None
    state: InvoiceState
    registered_for: HolderId
    registered_by: str
    registered_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    decided_how: str | None
    reason: str | None
    client_ref: str | None


SAME = (
    "id",
    "region",
    "issued_on",
    "document_id",
    "state",
    "registered_by",
    "registered_at",
    "decided_by",
    "decided_at",
    "decided_how",
    "reason",
    "client_ref",
)


def invoice_view(invoice: Invoice) -> InvoiceView:
    """An invoice as shown."""
    fapiao, currency = invoice.fapiao, invoice.currency
    return InvoiceView(
        **{name: getattr(invoice, name) for name in SAME},
        kind=fapiao.kind,
        code=fapiao.code,
        number=fapiao.number,
        seller=_party_view(invoice.seller),
        buyer=_party_view(invoice.buyer),
        net=Money.of(invoice.net, currency),
        tax=Money.of(invoice.tax, currency),
        total=Money.of(invoice.total, currency),
        lines=[_line_view(line, currency) for line in invoice.lines],
        registered_for=_of(invoice.seller if invoice.registrant_id == invoice.seller.id else invoice.buyer),
    )


def _party_view(party: InvoiceParty) -> InvoicePartyView:
    return InvoicePartyView(organization_id=_of(party), uscc=party.uscc, name=party.name)


def _of(party: InvoiceParty) -> Holder:
    return Holder(party.kind, party.id)


def _line_view(line: InvoiceLine, currency: str) -> InvoiceLineView:
    return InvoiceLineView(
        number=line.number,
        description=line.description,
        net=Money.of(line.net, currency),
        tax=Money.of(line.tax, currency),
        allocated=Money.of(line.allocated, currency),
        left=Money.of(line.left, currency),
    )
