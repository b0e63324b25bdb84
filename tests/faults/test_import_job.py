"""Fault 1 for imports: whoever takes a list in is killed in the middle, and another goes on; nothing twice."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.transfer.domain.importing import ImportState
from services.registry.transfer.operations.imports import Progress
from tests.databases import Urls
from tests.faults.machines import until
from tests.registry.transfer.samples import HEAD, as_csv, counted, firms, order, sent, shown
from tests.standalone.conftest import ROOT

FIRMS, BATCH = 3_000, 50
LINES = "SELECT count(*) FROM import_lines"
RECORDED = "SELECT count(*) FROM organizations"
TOLD = "SELECT count(DISTINCT subject_id) * 1000000 + count(*) FROM events WHERE subject_kind = 'organization'"

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(database_urls: Urls) -> Iterator[Start]:
    """Starts a worker in a process of its own; all end with the test."""
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.faults.import_worker", database_urls.registry, str(BATCH)]
        begun.append(subprocess.Popen(command, cwd=ROOT))
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


async def number(database: Database, query: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(query))).scalar_one())


async def killed_once(database: Database, worker: Start, lines: int) -> None:
    """A worker that is killed as soon as so many lines are there, and whose lease is over at once."""
    process = worker()

    async def far_enough() -> bool:
        return await number(database, LINES) >= lines

    await until(far_enough)
    process.kill()
    process.wait()
    async with database.begin() as connection:
        await connection.execute(text("UPDATE jobs SET lease_until = clock_timestamp() WHERE state = 'running'"))


async def ended(database: Database, answer: Any) -> Progress:
    async def over() -> bool:
        return (await shown(database, answer)).job.state in ("done", "failed")

    await until(over)
    return await shown(database, answer)


@pytest.mark.slow
async def test_an_import_whose_workers_are_killed_again_and_again_comes_to_what_one_go_would(
    registry_db: Database, worker: Start
) -> None:
    await load_shipped(registry_db)
    rows = [HEAD, *firms(1, FIRMS), ("91110108MA0ABC1234", "错码公司", "蓬江区")]
    answer = await order(registry_db, await sent(registry_db, as_csv(rows)))
    for lines in (BATCH, FIRMS // 3, FIRMS * 2 // 3):
        await killed_once(registry_db, worker, lines)
        assert await number(registry_db, LINES) == await number(registry_db, RECORDED)
    worker()
    one = await ended(registry_db, answer)
    assert (one.of.state, counted(one)["created"], counted(one)["rejected"]) == (ImportState.DONE, FIRMS, 1)
    assert await number(registry_db, RECORDED) == FIRMS
    assert await number(registry_db, LINES) == FIRMS + 1
    assert await number(registry_db, TOLD) == FIRMS * 1_000_000 + FIRMS


@pytest.mark.slow
async def test_two_workers_at_once_take_a_list_in_once(registry_db: Database, worker: Start) -> None:
    await load_shipped(registry_db)
    file = await sent(registry_db, as_csv([HEAD, *firms(1, 500)]))
    both = [await order(registry_db, file) for _ in range(2)]
    for _ in both:
        worker()
    created = [counted(await ended(registry_db, answer)).get("created", 0) for answer in both]
    assert (sum(created), await number(registry_db, RECORDED)) == (500, 500)
