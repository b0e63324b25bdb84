"""The audit is silent while all is well, and names the row that somebody changed behind the ledger's back."""

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standards.money import LARGEST
from services.voucher.app import run_audit
from services.voucher.ledger.domain.budget import ChangeKind
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.posting import Funding, authorise
from services.voucher.ledger.store import accounts, audit, journals
from tests.voucher.ledger.samples import journal
from tests.voucher.ledger.steps import a_change_of_a_round, a_filled_line, make_line, propose
from tests.voucher.oversight.tampering import overdraw_bank, tamper

SOME_ENTRY = "(SELECT journal_id FROM entries WHERE place = 'round_pool')"


@pytest.fixture
async def books(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    """A line of 10.00 with 4.00 in a round, and one proposal that is open."""
    line = await a_filled_line(voucher_api, "10.00")
    await a_change_of_a_round(voucher_db, line["id"], ChangeKind.FUND_ROUND, 400, approved=True)
    await propose(voucher_api, line["id"], "1.00")


async def found(database: Database) -> list[Finding]:
    return list((await run_audit(database)).findings)


async def test_all_is_well(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    await propose(voucher_api, line["id"], "1.00")
    report = await run_audit(voucher_db)
    assert (report.ok, list(report.findings)) == (True, [])
    assert (report.counted.journals, report.counted.entries, report.counted.operations) == (1, 2, 4)


@pytest.mark.usefixtures("books")
async def test_the_ledgers_own_checks_are_silent_about_what_was_booked(voucher_db: Database) -> None:
    async with voucher_db.read() as connection:
        assert await audit.findings(connection) == []


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("sql", "check", "said"),
    [
        (
            "UPDATE entries SET amount = 399 WHERE place = 'round_pool'",
            "journal.balanced",
            "expected 0, actual -1 in entries 1: line_free -400, 2: round_pool 399",
        ),
        (
            "UPDATE entries SET currency = 'EUR' WHERE place = 'round_pool'",
            "journal.balanced",
            "expected 0, actual 400 in entries 2: round_pool 400",
        ),
        ("DELETE FROM entries WHERE place = 'round_pool'", "journal.balanced", "-400 in entries 1: line_free -400"),
        (f"DELETE FROM entries WHERE journal_id = {SOME_ENTRY} AND position = 1", "journal.whole", "entries 2"),
        (f"DELETE FROM entries WHERE journal_id = {SOME_ENTRY}", "journal.whole", "no entries"),
        (f"DELETE FROM journals WHERE id = {SOME_ENTRY}", "journal.whole", "no journal, entries 1, 2"),
        ("UPDATE budget_lines SET free = 599", "budget_line.stored", "free 600, granted 0, actual"),
        ("UPDATE budget_lines SET appropriation = 2000", "budget_line.adds_up", "rounds 400"),
        (
            "UPDATE entries SET amount = -amount WHERE journal_id = " + SOME_ENTRY,
            "budget_line.returned",
            "expected at least 0 in round",
        ),
        ("DELETE FROM budget_lines", "budget_line.stored", "actual no such line"),
        (
            "UPDATE entries SET amount = amount * 3 WHERE journal_id = " + SOME_ENTRY,
            "place.guarded",
            "expected at least 0, actual -200 CNY",
        ),
        ("UPDATE entries SET round_id = NULL WHERE place = 'round_pool'", "entry.owner", "round_pool"),
        ("UPDATE entries SET round_id = NULL WHERE place = 'round_pool'", "entry.closed", "-400 CNY left round"),
        ("UPDATE entries SET owner = gen_random_uuid() WHERE place = 'line_free'", "entry.owner", "line_free"),
        ("UPDATE entries SET funding_source = 'me' WHERE place = 'line_free'", "entry.funding", "CNY of me"),
        (
            "UPDATE budget_changes SET amount = 1 WHERE kind = 'allot' AND state = 'approved'",
            "budget_change.effect",
            "expected 1 of 1, actual 1 of 1000 (allotted)",
        ),
        (
            "UPDATE budget_changes SET state = 'approved', decided_by = 'per_z', decided_at = proposed_at",
            "budget_change.effect",
            "expected 1 of 100, actual no journal",
        ),
        (
            "UPDATE budget_changes SET state = 'proposed', decided_by = NULL, decided_at = NULL",
            "budget_change.effect",
            "expected no journal, actual 1 of 400 (round_funded)",
        ),
        ("UPDATE journals SET event = 'cut'", "budget_change.effect", "actual 1 of 1000 (cut)"),
        ("DELETE FROM budget_changes", "budget_change.effect", "expected no journal, actual 1 of 1000 (allotted)"),
        (
            "ALTER TABLE budget_changes DROP CONSTRAINT ck_budget_changes_four_eyes;"
            " UPDATE budget_changes SET decided_by = proposed_by WHERE state = 'approved'",
            "budget_change.four_eyes",
            "actual per_maker twice",
        ),
        ("UPDATE idempotency_keys SET status = NULL", "operation.answered", "a key without one"),
        ("DELETE FROM attempts", "operation.once", "1 acknowledged, 0 carried out"),
        ("DELETE FROM idempotency_keys", "operation.once", "0 acknowledged, 1 carried out"),
        ("DELETE FROM events", "operation.event", "expected 1 events or more, actual 0 events"),
    ],
)
async def test_what_a_superuser_changed_is_named(
    voucher_db: Database, superuser_url: str, sql: str, check: str, said: str
) -> None:
    await tamper(superuser_url, sql)
    assert [one for one in await found(voucher_db) if one.check == check and said in f"{one.subject}: {one.detail}"]


@pytest.mark.usefixtures("books")
async def test_an_altered_entry_is_named_by_its_journal(voucher_db: Database, superuser_url: str) -> None:
    await tamper(superuser_url, "UPDATE entries SET amount = 399 WHERE place = 'round_pool'")
    async with voucher_db.read() as connection:
        newest = (await journals.find(connection, journals.Wanted(row=2), before=None, limit=1))[0]
    named = {one.check: one.subject for one in await found(voucher_db)}
    assert named["journal.balanced"] == f"journal jnl_{newest.id.hex}, quota CNY"


@pytest.mark.usefixtures("books")
async def test_without_the_trigger_an_imbalance_gets_in_and_the_audit_finds_it(
    voucher_db: Database, superuser_url: str
) -> None:
    await tamper(superuser_url, "DROP TRIGGER tg_entries_balance ON entries")
    posting = authorise(voucher_id=new_id(), amount=5, funding=Funding("CNY", "x", new_id()))
    object.__setattr__(posting.entries[0], "amount", -4)
    async with voucher_db.begin() as connection:
        await journals.append(connection, [journal(posting)])
    assert "journal.balanced" in {one.check for one in await found(voucher_db)}


async def test_a_place_that_was_below_zero_for_a_while_is_named_though_it_recovered(
    voucher_db: Database, voucher_api: httpx2.AsyncClient
) -> None:
    await make_line(voucher_api)
    voucher, funding = new_id(), Funding("CNY", "x", new_id())
    there = authorise(voucher_id=voucher, amount=5, funding=funding)
    back = there.__class__(
        9, "voided", tuple(entry.__class__(entry.place, -entry.amount, funding) for entry in there.entries)
    )
    async with voucher_db.begin() as connection:
        await journals.append(connection, [journal(there), journal(back)])
    (finding,) = [one for one in await found(voucher_db) if one.check == "place.guarded"]
    assert finding.detail == "expected at least 0, actual -5 CNY"


async def test_a_place_of_either_side_may_stand_where_it_will(voucher_db: Database) -> None:
    await overdraw_bank(voucher_db)
    assert await found(voucher_db) == []


async def test_sums_past_a_bigint_are_read_and_audited(voucher_db: Database) -> None:
    for _ in range(3):
        await overdraw_bank(voucher_db, LARGEST)
    assert await found(voucher_db) == []
    async with voucher_db.read() as connection:
        balances = await accounts.trial_balance(connection, accounts.AsOf())
        assert await accounts.imbalance(connection, accounts.AsOf()) == {"CNY": 0}
    assert {one.place: one.balance for one in balances} == {"bank": -3 * LARGEST, "clawback_due": 3 * LARGEST}
