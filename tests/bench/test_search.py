"""Searches are measured among names as firms have them, and a name that is not found is a fault."""

from pathlib import Path

import pytest

from bench import search
from bench.machine import Machine
from bench.run import QUICK, Run
from tests.databases import PASSWORD, TestServer, Urls


@pytest.fixture
async def run(postgres_server: TestServer, database_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A short one, on the server of the tests."""
    monkeypatch.setattr(search, "ASKED", 3)
    monkeypatch.setattr(search, "ROUNDS", 1)
    return Run(Machine(postgres_server.server, tmp_path, database_urls.name, PASSWORD), QUICK)


def test_names_are_all_different_and_the_same_each_time() -> None:
    assert len(set(search.names(2_000))) == 2_000
    assert search.names(10) == search.names(20)[:10]


async def test_every_way_to_search_finds_what_it_is_asked_for(run: Run) -> None:
    played = await search.measure(run, 100)
    assert run.faults == []
    assert {len(way.taken) for way in played.values()} == {3}
    assert len(search.figures(played)) == len(played)


async def test_a_name_that_is_not_found_is_a_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ways", lambda _: {"nobody": search.Way([("江门检测", "不存在的名字")])})
    await search.measure(run, 10)
    assert run.faults == ["江门检测 does not find 不存在的名字"]
