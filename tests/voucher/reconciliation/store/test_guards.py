"""The database itself refuses a line that is booked and unknown, known and unbooked, or that stands twice."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import NOVEMBER, PAID_ON, Desk, a_desk

CREDIT = movement(500, booked_on=PAID_ON, bank_reference="B1")
DEBIT = movement(-500, booked_on=PAID_ON)


@pytest.fixture
async def desk(voucher_db: Database, set_clock: SetClock) -> Desk:
    """Two lines that nobody knows."""
    await set_clock(NOVEMBER)
    desk = await a_desk(voucher_db)
    await desk.tell(CREDIT, DEBIT)
    return desk


MATCHED = (
    "state = 'matched', match_kind = 'charge', matched_by = 'x', matched_how = 'by_hand', matched_at = business_now()"
)
CLEARED = f"{MATCHED}, cleared_by_id = journal_id"


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("state = 'imported'", "ck_statement_lines_booked"),
        ("journal_id = NULL", "ck_statement_lines_booked"),
        ("exception = NULL", "ck_statement_lines_exception"),
        ("state = 'matched', cleared_by_id = journal_id", "ck_statement_lines_matched"),
        ("state = 'not_ours', cleared_by_id = journal_id", "ck_statement_lines_matched"),
        ("match_kind = 'charge'", "ck_statement_lines_matched"),
        (CLEARED.replace("charge", "payout"), "ck_statement_lines_matched"),
        (CLEARED.replace("charge", "not_ours"), "ck_statement_lines_matched"),
        (CLEARED.replace("'by_hand'", "NULL"), "ck_statement_lines_matched"),
        (MATCHED, "ck_statement_lines_cleared"),
        ("cleared_by_id = journal_id", "ck_statement_lines_cleared"),
        ("journal_id = (SELECT max(journal_id::text)::uuid FROM statement_lines)", "uq_statement_lines_journal_id"),
        ("state = 'gone'", "ck_statement_lines_state"),
    ],
)
async def test_a_line_is_what_its_state_says(desk: Desk, change: str, guard: str) -> None:
    with pytest.raises(DBAPIError, match=guard):
        async with desk.database.begin() as connection:
            await connection.execute(text(f"UPDATE statement_lines SET {change}"))


COLUMNS = (
    "id, payer_account_id, statement_id, number, treasury, booked_on, amount, currency, counterparty_name,"
    " counterparty_account, bank_reference, text, occurrence, digest, line_key, state"
)


def copied(**changes: str) -> str:
    """A line like the one with a reference, which nobody has looked at, with some facts changed."""
    told = {name.strip(): name for name in COLUMNS.split(",")}
    facts = {**told, "id": "gen_random_uuid()", "number": "9", "state": "'imported'", **changes}
    listed = ", ".join(facts.values())
    return f"INSERT INTO statement_lines ({COLUMNS}) SELECT {listed} FROM statement_lines WHERE bank_reference = 'B1'"


OTHER = {"bank_reference": "'B2'", "line_key": "'ref B2'"}


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({}, "uq_statement_lines_key"),
        ({"bank_reference": "'B2'"}, "ck_statement_lines_key"),
        ({"bank_reference": "''"}, "ck_statement_lines_key"),
        ({**OTHER, "number": "1"}, "uq_statement_lines_number"),
        ({**OTHER, "amount": "0"}, "ck_statement_lines_amount"),
        ({**OTHER, "occurrence": "0"}, "ck_statement_lines_occurrence"),
    ],
)
async def test_a_line_stands_once_and_moves_something(desk: Desk, changes: dict[str, str], guard: str) -> None:
    async with desk.database.begin() as connection:
        await connection.execute(text(copied(**OTHER)))
        await connection.rollback()
    with pytest.raises(DBAPIError, match=guard):
        async with desk.database.begin() as connection:
            await connection.execute(text(copied(**changes)))


@pytest.mark.parametrize(
    ("change", "guard"),
    [
        ("state = 'disagrees'", "ck_statements_faults"),
        ("faults = '[1]'", "ck_statements_faults"),
        ("added = lines + 1", "ck_statements_lines"),
        ("state = 'gone', added = 0", "ck_statements_state"),
    ],
)
async def test_a_statement_is_believed_or_says_why_not(desk: Desk, change: str, guard: str) -> None:
    with pytest.raises(DBAPIError, match=guard):
        async with desk.database.begin() as connection:
            await connection.execute(text(f"UPDATE statements SET {change}"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE statement_lines SET amount = 1",
        "UPDATE statement_lines SET booked_on = booked_on + 1",
        "UPDATE statement_lines SET digest = ''",
        "UPDATE statements SET content = ''",
        "UPDATE statements SET closing = 0",
        "DELETE FROM statement_lines",
        "DELETE FROM statements",
    ],
)
async def test_what_the_bank_said_cannot_be_changed_by_the_service(desk: Desk, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with desk.database.begin() as connection:
            await connection.execute(text(statement))
