"""A notice is proposed, published and rejected once, however often each is asked for."""

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.api.test_notices import an_open_round, another, proposed
from tests.voucher.wallet.operations.test_races import amount
from tests.voucher.wallet.steps import done, operator, seen

Api = httpx2.AsyncClient
BODY = {"kind": "pause", "document": "1", "text_zh": "暂停", "text_en": "Paused."}


async def test_a_proposal_that_is_asked_for_twice_is_one_notice(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    path = f"/v1/rounds/{await an_open_round(voucher_api, voucher_db, set_clock)}/notices"
    asks = operator()
    first, second = [done(await voucher_api.post(path, headers=asks, json=BODY), 201) for _ in range(2)]
    assert first == second
    assert await amount(voucher_db, "SELECT count(*) FROM round_notices") == 1


async def test_a_notice_that_is_published_or_rejected_twice_is_answered_as_at_first(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    for verb, state in (("reject", "rejected"), ("publish", "published")):
        path, decides = f"/v1/rounds/{round_id}/notices/{await proposed(voucher_api, round_id)}/{verb}", another()
        first, second = [done(await voucher_api.post(path, headers=decides)) for _ in range(2)]
        assert (first, first["state"]) == (second, state)
        assert await amount(voucher_db, f"SELECT count(*) FROM decisions WHERE kind = '{verb}_notice'") == 1
    assert (await seen(voucher_api, round_id))["state"] == "paused"
