"""Puts released legs, accounts and their payer into a test's database, and lets persons of the treasury act on them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, func, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, tasks
from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.standards import cnaps
from services.voucher.directory.store.tables import DirectoryFacts
from services.voucher.ledger.store import audit as ledger
from services.voucher.oversight.store import audit as oversight
from services.voucher.payout.authorisation import AUTHORISATION
from services.voucher.payout.domain.bank_account import AccountState, BankAccount
from services.voucher.payout.domain.batch import Batch
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.domain.payer_account import AccountKind, PayerAccount
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.operations import bank_accounts as operations
from services.voucher.payout.operations import bank_files, batches, preparing
from services.voucher.payout.store import audit as payout
from services.voucher.payout.store import bank_accounts, payer_accounts, payouts
from services.voucher.payout.store import batches as stored_batches
from services.voucher.settlement.domain.claim import LineState, LineStep
from services.voucher.settlement.domain.stop import StopKind
from services.voucher.settlement.operations import stopping
from services.voucher.settlement.store import claim_lines, line_steps
from tests.conftest import SetClock
from tests.voucher.redemption.samples import PAYEE
from tests.voucher.settlement import approved as settlement
from tests.voucher.settlement.approved import TREASURY, Case, an_approved_line

MAKER, CHECKER, THIRD = "per_maker", "per_checker", "per_third"
CAPTURED = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
RELEASED = datetime(2020, 10, 19, 16, 0, tzinfo=UTC)
NOW = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
BANK_CODE = cnaps.complete("10258900001")


def by(person: str, role: str, operation: str, **bound: Any) -> Permit:
    """The permit of a person in one role for an operation; finance is of the treasury that owes."""
    fields: dict[str, Any] = {"organization": None, "treasury": TREASURY if "finance" in role else None, **bound}
    organization, account = fields.pop("organization"), fields.pop("account", person)
    caller = Caller(account, person, organization, frozenset({role}), "test", "ses_1", "tok_1", 0, **fields)
    return permit(AUTHORISATION, operation, caller)


def keyed(who: Permit, operation: str, key: str | None = None, see: Callable[[Any], None] = lambda _: None) -> Keyed:
    """A request of its own under a key; its answer is the id of what it made, which is shown to `see`."""

    def render(made: Any) -> dict[str, Any]:
        see(made)
        return {"id": str(getattr(made, "batch", getattr(made, "account", made)).id)}

    attempt = Attempt(
        operation=operation,
        caller=who.caller.subject,
        organization=None,
        subject_kind=None,
        subject_id=None,
        key=key or str(new_id()),
        outcome="refused",
        request_id="req_1",
    )
    return Keyed(attempt, "same body", render)


@dataclass(frozen=True)
class House:
    """A treasury with an account to pay from, and a payee with an account to be paid to."""

    database: Database
    payer: PayerAccount
    account: BankAccount

    async def prepare(self, *legs: UUID, person: str = MAKER, key: str | None = None) -> Batch:
        who = by(person, "finance_maker", "prepare_payout_batch")
        answer = await preparing.prepare(
            self.database,
            keyed(who, "prepare_payout_batch", key),
            permit=who,
            account_id=self.payer.id,
            leg_ids=legs or None,
        )
        return await self.batch(UUID(answer.body["id"]))

    async def submit(self, batch: Batch, person: str = MAKER) -> Answer:
        who = by(person, "finance_maker", "submit_payout_batch")
        return await batches.submit(self.database, keyed(who, "submit_payout_batch"), permit=who, batch_id=batch.id)

    async def approve(self, batch: Batch, person: str = CHECKER, *, digest: str | None = None, **bound: Any) -> Answer:
        who = by(person, "finance_checker", "approve_payout_batch", **bound)
        request = keyed(who, "approve_payout_batch")
        digest = digest or batch.digest
        return await batches.approve(self.database, request, permit=who, batch_id=batch.id, digest=digest)

    async def reject(self, batch: Batch, person: str = CHECKER) -> Answer:
        who = by(person, "finance_checker", "reject_payout_batch")
        request = keyed(who, "reject_payout_batch")
        return await batches.reject(self.database, request, permit=who, batch_id=batch.id, reason="In doubt.")

    async def cancel(self, batch: Batch, person: str = MAKER) -> Answer:
        who = by(person, "finance_maker", "cancel_payout_batch")
        request = keyed(who, "cancel_payout_batch")
        return await batches.cancel(self.database, request, permit=who, batch_id=batch.id, reason="In doubt.")

    async def write(self, batch: Batch, key: str | None = None) -> Answer:
        who = by(MAKER, "finance_maker", "write_bank_file")
        request = keyed(who, "write_bank_file", key)
        return await bank_files.write(self.database, request, permit=who, batch_id=batch.id)

    async def send(self, batch: Batch, person: str = CHECKER, key: str | None = None) -> Answer:
        who = by(person, "finance_checker", "send_payout_batch")
        request = keyed(who, "send_payout_batch", key)
        return await batches.send(self.database, request, permit=who, batch_id=batch.id)

    async def submitted(self, *legs: UUID) -> Batch:
        batch = await self.prepare(*legs)
        await self.submit(batch)
        return batch

    async def approved(self, *legs: UUID) -> Batch:
        batch = await self.submitted(*legs)
        await self.approve(batch)
        return batch

    async def written(self, *legs: UUID) -> Batch:
        batch = await self.approved(*legs)
        await self.write(batch)
        return batch

    async def sent(self, *legs: UUID) -> Batch:
        batch = await self.written(*legs)
        await self.send(batch)
        return batch

    async def batch(self, batch_id: UUID) -> Batch:
        async with self.database.read() as connection:
            return await stored_batches.read(connection, batch_id)

    async def batches(self) -> list[Batch]:
        async with self.database.read() as connection:
            return await stored_batches.find(connection, stored_batches.Wanted(), before=None, limit=9)

    async def payouts(self, batch: Batch) -> list[Payout]:
        async with self.database.read() as connection:
            return await payouts.of_batch(connection, batch.id)


async def a_house(
    database: Database, *, profile: str = "csv-utf8", state: AccountState = AccountState.ACTIVE, **account: Any
) -> House:
    """A payer account of the treasury, and the payee's account in a state; the payee is called as its account is."""
    house = House(database, a_payer_account(file_profile=profile), an_account(state=state, **account))
    async with database.begin() as connection:
        await payer_accounts.add(connection, house.payer)
        await bank_accounts.add(connection, house.account)
        await call_payee(connection, house.account.name)
    return house


