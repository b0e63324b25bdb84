"""Whatever somebody alters between the bank and the books behind our back, the audit names it."""

import pytest

from services.chassis.database import Database
from services.standards import references
from tests.conftest import Begin, SetClock
from tests.voucher.oversight.tampering import tamper
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import PAID_ON, Paying, a_funding, a_sent_payout, audited, findings

REFERENCE = references.of_funding(12)


async def much_that_was_told(database: Database, set_clock: SetClock) -> Paying:
    """A funding received, a payment and its return, a charge, one line that nobody knows, one file that disagrees."""
    paying = await a_sent_payout(database, set_clock)
    await a_funding(paying, 600_000, REFERENCE)
    came = movement(600_000, booked_on=PAID_ON, text=REFERENCE)
    fee, unknown = movement(-300, booked_on=PAID_ON, text="fee"), movement(70, booked_on=PAID_ON, text="?")
    await paying.desk.tell(came, paying.debit(), paying.returned(), fee, unknown)
    charged = next(line for line in await paying.desk.lines() if line.text == "fee")
    await paying.desk.resolve(charged, "charge")
    await paying.desk.tell(closing=1)
    await audited(database)
    return paying


@pytest.fixture
async def paying(begin: Begin) -> Paying:
    return await begin(much_that_was_told)


DEBIT = "WHERE match_kind = 'payout'"
OPEN = "WHERE state = 'exception'"


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (f"UPDATE statement_lines SET amount = amount - 1 {DEBIT}", "statement_line.digest"),
        (f"UPDATE statement_lines SET amount = amount - 1 {DEBIT}", "statement_line.booked"),
        (f"UPDATE statement_lines SET amount = amount - 1 {DEBIT}", "statement_line.match"),
        (f"UPDATE statement_lines SET amount = amount - 1 {DEBIT}", "payer_account.balance"),
        (f"UPDATE statement_lines SET counterparty_name = 'x' {DEBIT}", "statement_line.digest"),
        (f"UPDATE statement_lines SET counterparty_account = '1' {DEBIT}", "statement_line.digest"),
        (f"UPDATE statement_lines SET text = 'x' {DEBIT}", "statement_line.digest"),
        (f"UPDATE statement_lines SET booked_on = booked_on + 1 {DEBIT}", "statement_line.booked"),
        (f"UPDATE statement_lines SET amount = 71 {OPEN}", "statement_line.suspense"),
        ("DELETE FROM statement_lines WHERE match_kind = 'payout'", "statement.added"),
        ("DELETE FROM statement_lines WHERE match_kind = 'payout'", "bank.line"),
        ("DELETE FROM statement_lines WHERE match_kind = 'return'", "statement_line.match"),
        ("DELETE FROM statement_lines WHERE match_kind = 'funding'", "statement_line.match"),
        (f"DELETE FROM statement_lines {OPEN}", "statement_line.suspense"),
        ("UPDATE statements SET content = 'x'", "statement.file"),
        ("UPDATE statements SET added = added - 1 WHERE added > 0", "statement.added"),
        ("UPDATE payer_accounts SET closing_balance = closing_balance + 1", "payer_account.balance"),
        ("UPDATE payouts SET settled_on = settled_on + 1", "statement_line.match"),
        ("UPDATE fundings SET amount = amount + 1", "statement_line.match"),
        (
            "UPDATE journals SET subject_id = gen_random_uuid() WHERE event = 'suspense_cleared'",
            "statement_line.cleared",
        ),
        ("UPDATE statement_lines SET cleared_by_id = journal_id WHERE match_kind = 'charge'", "statement_line.cleared"),
        (
            f"UPDATE statement_lines SET matched_how = 'by_hand', matched_by = 'per_maker' {DEBIT}",
            "statement_line.four_eyes",
        ),
        ("UPDATE statements SET imported_by = 'per_third'", "statement_line.four_eyes"),
        (
            f"UPDATE statement_lines SET matched_how = 'by_hand', matched_by = 'per_checker' {DEBIT}",
            "statement_line.four_eyes",
        ),
        ("UPDATE tasks SET closed_at = opened_at WHERE kind = 'statement_line.resolve'", "statement_line.owner"),
        ("UPDATE tasks SET closed_at = opened_at WHERE kind = 'statement.disagrees'", "statement_line.owner"),
    ],
)
async def test_an_alteration_is_named(paying: Paying, superuser_url: str, sql: str, named: str) -> None:
    await tamper(superuser_url, sql)
    assert named in {finding.check for finding in await findings(paying.database)}


async def test_an_altered_line_is_named_with_its_id_and_both_amounts(paying: Paying, superuser_url: str) -> None:
    await tamper(superuser_url, f"UPDATE statement_lines SET amount = amount - 1 {DEBIT}")
    line = next(line for line in await paying.desk.lines() if line.match_kind == "payout")
    found = {finding.check: finding for finding in await findings(paying.database)}["statement_line.booked"]
    assert found.subject == f"statement_line stl_{line.id.hex}"
    assert found.detail == "expected -500001 on 2020-10-21, actual -500000 on 2020-10-21"
