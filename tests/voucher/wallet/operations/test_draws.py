"""A draw is promised and carried out once, however often either is asked for, and not told of a draft."""

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.api.test_draws import (
    RESULT,
    SECRET,
    a_lottery,
    a_promised_lottery,
    carry_out,
    promise,
    promised,
)
from tests.voucher.wallet.operations.test_races import amount, as_owner
from tests.voucher.wallet.samples import CLOSED
from tests.voucher.wallet.steps import a_draft_round, codes, done, hear_calendar, operator

Api = httpx2.AsyncClient


async def test_a_promise_and_a_draw_that_are_asked_for_twice_are_answered_as_at_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    path = f"/v1/rounds/{await a_lottery(voucher_api, voucher_db, set_clock)}/draw"
    asks, draws = operator(), operator(sub="per_second", per="per_second")
    first, second = [done(await voucher_api.post(path, headers=asks, json=promised()), 201) for _ in range(2)]
    assert first == second
    await set_clock(CLOSED)
    body = {"secret": SECRET, "public_text": RESULT}
    first, second = [done(await voucher_api.post(f"{path}/carry-out", headers=draws, json=body)) for _ in range(2)]
    assert (first, first["secret"]) == (second, SECRET)
    for kind in ("draw_promised", "drawn"):
        assert await amount(voucher_db, f"SELECT count(*) FROM decisions WHERE kind = '{kind}'") == 1


async def test_what_is_drawn_is_not_promised_again_though_its_window_were_open(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, owner_url: str
) -> None:
    round_id = await a_promised_lottery(voucher_api, voucher_db, set_clock)
    done(await carry_out(voucher_api, round_id))
    await as_owner(owner_url, "UPDATE rounds SET closes_at = closes_at + interval '1 hour'")
    assert codes(await promise(voucher_api, round_id, "another", person="per_third")) == ["draw.done"]


async def test_a_draft_has_no_draw_to_be_told(voucher_api: Api, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    round_id = await a_draft_round(voucher_api)
    answer = await voucher_api.get(f"/v1/rounds/{round_id}/draw")
    assert (answer.status_code, codes(answer)) == (404, ["round.unknown"])
