"""Registers bank slips, voids and reads them."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, documents, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound
from services.standards.money import format_amount
from services.voucher.directory.store import parties
from services.voucher.settlement.domain import slip as domain
from services.voucher.settlement.domain.slip import BankSlip, SlipAsked, SlipFacts, SlipState
from services.voucher.settlement.operations.acting import acting, bounds
from services.voucher.settlement.store import slips
from services.voucher.settlement.store.slips import Wanted

SUBJECT = "bank_slip"
EVENTS = {SlipState.REGISTERED: "bank_slip.registered", SlipState.VOID: "bank_slip.voided"}


async def register_slip(database: Database, keyed: Keyed, *, permit: Permit, asked: SlipAsked) -> Answer:
    """Register a transfer for its payer or its payee; claims may draw on it from now on.

    Refusals of `domain.slip.register`, ``bank_slip.registered``, ``client_ref.taken``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        facts, now = await _facts(connection, asked), await clock.business_now(connection)
        slip = domain.register(asked, facts=facts, by=acting(permit, keyed), slip_id=new_id(), at=now)
        await slips.add(connection, slip)
        await events.append(connection, [_event(slip)])
        return await idempotency.record(connection, keyed, slip, slip.id)


async def void_slip(database: Database, keyed: Keyed, *, permit: Permit, slip_id: UUID, reason: str) -> Answer:
    """Take a slip back that nothing draws on. NotFound ``bank_slip.unknown``; refusals of `domain.slip.void`."""
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        found = _seen((await slips.lock(connection, [slip_id])).get(slip_id), permit)
        by, now = acting(permit, keyed), await clock.business_now(connection)
        voided = domain.void(found, reason, by=by, at=now)
        decision = Decision(
            subject_kind=SUBJECT,
            subject_id=slip_id,
            kind="bank_slip.void",
            outcome=voided.state.value,
            actor=by.person,
            at=now,
            rule="bank_slip.void",
            numbers={"reason": reason, "registered_by": voided.registered_by},
            request_id=by.request_id,
        )
        await slips.save(connection, voided)
        await decisions.record(connection, [decision])
        await events.append(connection, [_event(voided)])
        return await idempotency.record(connection, keyed, voided, slip_id)


async def read_slip(database: Database, *, permit: Permit, slip_id: UUID) -> BankSlip:
    """One slip; NotFound ``bank_slip.unknown``, also for whoever may not see it."""
    async with database.read() as connection:
        return _seen((await slips.read(connection, [slip_id])).get(slip_id), permit)


async def list_slips(
    database: Database, *, permit: Permit, wanted: Wanted, after: str | None, limit: int
) -> tuple[list[BankSlip], str | None]:
    """A page of the slips that the caller may see, newest first."""
    organization, region = bounds(permit)
    mine = replace(wanted, organization=organization, region=region)
    async with database.read() as connection:
        return await slips.find(connection, mine, after=after, limit=limit)


async def _facts(connection: AsyncConnection, asked: SlipAsked) -> SlipFacts:
    known = await documents.known(connection, [asked.document_id])
    owner = next((document.organization for document in known.values()), None)
    return SlipFacts(await parties.read(connection, [asked.payer.id, asked.payee.id]), owner)


def _seen(slip: BankSlip | None, permit: Permit) -> BankSlip:
    if slip is None:
        raise NotFound("bank_slip.unknown")
    permit.require("bank_slip.unknown", organizations=slip.parties, region=slip.region)
    return slip


def _event(slip: BankSlip) -> Event:
    data = {
        "state": slip.state.value,
        "bank": slip.bank,
        "serial": slip.serial,
        "paid_on": slip.paid_on.isoformat(),
        "amount": {"amount": format_amount(slip.amount, slip.currency), "currency": slip.currency},
        "reason": slip.reason,
    }
    return Event(EVENTS[slip.state], SUBJECT, show("slp", slip.id), slip.parties, data, slip.last_at)
