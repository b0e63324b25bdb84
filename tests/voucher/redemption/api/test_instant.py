"""Redeeming at the counter over HTTP: by either side's code, by several vouchers, once, with nothing secret kept."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError
from sqlalchemy import text

from services.chassis.database import Database
from services.chassis.ids import show
from services.voucher.redemption.api.instant import InstantBody
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_redemptions import delivery, money, the
from tests.voucher.redemption.consented import PIN
from tests.voucher.redemption.samples import PROVIDER, YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited

Redeem = Callable[..., Awaitable[httpx2.Response]]
CEILING = money("1000.00")


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db, available=1_500 * YUAN)


@pytest.fixture
def redeem(voucher_api: httpx2.AsyncClient) -> Redeem:
    """Redeem 1 234.51 at the counter as somebody, with a code and perhaps a PIN."""

    async def post(role: str, consent: dict[str, str], headers: Any = None, **changes: Any) -> httpx2.Response:
        body = {"consent": consent, "category": "testing", "price": money("1234.51"), "number": "R-1", **changes}
        return await voucher_api.post("/v1/redemptions:instant", headers=headers or the(role), json=body)

    return post


async def a_pin(api: httpx2.AsyncClient) -> str:
    assert (await api.put("/v1/wallet/pin", headers=the("holder"), json={"pin": PIN})).status_code == 200
    return PIN


async def a_qr(stored: Stored, api: httpx2.AsyncClient, **changes: Any) -> dict[str, str]:
    """The holder's code, made with his PIN."""
    body = {"ceiling": CEILING, **(changes or {"pin": await a_pin(api)})}
    made = await api.post(f"/v1/vouchers/{show('vch', stored.voucher.id)}/code", headers=the("holder"), json=body)
    assert made.status_code == 200, made.text
    return {"code": made.json()["token"]}


async def a_provider_code(api: httpx2.AsyncClient) -> dict[str, str]:
    made = await api.post("/v1/provider-codes", headers=the("provider"), json={"label": "till 3"})
    assert made.status_code == 201, made.text
    return {"code": made.json()["code"]}


async def spendable(stored: Stored, api: httpx2.AsyncClient) -> Any:
    voucher = await api.get(f"/v1/vouchers/{show('vch', stored.voucher.id)}", headers=the("holder"))
    return voucher.json()["spendable"]


