"""A notice sets no day after which there is none."""

import pytest

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.api.test_notices import Api, an_open_round
from tests.voucher.wallet.methods import a_notice
from tests.voucher.wallet.steps import codes


@pytest.mark.parametrize("until", ["9999-12-31", "2200-01-01"])
async def test_a_day_after_which_there_is_none_is_refused(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, until: str
) -> None:
    round_id = await an_open_round(voucher_api, voucher_db, set_clock)
    refused = await a_notice(voucher_api, round_id, "extend", closes_at="9999-12-31T00:00:00Z", allocate_until=until)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/allocate_until")
    late = await a_notice(voucher_api, round_id, "extend", closes_at="9999-12-31T23:59:59Z")
    assert codes(late) == ["notice.order"]
