"""A payer account is funded by two persons; a line never funds more than was appropriated, however many ask at once."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain import budget
from services.voucher.ledger.domain.budget import BudgetLine, ChangeKind
from services.voucher.ledger.store import lines
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.domain.particulars import Particulars
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.operations import fundings as operations
from services.voucher.payout.operations import payer_accounts as opening
from services.voucher.payout.operations.fundings import Asked
from services.voucher.payout.store import fundings, payer_accounts
from tests.voucher.ledger.samples import AT, a_change, classification
from tests.voucher.payout.steps import BANK_CODE, CHECKER, MAKER, a_payer_account, by, keyed, open_tasks, refused


@pytest.fixture
async def payer(voucher_db: Database) -> PayerAccount:
    account = a_payer_account()
    async with voucher_db.begin() as connection:
        await payer_accounts.add(connection, account)
    return account


@pytest.fixture
async def line(voucher_db: Database) -> BudgetLine:
    """A line of which 10 yuan were appropriated, and given to a round."""
    line = BudgetLine(new_id(), classification(), appropriation=1_000)
    async with voucher_db.begin() as connection:
        await lines.create(connection, line, at=AT, by=MAKER)
        await lines.save(connection, line)
    return line


async def propose(
    database: Database, payer: PayerAccount, line: BudgetLine, amount: int = 1_000, key: str | None = None, **bound: str
) -> Answer:
    who = by(MAKER, "finance_maker", "propose_funding", **bound)
    asked = Asked(line.id, amount, "CNY", "江财拨〔2020〕112号")
    request = keyed(who, "propose_funding", key)
    return await operations.propose(database, request, permit=who, account_id=payer.id, asked=asked)


async def decide(
    database: Database, funding_id: UUID, verb: str = "approve", person: str = CHECKER, key: str | None = None
) -> Answer:
    who = by(person, "finance_checker", f"{verb}_funding")
    request = keyed(who, f"{verb}_funding", key)
    if verb == "approve":
        return await operations.approve(database, request, permit=who, funding_id=funding_id)
    return await operations.reject(database, request, permit=who, funding_id=funding_id, reason="Wrong line.")


async def proposed(database: Database, payer: PayerAccount, line: BudgetLine, amount: int = 1_000) -> UUID:
    return UUID((await propose(database, payer, line, amount)).body["id"])


async def stored(database: Database, funding_id: UUID) -> AccountFunding:
    async with database.read() as connection:
        return await fundings.read(connection, funding_id)


async def test_an_approved_funding_waits_for_its_credit(
    voucher_db: Database, payer: PayerAccount, line: BudgetLine
) -> None:
    funding_id = await proposed(voucher_db, payer, line)
    assert await open_tasks(voucher_db, funding_id) == [("funding.decide", "finance_checker")]
    await decide(voucher_db, funding_id)
    funding = await stored(voucher_db, funding_id)
    assert (funding.state, funding.decided_by, funding.reference[0]) == (FundingState.APPROVED, CHECKER, "F")
    assert await open_tasks(voucher_db, funding_id) == [("funding.receive", "finance_maker")]


async def test_a_rejected_funding_waits_for_nobody(voucher_db: Database, payer: PayerAccount, line: BudgetLine) -> None:
    funding_id = await proposed(voucher_db, payer, line)
    await decide(voucher_db, funding_id, "reject")
    assert (await stored(voucher_db, funding_id)).reason == "Wrong line."
    assert await open_tasks(voucher_db, funding_id) == []


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_another_person_decides(voucher_db: Database, payer: PayerAccount, line: BudgetLine, verb: str) -> None:
    funding_id = await proposed(voucher_db, payer, line)
    assert await refused(decide(voucher_db, funding_id, verb, MAKER)) == ["funding.same_person"]


async def test_of_two_fundings_of_the_last_yuan_one_is_approved(
    voucher_db: Database, payer: PayerAccount, line: BudgetLine
) -> None:
    both = [await proposed(voucher_db, payer, line) for _ in range(2)]
    said = await asyncio.gather(*(refused(decide(voucher_db, one)) for one in both))
    assert sorted(said) == [[], ["funding.above_appropriation"]]
    assert await refused(propose(voucher_db, payer, line, 1)) == ["funding.above_appropriation"]


async def test_a_line_is_not_cut_below_what_was_approved_from_it(
    voucher_db: Database, payer: PayerAccount, line: BudgetLine
) -> None:
    await decide(voucher_db, await proposed(voucher_db, payer, line, 600))
    async with voucher_db.begin() as connection:
        locked = await lines.lock(connection, line.id)
    assert locked.funded == 600
    cut = a_change(locked, ChangeKind.CUT, 401)
    with pytest.raises(Refusal, match=r"budget_line\.funded"):
        budget.approve(cut, line=replace(locked, free=1_000), by=CHECKER, at=AT)


@pytest.mark.parametrize(
    ("bound", "code"), [({"treasury": "tianshui"}, "budget_line.unknown"), ({}, "payer_account.unknown")]
)
async def test_what_is_another_treasurys_is_not_there(
    voucher_db: Database, line: BudgetLine, bound: dict[str, str], code: str
) -> None:
    theirs = a_payer_account(treasury="tianshui")
    async with voucher_db.begin() as connection:
        await payer_accounts.add(connection, theirs)
    assert await refused(propose(voucher_db, theirs, line, 1_000, None, **bound)) == [code]


async def test_another_treasurys_funding_is_not_there(
    voucher_db: Database, payer: PayerAccount, line: BudgetLine
) -> None:
    funding_id = await proposed(voucher_db, payer, line)
    who = by(CHECKER, "finance_checker", "get_funding", treasury="tianshui")
    asked = operations.read_funding(voucher_db, permit=who, funding_id=funding_id)
    assert await refused(asked) == ["funding.unknown"]


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_every_step_answers_its_own_key_again(
    voucher_db: Database, payer: PayerAccount, line: BudgetLine, verb: str
) -> None:
    made = [await propose(voucher_db, payer, line, key="twice") for _ in range(2)]
    funding_id = UUID(made[0].body["id"])
    ended = [await decide(voucher_db, funding_id, verb, key="twice") for _ in range(2)]
    assert [answer.replayed for answer in (*made, *ended)] == [False, True, False, True]


async def test_why_it_was_decided_is_kept(voucher_db: Database, payer: PayerAccount, line: BudgetLine) -> None:
    funding_id = await proposed(voucher_db, payer, line)
    await decide(voucher_db, funding_id)
    async with voucher_db.read() as connection:
        (decision,) = await decisions.of_subject(connection, funding_id)
    assert (decision.rule, decision.outcome, decision.actor) == ("four_eyes", "approved", CHECKER)
    assert (decision.numbers["amount"], decision.numbers["proposed_by"]) == ("10.00", MAKER)


async def open_account(database: Database, key: str | None = None, **changes: str) -> Answer:
    treasury = {"treasury": None} if changes.pop("nobodys", None) else {}
    who = by(MAKER, "finance_maker", "open_payer_account", **treasury)
    words = {"name": "江门市财政局", "number": "44001670101059000123", "bank_code": BANK_CODE, "bank_name": "建行"}
    asked = opening.Asked(
        particulars=Particulars(**{**words, **changes}),
        currency="CNY",
        funding_source="江门市财政局",
        file_profile="csv-gbk",
    )
    return await opening.open_account(database, keyed(who, "open_payer_account", key), permit=who, asked=asked)


async def test_an_account_of_the_bank_is_opened_once(voucher_db: Database) -> None:
    first, second = [await open_account(voucher_db, "once") for _ in range(2)]
    assert (first.body, second.replayed) == (second.body, True)
    assert await refused(open_account(voucher_db)) == ["payer_account.exists"]


async def test_only_a_treasury_opens_an_account_that_a_bank_could_have(voucher_db: Database) -> None:
    assert await refused(open_account(voucher_db, nobodys="x")) == ["payer_account.no_treasury"]
    assert await refused(open_account(voucher_db, number="1", bank_code="1")) == ["account.number", "account.bank_code"]
