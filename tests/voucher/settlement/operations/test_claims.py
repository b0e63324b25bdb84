"""A claim is stored whole with all that belongs to it, or refused with every fault and without a trace."""

from collections.abc import Awaitable

import pytest
from sqlalchemy import event, text

from services.chassis import decisions, events
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.redemption.domain import orders
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import LineState
from services.voucher.settlement.store import allocations, line_steps
from tests.voucher.redemption.samples import HOLDER, PAYEE, YUAN, provider
from tests.voucher.redemption.stored import audited, carry_out
from tests.voucher.settlement.claimed import CLAIMED, SETTLEMENT, TREASURY, Captured, a_capture, a_claim, submit


async def count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_a_claim_freezes_who_pays_for_what_to_whom(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    assert (line.settlement, line.claimed, line.self_paid) == (SETTLEMENT, CLAIMED, CLAIMED)
    assert (line.state, line.stage, line.approved) == (LineState.IN_REVIEW, "district", None)
    assert (line.holder_id, line.payee_id, line.treasury, line.region) == (HOLDER, PAYEE, TREASURY, "440703")
    await audited(captured.database)


async def test_the_capture_stands_on_its_line_and_the_papers_are_drawn(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    redemption = await captured.stored.redemption(captured.redemption_id)
    assert redemption.captures[0].claim_line_id == line.id
    async with captured.database.read() as connection:
        assert (await allocations.of_lines(connection, [line.id]))[line.id] == captured.drawn


async def test_many_lines_are_submitted_in_as_many_statements_as_one(captured: Captured) -> None:
    one, two, three, four = [await a_capture(captured.database, 2_000 * YUAN, captured.stored) for _ in range(4)]
    await submit(captured.database, captured.asked)  # schemes are remembered from here on
    said = [
        len(await statements(captured.database, submit(captured.database, *asked)))
        for asked in ([one.asked], [two.asked, three.asked, four.asked])
    ]
    assert said[0] == said[1]


async def statements(database: Database, doing: Awaitable[object]) -> list[str]:
    """What is said to the database by something that is done."""
    said: list[str] = []
    engine = database.engine.sync_engine

    def note(*asked: object) -> None:
        said.append(str(asked[2]))

    event.listen(engine, "before_cursor_execute", note)
    await doing
    event.remove(engine, "before_cursor_execute", note)
    return said


async def test_a_captured_voucher_on_a_claim_is_refunded_no_more(captured: Captured) -> None:
    await a_claim(captured.database, captured.asked)
    with pytest.raises(Refusal, match=r"refund\.on_claim"):
        await refund(captured, 1)


async def refund(captured: Captured, amount: int) -> None:
    order = orders.Refund(
        redemption_id=captured.redemption_id, by=provider, amount=amount, currency="CNY", note="less was done"
    )
    await carry_out(captured.database, order)


async def test_who_wants_to_claim_less_refunds_first(captured: Captured) -> None:
    await refund(captured, 1_000 * YUAN)
    with pytest.raises(Refusal, match=r"claim\.slip_short"):
        await submit(captured.database, captured.asked)


async def test_the_rules_that_held_are_kept_with_their_clauses(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    async with captured.database.read() as connection:
        kept = {one.kind: one for one in await decisions.of_subject(connection, line.id)}
    assert set(kept) == {"claim.deadline", "claim.amount", "claim.review", "claim.invoices", "claim.bank_slips"}
    assert all(one.clause and one.actor == "per_provider" for one in kept.values())
    assert kept["claim.bank_slips"].numbers == {"required": "15000.00", "shown": "15000.00"}


async def test_the_reviewers_of_the_district_have_a_task_until_the_last_day(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    async with captured.database.read() as connection:
        sql = "SELECT kind, role, region, due_at FROM tasks WHERE closed_at IS NULL AND subject_id = :line"
        (task,) = await connection.execute(text(sql), {"line": line.id})
    assert tuple(task) == ("claim.review_district", "reviewer", "440703", line.due_at)


async def test_both_sides_are_told(captured: Captured) -> None:
    await a_claim(captured.database, captured.asked)
    async with captured.database.read() as connection:
        told = [entry.event for entry in await events.read(connection, after=None, limit=50)]
    assert told[-1].type == "claim_line.submitted"
    assert set(told[-1].audience) == {HOLDER, PAYEE}
    assert told[-1].data["claimed"] == {"amount": "15000.00", "currency": "CNY"}


async def test_its_history_begins_with_who_submitted_it(captured: Captured) -> None:
    _, (line,) = await a_claim(captured.database, captured.asked)
    async with captured.database.read() as connection:
        (step,) = (await line_steps.of_lines(connection, [line.id]))[line.id]
    assert (step.number, step.event, step.from_state, step.to_state) == (1, "submitted", None, "in_review")
    assert (step.person, step.request_id, step.stage) == ("per_provider", "req_21", "district")


async def test_a_key_answers_again_and_claims_once(captured: Captured) -> None:
    first = await submit(captured.database, captured.asked, key="k1")
    again = await submit(captured.database, captured.asked, key="k1")
    assert (again.body, again.replayed) == (first.body, True)
    assert await count(captured.database, "claim_lines") == 1


async def test_a_refused_claim_leaves_nothing_of_its_good_lines(captured: Captured) -> None:
    tables = ("idempotency_keys", "claims", "claim_lines", "claim_line_transitions", "invoice_allocations", "tasks")
    before = [await count(captured.database, table) for table in tables]
    with pytest.raises(Refusal, match=r"claim\.capture_unknown"):
        await submit(captured.database, captured.asked, Asked(new_id()), key="k1")
    assert before == [await count(captured.database, table) for table in tables]


async def test_a_client_ref_names_one_claim(captured: Captured) -> None:
    other = await a_capture(captured.database, stored=captured.stored, settlement=10_000 * YUAN)
    await submit(captured.database, captured.asked, client_ref="2020-9")
    with pytest.raises(Refusal, match=r"client_ref\.taken"):
        await submit(captured.database, other.asked, client_ref="2020-9")


async def test_a_claim_takes_several_captures(captured: Captured) -> None:
    other = await a_capture(captured.database, stored=captured.stored, settlement=10_000 * YUAN)
    _, lines = await a_claim(captured.database, captured.asked, other.asked)
    assert [(line.number, line.claimed) for line in lines] == [(1, CLAIMED), (2, 5_000 * YUAN)]
    await audited(captured.database)
