"""Statements and past balances come from the journals and agree with what stands; a sheet has the same lines."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.standards.spreadsheet import BOM
from services.voucher.redemption.domain import orders
from services.voucher.wallet.operations.numbers import shown
from tests.conftest import Begin, SetClock
from tests.voucher.conftest import calls
from tests.voucher.redemption.samples import HOLDER, YUAN, provider
from tests.voucher.redemption.stored import AT, Stored, a_stored_voucher, carry_out
from tests.voucher.wallet.lived import as_draft
from tests.voucher.wallet.steps import codes, done, holder, operator

Api = httpx2.AsyncClient
MONDAY = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
PARTS = ("face", "available", "held", "captured", "reclaimed")


async def a_spent_voucher(database: Database, set_clock: SetClock) -> Stored:
    """A voucher of 20,000 of which 15,000 were held on Monday, 12,000 captured on Tuesday and one given back."""
    await set_clock(MONDAY)
    stored = await a_stored_voucher(database)
    one = await stored.accepted(24_000 * YUAN)
    await set_clock(MONDAY + timedelta(days=1))
    await carry_out(database, orders.Capture(redemption_id=one, by=provider, capture_id=new_id()))
    refund = orders.Refund(redemption_id=one, by=provider, amount=1 * YUAN, currency="CNY", note="one too many")
    await carry_out(database, refund)
    return stored


@pytest.fixture
async def stored(begin: Begin) -> Stored:
    return await begin(a_spent_voucher)


async def read(api: Api, path: str, **headers: str) -> dict[str, Any]:
    return done(await api.get(f"/v1/{path}", headers={**holder(HOLDER), **headers}))


def amounts(balance: dict[str, Any]) -> tuple[str, ...]:
    return tuple(balance[part]["amount"] for part in PARTS)


async def test_every_line_says_what_it_was_and_what_it_left(stored: Stored, voucher_api: Api) -> None:
    voucher = f"vouchers/{show('vch', stored.voucher.id)}"
    path = f"{voucher}/statement?order=oldest"
    lines = (await read(voucher_api, path, **{"Accept-Language": "en"}))["items"]
    assert [(line["what"], amounts(line["balance"])) for line in lines] == [
        ("issued", ("20000.00", "20000.00", "0.00", "0.00", "0.00")),
        ("held for a redemption", ("20000.00", "5000.00", "15000.00", "0.00", "0.00")),
        ("captured", ("20000.00", "5000.00", "3000.00", "12000.00", "0.00")),
        ("rest after the last capture", ("20000.00", "8000.00", "0.00", "12000.00", "0.00")),
        ("refunded", ("20000.00", "8001.00", "0.00", "11999.00", "0.00")),
    ]
    assert amounts(lines[-1]["change"]) == ("0.00", "1.00", "0.00", "-1.00", "0.00")
    assert lines[-1]["redemption_id"].startswith("red_")
    assert lines[-1]["value_on"] == "2020-09-22"
    assert lines[-1]["voucher_number"] == (await read(voucher_api, voucher))["number"]
    chinese = (await read(voucher_api, path, **{"Accept-Language": "zh-CN"}))["items"]
    assert chinese[-1]["what"] == "退回"


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_pages_go_on_where_the_one_before_ended(stored: Stored, voucher_api: Api, order: str) -> None:
    path = f"wallet/statement?order={order}"
    whole = (await read(voucher_api, path))["items"]
    first = await read(voucher_api, f"{path}&limit=2")
    second = await read(voucher_api, f"{path}&limit=2&after={first['next_cursor']}")
    third = await read(voucher_api, f"{path}&limit=2&after={second['next_cursor']}")
    assert [*first["items"], *second["items"], *third["items"]] == whole
    assert third["next_cursor"] is None


async def test_days_of_booking_bound_the_lines_and_both_belong_to_it(stored: Stored, voucher_api: Api) -> None:
    tuesday = (await read(voucher_api, "wallet/statement?from=2020-09-22&to=2020-09-22&order=oldest"))["items"]
    assert [line["event"] for line in tuesday] == ["captured", "rest_released", "refunded"]
    assert amounts(tuesday[0]["balance"])[:2] == ("20000.00", "5000.00")
    assert (await read(voucher_api, "wallet/statement?from=0001-01-01&to=2020-09-13"))["items"] == []
    assert len((await read(voucher_api, "wallet/statement?to=9999-12-31"))["items"]) == 5


async def test_a_period_that_ends_before_it_begins_is_refused(stored: Stored, voucher_api: Api) -> None:
    query = "wallet/statement?from=2020-09-26&to=2020-09-25"
    answer = await voucher_api.get(f"/v1/{query}", headers=holder(HOLDER))
    assert (answer.status_code, codes(answer)) == (422, ["statement.days"])


async def test_what_was_issued_as_a_draft_is_told_as_one(stored: Stored, voucher_api: Api, superuser_url: str) -> None:
    draft = await a_stored_voucher(stored.database)
    await as_draft(superuser_url, draft.voucher.id)
    (line,) = (await read(voucher_api, f"vouchers/{show('vch', draft.voucher.id)}/statement"))["items"]
    assert (line["event"], line["what"]) == ("issued", "issued as a draft, not to be used yet")


async def test_the_balance_at_any_instant_is_what_its_last_line_left(stored: Stored, voucher_api: Api) -> None:
    path = f"vouchers/{show('vch', stored.voucher.id)}"
    lines = (await read(voucher_api, f"{path}/statement?order=oldest"))["items"]
    for instant in sorted({line["booked_at"] for line in lines}):
        (there,) = (await read(voucher_api, f"{path}/balance?at={instant}"))["balances"]
        assert there == [line["balance"] for line in lines if line["booked_at"] == instant][-1]
    (now,) = (await read(voucher_api, f"{path}/balance"))["balances"]
    shown = await read(voucher_api, path)
    assert now == {part: shown[part] for part in PARTS}


async def test_before_its_issue_a_voucher_was_worth_nothing(stored: Stored, voucher_api: Api) -> None:
    before = (AT - timedelta(microseconds=1)).isoformat().replace("+00:00", "Z")
    (nothing,) = (await read(voucher_api, f"vouchers/{show('vch', stored.voucher.id)}/balance?at={before}"))["balances"]
    assert amounts(nothing) == ("0.00",) * 5
    assert (await read(voucher_api, f"wallet/balance?at={before}"))["balances"] == []


async def test_a_wallet_adds_up_all_its_vouchers(stored: Stored, voucher_api: Api) -> None:
    second = await a_stored_voucher(stored.database)
    await second.authorised(asked=7 * YUAN)
    ids = [show("vch", one.voucher.id) for one in (stored, second)]
    each = [(await read(voucher_api, f"vouchers/{one}/balance"))["balances"][0] for one in ids]
    (total,) = (await read(voucher_api, "wallet/balance"))["balances"]
    assert (
        amounts(total)
        == tuple(f"{sum(float(one[part]['amount']) for one in each):.2f}" for part in PARTS)
        == ("40000.00", "27994.00", "7.00", "11999.00", "0.00")
    )
    newest = (await read(voucher_api, "wallet/statement?limit=1"))["items"][0]
    assert newest["balance"] == total


async def test_no_balance_is_known_of_an_instant_that_lies_ahead(stored: Stored, voucher_api: Api) -> None:
    for path in ("wallet", f"vouchers/{show('vch', stored.voucher.id)}"):
        answer = await voucher_api.get(f"/v1/{path}/balance?at=2020-09-30T00:00:00Z", headers=holder(HOLDER))
        assert (answer.status_code, codes(answer)) == (422, ["balance.future"])


@pytest.mark.parametrize("by", ["format=csv", "Accept"])
async def test_a_sheet_has_the_same_lines_and_leads_on(stored: Stored, voucher_api: Api, by: str) -> None:
    query = "limit=3&order=oldest" + ("&format=csv" if by != "Accept" else "")
    headers = {**holder(HOLDER), **({"Accept": "text/csv"} if by == "Accept" else {})}
    answer = await voucher_api.get(f"/v1/wallet/statement?{query}", headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    following = await voucher_api.get(answer.links["next"]["url"], headers=holder(HOLDER))
    rows = [list(csv.DictReader(io.StringIO(one.text.removeprefix(BOM)))) for one in (answer, following)]
    assert [row["event"] for part in rows for row in part] == [
        *("issued", "authorised", "captured"),
        *("rest_released", "refunded"),
    ]
    assert (rows[1][1]["captured_change"], rows[1][1]["captured"], rows[1][1]["currency"]) == (
        "-1.00",
        "11999.00",
        "CNY",
    )
    (number,) = {row["voucher_number"] for part in rows for row in part}
    assert number == shown(stored.voucher.number)
    assert "next" not in following.links


async def test_who_may_not_see_the_voucher_sees_no_statement_of_it(stored: Stored, voucher_api: Api) -> None:
    for path in ("statement", "balance"):
        address = f"/v1/vouchers/{show('vch', stored.voucher.id)}/{path}"
        for headers in (operator(), calls("per_a", "auditor")):
            assert (await voucher_api.get(address, headers=headers)).status_code == 200
        for headers in (holder(new_id()), operator(bureau="another")):
            assert (await voucher_api.get(address, headers=headers)).status_code == 404
        nobody = await voucher_api.get(f"/v1/wallet/{path}", headers=calls("per_1", "holder"))
        assert codes(nobody) == ["application.no_organization"]


@pytest.mark.parametrize(
    "cursor", ["x", "WyJhIiwgIjEiXQ", "WyIyMDIwLTA5LTIxVDAwOjAwOjAwWiIsICI5OTk5OTk5OTk5OTk5OTk5OTk5OSJd"]
)
async def test_a_cursor_that_is_not_ours_is_refused(stored: Stored, voucher_api: Api, cursor: str) -> None:
    answer = await voucher_api.get(f"/v1/wallet/statement?after={cursor}", headers=holder(HOLDER))
    assert (answer.status_code, codes(answer)) == (422, ["page.cursor"])
