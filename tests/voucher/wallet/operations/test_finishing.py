"""The end of allocate_until ends every waiting, batch by batch, and only once."""

from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import parse
from services.voucher.wallet.operations import finishing
from services.voucher.wallet.operations.finishing import FinishTimer
from tests.conftest import SetClock
from tests.voucher.wallet.operations.test_over_issue import an_over_issued_round
from tests.voucher.wallet.reviewing import a_reviewing_file, a_reviewing_round
from tests.voucher.wallet.samples import FINISHED, OPEN
from tests.voucher.wallet.steps import TIMERS, a_round, apply, done, draft, hear, move_to, operator, seen

Api = httpx2.AsyncClient


async def test_a_round_nobody_ranked_ends_by_itself(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finishing, "BATCH", 2)
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    for _ in range(2):
        await apply(voucher_api, round_id, await hear(voucher_db))
    done(await draft(voucher_api, round_id, await hear(voucher_db)), 201)
    assert await move_to(set_clock, voucher_db, FINISHED) == 3
    figures = await seen(voucher_api, round_id)
    assert (figures["state"], figures["applications"]) == ("finished", {"unserved": 2, "withdrawn": 1})
    assert await TIMERS.run_due(voucher_db) == 0


async def test_nothing_is_due_before_and_nothing_twice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    timer = FinishTimer()
    async with voucher_db.read() as connection:
        assert await timer.next_due(connection) is None
    await a_round(voucher_api, voucher_db)
    async with voucher_db.read() as connection:
        assert await timer.next_due(connection) == FINISHED
    assert await timer.run(voucher_db, OPEN) == 0
    assert await timer.run(voucher_db, FINISHED) == 1
    assert await timer.run(voucher_db, FINISHED) == 0


async def test_whom_a_round_that_is_over_left_in_review_is_told_so(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    file = a_reviewing_file(review=["city"])
    round_id, _, _ = await a_reviewing_round(voucher_api, voucher_db, set_clock, file=file)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE rounds SET state = 'finished'"))
    await move_to(set_clock, voucher_db, FINISHED)
    shown = await seen(voucher_api, round_id)
    assert (shown["state"], shown["applications"]) == ("finished", {"unserved": 1})


async def test_a_round_that_issued_beyond_its_budget_then_waits_to_be_cut_to_it(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_over_issued_round(voucher_api, voucher_db, set_clock)
    await apply(voucher_api, round_id, await hear(voucher_db))
    await move_to(set_clock, voucher_db, FINISHED)
    waiting = done(await voucher_api.get("/v1/tasks", headers=operator()))["items"]
    due = {one["kind"]: one["due_at"] for one in waiting if UUID(one["subject_id"]) == parse("rnd", round_id)}
    assert (set(due), due["round.prorata"]) == ({"round.prorata", "round.settle"}, "2020-12-20T16:00:00Z")