async def test_a_provider_redeems_with_the_holders_code(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    answer = await redeem("provider", await a_qr(stored, voucher_api), client_ref="till-1")
    assert answer.status_code == 201, answer.text
    order = answer.json()
    assert (order["subsidy"], order["own_share"], order["spendable_after"]) == (money("617.25"), money("617.26"), None)
    (one,) = order["redemptions"]
    assert (one["id"], one["kind"], one["state"], one["consent"]) == (order["order_id"], "instant", "captured", "qr")
    shown = (await voucher_api.get(f"/v1/redemptions/{one['id']}", headers=the("provider"))).json()
    assert [(step["event"], step["from_state"]) for step in shown["timeline"]] == [("redeemed", None)]
    assert shown["captures"][0]["delivery"]["result_document_id"] is None
    await audited(stored.database)


async def test_a_provider_redeems_with_the_voucher_s_secret_and_pin(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    pin = await a_pin(voucher_api)
    minted = await voucher_api.post(f"/v1/vouchers/{show('vch', stored.voucher.id)}/secret", headers=the("holder"))
    answer = await redeem("provider", {"code": minted.json()["secret"], "pin": pin})
    assert (answer.status_code, answer.json()["redemptions"][0]["consent"]) == (201, "secret")


async def test_a_holder_scans_the_providers_code_and_is_told_the_balance_that_the_next_get_tells(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    """PEERS 8: a stale balance after a scan."""
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    order = (await redeem("holder", consent)).json()
    assert order["spendable_after"] == money("882.75") == await spendable(stored, voucher_api)


async def test_several_vouchers_pay_one_order_and_each_is_debited_its_part_once(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    """PEERS 31 and 25: all of them charged in full; one purchase spent on every package."""
    small = await one_more(stored, 200 * YUAN)
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    order = (await redeem("holder", consent, price=money("3000.00"))).json()
    assert [(one["voucher_id"], one["captured"], one["settled"], one["part"]) for one in order["redemptions"]] == [
        (show("vch", small.voucher.id), money("200.00"), money("400.00"), 1),
        (show("vch", stored.voucher.id), money("1300.00"), money("2600.00"), 2),
    ]
    assert {one["order_id"] for one in order["redemptions"]} == {order["order_id"]}
    assert (order["subsidy"], order["own_share"]) == (money("1500.00"), money("1500.00"))
    assert order["spendable_after"] == await spendable(stored, voucher_api) == money("200.00")
    await audited(stored.database)


async def test_all_parts_of_an_order_are_listed_and_of_another_none(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    await one_more(stored, 200 * YUAN)
    await stored.propose()
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    order = (await redeem("holder", consent, price=money("3000.00"))).json()
    for order_id, parts in ((order["order_id"], {1, 2}), (order["redemptions"][1]["id"], set())):
        listed = await voucher_api.get("/v1/redemptions", params={"order_id": order_id}, headers=the("holder"))
        assert {one["part"] for one in listed.json()["items"]} == parts


async def one_more(stored: Stored, available: int) -> Stored:
    """Another voucher of the same holder under the same version of the scheme."""
    return await a_stored_voucher(
        stored.database, available=available, scheme_version_id=stored.voucher.scheme_version_id
    )


async def test_vouchers_may_be_named(stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem) -> None:
    await one_more(stored, 200 * YUAN)
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    named = [show("vch", stored.voucher.id)]
    order = (await redeem("holder", consent, voucher_ids=named)).json()
    assert [one["voucher_id"] for one in order["redemptions"]] == named
    unknown = await redeem("holder", consent, voucher_ids=[show("vch", PROVIDER)], number="R-2")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "voucher.unknown")


async def test_a_retry_gets_the_first_answer_though_its_code_has_passed(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    headers, code = the("provider"), await a_qr(stored, voucher_api)
    first, again = [await redeem("provider", code, headers) for _ in range(2)]
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (201, first.json(), "true")
    other = await redeem("provider", code, number="R-2")
    assert (other.status_code, other.json()["code"]) == (422, "consent.invalid")


async def test_a_retry_of_a_secret_is_not_proved_again(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    consent = {**await a_provider_code(voucher_api), "pin": await a_pin(voucher_api)}
    headers = the("holder")
    first = await redeem("holder", consent, headers)
    again = await redeem("holder", {**consent, "pin": "730518"}, headers)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_an_order_that_comes_too_late_is_refused(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    late = {**the("provider"), "Request-Deadline": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    answer = await redeem("provider", await a_qr(stored, voucher_api), late)
    assert answer.json()["code"] == "request.deadline"
    assert (await stored.now()).captured == 0


async def test_a_quote_for_the_counter_hands_out_nothing_that_redeems(
    stored: Stored, voucher_api: httpx2.AsyncClient
) -> None:
    """PEERS 30: a pre-check that gives the authorisation away."""
    contract = {"number": "R-1", "signed_on": "2020-09-21", "amount": money("9000.00")}
    body = {"voucher_id": show("vch", stored.voucher.id), "provider_id": show("prv", PROVIDER), "category": "testing"}
    asked = {**body, "contract": contract, "kind": "instant"}
    quote = (await voucher_api.post("/v1/quotes", headers=the("provider"), json=asked)).json()
    assert [quote[told] for told in ("payable", "amount", "available", "headroom")] == [None] * 4
    assert not [name for name in quote if name in ("code", "token", "secret", "nonce")]


async def test_the_provider_calls_it_off_and_may_not_ask_the_holder_to(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    red = (await redeem("provider", await a_qr(stored, voucher_api))).json()["order_id"]
    because = {"reason": "wrong sample"}
    by_holder = await voucher_api.post(f"/v1/redemptions/{red}/void", headers=the("holder"), json=because)
    assert (by_holder.status_code, by_holder.json()["code"]) == (403, "redemption.side")
    voided = (await voucher_api.post(f"/v1/redemptions/{red}/void", headers=the("provider"), json=because)).json()
    assert (voided["state"], voided["refunded"]) == ("refunded", money("617.25"))
    assert await spendable(stored, voucher_api) == money("1500.00")
    await audited(stored.database)


async def test_a_part_may_be_refunded_and_a_receipt_is_no_delivery(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem
) -> None:
    red = (await redeem("provider", await a_qr(stored, voucher_api))).json()["order_id"]
    refund = {"amount": money("17.25"), "reason": "one sample less"}
    shown = (await voucher_api.post(f"/v1/redemptions/{red}/refund", headers=the("provider"), json=refund)).json()
    assert (shown["state"], shown["refunded"]) == ("captured", money("17.25"))
    again = await voucher_api.post(f"/v1/redemptions/{red}/deliver", headers=the("provider"), json=delivery(stored))
    assert (again.status_code, again.json()["code"]) == (409, "redemption.state")


BODY = {
    "consent": {"code": "IVQ1:ABCDEFG"},
    "category": "testing",
    "price": money("1234.51"),
    "number": "R-1",
}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"category": None}, "Name an offering"),
        ({"price": None}, "Name an offering"),
        ({"quantity": 2}, "Name an offering"),
        ({"amount": {"amount": "1.00", "currency": "EUR"}}, "one currency"),
        ({"voucher_ids": [show("vch", PROVIDER)]}, "names the voucher itself"),
        ({"voucher_ids": [show("vch", PROVIDER)] * 2}, "pays once"),
        ({"voucher_ids": [show("vch", PROVIDER)] * 21}, "at most 20"),
    ],
)
def test_a_body_that_contradicts_itself_is_not_read(changes: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        InstantBody.model_validate({**BODY, **changes})


async def test_a_body_that_cannot_be_read_repeats_no_code(stored: Stored, redeem: Redeem) -> None:
    answer = await redeem("provider", {"code": "IVQ1:ABCDEFG", "pin": "12345"}, price=None)
    assert (answer.status_code, answer.json()["code"]) == (422, "pin.form")
    assert not [secret for secret in ("ABCDEFG", "12345") if secret in answer.text]


async def test_nothing_secret_of_a_whole_round_is_kept(
    stored: Stored, voucher_api: httpx2.AsyncClient, redeem: Redeem, superuser_url: str
) -> None:
    pin = await a_pin(voucher_api)
    minted = await voucher_api.post(f"/v1/vouchers/{show('vch', stored.voucher.id)}/secret", headers=the("holder"))
    code, secret = await a_qr(stored, voucher_api, pin=pin), minted.json()["secret"]
    for consent in (code, code, {"code": secret, "pin": pin}, {"code": secret, "pin": "730518"}):
        await redeem("provider", consent, number=str(len(str(consent))))
    root = Database(superuser_url, "voucher")
    async with root.read() as connection:
        for table in ("idempotency_keys", "attempts", "events", "decisions", "redemptions", "redemption_transitions"):
            kept = str((await connection.execute(text(f"SELECT * FROM {table}"))).all())
            assert not [one for one in (code["code"], secret, secret.replace("-", ""), pin) if one in kept], table
    await root.dispose()
