"""The auditor reads the chain, and takes its head away."""

import httpx2

from services.chassis.database import Database
from tests.voucher.conftest import calls
from tests.voucher.ledger.sealed import SIGNET, chain, seal_all, write


async def test_seals_are_listed_from_the_last_and_each_holds_the_one_before(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    for _ in range(3):
        await write(voucher_db)
        await seal_all(voucher_db)
    auditor = calls("per_a", "auditor")
    page = (await voucher_api.get("/v1/seals", params={"limit": 2}, headers=auditor)).json()
    more = {"limit": 2, "after": page["next_cursor"]}
    rest = (await voucher_api.get("/v1/seals", params=more, headers=auditor)).json()
    seals = [*page["items"], *rest["items"]]
    assert ([one["number"] for one in seals], rest["next_cursor"]) == ([3, 2, 1], None)
    assert [one["previous"] for one in seals] == [seals[1]["head"], seals[2]["head"], "00" * 32]
    assert [one["jws"] for one in seals[::-1]] == [one.jws for one in await chain(voucher_db)]
    one = (await voucher_api.get("/v1/seals/2", headers=auditor)).json()
    assert (one, one["key"], one["count"], one["upto"]["kind"]) == (seals[1], SIGNET.public.x, 3, "journal")


async def test_a_seal_that_is_not_there_is_told(voucher_api: httpx2.AsyncClient) -> None:
    answer = await voucher_api.get("/v1/seals/1", headers=calls("per_a", "auditor"))
    assert (answer.status_code, answer.json()["code"]) == (404, "seal.unknown")
