"""Takes a payee's new bank account, lets a second person confirm or reject it, and makes it the one that is paid to.

All accounts of the payee are locked together, so that a batch that would pay it waits for the change and then sees it.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.falling_due import each
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.directory.store import parties
from services.voucher.payout.domain import bank_account
from services.voucher.payout.domain.bank_account import BankAccount
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.store import bank_account_records, bank_accounts
from services.voucher.payout.store.bank_accounts import Wanted

BATCH = 50
ACTOR = "timer:payout.activate_bank_account"


async def submit(
    database: Database, keyed: Keyed, *, permit: Permit, asked: Particulars, client_ref: str | None
) -> Answer:
    """Take a new account of the caller's organisation, which cools from now; nobody is paid at that payee meanwhile.

    Refusals `bank_account.no_organization`, `client_ref.taken`,
    `calendar.not_loaded`, those of `domain.bank_account.checked`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        payee = permit.caller.organization
        if payee is None:
            raise Refusal("bank_account.no_organization")
        locked = (await bank_accounts.lock_of(connection, [payee]))[payee]
        now = await clock.business_now(connection)
        await _activate(connection, locked, upto=now)
        others = bank_account.standing(locked, at=now)
        party = (await parties.read(connection, [payee])).get(payee)
        particulars = bank_account.checked(asked, party=party, others=others)
        until, ends = bank_account.cools_until(now, await parties.working_days(connection))
        account = BankAccount(
            id=new_id(),
            organization_id=payee,
            name=particulars.name,
            number=particulars.number,
            bank_code=particulars.bank_code,
            bank_name=particulars.bank_name,
            submitted_by=permit.caller.person,
            submitted_at=now,
            cooling_until=until,
            cooling_ends=ends,
            client=permit.caller.subject,
            client_ref=client_ref,
        )
        await bank_accounts.add(connection, account)
        await bank_account_records.submitted(connection, account)
        return await idempotency.record(connection, keyed, account, account.id)


async def confirm(database: Database, keyed: Keyed, *, permit: Permit, account_id: UUID) -> Answer:
    """Confirm an account that another person submitted; it is active at once when it has cooled already.

    NotFound `bank_account.unknown`; refusals of `domain.bank_account.confirm`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        account, others = await _locked(connection, permit, account_id)
        now = await clock.business_now(connection)
        decided = bank_account.confirm(account, by=permit.caller.person, at=now)
        step = _Step(decided, permit.caller.person, now, keyed.attempt.request_id)
        await _write(connection, step, others)
        return await idempotency.record(connection, keyed, decided, account_id)


async def reject(database: Database, keyed: Keyed, *, permit: Permit, account_id: UUID, reason: str) -> Answer:
    """Reject an account that another person submitted; the payee is paid to its former one again.

    NotFound `bank_account.unknown`; refusals of `domain.bank_account.reject`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        account, others = await _locked(connection, permit, account_id)
        now = await clock.business_now(connection)
        decided = bank_account.reject(account, by=permit.caller.person, at=now, reason=reason)
        step = _Step(decided, permit.caller.person, now, keyed.attempt.request_id)
        await _write(connection, step, others)
        return await idempotency.record(connection, keyed, decided, account_id)


async def read_account(database: Database, *, permit: Permit, account_id: UUID) -> BankAccount:
    """One account; NotFound `bank_account.unknown`, also for another organisation's and another treasury's payee."""
    async with database.read() as connection:
        return await _seen(connection, permit, account_id)


async def list_accounts(
    database: Database, *, permit: Permit, wanted: Wanted, before: UUID | None, limit: int
) -> list[BankAccount]:
    """Up to `limit` of the accounts that the caller may see, newest first."""
    treasury = permit.bound("treasury")
    if isinstance(treasury, str):
        narrowed = replace(wanted, treasury=treasury)
    else:
        narrowed = replace(wanted, organization_id=permit.only_organization or wanted.organization_id)
    async with database.read() as connection:
        return await bank_accounts.find(connection, narrowed, before=before, limit=limit)


class ActivationTimer:
    """The end of cooling of a confirmed account."""

    name = "payout.activate_bank_account"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next confirmed account has cooled."""
        return await bank_accounts.next_cooled(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Make what has cooled the account that is paid to, each as of the instant at which it had.

        Answers how many were due and did not fail, each payee for itself.
        """
        async with database.read() as connection:
            due = await bank_accounts.cooled(connection, upto, limit=BATCH)

        async def activate(payee: UUID) -> None:
            async with database.begin() as connection:
                await _activate(connection, (await bank_accounts.lock_of(connection, [payee]))[payee], upto=upto)

        return await each(self.name, [one.organization_id for one in due], activate)


@dataclass(frozen=True, slots=True)
class _Step:
    """A decided account, who decided, as of when (UTC) and by which request."""

    account: BankAccount
    actor: str
    at: datetime
    request_id: str | None


async def _seen(connection: AsyncConnection, permit: Permit, account_id: UUID) -> BankAccount:
    account = await bank_accounts.read(connection, account_id)
    payee, treasury = account.organization_id, permit.bound("treasury")
    if not (isinstance(treasury, str) and await bank_accounts.concerns(connection, payee, treasury)):
        treasury = None
    permit.require("bank_account.unknown", organizations=[payee], treasury=treasury)
    return account


async def _locked(
    connection: AsyncConnection, permit: Permit, account_id: UUID
) -> tuple[BankAccount, tuple[BankAccount, ...]]:
    """An account as it stands under the locks of all its payee's accounts, and all of these."""
    payee = (await _seen(connection, permit, account_id)).organization_id
    theirs = (await bank_accounts.lock_of(connection, [payee]))[payee]
    return next(one for one in theirs if one.id == account_id), theirs


async def _activate(connection: AsyncConnection, theirs: tuple[BankAccount, ...], *, upto: datetime) -> None:
    """Make what has cooled of a payee's locked accounts the one that is paid to, as of the instant at which it had."""
    for account in theirs:
        if bank_account.has_cooled(account, at=upto):
            at = account.cooling_ends
            await _write(connection, _Step(bank_account.activated(account, at=at), ACTOR, at, None), theirs)


async def _write(connection: AsyncConnection, step: _Step, others: tuple[BankAccount, ...]) -> None:
    """Write a decided account with what it replaces, and tell of both."""
    account = step.account
    gone = bank_account.retired(others, by=account) if account.active_at is not None else []
    await bank_accounts.save(connection, [account, *gone])
    await bank_account_records.decided(connection, account, actor=step.actor, at=step.at, request_id=step.request_id)
    for one in gone:
        await bank_account_records.retired(connection, one, at=step.at)
