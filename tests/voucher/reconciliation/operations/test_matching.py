"""A bank line settles what it names, brings back what came back, and what nobody knows has an owner."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis import decisions, events
from services.standards import references
from services.voucher.ledger.store import journals
from services.voucher.payout.domain.batch import BatchState
from services.voucher.payout.domain.funding import FundingState
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.payout.store import fundings
from services.voucher.reconciliation.domain.booking import Booked, book_all
from services.voucher.reconciliation.domain.line import Doubt, How, MatchKind, StatementLineState
from services.voucher.reconciliation.domain.matching import Understanding
from services.voucher.reconciliation.operations import matching
from services.voucher.reconciliation.store import candidates
from services.voucher.settlement.domain.claim import LegState
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import MAKER
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import (
    BACK_ON,
    NOVEMBER,
    PAID_ON,
    Paying,
    a_desk,
    a_funding,
    a_sent_payout,
    audited,
)
from tests.voucher.redemption.samples import PAYEE

REFERENCE = references.of_funding(12)


@pytest.fixture
async def paying(begin: Begin) -> Paying:
    return await begin(a_sent_payout)


async def test_a_debit_settles_its_payout_pays_its_leg_and_ends_its_batch(paying: Paying) -> None:
    await paying.desk.tell(paying.debit(counterparty_name="", counterparty_account=""))
    payout, leg, line = await paying.standing(), await paying.case.leg(), await paying.desk.line()
    assert (payout.state, payout.settled_on) == (PayoutState.SETTLED, PAID_ON)
    assert (leg.state, leg.paid_on, leg.payout_id) == (LegState.PAID, PAID_ON, payout.id)
    assert (line.state, line.match_kind, line.match_id) == (StatementLineState.MATCHED, MatchKind.PAYOUT, payout.id)
    assert (line.matched_how, line.matched_by) == (How.REFERENCE, MAKER)
    assert (await paying.house.batch(payout.batch_id)).state is BatchState.DONE
    await audited(paying.database)


async def test_it_is_booked_on_the_day_of_the_bank_and_told_to_the_payee(paying: Paying) -> None:
    await paying.desk.tell(paying.debit())
    async with paying.database.begin() as connection:
        booked = await journals.find(connection, journals.Wanted(subject_id=paying.payout.id), before=None, limit=9)
        (why,) = await decisions.of_subject(connection, (await paying.desk.line()).id)
    async with paying.database.begin() as connection:
        told = await events.read(connection, after=None, limit=200, audience=PAYEE, types=["payout.settled"])
    assert [(one.row, one.value_on) for one in booked] == [(21, PAID_ON), (18, date(2020, 10, 20))]
    assert (why.outcome, why.rule, why.numbers["amount"]) == ("payout", "matching.reference", "-5000.00")
    assert [one.event.data["booked_on"] for one in told] == ["2020-10-21"]


async def test_without_a_reference_amount_name_and_days_tell(paying: Paying) -> None:
    await paying.desk.tell(paying.debit(text=""))
    assert (await paying.desk.line()).matched_how is How.AMOUNT_NAME_WINDOW
    assert (await paying.standing()).state is PayoutState.SETTLED
    await audited(paying.database)


async def test_sums_that_are_right_with_a_name_that_is_not_settle_nothing(paying: Paying) -> None:
    await paying.desk.tell(paying.debit(counterparty_name="别家公司"))
    line = await paying.desk.line()
    assert (line.state, line.exception) == (StatementLineState.EXCEPTION, Doubt.PAYEE_DIFFERS)
    assert (await paying.standing()).state is PayoutState.SENT
    assert await paying.desk.tasks(line.id) == [("statement_line.resolve", "finance_checker", "jiangmen")]
    await audited(paying.database)


async def test_what_the_bank_takes_back_of_two_debits_is_not_paid_again(paying: Paying) -> None:
    """A bug of ours: the credit for the second debit was taken for a return, and the payee was owed once more."""
    twice = [paying.debit(), paying.debit(bank_reference="second")]
    await paying.desk.tell(*twice)
    await paying.desk.tell(*twice, paying.returned())
    assert [line.exception for line in await paying.desk.lines()] == [None, Doubt.ALREADY_SETTLED, Doubt.AMBIGUOUS]
    assert (await paying.case.leg()).state is LegState.PAID


async def test_a_debit_that_comes_twice_is_an_exception_the_second_time(paying: Paying) -> None:
    await paying.desk.tell(paying.debit(bank_reference="B1"))
    await paying.desk.tell(paying.debit(bank_reference="B1"), paying.debit(bank_reference="B2"))
    assert [line.exception for line in await paying.desk.lines()] == [None, Doubt.ALREADY_SETTLED]
    standing = (await paying.desk.standing()).standing
    assert (standing.paid, standing.suspense, standing.in_transit) == (500_000, -500_000, 0)
    await audited(paying.database)


async def test_a_payment_that_comes_back_is_owed_again_and_paid_again(paying: Paying, set_clock: SetClock) -> None:
    await paying.desk.tell(paying.debit(), paying.returned())
    payout, leg = await paying.standing(), await paying.case.leg()
    assert (payout.state, payout.returned_on, leg.state) == (PayoutState.RETURNED, BACK_ON, LegState.PAYABLE)
    assert await paying.desk.tasks(paying.case.line_id) == [("claim.pay", "finance_maker", "jiangmen")]
    await audited(paying.database)

    (again,) = await paying.house.payouts(await paying.house.sent())
    second = Paying(paying.house, paying.case, paying.desk, again)
    debit = second.debit(booked_on=date(2020, 11, 30))
    await paying.desk.tell(paying.debit(), paying.returned(), debit)
    assert ((await second.standing()).state, (await paying.case.leg()).state) == (PayoutState.SETTLED, LegState.PAID)
    standing = (await paying.desk.standing()).standing
    assert (standing.paid, standing.returned, standing.reconciled) == (1_000_000, 500_000, 3)
    await audited(paying.database)


async def test_a_return_in_another_year_is_not_taken_as_one_of_this(paying: Paying, set_clock: SetClock) -> None:
    await paying.desk.tell(paying.debit())
    await set_clock(datetime(2021, 1, 20, 2, 0, tzinfo=UTC))
    january = {"from": "2021-01-01", "until": "2021-01-20"}
    await paying.desk.tell(paying.returned(booked_on=date(2021, 1, 5)), opening=-500_000, head=january)
    assert [line.exception for line in await paying.desk.lines()] == [None, Doubt.RETURN_OF_ANOTHER_YEAR]
    assert (await paying.standing()).state is PayoutState.SETTLED
    await audited(paying.database)


async def test_money_that_was_announced_is_received(paying: Paying) -> None:
    funding = await a_funding(paying, 600_000, REFERENCE)
    await paying.desk.tell(movement(600_000, booked_on=PAID_ON, text=f"拨款{REFERENCE}"), paying.debit())
    async with paying.database.begin() as connection:
        received = (await fundings.lock(connection, [funding.id]))[funding.id]
    assert (received.state, received.received_on) == (FundingState.RECEIVED, PAID_ON)
    found = await paying.desk.standing()
    assert (found.standing.bank, found.account.closing_balance, found.standing.funded) == (100_000, 100_000, 600_000)
    await audited(paying.database)


async def test_what_nobody_knows_stands_in_suspense(paying: Paying) -> None:
    await paying.desk.tell(movement(700, booked_on=PAID_ON, text="interest?"))
    assert (await paying.desk.line()).exception is Doubt.UNKNOWN_CREDIT
    standing = (await paying.desk.standing()).standing
    assert (standing.exceptions_open, standing.suspense, standing.bank) == (1, 700, 700)
    await audited(paying.database)


async def test_more_lines_than_one_batch_are_all_looked_at(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "BATCH", 2)
    await paying.desk.tell(*(movement(one, booked_on=PAID_ON) for one in range(1, 5)), paying.debit())
    standing = (await paying.desk.standing()).standing
    assert (standing.lines, standing.reconciled, standing.exceptions_open, standing.waiting) == (5, 1, 4, 0)
    await audited(paying.database)


async def test_a_debit_is_shown_what_is_like_it_and_not_all_that_is_on_its_way(paying: Paying) -> None:
    await paying.desk.tell(movement(-1, booked_on=PAID_ON, counterparty_name="x", counterparty_account="1"))
    alike = replace(await paying.desk.line(), counterparty_name=paying.payout.payee_name)
    async with paying.database.read() as connection:
        assert (await candidates.of_exception(connection, await paying.desk.line())).payouts == []
        assert (await candidates.of_exception(connection, alike)).payouts == [paying.payout]


async def test_a_poison_line_waits_and_all_others_are_looked_at(
    paying: Paying, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(found: Sequence[Understanding], **known: Any) -> list[Booked]:
        if any(one.line.text == "poison" for one in found):
            raise ArithmeticError("poison")
        return book_all(found, **known)

    monkeypatch.setattr(matching, "book_all", stumbles)
    await paying.desk.tell(
        movement(1, booked_on=PAID_ON, text="poison"), paying.debit(), movement(2, booked_on=PAID_ON)
    )
    assert [line.state for line in await paying.desk.lines()] == ["imported", "matched", "exception"]
    elsewhere = await a_desk(paying.database, number="44009999999999")
    with monkeypatch.context() as down:
        down.setattr(matching, "match_account", falls_over)
        await elsewhere.tell(movement(3, booked_on=PAID_ON))
    timer = matching.MatchTimer()
    assert [await timer.run(paying.database, NOVEMBER) for _ in range(2)] == [1, 0]
    await audited(paying.database)


@pytest.mark.parametrize("poisoned", [False, True])
async def test_a_database_that_is_lost_is_not_taken_for_a_poison_line(
    paying: Paying, monkeypatch: pytest.MonkeyPatch, poisoned: bool
) -> None:
    def stumbles(found: Sequence[Understanding], **_: object) -> list[Booked]:
        raise ArithmeticError if poisoned and len(found) > 1 else ConnectionError

    monkeypatch.setattr(matching, "book_all", stumbles)
    await paying.desk.tell(*(movement(one, booked_on=PAID_ON) for one in (1, 2)))
    with pytest.raises(ConnectionError):
        await matching.match_account(paying.database, paying.desk.account.id, by="x", request_id=None)


def falls_over(*_: object, **__: object) -> None:
    raise ConnectionError("power cut")
