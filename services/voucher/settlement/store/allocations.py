"""Remembers what claim lines draw from invoices and bank slips; each source keeps the sum of what is drawn from it.

Whoever makes or releases allocations has locked the invoices and slips, and the line after them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import bulk
from services.chassis.ids import new_id
from services.voucher.settlement.domain.claim import Allocation, LineState
from services.voucher.settlement.domain.evidence import Drawn, Source
from services.voucher.settlement.store.claim_tables import ClaimLines, InvoiceAllocations, SlipAllocations
from services.voucher.settlement.store.evidence_tables import BankSlips, InvoiceLines

OF_INVOICES = InvoiceAllocations.__table__
OF_SLIPS = SlipAllocations.__table__
INVOICE_LINES = InvoiceLines.__table__
SLIPS = BankSlips.__table__
CLAIM_LINES = ClaimLines.__table__
UNDECIDED = (LineState.IN_REVIEW, LineState.RETURNED)


async def make(connection: AsyncConnection, drawn: Mapping[UUID, Drawn], at: datetime) -> None:
    """Draw for each of these claim lines, all in a few statements; the database refuses to draw more than there is."""
    of_invoices = [
        {"invoice_id": one.evidence_id, "line_number": one.line_number, **_made(line_id, one, at)}
        for line_id, line in drawn.items()
        for one in line.invoices
    ]
    of_slips = [
        {"slip_id": one.evidence_id, **_made(line_id, one, at)} for line_id, line in drawn.items() for one in line.slips
    ]
    await bulk.insert_all(connection, OF_INVOICES, of_invoices)
    await bulk.insert_all(connection, OF_SLIPS, of_slips)
    await _move(connection, _all_of(drawn), sign=1)


def _made(line_id: UUID, one: Allocation, at: datetime) -> dict[str, Any]:
    return {"id": new_id(), "claim_line_id": line_id, "amount": one.amount, "made_at": at}


def _all_of(drawn: Mapping[UUID, Drawn]) -> list[Allocation]:
    return [one for line in drawn.values() for one in (*line.invoices, *line.slips)]


async def release(connection: AsyncConnection, line_ids: Collection[UUID], at: datetime) -> None:
    """Give back all that these lines still draw; of no lines, nothing."""
    if not line_ids:
        return
    drawn = await of_lines(connection, line_ids)
    for table in (OF_INVOICES, OF_SLIPS):
        live = table.c.claim_line_id.in_(line_ids), table.c.released_at.is_(None)
        await connection.execute(update(table).where(*live).values(released_at=at))
    await _move(connection, _all_of(drawn), sign=-1)


async def of_lines(connection: AsyncConnection, line_ids: Collection[UUID]) -> dict[UUID, Drawn]:
    """What each of these lines draws now, in the order in which it was named."""
    invoices = await _live(connection, OF_INVOICES, line_ids)
    slips = await _live(connection, OF_SLIPS, line_ids)
    return {line_id: Drawn(invoices[line_id], slips[line_id]) for line_id in line_ids}


async def spent(connection: AsyncConnection, invoice_id: UUID) -> bool:
    """Whether a claim line draws on a locked invoice whose review is over: then the invoice has proven something."""
    drawing = (
        exists()
        .where(OF_INVOICES.c.invoice_id == invoice_id, OF_INVOICES.c.released_at.is_(None))
        .where(CLAIM_LINES.c.id == OF_INVOICES.c.claim_line_id, CLAIM_LINES.c.state.not_in(UNDECIDED))
    )
    return bool((await connection.execute(select(drawing))).scalar_one())


async def _live(
    connection: AsyncConnection, table: Table, line_ids: Collection[UUID]
) -> dict[UUID, tuple[Allocation, ...]]:
    statement = (
        select(table).where(table.c.claim_line_id.in_(line_ids), table.c.released_at.is_(None)).order_by(table.c.id)
    )
    found: dict[UUID, tuple[Allocation, ...]] = dict.fromkeys(line_ids, ())
    for row in (await connection.execute(statement)).mappings():
        source = row["invoice_id"] if table is OF_INVOICES else row["slip_id"]
        found[row["claim_line_id"]] += (Allocation(source, row.get("line_number"), row["amount"]),)
    return found


async def _move(connection: AsyncConnection, drawn: Sequence[Allocation], *, sign: int) -> None:
    """Add to what is drawn from each source, or take from it; a source named twice is moved once by the sum."""
    moved: Counter[Source] = Counter()
    for one in drawn:
        moved[one.evidence_id, one.line_number] += sign * one.amount
    of_invoices = [
        {"invoice_id": source, "number": number, "allocated": fen}
        for (source, number), fen in moved.items()
        if number is not None
    ]
    of_slips = [{"id": source, "allocated": fen} for (source, number), fen in moved.items() if number is None]
    await _add(connection, INVOICE_LINES, of_invoices, keys=("invoice_id", "number"))
    await _add(connection, SLIPS, of_slips, keys=("id",))


async def _add(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, keys: Sequence[str]
) -> None:
    if not rows:
        return
    names = (*keys, "allocated")
    given = bulk.given(table, names)
    statement = (
        update(table)
        .where(*(table.c[key] == given.c[key] for key in keys))
        .values(allocated=table.c.allocated + given.c.allocated)
    )
    await connection.execute(statement, bulk.told(table, rows))
