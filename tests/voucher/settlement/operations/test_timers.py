"""A correction that does not come in time rejects the line as of the end of its last day, whenever the timer runs."""

from datetime import datetime

import pytest

from services.chassis.database import Database
from services.voucher.ledger.domain.posting import Funding
from services.voucher.settlement.domain.answering import unanswered
from services.voucher.settlement.domain.claim import ClaimLine, LineState, LineStep
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.operations import timers
from services.voucher.settlement.operations.timers import CorrectionTimer
from services.voucher.settlement.store import claim_lines, line_steps
from tests.conftest import SetClock
from tests.voucher.redemption.samples import FACE, YUAN
from tests.voucher.redemption.stored import audited
from tests.voucher.settlement.claimed import NOW, Captured, a_capture, a_claim, lines_of
from tests.voucher.settlement.reviewed import OVER, RETURN, claimed, correct, review, the_line

TIMER = CorrectionTimer()


async def due(database: Database) -> datetime | None:
    async with database.read() as connection:
        return await TIMER.next_due(connection)


async def test_nothing_is_due_while_nothing_is_returned(captured: Captured) -> None:
    await claimed(captured)
    assert await due(captured.database) is None
    assert await TIMER.run(captured.database, OVER) == 0


async def test_no_answer_rejects_as_of_the_last_days_end(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    over = (await the_line(captured.database, claim_id)).due_at
    assert over == await due(captured.database)
    assert over is not None
    await set_clock(OVER)
    assert await TIMER.run(captured.database, over) == 1
    line = await the_line(captured.database, claim_id)
    assert (line.state, line.entered_at, await due(captured.database)) == (LineState.REJECTED, over, None)
    assert (await captured.stored.now()).available == FACE
    await audited(captured.database)


async def test_the_step_names_time_itself(captured: Captured, set_clock: SetClock) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    await set_clock(OVER)
    await TIMER.run(captured.database, OVER)
    line = await the_line(captured.database, claim_id)
    async with captured.database.read() as connection:
        step = (await line_steps.of_lines(connection, [line.id]))[line.id][-1]
    assert (step.person, step.reason) == ("timer", "no_answer")


async def test_a_batch_ends_and_the_next_goes_on(
    voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "BATCH", 1)
    await set_clock(NOW)
    first = await a_capture(voucher_db, 10_000 * YUAN)
    second = await a_capture(voucher_db, 10_000 * YUAN, first.stored)
    claim_id, _ = await a_claim(voucher_db, first.asked, second.asked)
    await review(voucher_db, claim_id, RETURN, RETURN)
    await set_clock(OVER)
    assert [await TIMER.run(voucher_db, OVER) for _ in range(3)] == [1, 1, 0]
    await audited(voucher_db)


async def test_a_line_that_cannot_be_rejected_holds_up_no_other(
    voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_clock(NOW)
    first = await a_capture(voucher_db, 10_000 * YUAN)
    second = await a_capture(voucher_db, 10_000 * YUAN, first.stored)
    claim_id, lines = await a_claim(voucher_db, first.asked, second.asked)
    await review(voucher_db, claim_id, RETURN, RETURN)

    def broken(case: LineCase, quota: Funding) -> LineStep:
        if case.line.id == lines[0].id:
            raise ValueError("a row that nobody foresaw")
        return unanswered(case, quota)

    monkeypatch.setattr(timers, "unanswered", broken)
    await set_clock(OVER)
    assert [await TIMER.run(voucher_db, OVER) for _ in range(2)] == [1, 0]
    assert [one.state for one in await lines_of(voucher_db, claim_id)] == [LineState.RETURNED, LineState.REJECTED]
    await audited(voucher_db)


async def test_a_line_corrected_at_that_moment_is_left_alone(
    captured: Captured, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_id = await claimed(captured)
    await review(captured.database, claim_id, RETURN)
    seen = await the_line(captured.database, claim_id)
    await correct(captured.database, claim_id, captured)

    async def as_it_was(*_: object, **__: object) -> list[ClaimLine]:
        return [seen]

    monkeypatch.setattr(claim_lines, "due", as_it_was)
    await set_clock(OVER)
    await TIMER.run(captured.database, OVER)
    assert (await the_line(captured.database, claim_id)).state is LineState.IN_REVIEW
