"""A captured voucher with its invoice and bank slip in a test's database, claims on it, and who is who."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.chassis.attempts import Attempt
from services.chassis.authorisation import Grant, Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, parse
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.voucher.redemption.domain import orders
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation, ClaimLine
from services.voucher.settlement.domain.evidence import Drawn
from services.voucher.settlement.domain.invoice import Invoice
from services.voucher.settlement.domain.slip import BankSlip
from services.voucher.settlement.operations.claims import Submission, submit_claim
from services.voucher.settlement.store import claim_lines
from tests.conftest import SetClock
from tests.voucher.redemption.samples import PAYEE, YUAN, provider
from tests.voucher.redemption.stored import Stored, a_stored_voucher, carry_out
from tests.voucher.settlement.papers import a_line, a_slip, an_invoice, put

NOW = datetime(2020, 9, 30, 2, 0, tzinfo=UTC)
SETTLEMENT, CLAIMED = 30_000 * YUAN, 15_000 * YUAN
TREASURY = "jiangmen"

payee = Permit(
    Caller("cli_provider", "per_provider", PAYEE, frozenset({"provider"}), "test", "ses_1", "tok_1", 0),
    (Grant("provider", "own"),),
)


@dataclass(frozen=True)
class Captured:
    """One capture of 15 000.00 for work of 30 000.00, with the invoice and the slip that prove it."""

    stored: Stored
    redemption_id: UUID
    capture_id: UUID
    invoice: Invoice
    slip: BankSlip

    @property
    def database(self) -> Database:
        return self.stored.database

    @property
    def drawn(self) -> Drawn:
        """All of the invoice and all of the slip."""
        invoiced = Allocation(self.invoice.id, 1, self.invoice.total)
        return Drawn((invoiced,), (Allocation(self.slip.id, None, self.slip.amount),))

    @property
    def asked(self) -> Asked:
        return Asked(self.capture_id, self.drawn, "CNY")

    async def with_other_papers(self) -> "Captured":
        """The same capture with an invoice and a slip of their own for as much."""
        invoice, slip = an_invoice(a_line(self.invoice.total, 0)), a_slip(self.slip.amount)
        await put(self.database, invoice, slip)
        return replace(self, invoice=invoice, slip=slip)


async def a_capture(database: Database, settlement: int = SETTLEMENT, stored: Stored | None = None) -> Captured:
    """A capture on a voucher of its own, or on one that is there, with papers for the whole of it."""
    stored = stored or await a_stored_voucher(database)
    one = await stored.accepted(settlement)
    capture_id = new_id()
    await carry_out(database, orders.Capture(redemption_id=one, by=provider, capture_id=capture_id))
    invoice, slip = an_invoice(a_line(settlement, 0)), a_slip(settlement - settlement // 2)
    await put(database, invoice, slip)
    return Captured(stored, one, capture_id, invoice, slip)


async def a_capture_to_claim(database: Database, set_clock: SetClock) -> Captured:
    """A capture, on the day on which it may be claimed."""
    await set_clock(NOW)
    return await a_capture(database)


def keyed(operation: str, permit: Permit = payee, key: str | None = None, fingerprint: str = "f") -> Keyed:
    """A request of a permitted caller under a new key; the answer tells of claims their id."""
    attempt = Attempt(
        operation=operation,
        caller=permit.caller.subject,
        organization=permit.caller.organization,
        subject_kind=None,
        subject_id=None,
        key=key or str(new_id()),
        outcome="refused",
        request_id="req_21",
    )
    return Keyed(attempt, fingerprint, lambda seen: {"id": f"clm_{seen.claim.id.hex}"}, 201)


async def submit(database: Database, *asked: Asked, permit: Permit = payee, **named: Any) -> Answer:
    """Submit a claim of these lines."""
    request = keyed(
        "submit_claim", permit, **{name: named.pop(name) for name in ("key", "fingerprint") if name in named}
    )
    return await submit_claim(database, request, permit=permit, submission=Submission(asked, **named))


async def a_claim(database: Database, *asked: Asked) -> tuple[UUID, tuple[ClaimLine, ...]]:
    """A submitted claim: its id and its lines."""
    claim_id = parse("clm", (await submit(database, *asked)).body["id"])
    return claim_id, await lines_of(database, claim_id)


async def lines_of(database: Database, claim_id: UUID) -> tuple[ClaimLine, ...]:
    async with database.read() as connection:
        return (await claim_lines.of_claims(connection, [claim_id]))[claim_id]


async def attempted(database: Database, *asked: Asked) -> Answer | Refusal:
    """The answer, or the refusal as a value: for many at once."""
    try:
        return await submit(database, *asked)
    except Refusal as refusal:
        return refusal
