"""A round is given out, and rushed at, by a house of its own; everything adds up, and is compared with its like."""

from pathlib import Path

import pytest

from bench import issue, machine, rush
from bench.machine import Machine
from bench.run import Plan, Run
from bench.world import Size
from tests import databases
from tests.databases import PASSWORD, TestServer


@pytest.fixture
async def small_run(postgres_server: TestServer, tmp_path: Path) -> Run:
    """A run that has just begun, at noon of a day on which vouchers may be issued."""
    urls = await postgres_server.clone()
    await databases.set_clock(urls.owner, machine.NOON)
    server = Machine(postgres_server.server, tmp_path, urls.name, PASSWORD)
    return Run(server, Plan(rounds=1, seconds=1, connections=4, quick=True))


async def test_as_many_vouchers_are_issued_as_are_copied(small_run: Run) -> None:
    figure = await issue.measure(small_run, 20)
    assert figure.ours[0] > 0
    assert small_run.ok, (small_run.faults, small_run.findings)


async def test_everybody_who_rushes_is_taken_and_ranked(small_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "CALLERS", 20)
    monkeypatch.setattr(rush, "CITY", Size(20, holders=10))
    figure = await rush.measure(small_run)
    assert figure.ours[0] > 0
    assert small_run.ok, (small_run.said, small_run.findings)


async def test_a_round_in_which_somebody_went_empty_is_a_fault(small_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issue, "ISSUED", "SELECT 0")
    await issue.measure(small_run, 2)
    assert small_run.faults == ["0 of 2 vouchers were issued"]
