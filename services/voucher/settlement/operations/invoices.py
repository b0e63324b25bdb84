"""Registers invoices, has them verified by a second person, voids and reads them."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, events, idempotency, tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound
from services.chassis.tasks import Task
from services.standards.money import format_amount
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import Actor
from services.voucher.settlement.domain import invoice as domain
from services.voucher.settlement.domain import invoicing
from services.voucher.settlement.domain.invoice import Finding, Invoice, InvoiceState
from services.voucher.settlement.domain.invoicing import InvoiceAsked, InvoiceFacts
from services.voucher.settlement.operations.acting import acting, bounds
from services.voucher.settlement.store import allocations, invoices
from services.voucher.settlement.store.invoices import Wanted

SUBJECT = "invoice"
VERIFY = "invoice.verify"
"""The task of the reviewers in the buyer's region."""

EVENTS = {
    InvoiceState.REGISTERED: "invoice.registered",
    InvoiceState.VERIFIED: "invoice.verified",
    InvoiceState.REFUSED: "invoice.refused",
    InvoiceState.VOID: "invoice.voided",
}


async def register_invoice(database: Database, keyed: Keyed, *, permit: Permit, asked: InvoiceAsked) -> Answer:
    """Register an invoice for one of its two parties; it waits to be verified, and claims may draw on it meanwhile.

    Refusals of `domain.invoicing.register`, ``invoice.registered``, ``client_ref.taken``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        facts, now = await _facts(connection, asked), await clock.business_now(connection)
        invoice = invoicing.register(asked, facts=facts, by=acting(permit, keyed), invoice_id=new_id(), at=now)
        await invoices.add(connection, invoice)
        await tasks.open_tasks(connection, [_task(invoice)])
        await events.append(connection, [_event(invoice)])
        return await idempotency.record(connection, keyed, invoice, invoice.id)


async def verify_invoice(
    database: Database, keyed: Keyed, *, permit: Permit, invoice_id: UUID, finding: Finding
) -> Answer:
    """Say what a reviewer of the buyer's region found. NotFound ``invoice.unknown``; refusals of `domain.verify`."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = await _lock(connection, permit, invoice_id)
        spent, now = await allocations.spent(connection, invoice_id), await clock.business_now(connection)
        by = acting(permit, keyed)
        verified = domain.verify(found, finding, by=by, at=now, spent=spent)
        await _decide(connection, verified, by=by, rule="invoice.verify")
        return await idempotency.record(connection, keyed, verified, invoice_id)


async def void_invoice(database: Database, keyed: Keyed, *, permit: Permit, invoice_id: UUID, reason: str) -> Answer:
    """Take an invoice back that nothing draws on. NotFound ``invoice.unknown``; refusals of `domain.void`."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found, by = await _lock(connection, permit, invoice_id), acting(permit, keyed)
        voided = domain.void(found, reason, by=by, at=await clock.business_now(connection))
        await _decide(connection, voided, by=by, rule="invoice.void")
        return await idempotency.record(connection, keyed, voided, invoice_id)


async def read_invoice(database: Database, *, permit: Permit, invoice_id: UUID) -> Invoice:
    """One invoice; NotFound ``invoice.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        return _seen((await invoices.read(connection, [invoice_id])).get(invoice_id), permit)


async def list_invoices(
    database: Database, *, permit: Permit, wanted: Wanted, after: str | None, limit: int
) -> tuple[list[Invoice], str | None]:
    """A page of the invoices that the caller may see, newest first."""
    organization, region = bounds(permit)
    mine = replace(wanted, organization=organization, region=region)
    async with database.read() as connection:
        return await invoices.find(connection, mine, after=after, limit=limit)


async def _facts(connection: AsyncConnection, asked: InvoiceAsked) -> InvoiceFacts:
    codes = [code for party in (asked.seller, asked.buyer) if (code := invoicing.code_of(party)) is not None]
    known = await documents.known(connection, [] if asked.document_id is None else [asked.document_id])
    owner = next((document.organization for document in known.values()), None)
    named = [asked.buyer.holder_id] if asked.buyer.holder_id is not None else []
    holders = await parties.read(connection, named) if named else {}
    return InvoiceFacts(await parties.by_uscc(connection, codes), owner, holders)


async def _lock(connection: AsyncConnection, permit: Permit, invoice_id: UUID) -> Invoice:
    return _seen((await invoices.lock(connection, [invoice_id])).get(invoice_id), permit)


def _seen(invoice: Invoice | None, permit: Permit) -> Invoice:
    if invoice is None:
        raise NotFound("invoice.unknown")
    permit.require("invoice.unknown", organizations=invoice.parties, region=invoice.region)
    return invoice


async def _decide(connection: AsyncConnection, invoice: Invoice, *, by: Actor, rule: str) -> None:
    """Write what was just decided on a locked invoice, with why, and tell its parties."""
    at = invoice.last_at
    decision = Decision(
        subject_kind=SUBJECT,
        subject_id=invoice.id,
        kind=rule,
        outcome=invoice.state.value,
        actor=by.person,
        at=at,
        rule=rule,
        numbers={"how": invoice.decided_how, "reason": invoice.reason, "registered_by": invoice.registered_by},
        request_id=by.request_id,
    )
    await invoices.save(connection, invoice)
    await decisions.record(connection, [decision])
    await tasks.close_tasks(connection, [invoice.id], at=at)
    await events.append(connection, [_event(invoice)])


def _task(invoice: Invoice) -> Task:
    return Task(
        kind=VERIFY,
        subject_kind=SUBJECT,
        subject_id=invoice.id,
        role="reviewer",
        opened_at=invoice.registered_at,
        due_at=invoice.verify_by,
        region=invoice.region,
    )


def _event(invoice: Invoice) -> Event:
    data = {
        "state": invoice.state.value,
        "kind": invoice.fapiao.kind.value,
        "code": invoice.fapiao.code,
        "number": invoice.fapiao.number,
        "total": {"amount": format_amount(invoice.total, invoice.currency), "currency": invoice.currency},
        "reason": invoice.reason,
    }
    return Event(EVENTS[invoice.state], SUBJECT, show("inv", invoice.id), invoice.parties, data, invoice.last_at)
