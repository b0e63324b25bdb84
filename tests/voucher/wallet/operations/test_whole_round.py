"""A round in which twenty thousand firms applied is ranked and issued by its jobs, and ends in a sound audit."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.rush import a_rush
from tests.voucher.wallet.steps import all_is_well, issue, rank, seen

Api = httpx2.AsyncClient
FIRMS, FUNDED = 20_000, 19_800


@pytest.mark.slow
async def test_twenty_thousand_firms_are_ranked_and_served(
    voucher_app: Any, voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_rush(voucher_api, voucher_db, set_clock, firms=FIRMS, funded=FUNDED)
    assert await rank(voucher_api, voucher_db, round_id) == {"approved": FIRMS, "rejected": 0}
    await voucher_app.state.service.revocations.hear()  # the last time was long ago for a service that takes writes
    report = await issue(voucher_api, voucher_db, round_id)
    assert (report["issued"], report["waiting"], report["pool"]) == (FUNDED, FIRMS - FUNDED, "0.00")
    assert (await seen(voucher_api, round_id))["applications"] == {"issued": FUNDED, "waitlisted": FIRMS - FUNDED}
    await all_is_well(voucher_db)
