"""Many orders in one call over HTTP: each has its own key, its own role, its own answer, and no other's fault."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.chassis import attempts
from services.chassis.attempts import Wanted
from services.chassis.database import Database
from services.chassis.ids import new_id, parse, show
from services.voucher.redemption.api.batch import MOST
from tests.conftest import SetClock
from tests.voucher.redemption.api.test_instant import a_qr
from tests.voucher.redemption.api.test_redemptions import a_body, delivery, money, the
from tests.voucher.redemption.consented import PIN, WRONG, a_secret
from tests.voucher.redemption.stored import Stored, a_stored_voucher, audited

Send = Callable[..., Awaitable[dict[str, Any]]]
NUMBERS = itertools.count(1)


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    return await a_stored_voucher(voucher_db)


@pytest.fixture
def send(voucher_api: httpx2.AsyncClient) -> Send:
    """Send items as somebody and give the answer's body."""

    async def post(*items: Any, role: str = "provider", status: int = 200, **more: Any) -> dict[str, Any]:
        headers = {name: value for name, value in the(role).items() if name != "Idempotency-Key"}
        headers |= more.pop("headers", {})
        answer = await voucher_api.post("/v1/redemptions:batch", headers=headers, json={"items": items, **more})
        assert answer.status_code == status, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    return post


def item(verb: str, one: Any = None, key: str | None = None, **members: Any) -> dict[str, Any]:
    named = {"redemption_id": one} if one is not None else {}
    return {"key": key or str(new_id()), "verb": verb, **named, **members}


def an_offer(stored: Stored, **changes: Any) -> dict[str, Any]:
    contract = {"number": f"B-{next(NUMBERS)}", "signed_on": "2020-09-18", "amount": money("200.00")}
    return item("propose", **{**a_body(stored), "contract": contract, **changes})


def statuses(answer: dict[str, Any]) -> list[int]:
    return [one["status"] for one in answer["items"]]


def codes(answer: dict[str, Any]) -> list[str | None]:
    return [one["problem"] and one["problem"]["code"] for one in answer["items"]]


async def kept(stored: Stored, outcome: str) -> list[tuple[str, str | None]]:
    async with stored.database.read() as connection:
        found, _ = await attempts.find(connection, Wanted(outcome=outcome), after=None, limit=50)
    return sorted(
        (one.attempt.operation, one.attempt.reasons[0].code if one.attempt.reasons else None) for one in found
    )


async def test_many_redemptions_go_all_their_way_in_four_calls(stored: Stored, send: Send) -> None:
    offers = await send(*(an_offer(stored) for _ in range(5)))
    assert (statuses(offers), offers["counts"]) == ([201] * 5, {"done": 5, "replayed": 0, "refused": 0})
    ids = [one["redemption"]["id"] for one in offers["items"]]
    await send(*(item("confirm", one) for one in ids), role="holder")
    await send(*(item("deliver", one, **delivery(stored, "200.00")) for one in ids))
    await send(*(item("accept", one, rating=5) for one in ids), role="holder")
    captured = await send(
        *(item("capture", one) for one in ids), item("refund", ids[0], amount=money("1.00"), reason="x")
    )
    assert [one["redemption"]["captured"] for one in captured["items"]] == [money("100.00")] * 6
    assert captured["items"][5]["redemption"]["refunded"] == money("1.00")
    await audited(stored.database)


async def test_every_other_verb_is_taken_too(stored: Stored, send: Send) -> None:
    ids = [one["redemption"]["id"] for one in (await send(*(an_offer(stored) for _ in range(4))))["items"]]
    because = {"reason": "plans changed"}
    await send(item("decline", ids[0], **because), *(item("confirm", one) for one in ids[2:]), role="holder")
    await send(
        item("withdraw", ids[1], **because), *(item("deliver", one, **delivery(stored, "9.00")) for one in ids[2:])
    )
    await send(item("rework", ids[2], **because), item("dispute", ids[3], **because), role="holder")
    ended = await send(item("void", ids[2], **because))
    assert ended["items"][0]["redemption"]["state"] == "voided"
    states = [(await stored.redemption(parse("red", one))).state for one in ids]
    assert states == ["declined", "withdrawn", "voided", "disputed"]


def at_the_counter(consent: dict[str, str], key: str | None = None) -> dict[str, Any]:
    sold = {"consent": consent, "category": "testing", "price": money("500.00"), "number": f"R-{next(NUMBERS)}"}
    return item("redeem", key=key, **sold)


async def test_what_is_redeemed_at_the_counter_goes_along_and_one_code_passes_once(
    stored: Stored, send: Send, voucher_api: httpx2.AsyncClient
) -> None:
    code = await a_qr(stored, voucher_api)
    answer = await send(at_the_counter(code, "k1"), at_the_counter(code), an_offer(stored))
    assert codes(answer) == [None, "consent.invalid", None]
    assert answer["items"][0]["redemption"]["subsidy"] == money("250.00")
    assert await kept(stored, "refused") == [("redeem_voucher", "consent.invalid")]
    await audited(stored.database)


