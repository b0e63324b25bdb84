"""A house and its rival redeem; the run sees when they do not do the same, and when something does not add up."""

import json
from dataclasses import replace

import pytest

from bench import bench
from bench import run as runs
from bench.bench import Report
from bench.figures import Figure
from bench.load import Told
from bench.machine import NOON, Urls
from bench.run import Run
from bench.stage import Stage
from services.standalone import provision
from services.voucher.oversight.operations.audit import Report as Audit
from services.voucher.oversight.store.audit import Counted

SECONDS, CONNECTIONS = 2, 4
MEMBERS = (
    *("redeem_vs_pgbench", "hot_vs_pgbench", "hop", "bulk", "growth", "issue_vs_copy"),
    *("p50_ms", "p99_ms", "refused", "failed", "audit"),
)
TOLD = Told(10, refused=0, failed=0, seconds=1.0, p50_ms=3.14, p99_ms=9.26)


@pytest.fixture
async def played(small_stage: Stage) -> Stage:
    """Both sides have redeemed, in a run that has just begun."""
    at = replace(small_stage, run=Run(small_stage.run.machine, small_stage.run.plan))
    await at.warm()
    at.count(await at.load.stretch(SECONDS, CONNECTIONS))
    await at.rival.stretch(SECONDS, CONNECTIONS)
    return at


def a_report(run: Run) -> Report:
    """Of a run in which every figure was measured."""
    figures = {name: [Figure(name, [1.0], [2.0])] for name in bench.RATIOS.values()}
    return Report(run, figures, TOLD)


async def changed(urls: Urls, sql: str) -> None:
    """Do what no role of ours may."""
    async with provision.connected(urls.superuser) as connection:
        await connection.execute(f"SET search_path TO voucher, business; {sql}")


async def taken(urls: Urls) -> int:
    """How often the first voucher was redeemed: each time for 1.00."""
    async with provision.connected(urls.superuser) as connection:
        captured: int = await connection.fetchval("SELECT captured FROM voucher.vouchers ORDER BY id LIMIT 1")
    return captured // 100


async def test_the_rival_leaves_the_same_rows_and_all_of_it_adds_up(played: Stage) -> None:
    await played.compare()
    await played.audit()
    run = played.run
    assert (run.refused, run.failed, run.said, run.faults, run.findings) == (0, 0, [], [], [])
    assert run.done[played.urls.name] > 0
    assert run.ok


async def test_bare_statements_leave_them_too(played: Stage) -> None:
    await played.rival.stretch(SECONDS, CONNECTIONS, bare=True)
    await played.compare()
    assert played.run.faults == []


async def test_a_crowd_takes_from_the_same_voucher(played: Stage) -> None:
    before = await taken(played.urls)
    told = await played.load.stretch(SECONDS, CONNECTIONS, among=replace(played.hot, vouchers=1, holders=1))
    assert await taken(played.urls) - before >= told.created


async def test_a_rival_that_is_spared_a_row_is_found_out(played: Stage) -> None:
    await changed(played.rival.urls, "CREATE TABLE rival.kept AS SELECT * FROM attempts; DELETE FROM attempts")
    await played.compare()
    await changed(played.rival.urls, "INSERT INTO attempts SELECT * FROM rival.kept")
    assert any("attempts" in fault for fault in played.run.faults)
    assert not played.run.ok


async def test_a_balance_that_was_tampered_with_fails_the_run(
    played: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    await changed(played.urls, "UPDATE vouchers SET available = available - 1, captured = captured + 1")
    await played.audit()
    assert bench.tell(a_report(played.run), as_json=True) == 1
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["audit"] == "failed"
    assert "voucher.stored" in said.err
    await changed(played.urls, "UPDATE vouchers SET available = available + 1, captured = captured - 1")


async def test_an_audit_that_looks_at_nothing_fails_the_run(played: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def blind(_: object) -> Audit:
        return Audit(NOON, Counted(0, 0, 0, 0), [])

    monkeypatch.setattr(runs, "run_audit", blind)
    await played.audit()
    assert a_report(played.run).as_json["audit"] == "failed"


async def test_a_run_without_an_audit_fails(played: Stage) -> None:
    assert a_report(played.run).as_json["audit"] == "failed"
    assert bench.tell(a_report(played.run), as_json=True) == 1


async def test_the_last_line_has_exactly_these_members(played: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    bench.tell(a_report(played.run), as_json=True)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert tuple(told) == MEMBERS
    assert (told["redeem_vs_pgbench"], told["p50_ms"], told["p99_ms"]) == (0.5, 3.1, 9.3)


@pytest.mark.parametrize("told", [replace(TOLD, refused=1), replace(TOLD, failed=1)])
async def test_one_caller_who_was_not_served_fails_the_run(small_stage: Stage, told: Told) -> None:
    run = Run(small_stage.run.machine, small_stage.run.plan, audited={"some"})
    assert run.ok
    run.count(told)
    assert not run.ok


@pytest.mark.parametrize(("reached", "faults"), [(0.9, 0), (0.89, 1)])
async def test_a_rival_slower_than_its_own_statements_fails_the_run(
    small_stage: Stage, reached: float, faults: int
) -> None:
    run = Run(small_stage.run.machine, small_stage.run.plan)
    Report(run, {"rival": [Figure("rival", [reached], [1.0])]}).judge()
    assert len(run.faults) == faults
