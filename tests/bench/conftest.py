"""Sets up a small stage on the server of the tests: a house as a process, and the rival beside it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bench import machine, redeem, stage
from bench.machine import Machine
from bench.run import Plan, Run
from bench.stage import Stage
from bench.world import Size
from tests import databases
from tests.databases import PASSWORD, TestServer

SMALL = Size(vouchers=20, holders=10, providers=10, face=redeem.FACE)


@pytest.fixture(scope="module")
async def small_stage(postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Stage]:
    """Both sides, with few vouchers, at noon of a day on which they may be spent."""
    urls = await postgres_server.clone()
    await databases.set_clock(urls.owner, machine.NOON)
    folder: Path = tmp_path_factory.mktemp("bench")
    server = Machine(postgres_server.server, folder, urls.name, PASSWORD)
    run = Run(server, Plan(vouchers=20, rounds=1, seconds=1, connections=4, quick=True))
    async with stage.built(run, f"{urls.name}_city", SMALL) as at:
        yield at
