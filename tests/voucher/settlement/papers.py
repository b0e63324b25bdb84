"""An invoice of the provider to the holder and the holder's transfer to the provider, as sent in and as registered."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.chassis.database import Database
from services.chassis.documents import Sent, keep
from services.chassis.ids import new_id, show
from services.standards import fapiao
from services.voucher.settlement.domain.invoice import Invoice, InvoiceLine, InvoiceParty, InvoiceState
from services.voucher.settlement.domain.invoicing import InvoiceAsked, InvoiceFacts, Printed
from services.voucher.settlement.domain.slip import BankSlip, SlipAsked, SlipFacts, SlipParty, SlipState
from services.voucher.settlement.store import invoices, slips
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN, a_holder, a_payee
from tests.voucher.redemption.stored import admitted, hear, organization

PAPER = UUID(int=31)
AT = datetime(2020, 9, 29, 2, 0, tzinfo=UTC)
SEQUENCE = itertools.count(1)
"""Every paper is another one, unless a test names it: a fapiao or a transfer stands registered once."""

SELLER = Printed(a_payee().uscc or "", a_payee().name)
BUYER = Printed(a_holder().uscc or "", a_holder().name)


def a_number() -> str:
    """The number of a digital fapiao of 2020."""
    return f"20442{next(SEQUENCE):015}"


def a_line(net: int = 29_000 * YUAN, tax: int = 1_000 * YUAN, **changes: Any) -> InvoiceLine:
    return replace(InvoiceLine(number=1, description="检测费", net=net, tax=tax), **changes)


def asked(*lines: InvoiceLine, **changes: Any) -> InvoiceAsked:
    """An invoice over 30 000.00 as sent in, or over the lines given."""
    lines = lines or (a_line(),)
    net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
    fields: dict[str, Any] = {
        "number": a_number(),
        "code": None,
        "seller": SELLER,
        "buyer": BUYER,
        "issued_on": date(2020, 9, 28),
        "currency": "CNY",
        "net": net,
        "tax": tax,
        "total": net + tax,
        "lines": lines,
        **changes,
    }
    return InvoiceAsked(**fields)


def invoice_facts(**changes: Any) -> InvoiceFacts:
    known = {party.uscc: party for party in (a_payee(), a_holder()) if party.uscc is not None}
    return replace(InvoiceFacts(known, PAYEE), **changes)


def an_invoice(*lines: InvoiceLine, **changes: Any) -> Invoice:
    """The same, registered by the provider."""
    sent = asked(*lines)
    fields: dict[str, Any] = {
        "id": new_id(),
        "fapiao": fapiao.read(sent.number),
        "seller": InvoiceParty(PAYEE, SELLER.uscc, SELLER.name),
        "buyer": InvoiceParty(HOLDER, BUYER.uscc, BUYER.name),
        "region": "440703",
        **{name: getattr(sent, name) for name in ("issued_on", "currency", "net", "tax", "total", "lines")},
        "document_id": None,
        "state": InvoiceState.REGISTERED,
        "registrant_id": PAYEE,
        "registered_by": "per_provider",
        "registered_at": AT,
        "client": "cli_provider",
        "client_ref": None,
        **changes,
    }
    return Invoice(**fields)


def slip_asked(amount: int = 15_000 * YUAN, **changes: Any) -> SlipAsked:
    """The holder's transfer to the provider as sent in."""
    fields: dict[str, Any] = {
        "bank": "中国工商银行",
        "serial": f"HQH{next(SEQUENCE):09}",
        "paid_on": date(2020, 9, 28),
        "payer": SlipParty(HOLDER, a_holder().name, "6222020200012345678"),
        "payee": SlipParty(PAYEE, a_payee().name, "6222020200087654321"),
        "currency": "CNY",
        "amount": amount,
        "document_id": PAPER,
        **changes,
    }
    return SlipAsked(**fields)


def slip_facts(**changes: Any) -> SlipFacts:
    return replace(SlipFacts({HOLDER: a_holder(), PAYEE: a_payee()}, PAYEE), **changes)


def a_slip(amount: int = 15_000 * YUAN, **changes: Any) -> BankSlip:
    """The same, registered by the provider."""
    sent = slip_asked(amount)
    fields: dict[str, Any] = {
        **{name: getattr(sent, name) for name in ("bank", "serial", "paid_on", "payer", "payee", "currency", "amount")},
        "id": new_id(),
        "region": "440703",
        "document_id": PAPER,
        "state": SlipState.REGISTERED,
        "registrant_id": PAYEE,
        "registered_by": "per_provider",
        "registered_at": AT,
        "client": "cli_provider",
        "client_ref": None,
        **changes,
    }
    return BankSlip(**fields)


async def named(database: Database) -> None:
    """The directory has heard of holder and provider under the names and codes of these papers."""
    payee, holder = a_payee(), a_holder()
    provides = admitted("testing", "design")
    await hear(
        database,
        organization(HOLDER, uscc=holder.uscc, name=holder.name),
        organization(PAYEE, uscc=payee.uscc, name=payee.name, provider=provides),
    )


async def a_paper(database: Database, organization: UUID | None = PAYEE) -> UUID:
    """A document of an organisation."""
    sent = Sent(f"paper {next(SEQUENCE)}".encode(), "text/plain", "paper.txt")
    async with database.begin() as connection:
        return (await keep(connection, sent, organization=organization, sent_by="per_1")).id


async def put(database: Database, *papers: Invoice | BankSlip) -> None:
    """Papers that stand registered; a slip's own document is made with it."""
    paper = await a_paper(database)
    async with database.begin() as connection:
        for one in papers:
            if isinstance(one, Invoice):
                await invoices.add(connection, one)
            else:
                await slips.add(connection, replace(one, document_id=paper))


def invoice_body(sent: InvoiceAsked) -> dict[str, Any]:
    """The JSON of an invoice."""

    def money(fen: int) -> dict[str, str]:
        return {"amount": f"{fen // YUAN}.{fen % YUAN:02}", "currency": sent.currency}

    body: dict[str, Any] = {
        "number": sent.number,
        "seller": {"uscc": sent.seller.uscc, "name": sent.seller.name},
        "buyer": {"uscc": sent.buyer.uscc, "name": sent.buyer.name},
        "issued_on": sent.issued_on.isoformat(),
        **{name: money(getattr(sent, name)) for name in ("net", "tax", "total")},
        "lines": [
            {"description": line.description, "net": money(line.net), "tax": money(line.tax)} for line in sent.lines
        ],
    }
    beside = {"code": sent.code, "client_ref": sent.client_ref}
    if sent.document_id is not None:
        beside["document_id"] = show("doc", sent.document_id)
    return {**body, **{name: value for name, value in beside.items() if value is not None}}


def slip_body(sent: SlipAsked) -> dict[str, Any]:
    """The JSON of a bank slip."""
    sides = {
        side: {"organization_id": show("org", party.id), "name": party.name, "account": party.account}
        for side, party in (("payer", sent.payer), ("payee", sent.payee))
    }
    return {
        "bank": sent.bank,
        "serial": sent.serial,
        "paid_on": sent.paid_on.isoformat(),
        **sides,
        "amount": {"amount": f"{sent.amount // YUAN}.{sent.amount % YUAN:02}", "currency": sent.currency},
        "document_id": show("doc", sent.document_id),
        **({"client_ref": sent.client_ref} if sent.client_ref is not None else {}),
    }
