"""What an issue finds that somebody may not have is written with everything that follows from it."""

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.methods import a_round_by
from tests.voucher.wallet.operations.test_caps import SPENT_FIRST, TWICE, another_round
from tests.voucher.wallet.operations.test_races import amount
from tests.voucher.wallet.samples import CLOSED, OPEN
from tests.voucher.wallet.steps import all_is_well, apply, hear, issue, rank, seen

Api = httpx2.AsyncClient
TWO_A_YEAR = TWICE.replace('limit: "1"', 'limit: "2"')


async def test_whom_an_issue_rejects_gets_his_application_back(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    rounds = [await a_round_by("queue", voucher_api, voucher_db, set_clock, SPENT_FIRST, caps=TWO_A_YEAR)]
    rounds.append(await another_round(voucher_api, rounds[0]))
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    for one in rounds:
        await apply(voucher_api, one, firm, "5000.00")
    used = "SELECT used FROM cap_counters WHERE cap LIKE '%applications-per-year'"
    assert await amount(voucher_db, used) == 2
    await set_clock(CLOSED)
    for one in rounds:
        await rank(voucher_api, voucher_db, one)
        await issue(voucher_api, voucher_db, one)
    assert (await seen(voucher_api, rounds[1]))["applications"] == {"rejected": 1}
    assert await amount(voucher_db, used) == 1
    await all_is_well(voucher_db)
