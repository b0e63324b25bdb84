"""A scheme follows that of the year before: one that was published by its bureau, alone, once and for good."""

import asyncio

import httpx2
import pytest

from services.chassis.database import Database
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.steps import a_published_scheme, codes, done, hear_calendar, operator, publish_scheme

Api = httpx2.AsyncClient
NAME = "scheme: jiangmen-service-2020\n"
FIRST = "jiangmen-service-2020"


def following(name: str, follows: str = FIRST, effective: str = "2020-09-15") -> str:
    """The same rules under another name, behind another scheme."""
    said = f"scheme: {name}\nfollows: {{value: {follows}, source: row jiangmen-service-2020}}\n"
    return FILE.replace(NAME, said).replace("effective: {value: 2020-09-15", f"effective: {{value: {effective}")


def alone(name: str, effective: str = "2020-09-15") -> str:
    said = FILE.replace(NAME, f"scheme: {name}\n")
    return said.replace("effective: {value: 2020-09-15", f"effective: {{value: {effective}")


async def keep(api: Api, file: str, bureau: str = "jiangmen-sme") -> httpx2.Response:
    text = file.replace("bureau: jiangmen-sme", f"bureau: {bureau}")
    return await api.post("/v1/schemes", headers=operator(bureau=bureau), json={"file": text})


@pytest.fixture(autouse=True)
async def calendar(voucher_db: Database) -> None:
    await hear_calendar(voucher_db)


async def test_a_lineage_is_named_after_its_first_scheme(voucher_api: Api) -> None:
    await a_published_scheme(voucher_api)
    second = await a_published_scheme(voucher_api, following("second"))
    third = await a_published_scheme(voucher_api, following("third", "second"))
    for version in (second, third):
        assert done(await voucher_api.get(f"/v1/schemes/{version}", headers=operator()))["lineage"] == FIRST


async def test_what_was_never_published_is_not_followed(voucher_api: Api) -> None:
    done(await keep(voucher_api, FILE), 201)
    refused = await keep(voucher_api, following("second"))
    assert (refused.status_code, codes(refused)) == (422, ["scheme.follows_unknown"])
    fault = refused.json()["errors"][0]
    assert (fault["pointer"], fault["numbers"]["line"]) == ("/follows/value", FILE[: FILE.index(NAME)].count("\n") + 2)


async def test_a_scheme_of_another_bureau_is_not_followed(voucher_api: Api) -> None:
    await a_published_scheme(voucher_api)
    assert codes(await keep(voucher_api, following("second"), "another")) == ["scheme.follows_foreign"]


async def test_a_scheme_does_not_follow_itself(voucher_api: Api) -> None:
    assert codes(await keep(voucher_api, following(FIRST))) == ["scheme.follows_itself"]


async def test_of_two_that_would_follow_the_same_one_does(voucher_api: Api) -> None:
    await a_published_scheme(voucher_api)
    kept = [done(await keep(voucher_api, following(name)), 201)["id"] for name in ("second", "other")]
    answers = await asyncio.gather(*(publish_scheme(voucher_api, one) for one in kept))
    (late,) = [one for one in answers if one.status_code != 200]
    assert (late.status_code, codes(late)) == (409, ["scheme.follows_taken"])
    assert codes(await keep(voucher_api, following("third"))) == ["scheme.follows_taken"]


async def test_what_a_scheme_follows_is_settled_when_it_is_first_published(voucher_api: Api) -> None:
    await a_published_scheme(voucher_api)
    await a_published_scheme(voucher_api, alone("independent"))
    await a_published_scheme(voucher_api, following("second"))
    for file in (following("independent", "second", "2020-10-01"), alone("second", "2020-10-01")):
        refused = await keep(voucher_api, file)
        assert (refused.status_code, codes(refused)) == (409, ["scheme.follows_settled"])
    version = await a_published_scheme(voucher_api, following("second", effective="2020-10-01"))
    assert done(await voucher_api.get(f"/v1/schemes/{version}", headers=operator()))["lineage"] == FIRST


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("SELECT 'third', 'jiangmen-service-2020', root", "uq_scheme_successions_follows"),
        ("SELECT 'second', 'another', root", "pk_scheme_successions"),
        ("SELECT 'third', 'third', root", "ck_scheme_successions_another"),
    ],
)
async def test_the_database_keeps_one_behind_each_too(
    voucher_api: Api, voucher_db: Database, change: str, constraint: str
) -> None:
    await a_published_scheme(voucher_api)
    await a_published_scheme(voucher_api, following("second"))
    with pytest.raises(Exception, match=constraint):
        async with voucher_db.begin() as connection:
            await connection.exec_driver_sql(
                f"INSERT INTO scheme_successions {change}, version_id, at FROM scheme_successions"
            )


@pytest.mark.parametrize("column", ["follows", "root"])
async def test_the_service_may_not_change_what_follows(voucher_db: Database, column: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with voucher_db.begin() as connection:
            await connection.exec_driver_sql(f"UPDATE scheme_successions SET {column} = 'x'")
