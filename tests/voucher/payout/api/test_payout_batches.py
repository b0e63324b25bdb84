"""The way of the money over HTTP: funded, prepared, approved as shown, written, sent, and seen by whom it concerns."""

import csv
import io
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.payout.steps import CHECKER, MAKER, House, a_house, a_released_line
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.settlement.approved import Case

BATCHES = "/v1/payout-batches"


def maker(**bound: Any) -> dict[str, str]:
    return calls(MAKER, "finance_maker", **bound)


def checker(person: str = CHECKER, **bound: Any) -> dict[str, str]:
    return calls(person, "finance_checker", **bound)


def payee(organization: Any = PAYEE) -> dict[str, str]:
    return calls("per_provider", "provider", org=show("org", organization), treasury=None)


AUDITOR = calls("per_a", "auditor", treasury=None)


@pytest.fixture
async def house(voucher_db: Database, case: Case) -> House:
    return await a_house(voucher_db)


async def prepare(api: httpx2.AsyncClient, house: House, **named: Any) -> dict[str, Any]:
    body = {"payer_account_id": show("pac", house.payer.id), **named}
    answer = await api.post(BATCHES, headers=maker(), json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def take(
    api: httpx2.AsyncClient, batch: dict[str, Any], verb: str, headers: dict[str, str], **body: str
) -> httpx2.Response:
    return await api.post(f"{BATCHES}/{batch['id']}/{verb}", headers=headers, json=body or None)


async def sent(api: httpx2.AsyncClient, house: House) -> dict[str, Any]:
    batch = await prepare(api, house)
    assert (await take(api, batch, "submit", maker())).is_success
    assert (await take(api, batch, "approve", checker(), digest=batch["digest"])).is_success
    assert (await take(api, batch, "file", maker())).is_success
    answer = await take(api, batch, "send", checker())
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


async def test_a_batch_is_paid_as_it_was_shown(voucher_api: httpx2.AsyncClient, house: House, case: Case) -> None:
    batch = await sent(voucher_api, house)
    whole = (await voucher_api.get(f"{BATCHES}/{batch['id']}", headers=checker())).json()
    (item,) = whole["items"]
    assert (batch["state"], item["state"], item["leg_id"]) == ("sent", "sent", show("leg", case.leg_id))
    assert whole["total"] == item["amount"]
    assert (whole["made_by"], whole["decided_by"], whole["sent_by"]) == (MAKER, CHECKER, CHECKER)


async def test_the_file_is_downloaded_as_it_was_written(voucher_api: httpx2.AsyncClient, house: House) -> None:
    batch = await sent(voucher_api, house)
    answer = await voucher_api.get(f"{BATCHES}/{batch['id']}/file", headers=maker())
    told = (await voucher_api.get(f"{BATCHES}/{batch['id']}", headers=maker())).json()["file"]
    (_, row) = csv.reader(io.StringIO(answer.text, newline=""))
    assert row[6] == batch["total"]["amount"]
    assert (told["sha256"], told["lines"]) == (sha256(answer.content).hexdigest(), 1)
    assert answer.headers["content-disposition"] == f'attachment; filename="{told["name"]}"'


async def test_a_stale_digest_approves_nothing(voucher_api: httpx2.AsyncClient, house: House) -> None:
    batch = await prepare(voucher_api, house)
    await take(voucher_api, batch, "submit", maker())
    answer = await take(voucher_api, batch, "approve", checker(), digest="0" * 64)
    assert (answer.status_code, answer.json()["code"]) == (409, "payout_batch.digest_differs")


async def test_what_is_held_is_told_with_its_reasons(voucher_api: httpx2.AsyncClient, house: House) -> None:
    unknown = show("leg", new_id())
    body = {"payer_account_id": show("pac", house.payer.id), "leg_ids": [unknown]}
    answer = await voucher_api.post(BATCHES, headers=maker(), json=body)
    assert [one["code"] for one in answer.json()["errors"]] == [
        "payout_batch.nothing_to_pay",
        "payout_batch.leg_unknown",
    ]


async def test_a_batch_tells_what_it_left_out(voucher_api: httpx2.AsyncClient, house: House, case: Case) -> None:
    unknown = show("leg", new_id())
    batch = await prepare(voucher_api, house, leg_ids=[show("leg", case.leg_id), unknown])
    assert [(one["leg_id"], one["code"]) for one in batch["held"]] == [(unknown, "payout_batch.leg_unknown")]


@pytest.mark.parametrize(("verb", "headers"), [("reject", checker()), ("cancel", maker())])
async def test_a_batch_that_ends_early_says_why(
    voucher_api: httpx2.AsyncClient, house: House, verb: str, headers: dict[str, str]
) -> None:
    batch = await prepare(voucher_api, house)
    await take(voucher_api, batch, "submit", maker())
    ended = (await take(voucher_api, batch, verb, headers, reason="One account is in doubt.")).json()
    assert (ended["state"].startswith(verb), ended["reason"]) == (True, "One account is in doubt.")


async def test_batches_are_listed_newest_first_for_their_own_treasury(
    voucher_api: httpx2.AsyncClient, house: House
) -> None:
    first = await prepare(voucher_api, house)
    await take(voucher_api, first, "cancel", maker(), reason="Again.")
    second = await prepare(voucher_api, house)
    lists = [
        (await voucher_api.get(f"{BATCHES}{query}", headers=headers)).json()["items"]
        for query, headers in (
            ("", maker()),
            ("?state=draft", AUDITOR),
            (f"?payer_account_id={show('pac', new_id())}", maker()),
            ("", maker(treasury="tianshui")),
        )
    ]
    assert [[one["id"] for one in items] for items in lists] == [[second["id"], first["id"]], [second["id"]], [], []]
    page = (await voucher_api.get(f"{BATCHES}?limit=1", headers=maker())).json()
    rest = await voucher_api.get(f"{BATCHES}?after={page['next_cursor']}", headers=maker())
    assert [one["id"] for one in rest.json()["items"]] == [first["id"]]


async def test_a_payee_sees_what_pays_it_and_nobody_else_does(voucher_api: httpx2.AsyncClient, house: House) -> None:
    await sent(voucher_api, house)
    seen = [
        (await voucher_api.get("/v1/payouts", headers=headers)).json()["items"]
        for headers in (payee(), maker(), AUDITOR, payee(HOLDER), maker(treasury="tianshui"))
    ]
    assert [len(items) for items in seen] == [1, 1, 1, 0, 0]
    numbers = [items[0]["account_number"] for items in seen[:3]]
    assert numbers == [house.account.number, house.account.number, "*" * 15 + house.account.number[-4:]]


async def test_a_payout_is_shown_to_both_its_sides(voucher_api: httpx2.AsyncClient, house: House) -> None:
    await sent(voucher_api, house)
    (item,) = (await voucher_api.get("/v1/payouts?state=sent", headers=maker())).json()["items"]
    path = f"/v1/payouts/{item['id']}"
    said = [
        (await voucher_api.get(path, headers=headers)).status_code
        for headers in (payee(), maker(), payee(HOLDER), maker(treasury="tianshui"))
    ]
    assert said == [200, 200, 404, 404]


@pytest.mark.parametrize(
    "query", ["payout_batch_id=pbt_", "claim_line_id=cln_", "payee_id=org_", "state=returned&payee_id=org_"]
)
async def test_payouts_are_found_by_what_they_belong_to(
    voucher_api: httpx2.AsyncClient, house: House, query: str
) -> None:
    await sent(voucher_api, house)
    answer = await voucher_api.get(f"/v1/payouts?{query}{new_id().hex}", headers=maker())
    assert answer.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("path", ["payout-batches/pbt_", "payouts/pyt_"])
async def test_what_was_never_made_is_not_there(voucher_api: httpx2.AsyncClient, path: str) -> None:
    assert (await voucher_api.get(f"/v1/{path}{'0' * 32}", headers=maker())).status_code == 404


async def test_payouts_are_turned_over_page_by_page(
    voucher_api: httpx2.AsyncClient, house: House, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_released_line(voucher_db, set_clock)
    await sent(voucher_api, house)
    first = (await voucher_api.get("/v1/payouts?limit=1", headers=maker())).json()
    second = (await voucher_api.get(f"/v1/payouts?after={first['next_cursor']}", headers=maker())).json()
    assert first["items"][0]["position"] + second["items"][0]["position"] == 3
    assert second["next_cursor"] is None


async def test_the_feed_tells_the_payee_what_is_on_its_way(voucher_api: httpx2.AsyncClient, house: House) -> None:
    batch = await sent(voucher_api, house)
    feed = (await voucher_api.get("/v1/events?types=payout.sent", headers=payee())).json()["items"]
    told = [one for one in feed if one["type"] == "payout.sent"]
    assert [one["data"]["amount"] for one in told] == [batch["total"]]
