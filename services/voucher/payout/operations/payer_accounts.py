"""Opens a treasury's payer accounts and reads them with what ledger and bank say stands in them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal, refuse_all
from services.voucher.payout.domain.particulars import Particulars, normalised
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.store import payer_accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A payer account as it was asked for."""

    particulars: Particulars
    currency: str
    funding_source: str
    file_profile: str
    kind: AccountKind = AccountKind.OWN


@dataclass(frozen=True, slots=True)
class Standing:
    """A payer account with what the ledger says stands in it, in fen."""

    account: PayerAccount
    ledger_balance: int


async def open_account(database: Database, keyed: Keyed, *, permit: Permit, asked: Asked) -> Answer:
    """Open an account of the caller's treasury.

    Refusals `payer_account.no_treasury`, `payer_account.exists`, `payer_account.escrow_exists`, those of
    `particulars.normalised`.
    """
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        treasury = permit.caller.treasury
        if treasury is None:
            raise Refusal("payer_account.no_treasury")
        particulars, faults = normalised(asked.particulars)
        refuse_all(faults)
        account = PayerAccount(
            id=new_id(),
            treasury=treasury,
            kind=asked.kind,
            name=particulars.name,
            number=particulars.number,
            bank_code=particulars.bank_code,
            bank_name=particulars.bank_name,
            currency=asked.currency,
            funding_source=asked.funding_source,
            file_profile=asked.file_profile,
            opened_by=permit.caller.person,
            opened_at=await clock.business_now(connection),
        )
        await payer_accounts.add(connection, account)
        told = {"treasury": treasury, "currency": account.currency, "number_ends": account.number[-4:]}
        opened = Event("payer_account.opened", "payer_account", show("pac", account.id), (), told, account.opened_at)
        await events.append(connection, [opened])
        return await idempotency.record(connection, keyed, Standing(account, 0), account.id)


async def read_account(database: Database, *, permit: Permit, account_id: UUID) -> Standing:
    """One account; NotFound `payer_account.unknown`, also for another treasury's."""
    async with database.read() as connection:
        account = await payer_accounts.read(connection, account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        return (await _standing(connection, [account]))[0]


async def list_accounts(database: Database, *, permit: Permit, before: UUID | None, limit: int) -> list[Standing]:
    """Up to `limit` of the accounts that the caller may see, newest first."""
    async with database.read() as connection:
        treasury = permit.only_treasury
        found = await payer_accounts.find(connection, treasury=treasury, before=before, limit=limit)
        return await _standing(connection, found)


async def _standing(connection: AsyncConnection, accounts: list[PayerAccount]) -> list[Standing]:
    balances = await payer_accounts.balances(connection, [one.id for one in accounts])
    return [Standing(one, balances[one.id]) for one in accounts]
