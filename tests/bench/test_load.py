"""What wrk and pgbench say at their end, and what is said without wrk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import load, rival
from bench.load import NoLoad, Told

ROOT = Path(__file__).parents[2]
PGBENCH = """
number of transactions actually processed: 1246
number of failed transactions: 0 (0.000%)
latency average = 37.5 ms
initial connection time = 812.1 ms
tps = 852.787403 (without initial connection time)
"""


def test_what_callers_were_told_is_read_from_what_wrk_says() -> None:
    told = load.read("Running 5s test\nBENCH 900 2 1 4500000 3100 12500 80000\nTOLD 409 {}\n")
    assert told == Told(900, refused=2, failed=1, seconds=4.5, p50_ms=3.1, p99_ms=12.5, said="409 {}")
    assert told.rate == 200


def test_what_the_rival_did_is_read_from_what_pgbench_says() -> None:
    assert rival.read(PGBENCH) == rival.Done(redeemed=1246, failed=0, rate=852.787403)


def test_a_rival_that_did_nothing_has_no_rate() -> None:
    assert rival.read("number of transactions actually processed: 0\n").rate == 0


def test_without_wrk_there_is_no_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoLoad, match="wrk is not installed"):
        load.require_wrk()


def test_the_command_stops_without_wrk_and_says_so_in_one_line() -> None:
    command = [sys.executable, "-m", "services.standalone", "bench", "--quick", "--json"]
    env = {**os.environ, "PATH": "/nowhere", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, check=False, cwd="/", env=env, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("bench: wrk is not installed")
    assert ended.stderr.count("\n") == 1
