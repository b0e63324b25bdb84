"""Moves budget from a line into a round's pool: one person of finance proposes it, another approves."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.voucher.ledger.domain import budget, settling
from services.voucher.ledger.domain.budget import OF_ROUND, BudgetChange, BudgetLine, ChangeKind
from services.voucher.ledger.store import approvals, changes, lines
from services.voucher.scheme.store import versions
from services.voucher.wallet.domain import over_issue
from services.voucher.wallet.domain.round import POOL_CLASS, Round
from services.voucher.wallet.store import over_issues, rounds
from services.voucher.wallet.store.over_issues import Booking

ESCROW = "escrow"
"""The way of paying under which a holder pays his own part to the treasury."""
InEscrow = Callable[[AsyncConnection, str, str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A funding as it was asked for: minor units of a line, with the number of the paper behind it."""

    line_id: UUID
    amount: int
    currency: str
    document: str


async def propose(
    database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, asked: Asked, in_escrow: InEscrow
) -> Answer:
    """Propose to move budget into a round; nothing moves until another person approves it.

    in_escrow: whether a treasury has its account in escrow of a currency, which a wing above knows.
    NotFound ``budget_line.unknown``, ``round.unknown``; refusals of ``ledger.domain.budget.propose``,
    ``round.second_line``, ``round.finished``, ``round.no_escrow_account``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line = await lines.lock(connection, asked.line_id)
        permit.require("budget_line.unknown", **line.belongs)
        of = await rounds.lock(connection, round_id)
        _fits(of, line)
        now = await clock.business_now(connection)
        of.funded_by(line.id, line.classification.funding_source, at=now)
        await _require_escrow(connection, of, line, in_escrow)
        change = BudgetChange(
            id=new_id(),
            kind=ChangeKind.FUND_ROUND,
            line_id=line.id,
            amount=asked.amount,
            currency=asked.currency,
            document=asked.document,
            proposed_by=permit.caller.person,
            proposed_at=now,
            round_id=round_id,
            pool_class=POOL_CLASS,
        )
        proposal = settling.proposal(budget.propose(change, line=line), line=line)
        await approvals.propose(connection, proposal)
        return await idempotency.record(connection, keyed, change, change.id)


async def approve(database: Database, keyed: Keyed, *, permit: Permit, round_id: UUID, change_id: UUID) -> Answer:
    """Approve a proposed funding: row 2 fills the pool, and row 3 where the scheme issues beyond its budget.

    NotFound ``budget_change.unknown``; refusals of ``ledger.domain.budget.approve``, ``round.second_line``,
    ``round.finished``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        change, line = await changes.lock(connection, change_id)
        permit.require("budget_change.unknown", **line.belongs)
        if change.kind not in OF_ROUND or change.round_id != round_id:
            raise NotFound("budget_change.unknown")
        of = await rounds.lock(connection, round_id)
        pool = await rounds.lock_pool(connection, round_id, change.pool_class or POOL_CLASS)
        now = await clock.business_now(connection)
        funded = of.funded_by(line.id, line.classification.funding_source, at=now)
        approval = budget.approve(change, line=line, by=permit.caller.person, at=now)
        scheme = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id]
        beyond = over_issue.allowed(funded, scheme.backing.value, given=approval.line.rounds[round_id])
        request_id = keyed.attempt.request_id
        await rounds.save(connection, beyond.round)
        if beyond.posting is not None:
            day = local_date(now, scheme.zone)
            booking = Booking(
                by=permit.caller.person,
                at=now,
                value_on=day,
                request_id=request_id,
                clause=scheme.backing.source,
            )
            await over_issues.book(connection, beyond.round, beyond.posting, booking)
        moved = [one for one in (approval.posting, beyond.posting) if one is not None]
        await rounds.save_pool(connection, pool.after(moved, at=now))
        approved = settling.approved(approval, journal_id=new_id(), request_id=request_id)
        await approvals.settle(connection, approved, request_id=request_id)
        return await idempotency.record(connection, keyed, approval.change, change_id)


async def _require_escrow(connection: AsyncConnection, of: Round, line: BudgetLine, in_escrow: InEscrow) -> None:
    """Where holders pay their own part in, the treasury has an account for it before there is money for vouchers."""
    model = (await versions.rules(connection, [of.scheme_version_id]))[of.scheme_version_id].settlement.model
    treasury = line.classification.treasury
    if model.value == ESCROW and not await in_escrow(connection, treasury, of.currency):
        numbers = {"treasury": treasury, "currency": of.currency}
        raise Refusal("round.no_escrow_account", rule="settlement.model", numbers=numbers, clause=model.source)


def _fits(of: Round, line: BudgetLine) -> None:
    """A round is funded from a line of its own bureau and of the fiscal year in which its allocation ends."""
    reasons = []
    if of.bureau != line.classification.bureau:
        reasons.append(Reason("round.foreign_line", pointer="/budget_line_id", numbers={"bureau": of.bureau}))
    if of.fiscal_year != line.classification.fiscal_year:
        reasons.append(Reason("round.other_year", pointer="/budget_line_id", numbers={"year": of.fiscal_year}))
    refuse_all(reasons)
