"""Fault 1 for jobs: whoever ranks and issues a round is killed in the middle, and another goes on; nothing twice."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.wallet.operations import serving
from services.voucher.wallet.store import vouchers
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.machines import Node, Nodes, until
from tests.faults.served import voucher_app
from tests.voucher.wallet.rush import a_rush
from tests.voucher.wallet.steps import all_is_well, done, operator, rank, seen, verb, work

Api = httpx2.AsyncClient
FIRMS, FUNDED, BATCH = 300, 270, 10
SMALL = {f"services.voucher.wallet.operations.{job}.BATCH": BATCH for job in ("ranking", "serving")}
ISSUED = "SELECT count(*) FROM vouchers"


@pytest.fixture
async def voucher_api(database_urls: Urls) -> AsyncGenerator[Api]:
    """A client of the service in this process, which carries out no jobs."""
    async with voucher_app(database_urls.voucher, works=False) as app:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://voucher") as client:
            yield client


async def number(database: Database, query: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def a_minute_later(root_db: Database) -> None:
    """What the dead worker leased is free."""
    async with root_db.begin() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = clock_timestamp() WHERE state = 'running'"))


async def ended(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    """A job's report once somebody has carried it out."""
    shown: dict[str, Any] = {}

    async def over() -> bool:
        shown.update(done(await api.get(f"/v1/jobs/{job['id']}", headers=operator())))
        return shown["state"] in ("done", "failed")

    await until(over)
    assert shown["state"] == "done", shown
    report: dict[str, Any] = shown["report"]
    return report


async def as_one_go_would(api: Api, database: Database, round_id: str) -> None:
    """Everybody ranked once, the first in the line served, the others waiting, and the audit content."""
    ranks = "SELECT count(DISTINCT rank) FROM applications WHERE rank BETWEEN 1 AND (SELECT count(*) FROM applications)"
    assert await number(database, ranks) == FIRMS
    assert (await seen(api, round_id))["applications"] == {"issued": FUNDED, "waitlisted": FIRMS - FUNDED}
    assert await number(database, "SELECT max(rank) FROM applications WHERE state = 'issued'") == FUNDED
    assert await number(database, "SELECT count(*) FROM decisions WHERE kind = 'issue'") == FIRMS
    assert await number(database, "SELECT count(*) FROM events WHERE type = 'voucher.issued'") == FUNDED
    await all_is_well(database)


async def killed_once(node: Node, root_db: Database, enough: str, count: int) -> None:
    """Kill a worker as soon as a query counts so many."""

    async def far_enough() -> bool:
        return await number(root_db, enough) >= count

    await until(far_enough)
    node.kill()
    await a_minute_later(root_db)


async def killed_within_a_batch(started: Nodes, root_db: Database, table: str) -> None:
    """A worker that is killed while its batch waits to write into a table, having written into others."""
    async with root_db.begin() as connection:
        await connection.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
        node = await started.start(values=SMALL)
        waits = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"
        await killed_once(node, root_db, waits, 1)


@pytest.mark.slow
async def test_a_round_whose_workers_are_killed_again_and_again_is_ranked_and_issued_as_in_one_go(
    voucher_api: Api, voucher_db: Database, root_db: Database, set_clock: SetClock, started: Nodes
) -> None:
    round_id = await a_rush(voucher_api, voucher_db, set_clock, firms=FIRMS, funded=FUNDED)
    ranking = done(await verb(voucher_api, round_id, "rank"), 202)
    await killed_within_a_batch(started, root_db, "decisions")
    node = await started.start(values=SMALL)
    assert await ended(voucher_api, ranking) == {"approved": FIRMS, "rejected": 0}
    issuing = done(await verb(voucher_api, round_id, "issue"), 202)
    await killed_once(node, root_db, ISSUED, 5 * BATCH)
    await killed_within_a_batch(started, root_db, "events")
    assert await number(root_db, ISSUED) % BATCH == 0
    await all_is_well(voucher_db)
    await started.start(values=SMALL)
    report = await ended(voucher_api, issuing)
    assert (report["issued"], report["waiting"], report["pool"]) == (FUNDED, FIRMS - FUNDED, "0.00")
    await as_one_go_would(voucher_api, voucher_db, round_id)


@pytest.mark.slow
async def test_two_workers_at_once_come_to_what_one_would(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, started: Nodes
) -> None:
    round_id = await a_rush(voucher_api, voucher_db, set_clock, firms=FIRMS, funded=FUNDED)
    for _ in range(2):
        await started.start(values=SMALL)
    ranking = [done(await verb(voucher_api, round_id, "rank"), 202) for _ in range(2)]
    assert sum([(await ended(voucher_api, job))["approved"] for job in ranking]) == FIRMS
    issuing = [done(await verb(voucher_api, round_id, "issue"), 202) for _ in range(2)]
    assert sum([(await ended(voucher_api, job))["issued"] for job in issuing]) == FUNDED
    await as_one_go_would(voucher_api, voucher_db, round_id)


async def test_were_a_batch_not_one_transaction_a_death_within_it_would_be_found(
    voucher_api: Api, voucher_db: Database, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_id = await a_rush(voucher_api, voucher_db, set_clock, firms=FIRMS, funded=FUNDED)
    await rank(voucher_api, voucher_db, round_id)
    add = vouchers.add

    async def apart(_: Any, made: Any) -> None:
        async with voucher_db.begin() as another:
            await add(another, made)

    async def dies(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(serving, "BATCH", BATCH)
    monkeypatch.setattr("services.chassis.jobs.TRIES", 1)
    monkeypatch.setattr(vouchers, "add", apart)
    monkeypatch.setattr(decisions, "record", dies)
    done(await verb(voucher_api, round_id, "issue"), 202)
    await work(voucher_db)
    found = {finding.check for finding in (await run_audit(voucher_db)).findings}
    assert {"voucher.stored", "application.served", "round.adds_up"} <= found
