"""Fault 10: deadlocks and serialisation failures that PostgreSQL did not have are thrown into transactions."""

import asyncio
from collections.abc import Sequence

import httpx2
import pytest
from sqlalchemy import text

from services.chassis import database as databases
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.databases import Urls
from tests.faults.load import reckoned, under_load
from tests.faults.served import the, voucher_service
from tests.voucher.redemption.stored import Stored, audited

SECONDS = 3.0
CODES = ["40001", "40P01"]
THE_FIRST_TWO = "nextval('voucher.thrown') <= 2"
ALWAYS = "true"
NOW_AND_THEN = "random() < 0.2"
TRIGGER = "thrown_in ON voucher.redemption_transitions"


async def throw(root_db: Database, code: str, when: str) -> None:
    """From now on the database fails like this where steps are written. A sequence counts also what is rolled back."""
    body = f"BEGIN IF {when} THEN RAISE EXCEPTION 'thrown in' USING ERRCODE = '{code}'; END IF; RETURN NULL; END"
    async with root_db.begin() as connection:
        await connection.execute(text("CREATE SEQUENCE voucher.thrown"))
        await connection.execute(
            text(f"CREATE FUNCTION thrown() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS '{quoted(body)}'")
        )
        await connection.execute(
            text(f"CREATE TRIGGER {TRIGGER.replace('ON', 'BEFORE INSERT ON')} EXECUTE FUNCTION thrown()")
        )


def quoted(body: str) -> str:
    return body.replace("'", "''")


async def relent(root_db: Database) -> None:
    """It fails no more."""
    async with root_db.begin() as connection:
        await connection.execute(text(f"DROP TRIGGER {TRIGGER}"))


async def confirm(url: str, one: str, key: str) -> httpx2.Response:
    async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
        return await http.post(f"/v1/redemptions/{one}/confirm", headers=the("holder", key))


@pytest.mark.parametrize("code", CODES)
async def test_a_client_does_not_hear_of_two_in_a_row(
    root_db: Database, wallet: Sequence[Stored], database_urls: Urls, code: str
) -> None:
    one = show("red", await wallet[0].propose())
    await throw(root_db, code, THE_FIRST_TWO)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, one, "k")).status_code == 200
    await audited(wallet[0].database)


@pytest.mark.parametrize("code", CODES)
async def test_when_they_do_not_end_he_is_asked_to_come_later_and_then_it_is_done(
    root_db: Database, wallet: Sequence[Stored], database_urls: Urls, code: str
) -> None:
    one, key = show("red", await wallet[0].propose()), str(new_id())
    await throw(root_db, code, ALWAYS)
    async with voucher_service(database_urls.voucher) as url:
        later = await confirm(url, one, key)
        assert (later.status_code, later.json()["code"]) == (503, "service.unavailable")
        assert "Retry-After" in later.headers
        assert (await wallet[0].now()).held == 0
        await relent(root_db)
        assert (await confirm(url, one, key)).json()["state"] == "authorised"
    await audited(wallet[0].database)


async def test_under_load_nothing_is_lost_or_done_twice(
    root_db: Database, voucher_db: Database, wallet: Sequence[Stored], database_urls: Urls
) -> None:
    await throw(root_db, "40001", NOW_AND_THEN)
    async with voucher_service(database_urls.voucher) as url, under_load(url, wallet) as load:
        await asyncio.sleep(SECONDS)
    assert load.outcomes.keys() == {"acknowledged"}
    assert await reckoned(load, voucher_db) == []


async def test_if_nothing_was_played_again_it_would_be_a_fault_of_ours(
    root_db: Database, wallet: Sequence[Stored], database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = show("red", await wallet[0].propose())
    monkeypatch.setattr(databases, "CLASHES", frozenset())
    await throw(root_db, "40001", THE_FIRST_TWO)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, one, "k")).status_code == 500
