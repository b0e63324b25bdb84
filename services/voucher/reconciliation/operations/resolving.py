"""Lets a person say what an exception was for: it leaves suspense for its true place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.store import batches, deposits, fundings, payer_accounts, payouts, refunds
from services.voucher.reconciliation.domain.booking import Hand, book
from services.voucher.reconciliation.domain.line import MatchKind, StatementLine
from services.voucher.reconciliation.domain.matching import named
from services.voucher.reconciliation.domain.resolving import Meant, Resolution, resolve
from services.voucher.reconciliation.store import line_records, statement_lines, statements
from services.voucher.settlement.domain.claim import Leg
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.store import escrows, legs


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says a line was for: a kind, the id of what the kind names, if anything, and why."""

    kind: MatchKind
    id: UUID | None
    reason: str


async def resolve_line(database: Database, keyed: Keyed, *, permit: Permit, line_id: UUID, asked: Asked) -> Answer:
    """Say what an exception was for.

    NotFound `statement_line.unknown`, `payout.unknown`, `funding.unknown`, `deposit.unknown`, `deposit_refund.unknown`;
    refusals of `domain.resolving.resolve`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await statement_lines.read(connection, line_id)
        permit.require("statement_line.unknown", treasury=line.treasury)
        locked = await _lock_meant(connection, line, asked)
        line = (await statement_lines.lock(connection, [line_id]))[line_id]
        account = await payer_accounts.read(connection, line.payer_account_id)
        person, now = permit.caller.person, await clock.business_now(connection)
        found = resolve(line, Resolution(asked.kind, asked.id, person), locked.meant)
        hand = Hand(person, now, keyed.attempt.request_id, asked.reason)
        booked = book(found, account=account, leg=locked.leg, journal_id=new_id(), hand=hand)
        sent_in = [] if locked.batch is None else [locked.batch]
        await line_records.write(connection, [booked], hand, sent_in=sent_in, escrows=locked.escrows)
        return await idempotency.record(connection, keyed, booked.line, line_id)


@dataclass(frozen=True, slots=True)
class _Locked:
    """What the person names, locked, with the leg that it pays, the batch that it was sent in, the escrow it fills."""

    meant: Meant
    leg: Leg | None = None
    batch: Batch | None = None
    escrows: Mapping[UUID, Escrow] = field(default_factory=dict)


async def _lock_meant(connection: AsyncConnection, line: StatementLine, asked: Asked) -> _Locked:
    """What the person names, locked in the house's order: the leg, the batch, then its payout; or the funding."""
    imported_by = (await statements.read(connection, line.statement_id)).imported_by
    if asked.id is None:
        return _Locked(Meant(acted=_persons(imported_by) | await _had_a_hand(connection, line)))
    if asked.kind is MatchKind.FUNDING:
        return await _lock_funding(connection, line, asked.id, imported_by)
    if asked.kind in (MatchKind.DEPOSIT, MatchKind.REFUND):
        return await _lock_of_holder(connection, line, asked.kind, asked.id, imported_by)
    return await _lock_payout(connection, line, asked.id, imported_by)


async def _lock_of_holder(
    connection: AsyncConnection, line: StatementLine, kind: MatchKind, id_: UUID, imported_by: str
) -> _Locked:
    """A deposit after its escrow, or what goes back of one."""
    if kind is MatchKind.REFUND:
        back = (await refunds.lock(connection, [id_])).get(id_)
        if back is None or back.payer_account_id != line.payer_account_id:
            raise NotFound("deposit_refund.unknown", pointer="/id")
        return _Locked(Meant(held=back, acted=_persons(imported_by, back.proposed_by, back.decided_by)))
    named_by = (await deposits.read(connection, id_)).redemption_id
    in_escrow = await escrows.lock(connection, [named_by])
    paid_in = (await deposits.lock(connection, [id_])).get(id_)
    if paid_in is None or paid_in.payer_account_id != line.payer_account_id:
        raise NotFound("deposit.unknown", pointer="/id")
    beside = await deposits.of_redemption(connection, paid_in.redemption_id)
    slips = frozenset(one.reference for one in beside if one.payer_account_id == line.payer_account_id)
    return _Locked(Meant(held=paid_in, acted=_persons(imported_by), slips=slips), escrows=in_escrow)


async def _had_a_hand(connection: AsyncConnection, line: StatementLine) -> frozenset[str]:
    """Who made, approved or sent a payout that the line itself names: he does not call it something else either."""
    borne = await payouts.by_reference(connection, line.payer_account_id, named(line))
    sent_in = [await batches.read(connection, batch_id) for batch_id in {one.batch_id for one in borne.values()}]
    return frozenset[str]().union(*(_persons(one.made_by, one.decided_by, one.sent_by) for one in sent_in))


async def _lock_funding(
    connection: AsyncConnection, line: StatementLine, funding_id: UUID, imported_by: str
) -> _Locked:
    funding = (await fundings.lock(connection, [funding_id])).get(funding_id)
    if funding is None or funding.payer_account_id != line.payer_account_id:
        raise NotFound("funding.unknown", pointer="/id")
    acted = _persons(imported_by, funding.proposed_by, funding.decided_by)
    return _Locked(Meant(funding=funding, acted=acted))


async def _lock_payout(connection: AsyncConnection, line: StatementLine, payout_id: UUID, imported_by: str) -> _Locked:
    seen = (await payouts.read(connection, [payout_id])).get(payout_id)
    if seen is None or seen.payer_account_id != line.payer_account_id:
        raise NotFound("payout.unknown", pointer="/id")
    leg = (await legs.lock(connection, [seen.leg_id]))[seen.leg_id]
    batch = (await batches.lock_all(connection, [seen.batch_id]))[seen.batch_id]
    payout = (await payouts.lock(connection, [payout_id]))[payout_id]
    acted = _persons(imported_by, batch.made_by, batch.decided_by, batch.sent_by)
    return _Locked(Meant(payout=payout, acted=acted), leg, batch)


def _persons(*persons: str | None) -> frozenset[str]:
    return frozenset(one for one in persons if one is not None)
