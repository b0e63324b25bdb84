"""Funds a payer account for a budget line by two persons: one proposes, another approves or rejects.

Money moves only when a statement shows the credit; what a line's fundings come to is kept on the line, under its lock.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.standards import references
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.store import lines
from services.voucher.payout.domain import funding as deciding
from services.voucher.payout.domain.funding import AccountFunding
from services.voucher.payout.store import funding_records, fundings, payer_accounts
from services.voucher.payout.store.fundings import Wanted


@dataclass(frozen=True, slots=True)
class Asked:
    """A funding as it was asked for: minor units and the number of the paper behind it."""

    budget_line_id: UUID
    amount: int
    currency: str
    document: str


async def propose(database: Database, keyed: Keyed, *, permit: Permit, account_id: UUID, asked: Asked) -> Answer:
    """Propose to fund an account; its reference is what the credit will be recognised by.

    NotFound `payer_account.unknown`, `budget_line.unknown`; refusals of `domain.funding.propose`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await lines.lock(connection, asked.budget_line_id)
        permit.require("budget_line.unknown", **line.belongs)
        account = await payer_accounts.read(connection, account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        funding_id = new_id()
        funding = AccountFunding(
            id=funding_id,
            payer_account_id=account_id,
            budget_line_id=line.id,
            treasury=account.treasury,
            reference=references.of_funding(funding_id.int),
            currency=asked.currency,
            funding_source=line.classification.funding_source,
            amount=asked.amount,
            document=asked.document,
            proposed_by=permit.caller.person,
            proposed_at=await clock.business_now(connection),
        )
        deciding.propose(funding, account=account, line=line)
        await funding_records.proposed(connection, funding)
        return await idempotency.record(connection, keyed, funding, funding.id)


async def approve(database: Database, keyed: Keyed, *, permit: Permit, funding_id: UUID) -> Answer:
    """Approve a funding that another person proposed.

    NotFound `funding.unknown`; refusals of `domain.funding.approve`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        funding, line = await _locked(connection, permit, funding_id)
        now = await clock.business_now(connection)
        person = permit.caller.person
        approval = deciding.approve(funding, line=line, by=person, at=now)
        await lines.save(connection, approval.line)
        request_id = keyed.attempt.request_id
        await funding_records.decided(connection, approval.funding, actor=person, at=now, request_id=request_id)
        return await idempotency.record(connection, keyed, approval.funding, funding_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, funding_id: UUID, reason: str) -> Answer:
    """Reject a funding that another person proposed.

    NotFound `funding.unknown`; refusals of `domain.funding.reject`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        funding, _ = await _locked(connection, permit, funding_id)
        now = await clock.business_now(connection)
        person = permit.caller.person
        decided = deciding.reject(funding, by=person, at=now, reason=reason)
        request_id = keyed.attempt.request_id
        await funding_records.decided(connection, decided, actor=person, at=now, request_id=request_id)
        return await idempotency.record(connection, keyed, decided, funding_id)


async def read_funding(database: Database, *, permit: Permit, funding_id: UUID) -> AccountFunding:
    """One funding; NotFound `funding.unknown`, also for another treasury's."""
    async with database.read() as connection:
        return await _seen(connection, permit, funding_id)


async def list_fundings(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[AccountFunding]:
    """Up to `limit` of the fundings that the caller may see, newest first."""
    narrowed = replace(wanted, treasury=permit.only_treasury)
    async with database.read() as connection:
        return await fundings.find(connection, narrowed, before=before, limit=limit)


async def _seen(connection: AsyncConnection, permit: Permit, funding_id: UUID) -> AccountFunding:
    funding = await fundings.read(connection, funding_id)
    permit.require("funding.unknown", treasury=funding.treasury)
    return funding


async def _locked(connection: AsyncConnection, permit: Permit, funding_id: UUID) -> tuple[AccountFunding, BudgetLine]:
    """A funding and its line, both locked, the line first."""
    line = await lines.lock(connection, (await _seen(connection, permit, funding_id)).budget_line_id)
    return (await fundings.lock(connection, [funding_id]))[funding_id], line
