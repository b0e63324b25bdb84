"""A list in a round that reviews: its rows are reviewed as any others are, and where a form asks, it has no answers."""

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.operations.test_listing import counts, faults, report, row, send
from tests.voucher.wallet.reviewing import a_reviewing_file, answer
from tests.voucher.wallet.samples import BEFORE, OPEN
from tests.voucher.wallet.steps import a_round, done, hear, operator

Api = httpx2.AsyncClient


async def test_a_row_of_a_list_stands_before_its_reviewers(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db, file=a_reviewing_file(form=[], review=["city"]))
    await set_clock(OPEN)
    sent = await send(voucher_api, round_id, row(await hear(voucher_db), "a1"))
    assert counts(await report(voucher_api, voucher_db, sent)) == (1, 0, 0)
    (made,) = done(await voucher_api.get(f"/v1/applications?round_id={round_id}", headers=operator()))["items"]
    assert (made["state"], made["stage"]) == ("in_review", "city")
    assert done(await answer(voucher_api, made["id"], "city", answer="approve"))["state"] == "reviewed"


async def test_a_list_answers_no_form(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(BEFORE)
    round_id = await a_round(voucher_api, voucher_db, file=a_reviewing_file())
    await set_clock(OPEN)
    sent = await send(voucher_api, round_id, row(await hear(voucher_db), "a1"))
    told = await report(voucher_api, voucher_db, sent)
    assert [code for _, code, _ in faults(told)] == ["form.missing"]
