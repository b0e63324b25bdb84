"""Remembers invoices with their lines: read, locked in id order, and written back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk, pages
from services.chassis.database import violated
from services.chassis.refusals import Refusal
from services.chassis.regions import lies_in
from services.standards.fapiao import Fapiao, FapiaoKind
from services.standards.holding import Kind
from services.voucher.settlement.domain.invoice import Invoice, InvoiceLine, InvoiceParty, InvoiceState
from services.voucher.settlement.store.evidence_tables import InvoiceLines, Invoices

INVOICES = Invoices.__table__
LINES = InvoiceLines.__table__
CHANGING = ("state", "decided_by", "decided_at", "decided_how", "reason")
_LINE = tuple(InvoiceLine.__dataclass_fields__)
_PLAIN = (
    "id",
    "region",
    "issued_on",
    "currency",
    "net",
    "tax",
    "total",
    "document_id",
    "registrant_id",
    "registered_by",
    "registered_at",
    "decided_by",
    "decided_at",
    "decided_how",
    "reason",
    "client",
    "client_ref",
)


async def lock(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Those of the ids that exist, locked in id order until the transaction ends, with their lines."""
    statement = select(INVOICES).where(INVOICES.c.id.in_(ids)).order_by(INVOICES.c.id).with_for_update(key_share=True)
    return await _whole(connection, statement) if ids else {}


async def read(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Those of the ids that exist, not locked."""
    return await _whole(connection, select(INVOICES).where(INVOICES.c.id.in_(ids))) if ids else {}


async def add(connection: AsyncConnection, invoice: Invoice) -> None:
    """Write a new invoice. Refusal ``invoice.registered`` when its fapiao stands registered, by whomever and for
    whatever: the answer does not tell; ``client_ref.taken``.
    """
    try:
        await connection.execute(insert(INVOICES).values(_row(invoice)))
    except IntegrityError as error:
        if violated(error, "uq_invoices_fapiao"):
            raise Refusal("invoice.registered", rule="invoice.once", pointer="/number") from error
        if violated(error, "uq_invoices_client"):
            raise Refusal("client_ref.taken", pointer="/client_ref") from error
        raise
    rows = [{"invoice_id": invoice.id, **{name: getattr(line, name) for name in _LINE}} for line in invoice.lines]
    await bulk.insert_all(connection, LINES, rows)


async def save(connection: AsyncConnection, invoice: Invoice) -> None:
    """Write what was decided on a locked invoice; what is drawn from its lines is written by the allocations."""
    row = _row(invoice)
    await bulk.update_all(connection, INVOICES, [{"id": invoice.id, **{name: row[name] for name in CHANGING}}])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which invoices to list; None means any. organization: as seller or buyer; region: where the buyer is."""

    organization: UUID | None = None
    region: str | None = None
    seller_id: UUID | None = None
    buyer_id: UUID | None = None
    state: InvoiceState | None = None
    number: str | None = None
    client_ref: str | None = None


async def find(
    connection: AsyncConnection, wanted: Wanted, *, after: str | None, limit: int
) -> tuple[list[Invoice], str | None]:
    """A page of invoices, newest first, and its next cursor."""
    columns = INVOICES.c
    statement = select(INVOICES).order_by(columns.registered_at.desc(), columns.id.desc()).limit(limit + 1)
    if wanted.organization is not None:
        mine = wanted.organization
        statement = statement.where((columns.seller_id == mine) | (columns.buyer_id == mine))
    if wanted.region is not None:
        statement = statement.where(lies_in(columns.region, wanted.region))
    for name in ("seller_id", "buyer_id", "state", "number", "client_ref"):
        if (value := getattr(wanted, name)) is not None:
            statement = statement.where(columns[name] == value)
    if after is not None:
        statement = statement.where(tuple_(columns.registered_at, columns.id) < pages.instant_and_id(after))
    found = list((await _whole(connection, statement)).values())
    return pages.cut(found, limit, lambda one: (one.registered_at.isoformat(), str(one.id)))


async def _whole(connection: AsyncConnection, statement: Select[Any]) -> dict[UUID, Invoice]:
    rows = (await connection.execute(statement)).mappings().all()
    lines = await _lines(connection, [row["id"] for row in rows])
    return {row["id"]: _invoice(row, lines[row["id"]]) for row in rows}


async def _lines(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, tuple[InvoiceLine, ...]]:
    """Read after their invoices were locked, without which nobody draws from them."""
    statement = select(LINES).where(LINES.c.invoice_id.in_(ids)).order_by(LINES.c.invoice_id, LINES.c.number)
    found: dict[UUID, tuple[InvoiceLine, ...]] = dict.fromkeys(ids, ())
    for row in (await connection.execute(statement)).mappings():
        found[row["invoice_id"]] += (InvoiceLine(**{name: row[name] for name in _LINE}),)
    return found


def _invoice(row: Mapping[str, Any], lines: tuple[InvoiceLine, ...]) -> Invoice:
    return Invoice(
        fapiao=Fapiao(FapiaoKind(row["kind"]), row["code"], row["number"]),
        seller=InvoiceParty(row["seller_id"], row["seller_uscc"], row["seller_name"]),
        buyer=InvoiceParty(row["buyer_id"], row["buyer_uscc"], row["buyer_name"], Kind(row["buyer_kind"])),
        lines=lines,
        state=InvoiceState(row["state"]),
        **{name: row[name] for name in _PLAIN},
    )


def _row(invoice: Invoice) -> dict[str, Any]:
    fapiao, seller, buyer = invoice.fapiao, invoice.seller, invoice.buyer
    return {
        "kind": fapiao.kind.value,
        "code": fapiao.code,
        "number": fapiao.number,
        "fapiao_key": fapiao.key,
        "seller_id": seller.id,
        "seller_uscc": seller.uscc,
        "seller_name": seller.name,
        "buyer_id": buyer.id,
        "buyer_kind": buyer.kind.value,
        "buyer_uscc": buyer.uscc,
        "buyer_name": buyer.name,
        "state": invoice.state.value,
        **{name: getattr(invoice, name) for name in _PLAIN},
    }
