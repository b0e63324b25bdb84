"""What somebody alters of claims behind our back is named by the audit, row by row."""

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from tests.conftest import Begin, SetClock
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher, audited
from tests.voucher.settlement.claimed import NOW, a_capture, a_claim
from tests.voucher.settlement.reviewed import APPROVE, approve, less, review


async def claims(database: Database, set_clock: SetClock) -> Database:
    """A line approved whole and one approved in part, and a claim that waits for the city."""
    await set_clock(NOW)
    stored = await a_stored_voucher(database)
    first, second, third = [await a_capture(database, 10_000 * YUAN, stored) for _ in range(3)]
    claim_id, _ = await a_claim(database, first.asked, second.asked)
    await approve(database, claim_id, APPROVE, less(1_000 * YUAN))
    waiting, _ = await a_claim(database, third.asked)
    await review(database, waiting, APPROVE)
    await audited(database)
    return database


@pytest.fixture
async def database(begin: Begin) -> Database:
    return await begin(claims)


UNGUARDED = "SET session_replication_role = 'replica'"
"""No trigger and no foreign key looks."""


@pytest.mark.parametrize(
    ("check", "alteration"),
    [
        ("claim.capture", "UPDATE captures SET claim_line_id = NULL"),
        ("claim.capture", "UPDATE claim_lines SET state = 'withdrawn' WHERE approved IS NULL"),
        ("claim.stands", "UPDATE claim_lines SET claimed = claimed - 1 WHERE approved IS NULL"),
        ("claim.stands", "UPDATE claim_lines SET settlement = settlement + 1"),
        ("claim.legs", "UPDATE legs SET amount = amount + 1"),
        ("claim.legs", "UPDATE legs SET state = 'dropped'"),
        ("claim.payable", "UPDATE legs SET state = 'in_payment', payout_id = id, sent_at = now()"),
        ("claim.payable", "UPDATE entries SET amount = amount - 1 WHERE place = 'payable'"),
        ("claim.cost", "UPDATE entries SET amount = amount + 1 WHERE place = 'cost'"),
        ("claim.cost", "UPDATE claim_lines SET approved = approved - 1 WHERE approved > 0"),
        ("invoice.allocated", "UPDATE invoice_lines SET allocated = allocated - 1"),
        ("invoice.allocated", "UPDATE invoice_allocations SET released_at = made_at"),
        ("bank_slip.allocated", "UPDATE bank_slips SET allocated = allocated - 1"),
        ("claim.evidence", "UPDATE invoice_allocations SET amount = amount - 1"),
        ("claim.journals", "UPDATE claim_line_transitions SET journal_id = NULL"),
        ("claim.given_back", "UPDATE claim_lines SET redemption_id = gen_random_uuid()"),
        ("claim.history", "UPDATE claim_lines SET stage = 'district' WHERE stage = 'city'"),
        ("claim.history", "DELETE FROM claim_line_transitions WHERE event = 'approved'"),
        ("claim.events", "DELETE FROM events WHERE type = 'claim_line.submitted'"),
        ("claim.four_eyes", "UPDATE claim_line_transitions SET person = 'per_city' WHERE event = 'passed_on'"),
        ("claim.four_eyes", "UPDATE claim_line_transitions SET person = 'per_provider' WHERE event = 'approved'"),
        ("redemption.journals", "DELETE FROM redemption_transitions WHERE event = 'refunded'"),
    ],
)
async def test_an_alteration_is_named(database: Database, superuser_url: str, check: str, alteration: str) -> None:
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text(UNGUARDED))
        await connection.execute(text("ALTER TABLE claim_lines DROP CONSTRAINT ck_claim_lines_stage"))
        await connection.execute(text(alteration))
    await root.dispose()
    assert check in {finding.check for finding in (await run_audit(database)).findings}
