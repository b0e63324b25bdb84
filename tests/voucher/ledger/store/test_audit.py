"""The checks of the money book are silent about what was booked and name what a superuser changed."""

from typing import Any

import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.ledger.domain import paying, posting
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.paying import Leg
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import audit, journals, lines
from tests.voucher.ledger.samples import journal
from tests.voucher.ledger.stored import a_stored_line
from tests.voucher.oversight.tampering import tamper

ROUND, VOUCHER, CLAIM_LINE, PAYOUT, ACCOUNT, BANK_LINE = (new_id() for _ in range(6))
PART: dict[str, Any] = {"claim_line_id": CLAIM_LINE, "part": "city"}
NOBODY = Funding("CNY", "x")


def captured(line: BudgetLine, quota: Funding) -> list[Posting]:
    """6.00 of a line's 10.00, captured by a voucher."""
    return [
        posting.allot(amount=1000, funding=line.funding()),
        posting.fund_round(pool_class="a", amount=900, funding=line.funding(ROUND)),
        posting.issue(voucher_id=VOUCHER, pool_class="a", amount=800, funding=quota),
        posting.authorise(voucher_id=VOUCHER, amount=700, funding=quota),
        posting.capture_held(voucher_id=VOUCHER, amount=600, funding=quota),
    ]


def paid(of_line: Funding, quota: Funding) -> list[Posting]:
    """3.00 of 5.00 claimed, paid from 4.00 of the treasury; 1.00 comes back; a charge, and 0.50 that nobody knows."""
    bank, legs = paying.bank(ACCOUNT), [Leg("city", 300, of_line)]
    return [
        paying.approve(voucher_id=VOUCHER, claim_line_id=CLAIM_LINE, claimed=500, legs=legs, quota=quota),
        paying.fund_account(cash=bank, amount=400, funding=of_line),
        paying.send(payout_id=PAYOUT, amount=300, funding=of_line, **PART),
        paying.settle(payout_id=PAYOUT, cash=bank, amount=300, funding=of_line),
        paying.take_return(cash=bank, amount=100, funding=of_line, **PART),
        paying.suspend(statement_line_id=BANK_LINE, payer_account_id=ACCOUNT, amount=50, funding=NOBODY),
        paying.charge(payer_account_id=ACCOUNT, cash=bank, amount=5, funding=NOBODY),
    ]


@pytest.fixture
async def books(voucher_db: Database) -> None:
    line = await a_stored_line(voucher_db)
    quota = Funding("CNY", line.classification.funding_source, ROUND)
    postings = [*captured(line, quota), *paid(line.funding(), quota)]
    for one in postings:
        line = line.after(one)
    async with voucher_db.begin() as connection:
        await lines.save(connection, line)
        await journals.append(connection, [journal(one) for one in postings])


async def found(database: Database) -> list[Finding]:
    async with database.read() as connection:
        return await audit.findings(connection)


@pytest.mark.usefixtures("books")
async def test_nothing_is_wrong_with_what_was_booked(voucher_db: Database) -> None:
    assert await found(voucher_db) == []


OF_THE_FUNDING = "WHERE journal_id = (SELECT id FROM journals WHERE event = 'account_funded')"
OF_THE_APPROVAL = "WHERE place IN ('cost', 'payable')"


@pytest.mark.usefixtures("books")
@pytest.mark.parametrize(
    ("sql", "check", "said"),
    [
        (
            f"UPDATE entries SET amount = amount * 4 {OF_THE_APPROVAL}",
            "budget_line.spent",
            "expected at most 1000, actual cost 1200, treasury_drawn 400",
        ),
        (
            f"UPDATE entries SET amount = amount * 3 {OF_THE_FUNDING}",
            "budget_line.spent",
            "expected at most 1000, actual cost 300, treasury_drawn 1200",
        ),
        (
            "UPDATE entries SET amount = -301 WHERE place = 'bank' AND amount = -300",
            "treasury.drawn",
            "in CNY: expected 399: bank 244, charges 5, cost 300, in_transit 0, payable -100, suspense -50, actual 400",
        ),
        ("DELETE FROM entries WHERE place = 'bank'", "journal.balanced", "money CNY: expected 0, actual -400"),
        (
            "UPDATE entries SET amount = amount * 2"
            " WHERE journal_id = (SELECT id FROM journals WHERE event = 'payout_sent')",
            "place.guarded",
            "expected at least 0, actual -300 CNY",
        ),
        ("UPDATE entries SET owner = gen_random_uuid() WHERE place = 'cost'", "entry.owner", "the owner of cost"),
        (f"UPDATE entries SET owner = gen_random_uuid() {OF_THE_FUNDING}", "entry.owner", "of treasury_drawn"),
        (
            "UPDATE entries SET place = 'treasury_surrendered', owner = gen_random_uuid()"
            " WHERE place = 'treasury_drawn'",
            "entry.owner",
            "the owner of treasury_surrendered",
        ),
        (
            "UPDATE entries SET place = 'recoveries', owner = gen_random_uuid() WHERE place = 'treasury_drawn'",
            "entry.owner",
            "the owner of recoveries",
        ),
        (
            "UPDATE entries SET budget_line_id = NULL, round_id = owner WHERE place = 'payable'",
            "entry.owner",
            "payable",
        ),
        (
            "UPDATE entries SET budget_line_id = NULL, round_id = owner WHERE place = 'in_transit'",
            "entry.owner",
            "the owner of in_transit",
        ),
        ("UPDATE entries SET budget_line_id = NULL WHERE place = 'bank'", "entry.closed", "left budget line"),
        ("UPDATE entries SET funding_source = 'me' WHERE place = 'cost'", "entry.funding", "CNY of me"),
    ],
)
async def test_what_a_superuser_changed_in_the_money_book_is_named(
    voucher_db: Database, superuser_url: str, sql: str, check: str, said: str
) -> None:
    await tamper(superuser_url, sql)
    assert [one for one in await found(voucher_db) if one.check == check and said in f"{one.subject}: {one.detail}"]
