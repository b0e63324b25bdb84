"""Finance reads what became of a year's budget, round by round: what was spent, and by what right the rest went."""

from typing import Any

import httpx2

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.operations.test_expiry import book
from tests.voucher.wallet.operations.test_year_end import FINANCE, OVER, TO_THE_END, a_spent_round, play
from tests.voucher.wallet.samples import USE_BY_ENDS
from tests.voucher.wallet.steps import a_filled_line

Api = httpx2.AsyncClient


async def reported(api: Api, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.get("/v1/reports/unspent", headers=FINANCE, params=asked)).json()["items"]
    return items


def amounts(shown: dict[str, Any]) -> dict[str, str]:
    return {name: one["amount"] for name, one in shown.items() if isinstance(one, dict) and "amount" in one}


async def test_within_the_year_what_was_issued_is_open_spent_or_back_in_the_pool(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id, voucher_id = await a_spent_round(voucher_api, voucher_db, set_clock)
    await play(voucher_db, set_clock, USE_BY_ENDS)
    await book(voucher_db, voucher_id, "refund", 100_000, USE_BY_ENDS)
    (line,) = await reported(voucher_api)
    (one,) = line["rounds"]
    assert one["round_id"] == round_id
    assert amounts(one) == {
        "funded": "40000.00",
        "issued": "20000.00",
        "reissued": "0.00",
        "spent": "2000.00",
        "open": "6000.00",
        "pool": "32000.00",
        "returned": "0.00",
        "voided": "0.00",
    }
    assert amounts(one["reclaimed"])["expired"] == "12000.00"
    assert amounts(line) == {"allotted": "40000.00", "free": "0.00", "lapsed": "0.00"}


async def test_at_the_end_of_the_year_what_was_voided_has_lapsed(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    await a_spent_round(voucher_api, voucher_db, set_clock, TO_THE_END)
    await play(voucher_db, set_clock, OVER)
    (line,) = await reported(voucher_api, fiscal_year=2020)
    (one,) = line["rounds"]
    assert (one["voided"]["amount"], one["pool"]["amount"]) == ("32000.00", "0.00")
    assert amounts(one["reclaimed"])["year_end_voided"] == "12000.00"
    assert amounts(line) == {"allotted": "8000.00", "free": "0.00", "lapsed": "32000.00"}


async def test_a_line_without_rounds_has_none_and_another_treasurys_is_not_shown(
    voucher_api: Api, voucher_db: Database
) -> None:
    await a_filled_line(voucher_api, "10.00")
    (line,) = await reported(voucher_api)
    assert (line["rounds"], line["lapsed"]["amount"]) == ([], "0.00")
    stranger = calls("per_x", "finance_maker", treasury="tianshui")
    assert (await voucher_api.get("/v1/reports/unspent", headers=stranger)).json()["items"] == []