async def test_a_sale_asked_for_alone_is_told_again_in_a_batch(
    stored: Stored, send: Send, voucher_api: httpx2.AsyncClient
) -> None:
    sale = at_the_counter(await a_qr(stored, voucher_api), "k1")
    body = {name: member for name, member in sale.items() if name not in ("key", "verb")}
    headers = {**the("provider"), "Idempotency-Key": "k1"}
    first = await voucher_api.post("/v1/redemptions:instant", headers=headers, json=body)
    again = await send(sale, all_or_nothing=True)
    assert (again["items"][0]["redemption"], again["items"][0]["replayed"]) == (first.json(), True)


async def test_a_code_that_proves_nothing_is_refused_alone(
    stored: Stored, send: Send, voucher_api: httpx2.AsyncClient
) -> None:
    wrong, unproved = {"code": "IVQ1:NOTHING"}, {"code": await a_secret(stored)}
    unknown = {"code": "7GQ4-PXAB-23CD-EF9H-TUVW", "pin": PIN}
    answer = await send(*map(at_the_counter, (wrong, unproved, unknown)), an_offer(stored))
    assert codes(answer) == ["consent.invalid", "pin.required", "consent.invalid", None]


async def test_of_many_secrets_a_wrong_one_is_refused_alone(
    stored: Stored, send: Send, voucher_api: httpx2.AsyncClient
) -> None:
    right = {"code": await a_secret(stored), "pin": PIN}
    hung_up = await voucher_api.post("/v1/provider-codes", headers=the("provider"), json={"label": "1"})
    scanned = {"code": hung_up.json()["code"], "pin": PIN}
    answer = await send(*map(at_the_counter, ({**right, "pin": WRONG}, right, right)), an_offer(stored))
    assert codes(answer) == ["consent.invalid", None, "consent.invalid", None]
    sold = [scanned, {**scanned, "pin": WRONG}, {"code": "IVP1:2222"}, {"code": scanned["code"]}]
    answer = await send(*map(at_the_counter, sold), role="holder")
    assert codes(answer) == [None, "pin.wrong", "consent.invalid", None]
    await audited(stored.database)


async def test_a_sale_is_told_again_whatever_pin_its_retry_shows(stored: Stored, send: Send) -> None:
    code = await a_secret(stored)
    sale = at_the_counter({"code": code, "pin": PIN}, "k1")
    first = await send(sale)
    again = await send({**sale, "consent": {"code": code, "pin": WRONG}})
    assert (again["items"][0]["redemption"], again["items"][0]["replayed"]) == (first["items"][0]["redemption"], True)


async def test_a_thousand_guesses_in_one_call_are_counted_like_calls_of_their_own(stored: Stored, send: Send) -> None:
    secret = await a_secret(stored)
    answer = await send(*(at_the_counter({"code": secret, "pin": WRONG}) for _ in range(MOST)))
    assert Counter(codes(answer)) == {"consent.invalid": 20, "consent.too_many": MOST - 20}


async def test_an_item_that_cannot_be_read_is_answered_alone(stored: Stored, send: Send) -> None:
    wrong = [
        7,
        {"verb": "confirm", "redemption_id": "red_1"},
        item("confirm", show("red", new_id()), key="no key\n"),
        item("confirm", "red_1"),
        item("decide", show("red", new_id()), outcome="accepted", reason="x"),
        item("capture", show("red", new_id()), amount={"amount": "0.001", "currency": "CNY"}),
        item("confirm", show("red", new_id()), state="captured"),
        {"key": "k"},
    ]
    answer = await send(*wrong, an_offer(stored), role="holder")
    assert statuses(answer) == [428, 428, 422, 422, 422, 422, 422, 422, 201]
    pointers = [one["problem"] and one["problem"]["errors"][0]["pointer"] for one in answer["items"]]
    assert pointers == ["/key", "/key", "/key", "/redemption_id", "/verb", "/amount", "/state", "/verb", None]
    assert answer["counts"] == {"done": 1, "replayed": 0, "refused": 8}


async def test_each_item_needs_the_role_of_its_own_verb(stored: Stored, send: Send) -> None:
    one = show("red", await stored.accepted(200_00))
    answer = await send(item("capture", one), an_offer(stored), role="holder")
    assert (statuses(answer), codes(answer)) == ([403, 201], ["auth.forbidden", None])
    assert answer["items"][0]["problem"]["instance"] == f"/v1/redemptions/{one}/capture"
    assert (await stored.redemption(parse("red", one))).state == "accepted"


async def test_a_refused_item_leaves_nothing_but_its_attempt(stored: Stored, send: Send) -> None:
    unknown = item("capture", show("red", new_id()))
    answer = await send(an_offer(stored), unknown, an_offer(stored, category="catering"))
    assert codes(answer) == [None, "redemption.unknown", "category.unlisted"]
    assert await kept(stored, "refused") == [
        ("capture_redemption", "redemption.unknown"),
        ("propose_redemption", "category.unlisted"),
    ]
    assert await kept(stored, "done") == [("propose_redemption", None)]
    again = await send(unknown)
    assert (codes(again), again["counts"]["replayed"]) == (["redemption.unknown"], 0)


