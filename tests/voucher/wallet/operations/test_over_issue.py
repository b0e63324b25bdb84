"""What a round issues beyond its budget stands in its books, and everything that is shown of it says "up to"."""

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.wallet.methods import BACKING, a_round_by
from tests.voucher.wallet.operations.test_races import amount
from tests.voucher.wallet.samples import OPEN
from tests.voucher.wallet.steps import all_is_well, apply, done, hear, holder, seen

Api = httpx2.AsyncClient
OVER = (BACKING, 'backing: {value: {factor: "1.50", prorata_on: 2020-12-20},')


async def an_over_issued_round(api: Api, database: Database, set_clock: SetClock) -> str:
    """20,000.00 of budget, of which 30,000.00 may be issued, to whoever comes first."""
    round_id = await a_round_by("first_come", api, database, set_clock, OVER, amount="20000.00")
    await set_clock(OPEN)
    return round_id


async def test_half_as_much_again_as_the_budget_may_be_issued_and_no_more(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_over_issued_round(voucher_api, voucher_db, set_clock)
    shown = await seen(voucher_api, round_id)
    assert (shown["pool"]["amount"], shown["over_issued"]["amount"]) == ("30000.00", "10000.00")
    made = [await apply(voucher_api, round_id, await hear(voucher_db)) for _ in range(3)]
    assert [one["state"] for one in made] == ["issued", "issued", "waitlisted"]
    assert await amount(voucher_db, "SELECT sum(face) FROM vouchers") == 3_000_000
    await all_is_well(voucher_db)


async def test_until_it_was_cut_a_voucher_and_its_round_say_up_to(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await an_over_issued_round(voucher_api, voucher_db, set_clock)
    firm = await hear(voucher_db)
    await apply(voucher_api, round_id, firm)
    (voucher,) = done(await voucher_api.get("/v1/wallet", headers=holder(firm)))["vouchers"]
    shown = await seen(voucher_api, round_id)
    assert (voucher["up_to"], shown["up_to"], shown["prorata_on"]) == (True, True, "2020-12-20")
    assert shown["classes"] == [
        {
            "queue_class": "general",
            "vouchers": 1,
            "issued": {"amount": "20000.00", "currency": "CNY"},
            "standing": {"amount": "20000.00", "currency": "CNY"},
        }
    ]
