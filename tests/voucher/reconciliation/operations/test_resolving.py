"""An exception leaves suspense for its true place, once, by a person who did not bring it about."""

import asyncio
from collections.abc import Collection
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from services.chassis.database import Database
from services.chassis.idempotency import Answer
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.standards import references
from services.voucher.payout.domain.funding import FundingState
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.payout.store import fundings
from services.voucher.reconciliation.domain.line import How, MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.reconciliation.operations import matching, resolving
from services.voucher.reconciliation.store import statement_lines
from services.voucher.settlement.domain.claim import LegState
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import CHECKER, MAKER, THIRD
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import (
    NOVEMBER,
    PAID_ON,
    Desk,
    Paying,
    a_desk,
    a_funding,
    a_sent_payout,
    audited,
    by,
    keyed,
)

FEE = movement(-700, booked_on=PAID_ON, counterparty_name="", counterparty_account="", text="fee")
GIFT = movement(900, booked_on=PAID_ON, text="for the other bureau")


@pytest.fixture
async def paying(begin: Begin) -> Paying:
    return await begin(a_sent_payout)


@pytest.fixture
async def desk(voucher_db: Database, set_clock: SetClock) -> Desk:
    await set_clock(NOVEMBER)
    return await a_desk(voucher_db)


async def doubtful(paying: Paying) -> StatementLine:
    """The payout's debit under another name."""
    await paying.desk.tell(paying.debit(counterparty_name="别家公司"))
    return await paying.desk.line()


async def test_a_debit_under_another_name_is_said_to_be_the_payout(paying: Paying) -> None:
    line = await doubtful(paying)
    await paying.desk.resolve(line, "payout", paying.payout.id)
    after, leg = await paying.desk.line(), await paying.case.leg()
    assert ((await paying.standing()).state, leg.state) == (PayoutState.SETTLED, LegState.PAID)
    assert (after.state, after.match_kind, after.matched_how) == (
        StatementLineState.MATCHED,
        MatchKind.PAYOUT,
        How.BY_HAND,
    )
    assert (after.matched_by, after.exception) == (THIRD, line.exception)
    assert await paying.desk.tasks(line.id) == []
    await audited(paying.database)


@pytest.mark.parametrize("person", [MAKER, CHECKER])
async def test_who_made_or_sent_the_batch_does_not_say_what_its_line_was(paying: Paying, person: str) -> None:
    line = await doubtful(paying)
    with pytest.raises(Refusal, match=r"statement_line\.same_person"):
        await paying.desk.resolve(line, "payout", paying.payout.id, person=person)
    assert await paying.desk.line() == line


@pytest.mark.parametrize("kind", ["charge", "not_ours"])
async def test_who_brought_a_line_in_does_not_book_it_away(desk: Desk, kind: str) -> None:
    await desk.tell(FEE)
    with pytest.raises(Refusal, match=r"statement_line\.same_person"):
        await desk.resolve(await desk.line(), kind, person=MAKER)
    await desk.resolve(await desk.line(), kind)


@pytest.mark.parametrize("kind", ["charge", "not_ours"])
async def test_who_had_a_hand_in_a_payout_does_not_call_its_debit_something_else(paying: Paying, kind: str) -> None:
    await paying.desk.tell(paying.told(-1))
    line = await paying.desk.line()
    with pytest.raises(Refusal, match=r"statement_line\.same_person"):
        await paying.desk.resolve(line, kind, person=CHECKER)
    await paying.desk.resolve(line, kind)


async def test_a_credit_without_a_reference_is_said_to_be_the_return(paying: Paying) -> None:
    await paying.desk.tell(paying.debit(), paying.returned(text="退款"))
    (line,) = await paying.desk.lines(StatementLineState.EXCEPTION)
    await paying.desk.resolve(line, "return", paying.payout.id)
    assert (await paying.standing()).state is PayoutState.RETURNED
    assert (await paying.case.leg()).state is LegState.PAYABLE
    await audited(paying.database)


async def test_a_credit_without_a_reference_is_said_to_be_the_funding(paying: Paying) -> None:
    funding = await a_funding(paying, 900, references.of_funding(12))
    await paying.desk.tell(GIFT)
    line = await paying.desk.line()
    with pytest.raises(Refusal, match=r"statement_line\.same_person"):
        await paying.desk.resolve(line, "funding", funding.id, person=CHECKER)
    await paying.desk.resolve(line, "funding", funding.id)
    async with paying.database.begin() as connection:
        assert (await fundings.lock(connection, [funding.id]))[funding.id].state is FundingState.RECEIVED
    await audited(paying.database)


async def test_charges_and_what_is_not_ours_are_reconciled(desk: Desk) -> None:
    await desk.tell(FEE, GIFT)
    fee, gift = await desk.lines()
    await desk.resolve(fee, "charge")
    await desk.resolve(gift, "not_ours")
    standing = (await desk.standing()).standing
    assert (standing.reconciled, standing.exceptions_open, standing.suspense) == (2, 0, 0)
    assert (standing.charges, standing.not_ours, standing.bank) == (700, 900, 200)
    assert [line.state for line in await desk.lines()] == [StatementLineState.MATCHED, StatementLineState.NOT_OURS]
    await audited(desk.database)