async def call_payee(connection: AsyncConnection, name: str) -> None:
    """The payee has a name from now on."""
    facts = DirectoryFacts.__table__
    renamed = func.jsonb_set(facts.c.document, cast(["name"], ARRAY(Text)), func.to_jsonb(cast(name, Text)))
    await connection.execute(update(facts).where(facts.c.key == show("org", PAYEE)).values(document=renamed))


async def a_released_line(database: Database, set_clock: SetClock, *, acted: tuple[str, ...] = ()) -> Case:
    """An approved line that nobody objected to, released yesterday; today it may be paid."""
    await set_clock(CAPTURED)
    case = await an_approved_line(database)
    async with database.begin() as connection:
        line = (await claim_lines.lock(connection, [case.line_id]))[case.line_id]
        steps = []
        for state, event in ((LineState.DISCLOSED, "disclosed"), (LineState.RELEASED, "released")):
            after = replace(line, state=state, entered_at=RELEASED, steps=line.steps + 1, acted=(*line.acted, *acted))
            steps.append(LineStep(event=event, before=line, after=after, at=RELEASED, person="timer", client="timer"))
            line = after
        await line_steps.write(connection, steps, now=RELEASED)
    await set_clock(NOW)
    return case


def a_payer_account(**changes: Any) -> PayerAccount:
    account = PayerAccount(
        id=new_id(),
        treasury=TREASURY,
        kind=AccountKind.OWN,
        name="江门市财政局",
        number="44001670101059000123",
        bank_code=BANK_CODE,
        bank_name="建行江门分行",
        currency="CNY",
        funding_source="江门市财政局",
        file_profile="csv-utf8",
        opened_by=MAKER,
        opened_at=CAPTURED,
    )
    return replace(account, **changes)


