"""Gives a holder back what nobody needs of his money: one person proposes, another approves, a statement shows it.

Locked in the house's order: redemption, escrow, bank accounts, refund.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.standards import references
from services.standards.calendar import local_date
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.journal import HOUSE_ZONE, Journal
from services.voucher.ledger.store import journals
from services.voucher.payout.domain import refund as deciding
from services.voucher.payout.domain.bank_account import BankAccount, paid_to, standing
from services.voucher.payout.domain.refund import Refund
from services.voucher.payout.store import bank_accounts, deposit_records, deposits, refunds
from services.voucher.payout.store.refunds import Wanted
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions
from services.voucher.settlement.domain.escrow import Escrow, surplus
from services.voucher.settlement.store import escrows


@dataclass(frozen=True, slots=True)
class _Scene:
    """A redemption with what its holder has in escrow and all his accounts, locked."""

    redemption: Redemption
    escrow: Escrow
    accounts: tuple[BankAccount, ...]

    @property
    def surplus(self) -> int:
        return surplus(self.escrow, self.redemption)


async def propose(database: Database, keyed: Keyed, *, permit: Permit, redemption_id: UUID, cause: str) -> Answer:
    """Propose to give back what nobody needs, to the account that it came from: of one deposit, the last that has some.

    NotFound ``redemption.unknown`` where nothing was ever paid in to the caller's treasury; refusals
    ``deposit_refund.nothing``, ``deposit_refund.no_account``, ``deposit_refund.proposed``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        paid_in = await deposits.of_redemption(connection, redemption_id)
        if not paid_in or not permit.covers(treasury=paid_in[0].treasury):
            raise NotFound("redemption.unknown", pointer="/redemption_id")
        scene = await _lock(connection, redemption_id)
        now = await clock.business_now(connection)
        if not scene.surplus:
            raise Refusal("deposit_refund.nothing", rule="deposit.surplus")
        before = await refunds.of_redemption(connection, redemption_id)
        # read once more: under the escrow's lock none comes in
        paid_in = await deposits.of_redemption(connection, redemption_id)
        of, amount = deciding.origin(paid_in, before, surplus=scene.surplus)
        where, refund_id = deciding.target(of, paid_to(standing(scene.accounts, at=now))), new_id()
        refund = Refund(
            id=refund_id,
            redemption_id=redemption_id,
            deposit_id=of.id,
            holder_id=of.holder_id,
            payer_account_id=of.payer_account_id,
            budget_line_id=of.budget_line_id,
            treasury=of.treasury,
            funding_source=of.funding_source,
            bank_account_id=where.bank_account_id,
            payee_name=where.payee_name,
            account_number=where.account_number,
            bank_code=where.bank_code,
            bank_name=where.bank_name,
            currency=of.currency,
            amount=amount,
            reference=references.of_refund(refund_id.int),
            cause=cause,
            proposed_by=permit.caller.person,
            proposed_at=now,
        )
        await deposit_records.proposed(connection, refund)
        return await idempotency.record(connection, keyed, refund, refund_id)


async def approve(database: Database, keyed: Keyed, *, permit: Permit, refund_id: UUID) -> Answer:
    """Approve what another person proposed (row 38): from now on it is on its way.

    NotFound ``deposit_refund.unknown``; refusals of `domain.refund.approve`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await _seen(connection, permit, refund_id)
        scene = await _lock(connection, seen.redemption_id)
        locked = (await refunds.lock(connection, [refund_id]))[refund_id]
        now, person = await clock.business_now(connection), permit.caller.person
        account = paid_to(standing(scene.accounts, at=now))
        approved = deciding.approve(
            locked,
            surplus=scene.surplus,
            account_id=None if account is None else account.id,
            by=person,
            at=now,
        )
        await escrows.save(connection, [replace(scene.escrow, refunded=scene.escrow.refunded + approved.amount)])
        posting = paying.refund_deposit(
            refund_id=refund_id, redemption_id=approved.redemption_id, amount=approved.amount, funding=approved.funding
        )
        request_id = keyed.attempt.request_id
        journal = Journal(
            id=new_id(),
            posting=posting,
            booked_at=now,
            value_on=local_date(now, HOUSE_ZONE),
            actor=person,
            request_id=request_id,
            subject_kind=deposit_records.REFUND,
            subject_id=refund_id,
        )
        await journals.append(connection, [journal])
        await deposit_records.decided(connection, approved, at=now, request_id=request_id)
        return await idempotency.record(connection, keyed, approved, refund_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, refund_id: UUID, reason: str) -> Answer:
    """Reject what another person proposed.

    NotFound ``deposit_refund.unknown``; refusals of `domain.refund.reject`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        await _seen(connection, permit, refund_id)
        locked = (await refunds.lock(connection, [refund_id]))[refund_id]
        now = await clock.business_now(connection)
        rejected = deciding.reject(locked, by=permit.caller.person, at=now, reason=reason)
        await deposit_records.decided(connection, rejected, at=now, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, rejected, refund_id)


async def read_refund(database: Database, *, permit: Permit, refund_id: UUID) -> Refund:
    """One refund; NotFound ``deposit_refund.unknown``."""
    async with database.read() as connection:
        return await _seen(connection, permit, refund_id)


async def list_refunds(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[Refund]:
    """Up to `limit` of the refunds that the caller may see, newest first."""
    treasury = permit.bound("treasury")
    if isinstance(treasury, str):
        narrowed = replace(wanted, treasury=treasury)
    else:
        narrowed = replace(wanted, holder_id=permit.only_organization)
    async with database.read() as connection:
        return await refunds.find(connection, narrowed, before=before, limit=limit)


async def _seen(connection: AsyncConnection, permit: Permit, refund_id: UUID) -> Refund:
    found = await refunds.read(connection, refund_id)
    permit.require("deposit_refund.unknown", organizations=[found.holder_id], treasury=found.treasury)
    return found


async def _lock(connection: AsyncConnection, redemption_id: UUID) -> _Scene:
    redemption = (await redemptions.lock(connection, [redemption_id]))[redemption_id]
    escrow = (await escrows.lock(connection, [redemption_id]))[redemption_id]
    holder_id = redemption.terms.holder_id
    return _Scene(redemption, escrow, (await bank_accounts.lock_of(connection, [holder_id]))[holder_id])
