"""A round is settled once nothing that it issued may be spent, claimed or paid any more."""

from importlib import import_module

import pytest

from services.chassis import tasks
from services.chassis.database import Database
from services.chassis.refusals import NotFound, Refusal
from services.voucher.payout.operations.settling import settle_round
from tests.conftest import SetClock
from tests.voucher.payout.steps import by
from tests.voucher.settlement.approved import Case, a_line_to_disclose, keyed
from tests.voucher.wallet.operations.test_races import as_owner

SETTLE: str = import_module("migrations.voucher.versions.0034_allocation_indexes").SETTLE
FINISHED = "UPDATE rounds SET state = 'finished'"
OVER = (
    "UPDATE vouchers SET reclaimed = reclaimed + available, available = 0",
    "UPDATE claim_lines SET state = 'released'",
    "UPDATE legs SET state = 'dropped'",
)


async def settled(case: Case, *, bureau: str | None = None, key: str | None = None) -> str:
    round_id = case.stored.voucher.round_id
    who = by("per_operator", "operator", "settle_round", bureau=bureau or "jiangmen-sme")
    answer = await settle_round(case.database, keyed(who, "settle_round", key), permit=who, round_id=round_id)
    return str(answer.body)


async def refused(case: Case) -> dict[str, object]:
    with pytest.raises(Refusal) as found:
        await settled(case)
    (reason,) = found.value.reasons
    return {"code": reason.code, **reason.numbers}


async def test_a_round_of_which_all_was_paid_or_went_back_is_settled_once(
    voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    await as_owner(owner_url, FINISHED)
    for statement in OVER:
        await as_owner(owner_url, statement)
    assert "settled" in await settled(case, key="once")
    assert "settled" in await settled(case, key="once")
    assert (await refused(case)) == {"code": "round.not_finished", "state": "settled"}


async def test_what_is_still_open_is_told(voucher_db: Database, set_clock: SetClock, owner_url: str) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    assert (await refused(case))["code"] == "round.not_finished"
    await as_owner(owner_url, FINISHED)
    found = await refused(case)
    assert (found["code"], found["unclaimed"], found["unpaid"]) == ("round.not_settled", 1, 1)
    for statement, rest in zip(OVER, ((1, 1), (0, 1), None), strict=True):
        await as_owner(owner_url, statement)
        if rest is not None:
            found = await refused(case)
            assert (found["unspent"], found["unclaimed"], found["unpaid"]) == ("0.00", *rest)
    assert "settled" in await settled(case)


async def test_what_may_still_be_cut_to_the_budget_is_not_settled(
    voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    for statement in (FINISHED, *OVER, "UPDATE rounds SET prorata_on = '2020-12-20', prorata_from = '2020-12-21'"):
        await as_owner(owner_url, statement)
    assert (await refused(case))["code"] == "round.not_settled"


async def test_a_holders_money_in_escrow_goes_back_before_its_round_is_settled(
    voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    paid_in = "INSERT INTO escrows SELECT id, currency, 5, 0, 0 FROM redemptions"
    for statement in (FINISHED, *OVER, paid_in):
        await as_owner(owner_url, statement)
    found = await refused(case)
    assert (found["code"], found["in_escrow"]) == ("round.not_settled", 1)
    await as_owner(owner_url, "UPDATE escrows SET refunded = received")
    assert "settled" in await settled(case)


async def test_another_bureau_settles_nothing(voucher_db: Database, set_clock: SetClock) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    with pytest.raises(NotFound):
        await settled(case, bureau="another")


async def test_a_round_that_finished_before_anybody_could_settle_it_asks_its_operator_once(
    voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    case = await a_line_to_disclose(voucher_db, set_clock)
    for statement in (FINISHED, SETTLE, SETTLE):
        await as_owner(owner_url, statement)
    async with voucher_db.read() as connection:
        found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
    (task,) = [one for _, one in found if one.kind == "round.settle"]
    assert (task.subject_id, task.role, task.bureau) == (case.stored.voucher.round_id, "operator", "jiangmen-sme")
    assert task.due_at == case.stored.voucher.claim_by_ends