async def test_a_batch_sent_twice_is_answered_twice_and_done_once(stored: Stored, send: Send) -> None:
    items = [an_offer(stored) for _ in range(3)]
    first, again = await asyncio.gather(send(*items), send(*items))
    assert first["counts"]["done"] + again["counts"]["done"] == 3
    assert [one["redemption"] for one in first["items"]] == [one["redemption"] for one in again["items"]]
    await audited(stored.database)


async def test_a_key_used_alone_answers_in_a_batch_and_the_other_way_round(
    stored: Stored, send: Send, voucher_api: httpx2.AsyncClient
) -> None:
    one = show("red", await stored.propose())
    alone = {**the("holder"), "Idempotency-Key": "k1"}
    done = await voucher_api.post(f"/v1/redemptions/{one}/confirm", headers=alone)
    batched = await send(item("confirm", one, key="k1"), role="holder")
    assert (batched["items"][0]["redemption"], batched["items"][0]["replayed"]) == (done.json(), True)

    offer = an_offer(stored, key="k2")
    first = await send(offer)
    body = {name: member for name, member in offer.items() if name not in ("key", "verb")}
    again = await voucher_api.post("/v1/redemptions", headers={**the("provider"), "Idempotency-Key": "k2"}, json=body)
    assert (again.status_code, again.json()) == (201, first["items"][0]["redemption"])
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_a_key_of_another_body_is_refused_at_its_place(stored: Stored, send: Send) -> None:
    await send(an_offer(stored, key="k1"))
    answer = await send(an_offer(stored, key="k1"), an_offer(stored))
    assert codes(answer) == ["idempotency.mismatch", None]
    assert answer["items"][0]["problem"]["errors"][0]["pointer"] == "/key"


async def test_a_key_may_not_stand_twice_in_one_call(stored: Stored, send: Send) -> None:
    offer = an_offer(stored, key="k1")
    refused = await send(offer, an_offer(stored), offer, status=422)
    assert [(one["code"], one["pointer"]) for one in refused["errors"]] == [
        ("batch.key_twice", "/items/0/key"),
        ("batch.key_twice", "/items/2/key"),
    ]
    assert await kept(stored, "done") == []


async def test_a_batch_has_one_to_a_thousand_items(stored: Stored, send: Send) -> None:
    assert (await send(status=422))["errors"][0]["pointer"] == "/items"
    many = [item("confirm", show("red", new_id())) for _ in range(MOST + 1)]
    assert (await send(*many, role="holder", status=422))["errors"][0]["pointer"] == "/items"
    answer = await send(*many[:MOST], role="holder")
    assert answer["counts"] == {"done": 0, "replayed": 0, "refused": MOST}


async def test_the_deadline_of_the_call_holds_for_every_item(stored: Stored, send: Send) -> None:
    past = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
    answer = await send(an_offer(stored), an_offer(stored), headers={"Request-Deadline": past})
    assert codes(answer) == ["request.deadline"] * 2


# ── all or nothing ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_all_or_nothing_does_all_and_answers_again(stored: Stored, send: Send) -> None:
    items = [an_offer(stored) for _ in range(3)]
    done = await send(*items, all_or_nothing=True)
    again = await send(*items, an_offer(stored), all_or_nothing=True)
    assert (done["counts"]["done"], again["counts"]) == (3, {"done": 1, "replayed": 3, "refused": 0})
    await audited(stored.database)


async def test_all_or_nothing_does_nothing_where_one_is_refused_and_names_every_reason(
    stored: Stored, send: Send
) -> None:
    items = [
        an_offer(stored),
        item("confirm", show("red", new_id())),
        an_offer(stored, category="catering", amount=money("90000.00")),
    ]
    refused = await send(*items, role="holder", all_or_nothing=True, status=422)
    assert refused["code"] == "batch.refused"
    assert refused["title"] == f"Of these {len(items)} orders, 2 are refused, so none was carried out."
    named = {(one["code"], one["pointer"]) for one in refused["errors"][1:]}
    assert ("redemption.unknown", "/items/1") in named
    assert ("voucher.insufficient", "/items/2/amount") in named
    assert len(await kept(stored, "refused")) == 3
    assert ("propose_redemption", "batch.refused") in await kept(stored, "refused")
    assert (await send(*items[:1], role="holder"))["counts"]["done"] == 1


async def test_all_or_nothing_decides_nothing_where_one_cannot_be_read(stored: Stored, send: Send) -> None:
    items = [an_offer(stored), item("capture", "red_1"), item("confirm", show("red", new_id()))]
    refused = await send(*items, all_or_nothing=True, status=422)
    assert [(one["code"], one["pointer"]) for one in refused["errors"]] == [
        ("batch.refused", None),
        ("request.invalid", "/items/1/redemption_id"),
    ]
    assert len(await kept(stored, "refused")) == 3
