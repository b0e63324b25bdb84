"""What a scheme excludes and what it pays at the face is told over HTTP before anything is frozen."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import a_body, money, the
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher, a_version

RULES = a_version().document
SOURCE = {"source": "row jiangmen-service-2020"}
STRICT = {
    "exclusions": {
        **RULES["exclusions"],
        "services": {"value": ["statutory_test"], **SOURCE},
        "funded": {"value": True, **SOURCE},
        "subcontracted": {"value": True, **SOURCE},
    }
}
AT_FACE = {"leftover": {"value": "paid", **SOURCE}, "rate": {**RULES["rate"], "share": "1.00"}}
DECLARED = {"services": ["statutory_test"], "subcontracted": True, "funded_by": ["省科技计划"]}


@pytest.fixture
async def on_the_day(voucher_db: Database, set_clock: SetClock) -> Database:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return voucher_db


async def asked(api: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> httpx2.Response:
    return await api.post(f"/v1/{path}", headers={**the("holder"), "Accept-Language": "zh-CN"}, json=body)


async def test_work_that_is_excluded_is_refused_with_every_reason(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    body = a_body(await a_stored_voucher(on_the_day, rules=STRICT), **DECLARED)
    quoted = (await asked(voucher_api, "quotes", body)).json()
    refused = await asked(voucher_api, "redemptions", body)
    assert (quoted["payable"], refused.status_code) == (False, 422)
    wanted = [
        ("/services", "service.excluded"),
        ("/funded_by", "work.funded_elsewhere"),
        ("/subcontracted", "work.subcontracted"),
    ]
    assert [(one["pointer"], one["code"]) for one in quoted["reasons"]] == wanted
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == wanted
    assert quoted["reasons"][1]["message"] == "该项工作已获 省科技计划 资助。"


async def test_what_is_declared_and_not_excluded_is_shown_with_the_redemption(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    body = a_body(await a_stored_voucher(on_the_day), **DECLARED)
    shown = (await asked(voucher_api, "redemptions", body)).json()
    assert {name: shown[name] for name in DECLARED} == DECLARED
    assert (shown["over_price"], shown["reimbursed"]) == (money("0.00"), False)


async def test_a_quote_at_the_counter_tells_what_the_face_exceeds_the_price_by(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    stored = await a_stored_voucher(on_the_day, available=10 * YUAN, rules=AT_FACE)
    contract = {"number": "R-1", "signed_on": "2020-09-21", "amount": money("8.00")}
    quoted = (await asked(voucher_api, "quotes", a_body(stored, contract=contract, kind="instant"))).json()
    assert (quoted["amount"], quoted["over_price"], quoted["up_to"]) == (money("10.00"), money("2.00"), False)
