"""Nothing is left on a voucher: whatever way somebody tries, nothing more comes off it."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import a_body, money, the
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited

SALE: dict[str, Any] = {"category": "testing", "price": money("1000.00")}


@pytest.fixture
async def exhausted(voucher_db: Database, voucher_api: httpx2.AsyncClient, set_clock: SetClock) -> tuple[Stored, str]:
    """A voucher of 500.00 that was spent at the counter, and the code of the provider where it was."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(voucher_db, available=500 * YUAN)
    made = await voucher_api.post("/v1/provider-codes", headers=the("provider"), json={"label": "till 3"})
    sale = {**SALE, "consent": {"code": made.json()["code"]}, "number": "R-1"}
    spent = await voucher_api.post("/v1/redemptions:instant", headers=the("holder"), json=sale)
    assert spent.json()["spendable_after"] == money("0.00"), spent.text
    return stored, made.json()["code"]


async def test_no_path_takes_anything_from_a_voucher_with_nothing_left(
    exhausted: tuple[Stored, str], voucher_api: httpx2.AsyncClient
) -> None:
    stored, code = exhausted
    voucher = show("vch", stored.voucher.id)
    sale = {**SALE, "consent": {"code": code}, "number": "R-2"}
    offered = await voucher_api.post("/v1/redemptions", headers=the("provider"), json=a_body(stored))
    tries = [
        ("/v1/redemptions:instant", sale),
        ("/v1/redemptions:instant", {**sale, "voucher_ids": [voucher]}),
        ("/v1/redemptions", a_body(stored)),
        (f"/v1/redemptions/{offered.json()['id']}/confirm", {}),
        (f"/v1/vouchers/{voucher}/code", {"ceiling": money("1.00")}),
    ]
    refused = [await voucher_api.post(path, headers=the("holder"), json=body) for path, body in tries]
    assert [one.status_code for one in refused] == [422] * len(tries), [one.text for one in refused]
    after = await stored.now()
    assert (after.available, after.held, after.captured) == (0, 0, 500 * YUAN)
    await audited(stored.database)
