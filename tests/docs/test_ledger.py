"""Holds docs/ledger.md to the code: its chart, its postings and their marks, its checks; plays every built row."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain.chart import CHART
from services.voucher.ledger.domain.posting import BUILT, Funding, Posting, reclaim, release
from services.voucher.ledger.store import accounts, journals, lines
from services.voucher.ledger.store import audit as ledger
from services.voucher.ledger.store.accounts import AsOf
from services.voucher.oversight.store import audit as oversight
from tests.voucher.ledger.samples import journal
from tests.voucher.ledger.stored import a_stored_line

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
MOVE = re.compile(r"(\w+) → (\w+)")
EVENTS: dict[int, Sequence[str]] = {
    8: ["rest_released"],
    9: ["voided", "lapsed"],
    10: ["expired", "cancelled", "leftover_reclaimed"],
}
"""The events of the postings that serve several rows or causes."""


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    body = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]


POSTINGS = {int(cells[0]): cells[1:] for cells in table("Postings")}


def played(row: int, funding: Funding) -> list[Posting]:
    """Every posting that the code makes for a row."""
    made = []
    for make in BUILT[row]:
        arguments: dict[str, Any] = {"amount": 100, "funding": funding}
        wanted = make.__annotations__
        arguments |= {name: value for name, value in (("voucher_id", VOUCHER), ("pool_class", "a")) if name in wanted}
        events = EVENTS[row] if make in (release, reclaim) else [None]
        made += [make(**arguments, **({"event": event} if event else {})) for event in events]
    return made


VOUCHER = new_id()


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
    funding = Funding("CNY", "x", new_id(), new_id())
    assert said == {
        (posting.entries[0].place.kind.value, posting.entries[1].place.kind.value) for posting in played(row, funding)
    }
    assert {posting.row for posting in played(row, funding)} <= {row}


async def test_all_built_rows_are_booked_one_after_the_other_and_everything_adds_up(voucher_db: Database) -> None:
    line = await a_stored_line(voucher_db)
    to_round = line.funding(new_id())
    of_round = Funding(to_round.currency, to_round.source, to_round.round_id)
    enough = [1] * 9 + [2] * 8 + [4] * 7 + [6] * 5 + [7]
    first = [played(row, to_round if row < 3 else of_round)[0] for row in enough]
    every = [posting for row in BUILT for posting in played(row, to_round if row < 3 else of_round)]
    async with voucher_db.begin() as connection:
        for posting in (*first, *every):
            await journals.append(connection, [journal(posting)])
            line = line.after(posting)
            assert set((await accounts.imbalance(connection, AsOf())).values()) == {0}
        await lines.save(connection, line)
        booked = await journals.find(connection, journals.Wanted(), before=None, limit=100)
    assert {one.row for one in booked} == {row for row, makers in BUILT.items() if makers}
    async with voucher_db.read() as connection:
        assert await ledger.findings(connection) == []


def test_a_row_that_posts_nothing_says_so() -> None:
    assert [row for row, makers in BUILT.items() if not makers] == [5]
    assert POSTINGS[5][1:3] == ["–", "–"]


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
