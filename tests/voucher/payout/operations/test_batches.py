"""A batch goes from hand to hand, never past a second person, and books what it sends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from services.chassis import decisions, tasks
from services.chassis.database import Database
from services.voucher.ledger.store import journals
from services.voucher.payout.domain.batch import Batch, BatchState
from services.voucher.payout.domain.payout import PayoutState
from services.voucher.payout.operations import batches
from services.voucher.payout.store import batches as stored_batches
from services.voucher.payout.store import payouts
from services.voucher.settlement.domain.claim import LegState
from tests.voucher.payout.steps import (
    CHECKER,
    MAKER,
    NOW,
    House,
    a_house,
    audited,
    by,
    keyed,
    open_tasks,
    refused,
)
from tests.voucher.settlement.approved import Case

Reach = Callable[[House], Awaitable[Batch]]
STAGES: dict[str, Reach] = {
    "draft": House.prepare,
    "submitted": House.submitted,
    "approved": House.approved,
    "file_written": House.written,
    "sent": House.sent,
}


@pytest.fixture
async def house(voucher_db: Database, case: Case) -> House:
    return await a_house(voucher_db)


async def test_a_released_leg_is_frozen_into_a_payout_of_a_draft(house: House, case: Case) -> None:
    batch = await house.prepare()
    (payout,) = await house.payouts(batch)
    assert (batch.state, batch.payouts, batch.total) == (BatchState.DRAFT, 1, payout.amount)
    assert (payout.leg_id, payout.payee_name, payout.account_number) == (case.leg_id, "单位2", house.account.number)
    assert (await case.leg()).payout_id == payout.id
    await audited(house.database)


async def test_a_sent_batch_has_its_money_in_transit(house: House, case: Case) -> None:
    (payout,) = await house.payouts(await house.sent())
    async with house.database.read() as connection:
        (booked,) = await journals.find(connection, journals.Wanted(subject_id=payout.id), before=None, limit=9)
    assert (payout.state, (await case.leg()).sent_at) == (PayoutState.SENT, payout.sent_at)
    assert (booked.row, booked.event, booked.value_on) == (18, "payout_sent", NOW.date())
    assert {entry.place.kind.value: entry.amount for entry in booked.entries} == {
        "payable": payout.amount,
        "in_transit": -payout.amount,
    }
    await audited(house.database)


@pytest.mark.parametrize("stage", STAGES)
async def test_every_state_waits_for_somebody(house: House, stage: str) -> None:
    batch = await STAGES[stage](house)
    (task,) = await open_tasks(house.database, batch.id)
    assert (
        task
        == {
            "draft": ("payout_batch.submit", "finance_maker"),
            "submitted": ("payout_batch.approve", "finance_checker"),
            "approved": ("payout_batch.write_file", "finance_maker"),
            "file_written": ("payout_batch.send", "finance_checker"),
            "sent": ("payout_batch.hear_from_bank", "finance_maker"),
        }[stage]
    )


async def test_what_was_sent_is_overdue_when_the_bank_says_nothing_for_a_week(house: House) -> None:
    batch = await house.sent()
    async with house.database.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
    (task,) = [one for _, one in found if one.subject_id == batch.id]
    assert task.due_at == task.opened_at + timedelta(days=7)


@pytest.mark.parametrize("account", [MAKER, "cli_of_the_maker"])
async def test_who_made_a_batch_cannot_approve_it_through_any_account(house: House, account: str) -> None:
    batch = await house.submitted()
    assert await refused(house.approve(batch, MAKER, account=account)) == ["payout_batch.same_person"]


async def test_who_made_a_batch_can_neither_reject_nor_send_it(house: House) -> None:
    assert await refused(house.reject(await house.submitted(), MAKER)) == ["payout_batch.same_person"]


async def test_who_made_a_batch_cannot_send_it(house: House) -> None:
    assert await refused(house.send(await house.written(), MAKER)) == ["payout_batch.same_person"]


async def test_who_took_part_in_the_case_cannot_approve_its_payment(house: House) -> None:
    assert await refused(house.approve(await house.submitted(), "per_city")) == ["payout_batch.took_part"]


async def test_a_stale_digest_is_refused(house: House) -> None:
    first = await house.prepare()
    await house.cancel(first)
    again = await house.submitted()
    assert await refused(house.approve(again, digest=first.digest)) == ["payout_batch.digest_differs"]


async def test_a_payment_altered_behind_our_back_is_not_approved(house: House, superuser_url: str) -> None:
    batch = await house.submitted()
    root = Database(superuser_url, "voucher")
    async with root.begin() as connection:
        await connection.execute(text("UPDATE payouts SET account_number = '6222000000000000'"))
    await root.dispose()
    assert await refused(house.approve(batch)) == ["payout_batch.digest_differs"]


async def test_of_many_approvals_at_once_one_has_an_effect(house: House) -> None:
    batch = await house.submitted()
    answers = await asyncio.gather(*(refused(house.approve(batch, f"per_{n}")) for n in range(8)))
    assert sorted(answers) == [[]] + [["payout_batch.state"]] * 7
    await audited(house.database)


OUT_OF_TURN: dict[str, tuple[Callable[[House, Batch], Awaitable[object]], ...]] = {
    "draft": (House.approve, House.reject, House.write, House.send),
    "submitted": (House.submit, House.write, House.send),
    "approved": (House.submit, House.approve, House.reject, House.send),
    "file_written": (House.submit, House.approve, House.reject),
    "sent": (House.submit, House.approve, House.reject, House.cancel, House.send),
}


@pytest.mark.parametrize("stage", STAGES)
async def test_no_step_is_taken_out_of_turn(house: House, stage: str) -> None:
    batch = await STAGES[stage](house)
    said = [await refused(step(house, batch)) for step in OUT_OF_TURN[stage]]
    assert said == [["payout_batch.state"]] * len(OUT_OF_TURN[stage])


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "sent"])
async def test_a_cancelled_batch_leaves_its_legs_payable_and_asked_for(house: House, case: Case, stage: str) -> None:
    batch = await STAGES[stage](house)
    assert await open_tasks(house.database, case.line_id) == []
    await house.cancel(batch)
    leg, (payout,) = await case.leg(), await house.payouts(batch)
    assert (leg.state, leg.payout_id, payout.state) == (LegState.PAYABLE, None, PayoutState.CANCELLED)
    assert await open_tasks(house.database, case.line_id) == [("claim.pay", "finance_maker")]
    assert await open_tasks(house.database, batch.id) == []
    await audited(house.database)


async def test_a_rejected_batch_is_prepared_again(house: House, case: Case) -> None:
    batch = await house.submitted()
    await house.reject(batch)
    again = await house.prepare(case.leg_id)
    first, second = [(await house.payouts(one))[0].reference for one in (batch, again)]
    assert (await house.batch(batch.id)).reason == "In doubt."
    assert first != second
    await audited(house.database)


async def test_why_a_batch_was_approved_is_kept(house: House) -> None:
    batch = await house.approved()
    async with house.database.read() as connection:
        (decision,) = await decisions.of_subject(connection, batch.id)
    assert (decision.outcome, decision.rule, decision.actor) == ("approved", "four_eyes", CHECKER)
    assert (decision.numbers["digest"], decision.numbers["made_by"]) == (batch.digest, MAKER)


@pytest.mark.parametrize(
    ("stage", "verb", "step"),
    [
        ("draft", "submit", batches.submit),
        ("submitted", "approve", batches.approve),
        ("submitted", "reject", batches.reject),
        ("draft", "cancel", batches.cancel),
        ("file_written", "send", batches.send),
    ],
)
async def test_every_step_answers_its_own_key_again(
    house: House, stage: str, verb: str, step: Callable[..., Awaitable[object]]
) -> None:
    batch, operation = await STAGES[stage](house), f"{verb}_payout_batch"
    role = "finance_maker" if verb in ("submit", "cancel") else "finance_checker"
    who = by(MAKER if role == "finance_maker" else CHECKER, role, operation)
    said = {"approve": {"digest": batch.digest}, "reject": {"reason": "x"}, "cancel": {"reason": "x"}}.get(verb, {})
    request = keyed(who, operation, "twice")
    first, second = [await step(house.database, request, permit=who, batch_id=batch.id, **said) for _ in range(2)]
    assert [getattr(one, "replayed", None) for one in (first, second)] == [False, True]
    await audited(house.database)


async def test_a_batch_ends_when_the_bank_has_answered_for_every_payout(house: House) -> None:
    batch = await house.batch((await house.sent()).id)
    (payout,) = await house.payouts(batch)
    async with house.database.begin() as connection:
        await stored_batches.finish_if_settled(connection, [batch], NOW)
    assert (await house.batch(batch.id)).state is BatchState.SENT
    async with house.database.begin() as connection:
        await payouts.save(connection, [payout.settled(date(2020, 10, 21))])
        await stored_batches.finish_if_settled(connection, [batch], NOW)
    assert (await house.batch(batch.id)).state is BatchState.DONE
    assert await open_tasks(house.database, batch.id) == []


async def test_another_treasurys_batch_is_not_there(house: House) -> None:
    batch = await house.submitted()
    assert await refused(house.approve(batch, treasury="tianshui")) == ["payout_batch.unknown"]
