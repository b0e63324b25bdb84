"""Changes a budget line by two persons: one proposes an allotment or a cut, another approves or rejects it.

A change of a round is proposed and approved by the wing of the rounds; it is rejected and read here like any other.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain import budget, settling
from services.voucher.ledger.domain.budget import OF_ROUND, BudgetChange, ChangeKind
from services.voucher.ledger.operations.budget_lines import lines_within
from services.voucher.ledger.store import approvals, changes, lines


@dataclass(frozen=True, slots=True)
class Asked:
    """An allotment or a cut as it was asked for: minor units and the number of the paper behind it."""

    kind: ChangeKind
    amount: int
    currency: str
    document: str


async def propose_change(database: Database, keyed: Keyed, *, permit: Permit, line_id: UUID, asked: Asked) -> Answer:
    """Propose an allotment or a cut of a line; nothing moves until another person approves it.

    NotFound `budget_line.unknown`; refusals of `domain.budget.propose`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await lines.lock(connection, line_id)
        permit.require("budget_line.unknown", **line.belongs)
        change = BudgetChange(
            id=new_id(),
            kind=asked.kind,
            line_id=line_id,
            amount=asked.amount,
            currency=asked.currency,
            document=asked.document,
            proposed_by=permit.caller.person,
            proposed_at=await clock.business_now(connection),
        )
        proposal = settling.proposal(budget.propose(change, line=line), line=line)
        await approvals.propose(connection, proposal)
        return await idempotency.record(connection, keyed, change, change.id)


async def approve_change(database: Database, keyed: Keyed, *, permit: Permit, change_id: UUID) -> Answer:
    """Approve an allotment or a cut, which books row 1.

    NotFound `budget_change.unknown`; refusals of `domain.budget.approve`, and `budget_change.of_round` for a change
    that also moves a round's pool: it is approved at its round.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        change, line = await changes.lock(connection, change_id)
        permit.require("budget_change.unknown", **line.belongs)
        if change.kind in OF_ROUND and change.round_id is not None:
            raise Refusal("budget_change.of_round", numbers={"round_id": show("rnd", change.round_id)})
        now = await clock.business_now(connection)
        approval = budget.approve(change, line=line, by=permit.caller.person, at=now)
        request_id = keyed.attempt.request_id
        approved = settling.approved(approval, journal_id=new_id(), request_id=request_id)
        await approvals.settle(connection, approved, request_id=request_id)
        return await idempotency.record(connection, keyed, approval.change, change_id)


async def reject_change(database: Database, keyed: Keyed, *, permit: Permit, change_id: UUID, reason: str) -> Answer:
    """Reject a change of any kind, with a reason.

    NotFound `budget_change.unknown`; refusals of `domain.budget.reject`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        change, line = await changes.lock(connection, change_id)
        permit.require("budget_change.unknown", **line.belongs)
        now = await clock.business_now(connection)
        rejected = budget.reject(change, by=permit.caller.person, at=now, reason=reason)
        settlement = settling.rejected(rejected, line=line)
        await approvals.settle(connection, settlement, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, rejected, change_id)


async def read_change(database: Database, *, permit: Permit, change_id: UUID) -> BudgetChange:
    """One change; NotFound `budget_change.unknown`, also for another treasury's."""
    async with database.read() as connection:
        change = await changes.read(connection, change_id)
        line = await lines.read(connection, change.line_id)
        permit.require("budget_change.unknown", **line.belongs)
        return change


async def list_changes(
    database: Database, *, permit: Permit, wanted: changes.Wanted, before: UUID | None, limit: int
) -> list[BudgetChange]:
    """Up to `limit` of the changes that the caller may see, newest first."""
    async with database.read() as connection:
        return await changes.find(connection, replace(wanted, within=lines_within(permit)), before=before, limit=limit)
