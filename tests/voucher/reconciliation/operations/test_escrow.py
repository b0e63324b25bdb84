"""A holder pays his part in; the provider is paid the whole; what nobody needs goes back; all to a bank line."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.voucher.oversight.domain.chain import ReconciliationStatus
from services.voucher.oversight.operations.matching import match_claim
from services.voucher.payout.domain.deposit import DepositState
from services.voucher.payout.domain.refund import RefundState
from services.voucher.payout.operations.deposits import NothingDueTimer, SurplusTimer
from services.voucher.reconciliation.domain.line import Doubt, MatchKind, StatementLineState
from services.voucher.redemption.domain import orders
from services.voucher.settlement.domain.escrow import Escrow
from services.voucher.settlement.domain.objection import Outcome
from tests.conftest import Begin, SetClock
from tests.voucher.payout.steps import CHECKER, MAKER, NOW, open_tasks, refused
from tests.voucher.reconciliation.escrowed import HOLDERS_ACCOUNT, OWN, SUBSIDY, Escrowed, an_escrowed
from tests.voucher.reconciliation.samples import movement
from tests.voucher.reconciliation.steps import NOVEMBER
from tests.voucher.redemption.samples import YUAN, provider
from tests.voucher.redemption.stored import a_stored_voucher, carry_out
from tests.voucher.settlement.approved import PUBLISHED, Case, decide, disclosed, object_to
from tests.voucher.settlement.claimed import payee, submit
from tests.voucher.settlement.reviewed import APPROVE, REJECT, approve, less, review, the_line, withdraw

LATER = date(2020, 10, 21)


@pytest.fixture
async def escrowed(begin: Begin, set_clock: SetClock) -> Escrowed:
    return replace(await begin(an_escrowed), set_clock=set_clock)


async def test_what_a_holder_transfers_under_his_reference_stands_in_escrow(escrowed: Escrowed) -> None:
    deposit = await escrowed.pay_in()
    assert (deposit.state, deposit.asked, deposit.received) == (DepositState.RECEIVED, OWN, OWN)
    line = await escrowed.escrow.line()
    assert (line.match_kind, line.match_id) == (MatchKind.DEPOSIT, deposit.id)
    assert await escrowed.standing() == Escrow(escrowed.redemption_id, "CNY", received=OWN)
    await escrowed.audited()


async def test_the_provider_is_paid_the_whole_each_part_from_its_own_account(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    owed = await escrowed.released()
    assert {own: leg.amount for own, leg in owed.items()} == {True: OWN, False: SUBSIDY}
    kept = replace(escrowed.house, payer=escrowed.escrow.account)
    paid = [*await kept.payouts(await kept.sent()), *await escrowed.house.payouts(await escrowed.house.sent())]
    assert [one.leg_id for one in paid] == [owed[True].id, owed[False].id]
    await escrowed.set_clock(NOVEMBER)
    for desk, one in zip((escrowed.escrow, escrowed.own), paid, strict=True):
        debit = movement(-one.amount, counterparty_name=one.payee_name, counterparty_account="", text=one.reference)
        await escrowed.told(desk, debit, on=LATER)
    assert (await escrowed.escrow.known()).closing_balance == 0
    assert [line.state for line in await escrowed.escrow.lines()] == [StatementLineState.MATCHED] * 2
    claim_id = (await escrowed.line(owed[True].claim_line_id)).claim_id
    matched = await match_claim(escrowed.database, permit=payee, claim_id=claim_id)
    assert matched.status is ReconciliationStatus.RECONCILED
    await escrowed.audited()


async def test_five_announcements_at_once_are_one(escrowed: Escrowed) -> None:
    asked = [refused(escrowed.announce()) for _ in range(5)]
    assert sorted(await asyncio.gather(*asked)) == [[], *[["deposit.announced"]] * 4]


async def test_a_refund_that_is_approved_five_times_at_once_goes_back_once(escrowed: Escrowed) -> None:
    await escrowed.pay_in(OWN + 7)
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    asked = [refused(escrowed.approve_refund(refund, f"per_checker_{number}")) for number in range(5)]
    assert sorted(await asyncio.gather(*asked)) == [[], *[["deposit_refund.state"]] * 4]
    assert (await escrowed.standing()).refunded == 7
    await escrowed.audited()


async def test_where_the_bank_told_no_account_it_goes_to_the_holders_own_and_stays_when_that_changes(
    escrowed: Escrowed,
) -> None:
    await escrowed.pay_in(OWN + 7, counterparty_account="")
    assert await refused(escrowed.propose_refund()) == ["deposit_refund.no_account"]
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    assert await refused(escrowed.reject_refund(refund)) == []
    again = await escrowed.propose_refund()
    await escrowed.lose_account()
    assert await refused(escrowed.approve_refund(again)) == ["deposit_refund.account_changed"]
    assert (await escrowed.refund(refund.id)).state is RefundState.REJECTED


async def test_where_the_provider_is_paid_by_the_holder_nothing_is_paid_in(
    voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(NOW)
    plain = await a_stored_voucher(voucher_db)
    one = replace(await an_escrowed(voucher_db, set_clock), stored=plain, redemption_id=await plain.authorised())
    assert await refused(one.announce()) == ["deposit.not_escrow"]


async def test_an_objection_that_is_upheld_leaves_the_holders_money_to_him(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    claim_id = await escrowed.claimed()
    await approve(escrowed.database, claim_id, APPROVE)
    line = await the_line(escrowed.database, claim_id)
    case = Case(escrowed.stored, line.id, line.id)
    await escrowed.set_clock(PUBLISHED)
    objected = await object_to(case, await disclosed(escrowed.database, case))
    await decide(case, objected, Outcome.UPHELD, holder_at_fault=False)
    assert (await escrowed.standing()).free == OWN
    await escrowed.audited()


async def test_nothing_is_claimed_before_the_holders_part_is_there(escrowed: Escrowed) -> None:
    await escrowed.pay_in(OWN - 1)
    captured = await escrowed.captured()
    with pytest.raises(Refusal) as refusal:
        await submit(escrowed.database, captured.asked)
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.numbers["missing"]) == ("claim.deposit_missing", "0.01")
    await escrowed.pay_in(1)
    await submit(escrowed.database, captured.asked)
    assert await escrowed.standing() == Escrow(escrowed.redemption_id, "CNY", received=OWN, used=OWN)
    await escrowed.audited()


async def test_no_money_leaves_from_an_account_that_it_is_not_in(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    owed = await escrowed.released()
    kept = replace(escrowed.house, payer=escrowed.escrow.account)
    for house, leg in ((kept, owed[False]), (escrowed.house, owed[True])):
        assert await refused(house.prepare(leg.id)) == ["payout_batch.nothing_to_pay", "leg.other_account"]


async def test_what_a_reviewer_cuts_is_not_the_holders_and_he_is_owed_nothing(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    claim_id = await escrowed.claimed()
    await approve(escrowed.database, claim_id, less(SUBSIDY - YUAN))
    assert (await escrowed.standing()).used == OWN
    await escrowed.audited()


async def test_a_rejected_line_leaves_the_holders_money_to_him(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    claim_id = await escrowed.claimed()
    await review(escrowed.database, claim_id, REJECT)
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    assert (refund.amount, (await escrowed.standing()).used) == (OWN, 0)
    await escrowed.audited()


async def test_a_line_that_was_taken_back_may_be_claimed_again(escrowed: Escrowed) -> None:
    await escrowed.pay_in()
    captured = await escrowed.captured()
    answer = await submit(escrowed.database, captured.asked)
    await withdraw(escrowed.database, UUID(answer.body["id"].removeprefix("clm_")))
    assert (await escrowed.standing()).used == 0
    await submit(escrowed.database, captured.asked)
    await escrowed.audited()


async def test_what_is_too_much_goes_back_by_two_persons_and_a_bank_line(escrowed: Escrowed) -> None:
    await escrowed.pay_in(OWN + 7)
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    assert (refund.amount, refund.state) == (7, RefundState.PROPOSED)
    assert await refused(escrowed.approve_refund(refund, refund.proposed_by)) == ["deposit_refund.same_person"]
    await escrowed.approve_refund(refund)
    assert (await escrowed.standing()).free == OWN
    await escrowed.audited()
    await escrowed.set_clock(NOVEMBER)
    await escrowed.told(escrowed.escrow, escrowed.transfer(refund, -7), on=LATER)
    settled = await escrowed.refund(refund.id)
    assert (settled.state, settled.settled_on) == (RefundState.SETTLED, LATER)
    await escrowed.audited()


async def test_a_voided_contract_gives_all_of_it_back_and_finance_is_asked_to(escrowed: Escrowed) -> None:
    deposit = await escrowed.pay_in()
    assert await refused(escrowed.propose_refund()) == ["deposit_refund.nothing"]
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    async with escrowed.database.read() as connection:
        assert await SurplusTimer().next_due(connection) == deposit.announced_at
    assert await SurplusTimer().run(escrowed.database, NOW) == 1
    assert await SurplusTimer().run(escrowed.database, NOW) == 0
    assert await open_tasks(escrowed.database, deposit.id) == [("deposit.give_back", "finance_maker")]
    assert (await escrowed.propose_refund()).amount == OWN
    assert await open_tasks(escrowed.database, deposit.id) == []


async def test_money_that_comes_after_the_end_is_received_and_goes_back(escrowed: Escrowed) -> None:
    deposit = await escrowed.announce()
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    await escrowed.withdraw(deposit)
    await escrowed.told(escrowed.escrow, escrowed.transfer(deposit, OWN))
    assert (await escrowed.deposit(deposit.id)).state is DepositState.RECEIVED
    assert await refused(escrowed.announce()) == ["deposit.nothing_due"]
    await escrowed.has_account()
    assert (await escrowed.propose_refund()).amount == OWN
    await escrowed.audited()


async def test_a_strangers_transfer_waits_for_a_person(escrowed: Escrowed) -> None:
    deposit = await escrowed.announce()
    await escrowed.told(escrowed.escrow, escrowed.transfer(deposit, OWN, counterparty_name="别家公司"))
    line = await escrowed.escrow.line()
    assert (line.exception, (await escrowed.deposit(deposit.id)).state) == (Doubt.PAYEE_DIFFERS, DepositState.ANNOUNCED)
    await escrowed.escrow.resolve(line, "deposit", deposit.id)
    assert (await escrowed.standing()).received == OWN
    await escrowed.audited()


async def test_a_second_transfer_under_one_reference_is_an_exception_that_a_person_calls_the_second_deposit(
    escrowed: Escrowed,
) -> None:
    deposit = await escrowed.pay_in(OWN - 1)
    await escrowed.told(escrowed.escrow, escrowed.transfer(deposit, 1))
    line = (await escrowed.escrow.lines())[-1]
    assert line.exception is Doubt.ALREADY_RECEIVED
    await escrowed.escrow.resolve(line, "deposit", (await escrowed.announce()).id)
    assert (await escrowed.standing()).received == OWN
    await escrowed.audited()


async def test_each_deposit_goes_back_to_the_account_that_it_came_from(escrowed: Escrowed) -> None:
    await escrowed.pay_in(OWN - 3)
    await escrowed.pay_in(3, counterparty_account="6222000000000555")
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    last = await escrowed.propose_refund()
    await escrowed.approve_refund(last)
    first = await escrowed.propose_refund()
    assert [(one.amount, one.account_number) for one in (last, first)] == [
        (3, "6222000000000555"),
        (OWN - 3, HOLDERS_ACCOUNT),
    ]
    await escrowed.audited()


async def test_what_was_announced_and_nobody_needs_any_more_is_withdrawn(escrowed: Escrowed) -> None:
    deposit = await escrowed.announce()
    async with escrowed.database.read() as connection:
        assert await NothingDueTimer().next_due(connection) is None
    await carry_out(escrowed.database, orders.Void(redemption_id=escrowed.redemption_id, by=provider))
    async with escrowed.database.read() as connection:
        assert await NothingDueTimer().next_due(connection) == deposit.announced_at
    assert [await NothingDueTimer().run(escrowed.database, NOW) for _ in range(2)] == [1, 0]
    assert (await escrowed.deposit(deposit.id)).state is DepositState.WITHDRAWN
    assert await open_tasks(escrowed.database, deposit.id) == []


async def test_a_deposit_is_due_before_the_provider_may_claim_no_more(escrowed: Escrowed) -> None:
    deposit = await escrowed.announce()
    async with escrowed.database.read() as connection:
        due_at = await connection.scalar(text("SELECT due_at FROM tasks WHERE subject_id = :id"), {"id": deposit.id})
    assert due_at == escrowed.stored.voucher.claim_by_ends


async def test_one_deposit_is_waited_for_at_a_time(escrowed: Escrowed) -> None:
    await escrowed.announce()
    assert await refused(escrowed.announce()) == ["deposit.announced"]


async def test_a_refund_under_another_name_is_said_to_be_it_by_who_had_no_hand_in_it(escrowed: Escrowed) -> None:
    await escrowed.pay_in(OWN + 7)
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    await escrowed.approve_refund(refund)
    await escrowed.set_clock(NOVEMBER)
    await escrowed.told(escrowed.escrow, escrowed.transfer(refund, -7, counterparty_name="别家公司"), on=LATER)
    line = (await escrowed.escrow.lines())[-1]
    assert (line.state, (await escrowed.refund(refund.id)).state) == (
        StatementLineState.EXCEPTION,
        RefundState.APPROVED,
    )
    for person in (MAKER, CHECKER):
        with pytest.raises(Refusal, match=r"statement_line\.same_person"):
            await escrowed.escrow.resolve(line, "refund", refund.id, person=person)
    await escrowed.escrow.resolve(line, "refund", refund.id)
    settled = await escrowed.refund(refund.id)
    assert (settled.state, settled.settled_on) == (RefundState.SETTLED, LATER)
    await escrowed.audited()


async def test_what_a_line_is_said_to_be_is_there_and_of_its_own_account(escrowed: Escrowed) -> None:
    deposit = await escrowed.pay_in(OWN + 7)
    await escrowed.has_account()
    refund = await escrowed.propose_refund()
    await escrowed.told(escrowed.own, movement(900, text="for whom?"))
    line = await escrowed.own.line()
    for kind, one, code in (("deposit", deposit, "deposit.unknown"), ("refund", refund, "deposit_refund.unknown")):
        for named in (new_id(), one.id):
            with pytest.raises(NotFound, match=code):
                await escrowed.own.resolve(line, kind, named)
    assert await escrowed.own.line() == line
