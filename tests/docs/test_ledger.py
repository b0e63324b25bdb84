"""Holds docs/ledger.md to the code: its chart, its postings and their marks, its checks; plays every built row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain import paying, posting
from services.voucher.ledger.domain.built import BUILT
from services.voucher.ledger.domain.chart import CHART, Book, PlaceKind
from services.voucher.ledger.domain.paying import Leg
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import accounts, journals, lines
from services.voucher.ledger.store import audit as ledger
from services.voucher.ledger.store.accounts import AsOf
from services.voucher.oversight.store import audit as oversight
from services.voucher.wallet.domain.statement import EVENTS
from tests.voucher.ledger.samples import journal
from tests.voucher.ledger.stored import a_stored_line

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
MOVE = re.compile(r"(\w+) → (\w+)")
DEBIT_AND_CREDIT = re.compile(r"(\w+) / (\w+)")
NOT_BUILT_YET = re.compile(r"\([^)]*\)")
"""What stands in brackets in the money book."""

LINE, ROUND, VOUCHER, CLAIM_LINE, PAYOUT, ACCOUNT, BANK_LINE, REDEMPTION = (new_id() for _ in range(8))
BOTH_WAYS: Sequence[dict[str, Any]] = [{"amount": 100}, {"amount": -100}]
VARIANTS: dict[Callable[..., Posting], Sequence[dict[str, Any]]] = {
    posting.reclaim: [{"event": "year_end_voided"}],
    paying.cut_pro_rata: [{"to_pool": 0}, {"to_pool": 1}],
    paying.uphold_objection: [{"pool_class": "a"}, {"pool_class": None}],
    paying.suspend: BOTH_WAYS,
    paying.set_apart: BOTH_WAYS,
}
"""What the postings that serve several causes are asked for."""

BY_ROW = {
    8: [{"event": "rest_released"}],
    9: [{"event": "voided"}, {"event": "lapsed"}],
    10: [{"event": event} for event in ("expired", "cancelled", "leftover_reclaimed")],
}


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    body = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]


POSTINGS = {int(cells[0]): cells[1:] for cells in table("Postings")}


def _legs(row: int, funding: Funding) -> list[Leg]:
    """What a claim line owes: by two treasuries, beside what its holder paid in, or by one alone."""
    whole = Leg("city", 100, funding)
    parts = {
        35: [Leg("city", 60, funding), Leg("district", 40, funding)],
        37: [whole, Leg("deposit", 30, funding, REDEMPTION)],
    }
    return parts.get(row, [whole])


def played(row: int, line_id: UUID = LINE, funder: str = "x") -> list[Posting]:
    """Every posting that the code makes for a row, of a voucher and a claim line whose one leg is a budget line's."""
    both, unknown = Funding("CNY", funder, ROUND, line_id), Funding("CNY", funder)
    of_round, of_line = replace(both, line_id=None), replace(both, round_id=None)
    given: dict[str, Any] = {
        "amount": 100,
        "claimed": 101,
        "legs": _legs(row, of_line),
        "part": "city",
        "pool_class": "a",
        "quota": of_round,
        "cash": paying.suspense(BANK_LINE) if row == 42 else paying.bank(ACCOUNT),
        "voucher_id": VOUCHER,
        "claim_line_id": CLAIM_LINE,
        "payout_id": PAYOUT,
        "refund_id": PAYOUT,
        "redemption_id": REDEMPTION,
        "payer_account_id": ACCOUNT,
        "statement_line_id": BANK_LINE,
        "funding": both if row < 3 else of_round if row < 13 or row == 39 else of_line,
    }
    of_the_year = {posting.reclaim: of_round, posting.void_pool: both, posting.lapse: of_line}
    made = []
    for make in BUILT[row]:
        arguments = {name: given[name] for name in make.__annotations__ if name in given}
        if row == 45:
            arguments["funding"] = of_the_year[make]
        if "payer_account_id" in arguments:
            arguments["funding"] = unknown
        made += [make(**arguments | asked) for asked in BY_ROW.get(row, VARIANTS.get(make, [{}]))]
    return made


def moved(postings: Sequence[Posting], book: Book) -> set[tuple[str, str]]:
    """The places (credited, debited) that postings move value between in a book."""
    pairs = [pair for one in postings for pair in zip(one.entries[::2], one.entries[1::2], strict=True)]
    ordered = [sorted(pair, key=lambda entry: entry.amount) for pair in pairs if pair[0].place.book is book]
    return {(source.place.kind.value, target.place.kind.value) for source, target in ordered}