async def test_an_exception_is_resolved_once_and_a_retry_is_told_the_same(desk: Desk) -> None:
    await desk.tell(FEE)
    line = await desk.line()
    first, again = await desk.resolve(line, "charge", key="k"), await desk.resolve(line, "charge", key="k")
    assert (again.body, again.replayed) == (first.body, True)
    with pytest.raises(Refusal, match=r"statement_line\.state"):
        await desk.resolve(line, "not_ours")
    await audited(desk.database)


@pytest.mark.parametrize("kind", ["payout", "return", "funding"])
async def test_what_is_named_is_there_and_of_this_account(paying: Paying, kind: str) -> None:
    elsewhere = await a_desk_of_another_bank(paying.database)
    await elsewhere.tell(FEE)
    for named in (new_id(), paying.payout.id):
        with pytest.raises(NotFound):
            await elsewhere.resolve(await elsewhere.line(), kind, named)


async def test_another_treasury_does_not_learn_that_a_line_exists(desk: Desk) -> None:
    await desk.tell(FEE)
    line, who = await desk.line(), by(THIRD, "finance_checker", "resolve_statement_line", treasury="enping")
    asked = resolving.Asked(MatchKind.CHARGE, None, "A fee.")
    request = keyed(who, "resolve_statement_line")
    with pytest.raises(NotFound, match=r"statement_line\.unknown"):
        await resolving.resolve_line(desk.database, request, permit=who, line_id=line.id, asked=asked)


async def a_desk_of_another_bank(database: Database) -> Desk:
    return await a_desk(database, number="44009999999999")


# ── races ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def resolve_at_once(desk: Desk, line: StatementLine) -> list[Answer | BaseException]:
    """Five persons say five different things, all at the same moment."""
    said = ("charge", "not_ours", "charge", "not_ours", "charge")
    asked = (desk.resolve(line, kind, person=f"per_{place}") for place, kind in enumerate(said))
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_of_five_who_resolve_at_once_one_is_heard(desk: Desk) -> None:
    await desk.tell(FEE)
    results = await resolve_at_once(desk, await desk.line())
    assert len([one for one in results if isinstance(one, Answer)]) == 1
    assert {one.code for one in results if isinstance(one, Refusal)} == {"statement_line.state"}
    await audited(desk.database)


async def test_without_the_lock_the_ledger_itself_refuses_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.tell(FEE)
    line = await desk.line()
    monkeypatch.setattr(statement_lines, "lock", unlocked)
    results = await resolve_at_once(desk, line)
    assert len([one for one in results if isinstance(one, Answer)]) == 1
    assert [one for one in results if isinstance(one, IntegrityError)]
    await audited(desk.database)


async def test_matching_and_resolving_at_once_book_a_line_once(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    line = await imported(paying.desk, monkeypatch, paying.debit(counterparty_name="别家公司"))
    resolvers = (paying.desk.resolve(line, "payout", paying.payout.id, person=f"per_{place}") for place in range(3))
    results = await asyncio.gather(match(paying.desk), *resolvers, return_exceptions=True)
    assert {one.code for one in results if isinstance(one, Refusal)} <= {"statement_line.state"}
    assert (await paying.desk.line()).state in {StatementLineState.EXCEPTION, StatementLineState.MATCHED}
    await audited(paying.database)


async def test_four_who_match_at_once_book_each_line_once(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    await imported(paying.desk, monkeypatch, paying.debit(), FEE)
    assert max(await asyncio.gather(*(match(paying.desk) for _ in range(4)))) == 2
    assert [line.state for line in await paying.desk.lines()] == [
        StatementLineState.MATCHED,
        StatementLineState.EXCEPTION,
    ]
    await audited(paying.database)


async def test_without_the_lock_the_ledger_itself_refuses_the_other_three(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(desk, monkeypatch, FEE)
    monkeypatch.setattr(statement_lines, "lock", unlocked)
    with capture_logs() as logged:
        await asyncio.gather(*(match(desk) for _ in range(4)))
    assert [one["exc_info"] for one in logged if one["event"] == "matching.batch_failed"]
    await audited(desk.database)


async def imported(desk: Desk, monkeypatch: pytest.MonkeyPatch, *movements: Movement) -> StatementLine:
    """Lines that came in and that nobody has looked at; the first of them."""

    async def later(*_: object, **__: object) -> None:
        return None

    with monkeypatch.context() as patched:
        patched.setattr(matching, "match_account", later)
        await desk.tell(*movements)
    return (await desk.lines())[0]


async def match(desk: Desk) -> int:
    return await matching.match_batch(desk.database, desk.account.id, by=MAKER, request_id="req_8")


async def unlocked(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, StatementLine]:
    """The guard off: what is decided upon is only read, and a moment passes."""
    found = {one: await statement_lines.read(connection, one) for one in ids}
    await asyncio.sleep(0.2)
    return found
