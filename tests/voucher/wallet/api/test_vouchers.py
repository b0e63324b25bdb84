"""Vouchers and wallets are read by whom they concern, with one total of what may be spent now."""

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.samples import USE_BY_ENDS
from tests.voucher.wallet.steps import a_ranked_round, codes, done, holder, issue, operator

Api = httpx2.AsyncClient


async def test_a_voucher_is_seen_by_its_holder_bureau_and_auditor_alone(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm, other) = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=2, amount="20000.00")
    await issue(voucher_api, voucher_db, round_id)
    (voucher,) = done(await voucher_api.get("/v1/vouchers", headers=holder(firm)))["items"]
    path = f"/v1/vouchers/{voucher['id']}"
    for headers in (holder(firm), operator(), calls("per_a", "auditor")):
        assert done(await voucher_api.get(path, headers=headers)) == {**voucher, "history": []}
        assert len(done(await voucher_api.get("/v1/vouchers", headers=headers))["items"]) == 1
    for headers in (holder(other), operator(bureau="another")):
        assert (await voucher_api.get(path, headers=headers)).status_code == 404
        assert done(await voucher_api.get("/v1/vouchers", headers=headers))["items"] == []
    assert (await voucher_api.get(f"/v1/vouchers/{show('vch', new_id())}", headers=holder(firm))).status_code == 404


async def test_a_number_is_shown_in_groups_with_its_check_character(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm,) = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    (voucher,) = done(await voucher_api.get("/v1/vouchers", headers=holder(firm)))["items"]
    assert [len(group) for group in voucher["number"].split("-")] == [4, 4, 4, 1]


async def test_a_wallet_has_one_total_of_what_may_be_spent_now(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, (firm,) = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=1)
    await issue(voucher_api, voucher_db, round_id)
    wallet = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))
    assert wallet["spendable"] == [{"amount": "20000.00", "currency": "CNY"}]
    await set_clock(USE_BY_ENDS)
    wallet = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))
    assert wallet["spendable"] == [{"amount": "0.00", "currency": "CNY"}]


async def test_an_empty_wallet_has_no_total_and_no_firm_no_wallet(voucher_api: Api) -> None:
    empty: dict[str, object] = {"spendable": [], "held": [], "ends_next": None, "vouchers": []}
    assert done(await voucher_api.get("/v1/wallet", headers=holder(new_id()))) == empty
    assert codes(await voucher_api.get("/v1/wallet", headers=calls("per_1", "holder"))) == [
        "application.no_organization"
    ]


async def test_vouchers_of_a_round_are_turned_over_page_by_page(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, _ = await a_ranked_round(voucher_api, voucher_db, set_clock, firms=3, amount="60000.00")
    await issue(voucher_api, voucher_db, round_id)
    query = f"/v1/vouchers?round_id={round_id}&limit=2"
    first = done(await voucher_api.get(query, headers=operator()))
    rest = done(await voucher_api.get(f"{query}&after={first['next_cursor']}", headers=operator()))
    assert len({one["id"] for one in (*first["items"], *rest["items"])}) == 3
    none = done(await voucher_api.get(f"/v1/vouchers?round_id={show('rnd', new_id())}", headers=operator()))
    assert none["items"] == []
