"""What a scheme excludes and what it pays at the face is told over HTTP before anything is frozen."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import a_body, delivery, money, the
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher, a_version, audited

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


LINED: dict[str, Any] = {
    "number": "JC-2020-117",
    "signed_on": "2020-09-18",
    "amount": money("13780.00"),
    "lines": [
        {"category": "testing", "amount": money("10600.00"), "tax": money("600.00")},
        {"category": "design", "amount": money("3180.00"), "tax": money("180.00")},
    ],
}
NET = {"rate": {**RULES["rate"], "tax": "excluded", "each": "line"}}
ONE_OF_TWO = {
    "exclusions": {**RULES["exclusions"], "categories": {"value": ["testing"], **SOURCE}},
    **NET,
}


async def test_a_contract_says_its_lines_and_is_paid_for_those_that_count(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    stored = await a_stored_voucher(on_the_day, rules=ONE_OF_TWO)
    quoted = (await asked(voucher_api, "quotes", a_body(stored, contract=LINED))).json()
    assert (quoted["subsidy"], quoted["self_paid"], quoted["payable"]) == (money("5000.00"), money("8780.00"), True)
    shown = (await asked(voucher_api, "redemptions", a_body(stored, contract=LINED))).json()
    assert shown["contract"]["tax"] == money("780.00")
    assert [(line["category"], line["paid"]) for line in shown["contract"]["lines"]] == [
        ("testing", None),
        ("design", None),
    ]
    path = f"/v1/redemptions/{shown['id']}"
    confirmed = (await voucher_api.post(f"{path}/confirm", headers=the("provider"))).json()
    assert [line["paid"] for line in confirmed["contract"]["lines"]] == [True, False]
    assert confirmed["held"] == money("5000.00")
    portions = [{"line": place, **line} for place, line in enumerate(LINED["lines"], start=1)]
    body = delivery(stored, "13780.00", lines=[{k: v for k, v in one.items() if k != "category"} for one in portions])
    delivered = (await voucher_api.post(f"{path}/deliver", headers=the("provider"), json=body)).json()
    assert (delivered["delivery"]["tax"], len(delivered["delivery"]["lines"])) == (money("780.00"), 2)
    await audited(on_the_day)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"tax": money("780.00")}, "/contract"),
        ({"lines": [{**LINED["lines"][0], "tax": {"amount": "6.00", "currency": "EUR"}}]}, "/"),
        ({"lines": [{**LINED["lines"][0], "tax": money("-6.00")}]}, "/contract/lines/0/tax"),
    ],
)
async def test_lines_that_cannot_be_read_are_refused(
    on_the_day: Database, voucher_api: httpx2.AsyncClient, changes: dict[str, Any], pointer: str
) -> None:
    stored = await a_stored_voucher(on_the_day, rules=NET)
    refused = await asked(voucher_api, "redemptions", a_body(stored, contract={**LINED, **changes}))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_price_without_its_tax_is_told_in_the_callers_language(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    quoted = (await asked(voucher_api, "quotes", a_body(await a_stored_voucher(on_the_day, rules=NET)))).json()
    (reason,) = quoted["reasons"]
    assert (reason["code"], reason["pointer"]) == ("tax.missing", "/contract/tax")
    assert reason["message"] == "本政策按不含税金额补助，未填写金额中的税额。"
