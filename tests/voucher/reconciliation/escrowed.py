"""A redemption under escrow in a test's database: its holder pays in, its provider is paid from there."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import new_id
from services.chassis.tokens import Caller
from services.voucher.payout.domain.bank_account import AccountState
from services.voucher.payout.domain.deposit import Deposit
from services.voucher.payout.domain.payer_account import AccountKind
from services.voucher.payout.domain.refund import Refund
from services.voucher.payout.operations import deposit_refunds, deposits
from services.voucher.payout.store import bank_accounts, payer_accounts
from services.voucher.payout.store import deposits as stored_deposits
from services.voucher.payout.store import refunds as stored_refunds
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.redemption.domain import orders
from services.voucher.scheme.operations import reading
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LineState, LineStep
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.store import claim_lines, escrows, legs, line_steps
from tests.conftest import SetClock
from tests.voucher.payout.steps import (
    CAPTURED,
    CHECKER,
    MAKER,
    NOW,
    RELEASED,
    House,
    a_house,
    a_payer_account,
    an_account,
    by,
    keyed,
)
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import Desk, audited
from tests.voucher.redemption.samples import HOLDER, YUAN, holder, provider
from tests.voucher.redemption.stored import FILE, Stored, a_stored_voucher, carry_out
from tests.voucher.settlement.claimed import NOW as CLAIMED
from tests.voucher.settlement.claimed import Captured, a_claim
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put
from tests.voucher.settlement.reviewed import APPROVE, approve

WORK, OWN, SUBSIDY = 30_000 * YUAN, 15_000 * YUAN, 15_000 * YUAN
HOLDERS_NAME, HOLDERS_ACCOUNT = f"单位{HOLDER.int}", "6222000000000777"


def escrow_rules() -> dict[str, Any]:
    """What the scheme of the file says where the holder pays his part in: a full invoice, and no slip."""
    document = reading.read(FILE.read_text(encoding="utf-8")).document
    settlement, evidence = document["settlement"], document["evidence"]
    return {
        "settlement": {**settlement, "model": {**settlement["model"], "value": "escrow"}},
        "evidence": {**evidence, "bank_slip": {**evidence["bank_slip"], "value": "none"}},
    }


paying_in = Permit(
    Caller("cli_holder", "per_holder", HOLDER, frozenset({"holder"}), "test", "ses_1", "tok_1", 0),
    (Grant("holder", "own"),),
)


@dataclass(frozen=True)
class Escrowed:
    """An authorised redemption, the account that its holder pays in to, and that of the treasury."""

    stored: Stored
    redemption_id: UUID
    house: House
    own: Desk
    escrow: Desk
    set_clock: SetClock

    @property
    def database(self) -> Database:
        return self.stored.database

    async def announce(self) -> Deposit:
        request = replace(keyed(paying_in, "announce_deposit"), render=lambda one: {"id": str(one[0].id)})
        answer = await deposits.announce(self.database, request, permit=paying_in, redemption_id=self.redemption_id)
        return await self.deposit(UUID(answer.body["id"]))

    async def withdraw(self, deposit: Deposit) -> Answer:
        request = replace(keyed(paying_in, "withdraw_deposit"), render=lambda one: {"id": str(one[0].id)})
        return await deposits.withdraw(self.database, request, permit=paying_in, deposit_id=deposit.id)

    def transfer(self, deposit: Deposit | Refund, amount: int, **changes: Any) -> Movement:
        fields: dict[str, Any] = {
            "counterparty_name": HOLDERS_NAME,
            "counterparty_account": HOLDERS_ACCOUNT,
            "text": f"技术服务费 {deposit.reference}",
        }
        return movement(amount, **{**fields, **changes})

    async def pay_in(self, amount: int = OWN, **changes: Any) -> Deposit:
        """The holder announces, and the bank tells of his transfer."""
        deposit = await self.announce()
        await self.told(self.escrow, self.transfer(deposit, amount, **changes))
        return await self.deposit(deposit.id)

    async def told(self, desk: Desk, *movements: Movement, on: date = date(2020, 9, 22)) -> None:
        """The bank tells what it booked on a day, which is not before the last one that it told of."""
        known = await desk.known()
        day = max(on, on if known.closing_on is None else known.closing_on + timedelta(days=1))
        head = {"from": day.isoformat(), "until": day.isoformat()}
        booked = [replace(one, booked_on=day) for one in movements]
        await desk.tell(*booked, opening=known.closing_balance or 0, head=head)

    async def deposit(self, deposit_id: UUID) -> Deposit:
        async with self.database.read() as connection:
            return await stored_deposits.read(connection, deposit_id)

    async def standing(self) -> Escrow:
        async with self.database.read() as connection:
            return (await escrows.read(connection, [self.redemption_id]))[self.redemption_id]

    async def captured(self, settlement: int = WORK, **delivery: Any) -> Captured:
        """The work is done, accepted and captured; its whole invoice lies there, and no slip."""
        one = self.redemption_id
        await carry_out(self.database, self.stored.delivery(one, settlement, **delivery))
        await carry_out(self.database, orders.Accept(redemption_id=one, by=holder, rating=5))
        capture_id = new_id()
        await carry_out(self.database, orders.Capture(redemption_id=one, by=provider, capture_id=capture_id))
        invoice = an_invoice(a_line(settlement, 0))
        await put(self.database, invoice, slip := a_slip(1))
        return _Whole(self.stored, one, capture_id, invoice, slip)

    async def claimed(self, settlement: int = WORK) -> UUID:
        claim_id, _ = await a_claim(self.database, (await self.captured(settlement)).asked)
        return claim_id

    async def released(self) -> dict[bool, Leg]:
        """The work claimed, approved whole and released; its legs by whether they are the holder's own money."""
        claim_id = await self.claimed()
        await approve(self.database, claim_id, APPROVE)
        async with self.database.begin() as connection:
            (seen,) = (await claim_lines.of_claims(connection, [claim_id]))[claim_id]
            line, steps = (await claim_lines.lock(connection, [seen.id]))[seen.id], []
            for state, event in ((LineState.DISCLOSED, "disclosed"), (LineState.RELEASED, "released")):
                after = replace(line, state=state, entered_at=RELEASED, steps=line.steps + 1)
                steps.append(
                    LineStep(event=event, before=line, after=after, at=RELEASED, person="timer", client="timer")
                )
                line = after
            await line_steps.write(connection, steps, now=RELEASED)
            owed = (await legs.read_of_lines(connection, [seen.id]))[seen.id]
        await self.set_clock(NOW)
        return {leg.of_deposit: leg for leg in owed}

    async def propose_refund(self, person: str = MAKER) -> Refund:
        who = by(person, "finance_maker", "propose_deposit_refund")
        answer = await deposit_refunds.propose(
            self.database,
            keyed(who, "propose_deposit_refund"),
            permit=who,
            redemption_id=self.redemption_id,
            cause="The work came to less.",
        )
        return await self.refund(UUID(answer.body["id"]))

    async def approve_refund(self, refund: Refund, person: str = CHECKER) -> Answer:
        who = by(person, "finance_checker", "approve_deposit_refund")
        request = keyed(who, "approve_deposit_refund")
        return await deposit_refunds.approve(self.database, request, permit=who, refund_id=refund.id)

    async def reject_refund(self, refund: Refund, person: str = CHECKER) -> Answer:
        who = by(person, "finance_checker", "reject_deposit_refund")
        request = keyed(who, "reject_deposit_refund")
        return await deposit_refunds.reject(self.database, request, permit=who, refund_id=refund.id, reason="In doubt.")

    async def line(self, line_id: UUID) -> ClaimLine:
        async with self.database.read() as connection:
            return (await claim_lines.read(connection, [line_id]))[line_id]

    async def lose_account(self) -> None:
        """The holder names another account, which cools for a while."""
        account = an_account(HOLDER, AccountState.COOLING, name=HOLDERS_NAME, number="6222000000000778")
        async with self.database.begin() as connection:
            await bank_accounts.add(connection, account)

    async def refund(self, refund_id: UUID) -> Refund:
        async with self.database.read() as connection:
            return await stored_refunds.read(connection, refund_id)

    async def has_account(self) -> None:
        """The holder may be paid."""
        account = an_account(HOLDER, name=HOLDERS_NAME, number=HOLDERS_ACCOUNT, client="cli_holder")
        async with self.database.begin() as connection:
            await bank_accounts.add(connection, account)

    async def audited(self) -> None:
        await audited(self.database)


class _Whole(Captured):
    """A capture proven by its whole invoice alone."""

    @property
    def drawn(self) -> Drawn:
        return Drawn(super().drawn.invoices, ())


async def an_escrowed(database: Database, set_clock: SetClock) -> Escrowed:
    """A contract of 30 000.00 that both sides confirmed, of which the holder pays in the half."""
    await set_clock(CAPTURED)
    stored = await a_stored_voucher(database, rules=escrow_rules())
    redemption_id = await stored.authorised()
    house = await a_house(database)
    kept = a_payer_account(kind=AccountKind.ESCROW, number="44001670101059000999", name="江门市创新券托管户")
    async with database.begin() as connection:
        await payer_accounts.add(connection, kept)
    await set_clock(CLAIMED)
    return Escrowed(stored, redemption_id, house, Desk(database, house.payer), Desk(database, kept), set_clock)