def said_of_money(row: int) -> set[tuple[str, str]]:
    """The places (credited, debited) that the table says a row moves money between, with the rows it refers to."""
    said = NOT_BUILT_YET.sub("", POSTINGS[row][2])
    own = {(credit, debit) for debit, credit in DEBIT_AND_CREDIT.findall(said)}
    others = {pair for other in re.findall(r"\b\d\d\b", said) for pair in said_of_money(int(other))}
    if said.endswith("with suspense for bank"):
        others = {("suspense" if c == "bank" else c, "suspense" if d == "bank" else d) for c, d in others}
    return own | others


def test_the_chart_is_the_codes_chart() -> None:
    yes = {True: "yes", False: "no"}
    assert table("Chart") == [
        [f"`{kind}`", account.book, account.side, account.owner, account.part or "–", yes[account.guarded]]
        for kind, account in CHART.items()
    ]


def test_every_row_has_a_mark_and_it_is_true() -> None:
    assert list(POSTINGS) == list(range(1, 48))
    assert {row: cells[-1] for row, cells in POSTINGS.items()} == {
        row: "built" if row in BUILT else "not yet" for row in POSTINGS
    }


@pytest.mark.parametrize("row", list(BUILT))
def test_a_built_row_moves_exactly_what_its_line_says(row: int) -> None:
    event, quota = POSTINGS[row][:2]
    said = set(MOVE.findall(quota))
    if "reverse" in event:
        said |= {(target, source) for source, target in said}
    assert (moved(played(row), Book.QUOTA), moved(played(row), Book.MONEY)) == (said, said_of_money(row))


def test_whatever_touches_a_voucher_has_words_on_a_statement() -> None:
    places = (PlaceKind.AVAILABLE, PlaceKind.HELD, PlaceKind.CAPTURED)
    made = [one for row in BUILT for one in played(row)]
    touching = {one.event for one in made if any(one.moved(place, VOUCHER) for place in places)}
    assert touching < EVENTS.keys()


def test_a_posting_names_its_row_and_to_pay_again_is_to_send_and_settle_again() -> None:
    rows = {row: {made.row for made in played(row)} for row, makers in BUILT.items() if makers}
    assert rows == {row: {row} for row in rows} | {24: {18, 21}, 39: {7}}


async def test_all_built_rows_are_booked_one_after_the_other_and_everything_adds_up(voucher_db: Database) -> None:
    line = await a_stored_line(voucher_db)
    enough = [36] * 3 + [1] * 36 + [2] * 34 + [3] * 4 + [4] * 28 + [6] * 20 + [7] * 16 + [13] * 10 + [18] * 2
    first = [played(row, line.id, line.classification.funding_source)[0] for row in enough]
    every = [made for row in BUILT for made in played(row, line.id, line.classification.funding_source)]
    async with voucher_db.begin() as connection:
        for made in (*first, *every):
            await journals.append(connection, [journal(made)])
            line = line.after(made)
            assert set((await accounts.imbalance(connection, AsOf())).values()) == {0}
        await lines.save(connection, line)
        booked = await journals.find(connection, journals.Wanted(), before=None, limit=200)
    assert {one.row for one in booked} == {row for row, makers in BUILT.items() if makers} - {24, 39}
    async with voucher_db.read() as connection:
        assert await ledger.findings(connection) == []


def test_a_row_that_posts_nothing_says_so() -> None:
    nothing = [row for row, makers in BUILT.items() if not makers]
    assert nothing == [5, 12, 15, 17]
    assert all(POSTINGS[row][1:3] == ["–", "–"] for row in nothing)


def test_the_checks_are_the_audits_checks() -> None:
    assert [cells[0].strip("`") for cells in table("The audit")] == [
        check.name for check in (*ledger.CHECKS, *oversight.CHECKS)
    ]


@pytest.mark.parametrize("name", re.findall(r"`((?:ck|uq|tg)_\w+)`", TEXT))
async def test_every_guard_that_is_named_exists(voucher_db: Database, name: str) -> None:
    sql = """SELECT count(*) FROM (SELECT conname::text AS name FROM pg_constraint UNION SELECT tgname FROM pg_trigger
             UNION SELECT relname FROM pg_class) AS guards WHERE name = $1"""
    async with voucher_db.read() as connection:
        assert (await connection.exec_driver_sql(sql, (name,))).scalar_one() == 1
