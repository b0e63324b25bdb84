"""The database itself refuses what the ledger never does, also to the service's own role."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain.chart import CHART, PlaceKind
from services.voucher.ledger.domain.posting import Funding, authorise
from services.voucher.ledger.store import journals
from tests.voucher.ledger.samples import a_change, journal
from tests.voucher.ledger.stored import a_stored_line, insert_change

HEADER = """INSERT INTO journals (id, "row", event, booked_at, value_on, actor, request_id, subject_kind, subject_id)
            VALUES (:journal, 6, 'x', '2020-09-14', '2020-09-14', 'per_x', 'req_1', 'test', :journal)"""
ENTRY = """INSERT INTO entries
    (journal_id, owner, position, book, place, part, amount, currency, funding_source, round_id)
    VALUES (:journal, :journal, {position}, '{book}', '{place}', '{part}', {amount}, '{currency}', 'x', :journal)"""
VOUCHER = new_id()


def entry(position: int, amount: int, **changed: str) -> str:
    words = {"book": "quota", "place": "held", "part": "", "currency": "CNY", **changed}
    return ENTRY.format(position=position, amount=amount, **words)


def entries(*rows: str) -> str:
    """One statement of several rows."""
    return rows[0] + "".join(", " + row.partition("VALUES")[2] for row in rows[1:])


BALANCED = entries(entry(1, -5), entry(2, 5, place="captured"))


async def book(database: Database, *statements: str) -> None:
    journal_id = new_id()
    async with database.begin() as connection:
        for statement in (HEADER, *statements):
            await connection.execute(text(statement), {"journal": journal_id})


async def test_a_balanced_statement_is_booked(voucher_db: Database) -> None:
    await book(voucher_db, BALANCED)
    await book(voucher_db, BALANCED, entries(entry(3, 1), entry(4, -1)))


@pytest.mark.parametrize(
    "statements",
    [
        [entries(entry(1, -5), entry(2, 6))],
        [BALANCED, entry(3, 1)],
        [entry(1, -5), entry(2, 5)],
        [entries(entry(1, -5), entry(2, 5, currency="EUR"))],
        [entries(entry(1, -5), entry(2, 5, book="money", place="bank"))],
    ],
    ids=["off by one", "a second statement", "balanced only in two statements", "two currencies", "two books"],
)
async def test_a_statement_that_is_not_at_zero_is_refused(voucher_db: Database, statements: list[str]) -> None:
    with pytest.raises(IntegrityError, match=r"journal .* is off by"):
        await book(voucher_db, *statements)


async def test_a_booked_journal_takes_no_more_entries_however_balanced(voucher_db: Database) -> None:
    first = journal(authorise(voucher_id=new_id(), amount=5, funding=Funding("CNY", "x", new_id())))
    async with voucher_db.begin() as connection:
        await journals.append(connection, [first])
    later = entries(entry(3, -5), entry(4, 5, place="captured"))
    with pytest.raises(IntegrityError, match="takes no more entries"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(later), {"journal": first.id})


@pytest.mark.parametrize(
    ("column", "refusal"), [("xact", "permission denied"), ("sequence", "cannot insert a non-DEFAULT value")]
)
async def test_the_service_cannot_say_when_a_journal_was_booked(
    voucher_db: Database, column: str, refusal: str
) -> None:
    forged = HEADER.replace("(id,", f"({column}, id,").replace("(:journal", "('1', :journal", 1)
    with pytest.raises(DBAPIError, match=refusal):
        async with voucher_db.begin() as connection:
            await connection.execute(text(forged), {"journal": new_id()})


@pytest.mark.parametrize("table", ["journals", "entries"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_what_is_booked_is_never_changed(voucher_db: Database, table: str, verb: str) -> None:
    column = {"journals": "event", "entries": "amount"}[table]
    with pytest.raises(DBAPIError, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(verb.format(table, column, column)))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("budget_changes", "proposed_by"),
        ("budget_changes", "amount"),
        ("budget_lines", "treasury"),
        ("cap_counters", "cap"),
    ],
)
async def test_only_what_a_decision_changes_can_be_changed(voucher_db: Database, table: str, column: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"UPDATE {table} SET {column} = {column}"))


@pytest.mark.parametrize("table", ["budget_lines", "budget_changes", "cap_counters"])
async def test_nothing_of_the_ledger_can_be_deleted(voucher_db: Database, table: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"DELETE FROM {table}"))


@pytest.mark.parametrize("kind", list(PlaceKind))
async def test_the_database_knows_the_chart(voucher_db: Database, kind: PlaceKind) -> None:
    account = CHART[kind]
    right = {"place": kind.value, "book": account.book.value, "part": "x" if account.part else ""}
    wrong = {**right, "book": {"quota": "money", "money": "quota"}[account.book.value]}
    await book(voucher_db, entries(entry(1, -5, **right), entry(2, 5, **right)))
    with pytest.raises(IntegrityError, match="place_of_the_chart"):
        await book(voucher_db, entries(entry(1, -5, **wrong), entry(2, 5, **wrong)))
    odd = {**right, "part": "" if account.part else "x"}
    with pytest.raises(IntegrityError, match="part_of_the_chart"):
        await book(voucher_db, entries(entry(1, -5, **odd), entry(2, 5, **odd)))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"decided_by": "per_maker", "decided_at": "now", "state": "approved"}, "four_eyes"),
        ({"decided_by": "", "decided_at": "now", "state": "approved"}, "four_eyes"),
        ({"state": "approved"}, "decided_names_its_decider"),
        ({"decided_by": "per_other"}, "decided_names_its_decider"),
        ({"decided_by": "per_other", "decided_at": "now", "state": "rejected"}, "rejected_has_a_reason"),
        ({"proposed_by": ""}, "proposed_by_a_person"),
        ({"amount": 0}, "amount_positive"),
        ({"kind": "fund_round"}, "of_round_names_its_pool"),
        ({"kind": "borrow"}, "kind"),
        ({"state": "lost", "decided_by": "per_other", "decided_at": "now"}, "state"),
    ],
)
async def test_two_persons_stand_behind_a_decision_in_the_database_too(
    voucher_db: Database, change: dict[str, Any], constraint: str
) -> None:
    line = await a_stored_line(voucher_db)
    with pytest.raises(IntegrityError, match=f"ck_budget_changes_{constraint}"):
        await insert_change(voucher_db, a_change(line), change)


@pytest.mark.parametrize(
    ("balances", "constraint"),
    [
        ("free = -1", "free_guarded"),
        ("granted = -1", "granted_guarded"),
        ("appropriation = 1, free = 1, granted = 1", "appropriation_covers"),
        ("funded = -1", "funded_within"),
        ("appropriation = 5, funded = 6", "funded_within"),
    ],
)
async def test_a_budget_line_stays_above_zero_in_the_database_too(
    voucher_db: Database, balances: str, constraint: str
) -> None:
    line = await a_stored_line(voucher_db)
    with pytest.raises(IntegrityError, match=f"ck_budget_lines_{constraint}"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(f"UPDATE budget_lines SET {balances} WHERE id = :id"), {"id": line.id})


async def test_one_change_is_booked_once_whoever_books_it(voucher_db: Database) -> None:
    posting = authorise(voucher_id=new_id(), amount=5, funding=Funding("CNY", "x", new_id()))
    twice = [replace(journal(posting, VOUCHER), subject_kind="budget_change") for _ in range(2)]
    with pytest.raises(IntegrityError, match="uq_journals_budget_change"):
        async with voucher_db.begin() as connection:
            await journals.append(connection, twice)


@pytest.mark.parametrize("subject_kind", ["claim_line", "payout", "statement_line"])
async def test_what_happens_once_on_the_way_to_the_bank_is_booked_once(voucher_db: Database, subject_kind: str) -> None:
    posting = authorise(voucher_id=new_id(), amount=5, funding=Funding("CNY", "x", new_id()))
    first = replace(journal(posting), subject_kind=subject_kind)
    again = replace(first, id=new_id())
    other = replace(again, posting=replace(posting, event="settled"))
    async with voucher_db.begin() as connection:
        await journals.append(connection, [first, other])
    with pytest.raises(IntegrityError, match="uq_journals_once"):
        async with voucher_db.begin() as connection:
            await journals.append(connection, [replace(again, id=new_id())])


OF_A_BANK_LINE = ("bank", "suspense", "not_ours", "charges")


@pytest.mark.parametrize("kind", [kind for kind in PlaceKind if kind not in OF_A_BANK_LINE])
async def test_an_entry_names_a_line_or_a_round(voucher_db: Database, kind: PlaceKind) -> None:
    with pytest.raises(IntegrityError, match="funding_named"):
        await book(voucher_db, nameless(1, 5, kind))


@pytest.mark.parametrize("place", OF_A_BANK_LINE)
async def test_an_entry_of_a_bank_line_need_not_know_whose_it_is(voucher_db: Database, place: str) -> None:
    await book(voucher_db, entries(nameless(1, 5, PlaceKind(place)), nameless(2, -5, PlaceKind.BANK)))


def nameless(position: int, amount: int, kind: PlaceKind) -> str:
    account = CHART[kind]
    said = {"place": kind.value, "book": account.book.value, "part": "x" if account.part else ""}
    return entry(position, amount, **said).replace(", round_id)", ")").replace(", 'x', :journal)", ", 'x')")


async def test_a_document_or_a_request_stands_behind_every_journal(voucher_db: Database) -> None:
    with pytest.raises(IntegrityError, match="document_or_request"):
        async with voucher_db.begin() as connection:
            await connection.execute(text(HEADER.replace("'req_1'", "NULL")), {"journal": new_id()})


async def test_a_counter_stays_above_zero_in_the_database_too(voucher_db: Database) -> None:
    with pytest.raises(IntegrityError, match="used_guarded"):
        async with voucher_db.begin() as connection:
            await connection.execute(text("INSERT INTO cap_counters VALUES ('a', 'b', 'c', -1)"))