DECIDED: Mapping[str, Any] = {"decided_by": CHECKER, "decided_at": CAPTURED}
OF_STATE: Mapping[AccountState, Mapping[str, Any]] = {
    AccountState.COOLING: {},
    AccountState.CONFIRMED: DECIDED,
    AccountState.ACTIVE: {**DECIDED, "active_at": CAPTURED},
    AccountState.RETIRED: {**DECIDED, "active_at": CAPTURED, "retired_at": NOW},
    AccountState.REJECTED: {**DECIDED, "reason": "Unknown to the bank."},
}


def an_account(organization_id: UUID = PAYEE, state: AccountState = AccountState.ACTIVE, **changes: Any) -> BankAccount:
    account = BankAccount(
        id=new_id(),
        organization_id=organization_id,
        name=f"单位{organization_id.int}",
        number="2012002109024512345",
        bank_code=BANK_CODE,
        bank_name="工行江门分行",
        submitted_by="per_provider",
        submitted_at=CAPTURED,
        cooling_until=CAPTURED.date(),
        cooling_ends=CAPTURED,
        client="cli_provider",
        state=state,
    )
    return replace(account, **{**OF_STATE[state], **changes})


async def submit_account(database: Database, **changes: Any) -> UUID:
    """The payee names another account."""
    who = by("per_provider", "provider", "submit_bank_account", organization=PAYEE)
    asked = Particulars(
        **{"name": "单位2", "number": "6222000000000001", "bank_code": BANK_CODE, "bank_name": "中行", **changes}
    )
    request = keyed(who, "submit_bank_account")
    answer = await operations.submit(database, request, permit=who, asked=asked, client_ref=None)
    return UUID(answer.body["id"])


async def change_account(house: House) -> UUID:
    """The payee names another account than the one it is paid to."""
    return await submit_account(house.database)


async def decide_account(house: House, account_id: UUID, verb: str, person: str = CHECKER) -> Answer:
    who = by(person, "finance_checker", f"{verb}_bank_account")
    request, said = keyed(who, f"{verb}_bank_account"), {"reason": "In doubt."} if verb == "reject" else {}
    decide = operations.reject if verb == "reject" else operations.confirm
    return await decide(house.database, request, permit=who, account_id=account_id, **said)


async def activate(house: House) -> int:
    """Let the timer look at what has cooled by now."""
    async with house.database.read() as connection:
        now = await clock.business_now(connection)
    return await operations.ActivationTimer().run(house.database, now)


async def stop(case: Case) -> Answer:
    """Somebody of the treasury stops a leg."""
    who = settlement.caller(THIRD, "finance_maker", "set_stop")
    asked = stopping.Asked(case.leg_id, StopKind.MANUAL, "Wait a moment.", None, None)
    return await stopping.set_stop(case.database, settlement.keyed(who, "set_stop"), permit=who, asked=asked)


async def open_tasks(database: Database, subject_id: UUID) -> list[tuple[str, str]]:
    """What waits about something, and for whom."""
    async with database.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
    return [(one.kind, one.role) for _, one in found if one.subject_id == subject_id]


async def audited(database: Database) -> None:
    """Nothing in the books, in payouts or in how it was asked for is amiss."""
    async with database.read() as connection:
        found = [await look(connection) for look in (ledger.findings, payout.findings, oversight.findings)]
    assert [finding for wing in found for finding in wing] == []


async def refused(asked: Awaitable[Any]) -> list[str]:
    """The codes with which it is refused; none when it is not."""
    try:
        await asked
    except Refusal as refusal:
        return [reason.code for reason in refusal.reasons]
    return []
