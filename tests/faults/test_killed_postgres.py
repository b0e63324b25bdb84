"""Fault 2: PostgreSQL is killed while clients redeem, one backend of it or all; the app reconnects by itself."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.standalone.postgres import DURABLE
from services.standalone.supervisor import SETTLED
from tests.faults.conftest import Prepared, RunCluster
from tests.faults.load import Load, reckoned, under_load
from tests.faults.machines import Cluster, nodes, until

pytestmark = pytest.mark.slow

KILLS = 2
RECOVERED = "automatic recovery in progress"
UNFLUSHED = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10s"}
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'innovoucher_voucher' AND pid <> pg_backend_pid()"

Victim = Callable[[Cluster], Awaitable[int]]


async def a_backend(cluster: Cluster) -> int:
    """One of the service's connections, as the server sees it."""
    database = Database(cluster.urls.superuser, "voucher")
    async with database.read() as connection:
        found = (await connection.execute(text(BACKENDS))).scalars().first()
    await database.dispose()
    assert found is not None
    return int(found)


async def the_postmaster(cluster: Cluster) -> int:
    """The process that starts all others."""
    return cluster.postmaster


async def killed(victim: Victim, cluster: Cluster, prepared: Prepared, folder: Path) -> tuple[Load, list[str]]:
    """What clients asked for while a process of the server was killed several times, and what is wrong afterwards."""
    async with nodes(folder, cluster.urls.voucher) as started:
        node = await started.start()
        async with under_load(node.url, prepared.wallet) as load:
            await asyncio.sleep(SETTLED)
            for _ in range(KILLS):
                await asyncio.sleep(0.5)
                await until(cluster.up)
                os.kill(await victim(cluster), signal.SIGKILL)
    assert cluster.log.read_text().count(RECOVERED) >= KILLS
    database = Database(cluster.urls.voucher, "voucher")
    found = await reckoned(load, database)
    await database.dispose()
    return load, found


@pytest.mark.parametrize("victim", [a_backend, the_postmaster])
async def test_what_was_acknowledged_survives_a_killed_postgres(
    run_cluster: RunCluster, prepared: Prepared, tmp_path: Path, victim: Victim
) -> None:
    load, found = await killed(victim, run_cluster(), prepared, tmp_path)
    assert load.outcomes.keys() == {"acknowledged"}
    assert found == []


async def test_if_a_commit_did_not_wait_for_the_disk_it_would_be_lost(
    run_cluster: RunCluster, prepared: Prepared, tmp_path: Path
) -> None:
    _, found = await killed(the_postmaster, run_cluster(durability=UNFLUSHED), prepared, tmp_path)
    assert [one for one in found if "acknowledged, and there 0 times" in one]
