"""Who reads a result file: both sides of the redemption that names it, its region's reviewer and the auditor."""

from datetime import UTC, datetime

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import a_body, delivery, the
from tests.voucher.redemption.stored import Stored, a_stored_voucher


@pytest.fixture
async def delivered(voucher_db: Database, set_clock: SetClock, voucher_api: httpx2.AsyncClient) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(voucher_db)
    made = await voucher_api.post("/v1/redemptions", headers=the("holder"), json=a_body(stored))
    item = f"/v1/redemptions/{made.json()['id']}"
    await voucher_api.post(f"{item}/confirm", headers=the("provider"))
    await voucher_api.post(f"{item}/deliver", headers=the("provider"), json=delivery(stored))
    return stored


@pytest.mark.parametrize(
    ("role", "claims", "status"),
    [
        ("holder", {}, 200),
        ("provider", {}, 200),
        ("auditor", {}, 200),
        ("reviewer", {"region": "440700"}, 200),
        ("reviewer", {"region": "440100"}, 404),
        ("holder", {"org": "org_" + "9" * 32}, 404),
        ("operator", {"bureau": "jiangmen-sme"}, 404),
    ],
)
async def test_a_result_is_read_by_those_it_concerns(
    delivered: Stored, voucher_api: httpx2.AsyncClient, role: str, claims: dict[str, str], status: int
) -> None:
    """It took a bug: the holder was asked to accept what he could not open."""
    path = f"/v1/documents/{show('doc', delivered.result)}"
    for address in (path, f"{path}/content"):
        assert (await voucher_api.get(address, headers=the(role, **claims))).status_code == status
