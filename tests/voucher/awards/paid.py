"""Takes an award to the bank and back: disclosed, released, paid by each treasury and told by its statements."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Keyed
from services.voucher.awards.domain.award_claim import AwardClaim
from services.voucher.oversight.store import payments
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.operations import bank_files, batches, preparing
from services.voucher.payout.store import bank_accounts, payer_accounts
from services.voucher.payout.store import batches as stored_batches
from services.voucher.reconciliation.operations import importing
from services.voucher.reconciliation.operations.importing import Sent
from services.voucher.settlement.operations import disclosing
from services.voucher.settlement.operations.closing import CloseTimer
from services.voucher.settlement.store import disclosures
from tests.conftest import SetClock
from tests.voucher.awards.steps import NOW, Office, caller, keyed
from tests.voucher.payout.steps import a_payer_account, an_account
from tests.voucher.reconciliation.samples import file, movement

RELEASED = NOW + timedelta(days=14)
PAID = RELEASED + timedelta(days=1)
LATER = RELEASED + timedelta(days=10)


def finance(person: str, role: str, operation: str, treasury: str) -> tuple[Permit, Keyed]:
    """A person of a treasury, and his request."""
    who = caller(person, role, operation, treasury=treasury)
    return who, keyed(who, operation)


async def disclose(office: Office, claim: AwardClaim, set_clock: SetClock) -> None:
    """Its treasury shows the line to the public for the days that the scheme says, and nobody objects."""
    line = await office.line(claim)
    who, request = finance("per_maker", "finance_maker", "prepare_disclosure", line.treasury)
    answer = await disclosing.prepare_disclosure(office.database, request, permit=who, line_ids=[line.id])
    disclosure_id = UUID(answer.body["id"])
    async with office.database.read() as connection:
        digest = (await disclosures.read(connection, disclosure_id)).digest
    who, request = finance("per_checker", "finance_checker", "publish_disclosure", line.treasury)
    await disclosing.publish_disclosure(
        office.database, request, permit=who, disclosure_id=disclosure_id, digest=digest
    )
    await set_clock(RELEASED)
    await CloseTimer().run(office.database, RELEASED)


async def an_account_of(database: Database, payee: UUID, *treasuries: str) -> dict[str, PayerAccount]:
    """The payee's account, and one to pay from of each treasury."""
    payers = {
        treasury: a_payer_account(treasury=treasury, number=f"4400167010105900012{place}")
        for place, treasury in enumerate(treasuries)
    }
    async with database.begin() as connection:
        await bank_accounts.add(connection, an_account(payee))
        for one in payers.values():
            await payer_accounts.add(connection, one)
    return payers


async def pay(database: Database, payer: PayerAccount) -> None:
    """A treasury pays what it owes: made, approved, written and sent by the right persons."""
    treasury = payer.treasury
    who, request = finance("per_payer", "finance_maker", "prepare_payout_batch", treasury)
    request = shown(request)
    answer = await preparing.prepare(database, request, permit=who, account_id=payer.id, leg_ids=None)
    batch_id = UUID(answer.body["id"])
    async with database.read() as connection:
        digest = (await stored_batches.read(connection, batch_id)).digest
    who, request = finance("per_payer", "finance_maker", "submit_payout_batch", treasury)
    await batches.submit(database, shown(request), permit=who, batch_id=batch_id)
    who, request = finance("per_other", "finance_checker", "approve_payout_batch", treasury)
    await batches.approve(database, shown(request), permit=who, batch_id=batch_id, digest=digest)
    who, request = finance("per_payer", "finance_maker", "write_bank_file", treasury)
    await bank_files.write(database, shown(request), permit=who, batch_id=batch_id)
    who, request = finance("per_other", "finance_checker", "send_payout_batch", treasury)
    await batches.send(database, shown(request), permit=who, batch_id=batch_id)


def shown(request: Keyed) -> Keyed:
    """The same, answered by the id of a batch."""
    return Keyed(request.attempt, request.fingerprint, lambda made: {"id": str(getattr(made, "batch", made).id)}, 200)


async def tell(database: Database, payer: PayerAccount, claim: AwardClaim, day: date) -> None:
    """The bank tells the debit of what a treasury paid for the claim."""
    async with database.read() as connection:
        paid = (await payments.of_lines(connection, [claim.claim_line_id]))[claim.claim_line_id]
    (one,) = [payout for payout in paid if payout.payer_account_id == payer.id]
    fields: dict[str, Any] = {
        "booked_on": day,
        "counterparty_name": one.payee_name,
        "counterparty_account": one.account_number,
        "text": f"拨付 {one.reference}",
    }
    content = file(
        [movement(-one.amount, **fields)],
        head={"account": payer.number, "from": "2022-03-01", "until": "2022-03-31"},
    )
    who, request = finance("per_bank", "finance_maker", "import_statement", payer.treasury)
    sent = Sent(payer.id, "csv-utf8", content)
    request = Keyed(request.attempt, "same", lambda one: {"id": str(one.id)})
    await importing.import_statement(database, request, permit=who, sent=sent)


async def paid_in_full(office: Office, claim: AwardClaim, set_clock: SetClock) -> dict[str, PayerAccount]:
    """Approved, disclosed, paid by every treasury that bears it, and found at the bank."""
    await office.approve(claim)
    await disclose(office, claim, set_clock)
    payers = await an_account_of(
        office.database, claim.payee_id, *dict.fromkeys(leg.treasury for leg in await office.legs(claim))
    )
    await set_clock(PAID)
    for payer in payers.values():
        await pay(office.database, payer)
    await set_clock(LATER)
    for payer in payers.values():
        await tell(office.database, payer, claim, PAID.date())
    return payers
