"""Decides whether an invoice may be registered as it is printed; all that is wrong with it is told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.chassis.refusals import Reason, Refusal
from services.standards import fapiao, uscc
from services.standards.calendar import local_date
from services.standards.fapiao import Fapiao, FapiaoFault, FapiaoKind
from services.standards.holding import Kind
from services.standards.money import format_amount
from services.standards.printed import same_name
from services.standards.uscc import UsccFault
from services.voucher.directory.domain.party import Party
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain.invoice import Invoice, InvoiceLine, InvoiceParty, InvoiceState

CURRENCY = "CNY"
"""A fapiao is written in yuan."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A party as printed: its credit code, unread, and its name.

    holder_id: which team or person it is, that has no credit code to be known by.
    """

    uscc: str
    name: str
    holder_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceAsked:
    """An invoice as somebody sends it in, amounts in fen; its lines are numbered from 1 in their order."""

    number: str
    code: str | None
    seller: Printed
    buyer: Printed
    issued_on: date
    currency: str
    net: int
    tax: int
    total: int
    lines: tuple[InvoiceLine, ...]
    document_id: UUID | None = None
    client_ref: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """Who is known of the parties, and to whom the document belongs, if there is one.

    parties: the organisations of the directory by credit code; holders: teams and persons by id.
    """

    parties: Mapping[str, Party]
    document_of: UUID | None
    holders: Mapping[UUID, Party] = field(default_factory=dict)

    def find(self, printed: Printed) -> Party | None:
        """Whom an invoice means by what it prints."""
        if printed.holder_id is not None:
            return self.holders.get(printed.holder_id)
        return self.parties.get(code_of(printed) or "")


def code_of(party: Printed) -> str | None:
    """The credit code in its normal form; None when it is not one."""
    try:
        return uscc.check(party.uscc)
    except UsccFault:
        return None


def register(asked: InvoiceAsked, *, facts: InvoiceFacts, by: Actor, invoice_id: UUID, at: datetime) -> Invoice:
    """The invoice, registered by its seller as a provider or by its buyer as a holder.

    Names are compared with those that the two had on the invoice's date; the invoice keeps them as printed.
    Refusals ``invoice.not_a_party`` alone, else every one of ``invoice.number``, ``.year``, ``.issued_in_future``,
    ``.uscc``, ``.party_unknown``, ``.holder_unknown``, ``.name_differs``, ``.same_party``, ``.currency``, ``.total``,
    ``.lines_net``, ``.lines_tax`` and ``document.unknown``.
    """
    seller, buyer = facts.find(asked.seller), facts.find(asked.buyer)
    if seller is not None and buyer is not None and not _is_party(by, seller, buyer):
        raise Refusal("invoice.not_a_party", rule="invoice.parties")
    faults: list[Reason] = []
    number = _number(asked, faults)
    faults += _dates(asked, number, today=local_date(at, HOUSE_ZONE))
    faults += _side("seller", asked.seller, seller, asked.issued_on)
    faults += _side("buyer", asked.buyer, buyer, asked.issued_on)
    faults += _sums(asked)
    faults += _beside(asked, facts, by)
    if faults or number is None or seller is None or buyer is None:
        raise Refusal.of(faults)
    return Invoice(
        id=invoice_id,
        fapiao=number,
        seller=InvoiceParty(seller.id, code_of(asked.seller) or "", asked.seller.name),
        buyer=InvoiceParty(buyer.id, code_of(asked.buyer) or "", buyer.name and asked.buyer.name, buyer.kind),
        region=buyer.region,
        issued_on=asked.issued_on,
        currency=asked.currency,
        net=asked.net,
        tax=asked.tax,
        total=asked.total,
        lines=asked.lines,
        document_id=asked.document_id,
        state=InvoiceState.REGISTERED,
        registrant_id=seller.id if by.organization == seller.id else buyer.id,
        registered_by=by.person,
        registered_at=at,
        client=by.client,
        client_ref=asked.client_ref,
    )


def _is_party(by: Actor, seller: Party, buyer: Party) -> bool:
    mine = {"provider": seller.id, "holder": buyer.id}
    return any(by.organization == mine[role] for role in by.roles & mine.keys())


def _number(asked: InvoiceAsked, faults: list[Reason]) -> Fapiao | None:
    try:
        return fapiao.read(asked.number, asked.code)
    except FapiaoFault as fault:
        pointer = "/code" if fault.code.startswith("fapiao.code") else "/number"
        faults.append(Reason("invoice.number", fault.code, pointer))
        return None


def _dates(asked: InvoiceAsked, number: Fapiao | None, *, today: date) -> Iterator[Reason]:
    """Issued today at the latest; a digital number begins with the year in which the tax platform gave it out."""
    issued = asked.issued_on
    if issued > today:
        numbers = {"issued_on": issued.isoformat(), "today": today.isoformat()}
        yield Reason("invoice.issued_in_future", "invoice.issued_on", "/issued_on", numbers)
    if number is not None and number.kind is FapiaoKind.DIGITAL and int(number.number[:2]) != issued.year % 100:
        numbers = {"digits": number.number[:2], "issued_on": issued.isoformat()}
        yield Reason("invoice.year", "fapiao.digital", "/number", numbers)


def _side(side: str, printed: Printed, party: Party | None, day: date) -> Iterator[Reason]:
    """What is wrong with the seller or the buyer as printed on a day: its name may have changed since.

    Of a person no name is known here: the reviewer who verifies the invoice sees it, and the paper.
    """
    if printed.holder_id is not None:
        yield from _holder(side, printed, party)
        return
    try:
        code = uscc.check(printed.uscc)
    except UsccFault as fault:
        yield Reason("invoice.uscc", fault.code, f"/{side}/uscc", {"position": fault.position})
        return
    if party is None:
        yield Reason("invoice.party_unknown", "invoice.parties", f"/{side}/uscc", {"uscc": code})
    elif not same_name(printed.name, called := party.name_on(day)):
        numbers = {"printed": printed.name, "registered": called}
        yield Reason("invoice.name_differs", "invoice.parties", f"/{side}/name", numbers)


def _holder(side: str, printed: Printed, party: Party | None) -> Iterator[Reason]:
    if party is None or party.kind is Kind.ORGANIZATION:
        yield Reason("invoice.holder_unknown", "invoice.parties", f"/{side}/holder_id")
    elif party.name and not same_name(printed.name, party.name):
        numbers = {"printed": printed.name, "registered": party.name}
        yield Reason("invoice.name_differs", "invoice.parties", f"/{side}/name", numbers)


def _sums(asked: InvoiceAsked) -> Iterator[Reason]:
    def told(**amounts: int) -> dict[str, str]:
        return {name: format_amount(fen, asked.currency) for name, fen in amounts.items()}

    if asked.currency != CURRENCY:
        yield Reason("invoice.currency", "fapiao.currency", "/total/currency", {"currency": CURRENCY})
    net, tax = sum(line.net for line in asked.lines), sum(line.tax for line in asked.lines)
    if asked.net + asked.tax != asked.total:
        numbers = told(net=asked.net, tax=asked.tax, total=asked.total)
        yield Reason("invoice.total", "invoice.arithmetic", "/total", numbers)
    if net != asked.net:
        yield Reason("invoice.lines_net", "invoice.arithmetic", "/lines", told(lines=net, net=asked.net))
    if tax != asked.tax:
        yield Reason("invoice.lines_tax", "invoice.arithmetic", "/lines", told(lines=tax, tax=asked.tax))


def _beside(asked: InvoiceAsked, facts: InvoiceFacts, by: Actor) -> Iterator[Reason]:
    """Seller and buyer are two, and a document is one of the caller's own organisation."""
    if code_of(asked.seller) is not None and code_of(asked.seller) == code_of(asked.buyer):
        yield Reason("invoice.same_party", "invoice.parties", "/buyer/uscc")
    if asked.document_id is not None and (facts.document_of is None or facts.document_of != by.organization):
        yield Reason("document.unknown", "invoice.document", "/document_id")
