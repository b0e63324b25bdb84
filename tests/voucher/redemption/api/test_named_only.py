"""Vouchers for named providers or named offerings only: whoever else is refused, over HTTP, by every way of use."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_instant import a_pin, a_provider_code
from tests.voucher.redemption.api.test_redemptions import OFFERING, a_body, an_offering, money, the
from tests.voucher.redemption.samples import PROVIDER
from tests.voucher.redemption.stored import Stored, a_stored_voucher, a_version, audited, hear

ELSEWHERE = show("prv", UUID(int=99))
REFUSED = [("/provider_id", "provider.not_named")]
Use = Callable[[dict[str, Any]], Awaitable[httpx2.Response]]


def only(**named: str) -> dict[str, Any]:
    """Rules that name one provider, one offering, or one of each."""
    rules = {f"{kind}s": {"value": [one], "source": "row jiangmen-service-2020"} for kind, one in named.items()}
    return {"exclusions": {**a_version().document["exclusions"], **rules}}


@pytest.fixture
async def on_the_day(voucher_db: Database, set_clock: SetClock) -> Database:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return voucher_db


@pytest.fixture
def use(voucher_api: httpx2.AsyncClient) -> Use:
    """Propose as the holder."""

    async def post(body: dict[str, Any]) -> httpx2.Response:
        return await voucher_api.post(
            "/v1/redemptions", headers={**the("holder"), "Accept-Language": "zh-CN"}, json=body
        )

    return post


def told(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_the_provider_that_the_scheme_names_is_used_and_the_rule_is_kept(
    on_the_day: Database, voucher_api: httpx2.AsyncClient, use: Use
) -> None:
    stored = await a_stored_voucher(on_the_day, rules=only(provider=show("prv", PROVIDER)))
    made = (await use(a_body(stored))).json()
    path = f"/v1/redemptions/{made['id']}"
    assert (await voucher_api.post(f"{path}/confirm", headers=the("provider"))).json()["state"] == "authorised"
    await audited(on_the_day)


async def test_another_provider_is_told_so_by_quote_and_proposal_with_those_that_are_named(
    on_the_day: Database, voucher_api: httpx2.AsyncClient, use: Use
) -> None:
    body = a_body(await a_stored_voucher(on_the_day, rules=only(provider=ELSEWHERE)))
    quoted = (await voucher_api.post("/v1/quotes", headers=the("provider"), json=body)).json()
    assert (quoted["payable"], [one["code"] for one in quoted["reasons"]]) == (False, ["provider.not_named"])
    refused = await use(body)
    assert (refused.status_code, told(refused)) == (422, REFUSED)
    assert refused.json()["errors"][0]["message"] == f"本政策仅限指定服务机构：{ELSEWHERE}。"


async def test_the_counter_and_a_batch_refuse_another_provider(
    on_the_day: Database, voucher_api: httpx2.AsyncClient
) -> None:
    stored = await a_stored_voucher(on_the_day, rules=only(provider=ELSEWHERE))
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    body = {"consent": consent, "category": "testing", "price": money("100.00"), "number": "R-1"}
    sold = await voucher_api.post("/v1/redemptions:instant", headers=the("holder"), json=body)
    assert (sold.status_code, told(sold)) == (422, REFUSED)
    headers = {name: value for name, value in the("provider").items() if name != "Idempotency-Key"}
    items = [{"key": "k1", "verb": "propose", **a_body(stored)}]
    (one,) = (await voucher_api.post("/v1/redemptions:batch", headers=headers, json={"items": items})).json()["items"]
    assert (one["status"], one["problem"]["code"]) == (422, "provider.not_named")


@pytest.mark.parametrize(("named", "status"), [(OFFERING, 201), (UUID(int=51), 422)])
async def test_an_offering_is_one_of_those_that_the_scheme_names(
    on_the_day: Database, use: Use, named: UUID, status: int
) -> None:
    stored = await a_stored_voucher(on_the_day, rules=only(offering=show("off", named)))
    await hear(on_the_day, an_offering())
    contract = {"number": "JC-2020-118", "signed_on": "2020-09-18"}
    body = {name: a_body(stored)[name] for name in ("voucher_id", "provider_id")}
    assert (await use({**body, "offering_id": show("off", OFFERING), "contract": contract})).status_code == status


async def test_a_contract_that_names_no_offering_is_for_none_of_those_named(on_the_day: Database, use: Use) -> None:
    stored: Stored = await a_stored_voucher(on_the_day, rules=only(offering=show("off", OFFERING)))
    assert told(await use(a_body(stored))) == [("/offering_id", "offering.not_named")]
