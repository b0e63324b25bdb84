"""Lets a holder pay his own part of a redemption in: he announces a transfer, and a statement shows what came of it.

Locked in the house's order: redemption, escrow, deposit.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.standards import references
from services.voucher.directory.store import parties
from services.voucher.ledger.store import lines
from services.voucher.payout.domain.deposit import Deposit, DepositState
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.store import deposit_records, deposits, payer_accounts, surpluses
from services.voucher.payout.store.deposits import Wanted
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.redemption.store import redemptions
from services.voucher.scheme.store import versions
from services.voucher.settlement.domain.escrow import MODEL, missing, surplus
from services.voucher.settlement.store import escrows
from services.voucher.wallet.domain.voucher import Voucher
from services.voucher.wallet.store import rounds, vouchers

BATCH = 100


async def announce(database: Database, keyed: Keyed, *, permit: Permit, redemption_id: UUID) -> Answer:
    """Announce a transfer of what is missing of a holder's own part; the answer says where to and under what.

    NotFound ``redemption.unknown``, also for another's; refusals ``deposit.not_escrow``, ``deposit.nothing_due``,
    ``deposit.announced``, ``deposit.no_account``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        redemption = await _lock(connection, permit, redemption_id)
        clause = await _require_escrow(connection, redemption)
        escrow = await escrows.open_for(connection, redemption_id, redemption.terms.currency)
        voucher = await vouchers.read(connection, redemption.terms.voucher_id)
        budget_line_id, account = await _account(connection, voucher)
        now = await clock.business_now(connection)
        asked = missing(escrow, redemption)
        if not asked:
            raise Refusal("deposit.nothing_due", rule="settlement.model", clause=clause)
        deposit_id, holder_id = new_id(), redemption.terms.holder_id
        deposit = Deposit(
            id=deposit_id,
            redemption_id=redemption_id,
            holder_id=holder_id,
            payee_id=redemption.terms.payee_id,
            payer_name=(await parties.read(connection, [holder_id]))[holder_id].name,
            payer_account_id=account.id,
            budget_line_id=budget_line_id,
            treasury=account.treasury,
            funding_source=voucher.funding.source,
            reference=references.of_deposit(deposit_id.int),
            currency=redemption.terms.currency,
            asked=asked,
            announced_by=permit.caller.person,
            announced_at=now,
        )
        await deposit_records.announced(
            connection,
            deposit,
            # the provider may claim until then, and not before it is there
            due_at=voucher.claim_by_ends,
            clause=clause,
            request_id=keyed.attempt.request_id,
        )
        return await idempotency.record(connection, keyed, (deposit, account), deposit_id)


async def _lock(connection: AsyncConnection, permit: Permit, redemption_id: UUID) -> Redemption:
    found = (await redemptions.lock(connection, [redemption_id])).get(redemption_id)
    if found is None:
        raise NotFound("redemption.unknown", pointer="/redemption_id")
    permit.require("redemption.unknown", organizations=[found.terms.holder_id])
    return found


async def _require_escrow(connection: AsyncConnection, redemption: Redemption) -> str:
    """Where its scheme says that the holder pays in; Refusal ``deposit.not_escrow`` where it does not."""
    version_id = redemption.terms.scheme_version_id
    model = (await versions.rules(connection, [version_id]))[version_id].settlement.model
    if model.value != MODEL:
        numbers = {"model": model.value}
        raise Refusal("deposit.not_escrow", rule="settlement.model", numbers=numbers, clause=model.source)
    return model.source


async def _account(connection: AsyncConnection, voucher: Voucher) -> tuple[UUID, PayerAccount]:
    """The budget line that pays for a voucher, and its treasury's escrow account; Refusal ``deposit.no_account``."""
    budget_line_id = (await rounds.read(connection, voucher.round_id)).budget_line_id
    if budget_line_id is None:
        raise ValueError(f"round {voucher.round_id} issued vouchers without a budget line")
    treasury = (await lines.treasuries(connection, [budget_line_id]))[budget_line_id]
    account = await payer_accounts.escrow_of(connection, treasury, voucher.currency)
    if account is None:
        raise Refusal("deposit.no_account", rule="payer_account.escrow", numbers={"treasury": treasury})
    return budget_line_id, account


async def withdraw(database: Database, keyed: Keyed, *, permit: Permit, deposit_id: UUID) -> Answer:
    """Take an announcement back; what comes in all the same is received.

    NotFound ``deposit.unknown``; Refusal ``deposit.state``.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        seen = await deposits.read(connection, deposit_id)
        permit.require("deposit.unknown", organizations=[seen.holder_id])
        locked = (await deposits.lock(connection, [deposit_id]))[deposit_id]
        now = await clock.business_now(connection)
        withdrawn = locked.withdrawn()
        await deposit_records.moved(connection, [withdrawn], at=now)
        account = await payer_accounts.read(connection, withdrawn.payer_account_id)
        return await idempotency.record(connection, keyed, (withdrawn, account), deposit_id)


async def read_deposit(database: Database, *, permit: Permit, deposit_id: UUID) -> tuple[Deposit, PayerAccount]:
    """One deposit with the account that it goes to; NotFound ``deposit.unknown``."""
    async with database.read() as connection:
        found = await deposits.read(connection, deposit_id)
        permit.require("deposit.unknown", organizations=[found.holder_id, found.payee_id], treasury=found.treasury)
        return found, await payer_accounts.read(connection, found.payer_account_id)


async def list_deposits(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[tuple[Deposit, PayerAccount]]:
    """Up to `limit` of the deposits that the caller may see, newest first."""
    treasury = permit.bound("treasury")
    if isinstance(treasury, str):
        narrowed = replace(wanted, treasury=treasury)
    else:
        narrowed = replace(wanted, organization=permit.only_organization)
    async with database.read() as connection:
        found = await deposits.find(connection, narrowed, before=before, limit=limit)
        accounts = await payer_accounts.read_all(connection, {one.payer_account_id for one in found})
        return [(one, accounts[one.payer_account_id]) for one in found]


class NothingDueTimer:
    """What was announced and need not be paid in any more, because the redemption ended or came to less: withdrawn."""

    name = "payout.nothing_due"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Since when the first of them was announced; None while there is none."""
        return await surpluses.not_due_since(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Withdraw one batch; answers how many that were."""
        async with database.begin() as connection:
            found = await surpluses.not_due(connection, limit=BATCH)
            locked = await redemptions.lock(connection, found.values())
            held = await escrows.lock(connection, found.values())
            announced = await deposits.lock(connection, found)
            now = await clock.business_now(connection)
            over = [
                one.withdrawn()
                for one in announced.values()
                if one.state is DepositState.ANNOUNCED
                and not missing(held[one.redemption_id], locked[one.redemption_id])
            ]
            await deposit_records.moved(connection, over, at=now)
        return len(over)


class SurplusTimer:
    """What nobody needs of a holder's money: finance is asked to give it back."""

    name = "payout.surplus"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """Since when the first of them is known; None while there is none."""
        return await surpluses.since(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Ask for one batch; answers of how many redemptions finance was told."""
        async with database.begin() as connection:
            found = await surpluses.find(connection, limit=BATCH)
            locked = await redemptions.lock(connection, found)
            held = await escrows.lock(connection, found)
            now = await clock.business_now(connection)
            left = [key for key, one in locked.items() if surplus(held[key], one)]
            await deposit_records.left_over(connection, await deposits.last_of(connection, left), at=now)
        return len(left)
