"""A scheme is tried on whoever applied before: what it tells is what ranking and issuing then do."""

from typing import Any

import httpx2
from sqlalchemy import text

from services.chassis.database import Database
from tests.conftest import SetClock
from tests.voucher.scheme.samples import FILE
from tests.voucher.wallet.samples import CLOSED, OPEN
from tests.voucher.wallet.steps import a_round, apply, done, hear, holder, issue, operator, rank

Api = httpx2.AsyncClient
LISTED = [{"list": "jiangmen-service-2020", "class": "priority", "from": "2020-01-01", "until": None}]
BANNED = [{"id": "snc_1", "kind": "dishonesty", "from": "2020-09-15", "until": None}]


async def simulate(api: Api, **changes: Any) -> dict[str, Any]:
    return done(await api.post("/v1/schemes:simulate", headers=operator(), json={"file": FILE, **changes}))


async def a_small_round(api: Api, database: Database, set_clock: SetClock) -> str:
    """Four firms ask for more than there is: the last one comes first, and the second was banned after it applied."""
    round_id = await a_round(api, database, "40000.00")
    await set_clock(OPEN)
    firms = [await hear(database) for _ in range(3)] + [await hear(database, priority_lists=LISTED)]
    for firm, amount in zip(firms, ("15000.00", "20000.00", "18000.00", "20000.00"), strict=True):
        await apply(api, round_id, firm, amount)
    await hear(database, firms[1], sanctions=BANNED)
    await set_clock(CLOSED)
    return round_id


async def outcome(database: Database) -> tuple[int, int, int]:
    """What became of a real round: refused, served, and fen issued."""
    query = (
        "SELECT count(*) FILTER (WHERE state = 'rejected'), count(*) FILTER (WHERE state = 'issued') FROM applications"
    )
    async with database.read() as connection:
        refused, served = (await connection.execute(text(query))).one()
        issued = (await connection.execute(text("SELECT sum(face) FROM vouchers"))).scalar_one()
    return refused, served, int(issued)


async def test_what_is_simulated_is_what_ranking_and_issuing_then_do(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_small_round(voucher_api, voucher_db, set_clock)
    found = await simulate(voucher_api, round_id=round_id, budget={"amount": "40000.00", "currency": "CNY"})
    told = (found["refused"], found["served"], int(found["issued"]["amount"].replace(".", "")))
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    assert told == await outcome(voucher_db) == (1, 3, 4_000_000)


async def test_the_place_at_which_it_runs_dry_is_the_one_that_is_then_served_in_part(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_small_round(voucher_api, voucher_db, set_clock)
    found = await simulate(voucher_api, round_id=round_id, budget={"amount": "40000.00", "currency": "CNY"})
    await rank(voucher_api, voucher_db, round_id)
    await issue(voucher_api, voucher_db, round_id)
    query = "SELECT rank FROM applications JOIN vouchers ON application_id = applications.id WHERE face < amount"
    async with voucher_db.read() as connection:
        assert (await connection.execute(text(query))).scalar_one() == found["dry"]["rank"]


async def test_nothing_is_kept(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> None:
    round_id = await a_small_round(voucher_api, voucher_db, set_clock)
    tables = ("applications", "vouchers", "decisions", "events", "scheme_versions")
    counts = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    async with voucher_db.read() as connection:
        before = (await connection.execute(text(f"SELECT {counts}"))).scalar_one()
    await simulate(voucher_api, round_id=round_id)
    async with voucher_db.read() as connection:
        assert (await connection.execute(text(f"SELECT {counts}"))).scalar_one() == before


async def test_who_took_the_application_back_is_none_of_them(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock
) -> None:
    round_id = await a_round(voucher_api, voucher_db)
    await set_clock(OPEN)
    firm = await hear(voucher_db)
    made = await apply(voucher_api, round_id, firm)
    assert (await simulate(voucher_api, round_id=round_id))["applicants"] == 1
    done(await voucher_api.post(f"/v1/applications/{made['id']}/withdraw", headers=holder(firm)))
    assert (await simulate(voucher_api, round_id=round_id))["applicants"] == 0
