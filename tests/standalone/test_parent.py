"""Holds that the command ends with a parent that asked for it, and outlives any other."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLLOWER = """
import time
from services.standalone import parent
parent.follow()
print("follows", flush=True)
time.sleep(60)
"""
SHELL = '{environment} "$PYTHON" -c "$FOLLOWER" & echo $!; wait'
PATIENCE = 5.0

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")


def child_of_a_killed_shell(environment: str) -> int:
    """The process id of a child whose parent, a shell, is killed once the child runs."""
    settings = {**os.environ, "PYTHON": sys.executable, "FOLLOWER": FOLLOWER}
    command = ["sh", "-c", SHELL.format(environment=environment)]
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True) as shell:
        assert shell.stdout is not None
        child = int(shell.stdout.readline())
        assert shell.stdout.readline() == "follows\n"
        shell.kill()
    return child


def is_alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def ends(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def test_it_ends_when_the_parent_that_asked_for_it_is_killed() -> None:
    assert ends(child_of_a_killed_shell("INNOVOUCHER_PARENT=$$"))


def test_it_ends_at_once_when_that_parent_was_gone_before_it_could_follow() -> None:
    settings = {**os.environ, "INNOVOUCHER_PARENT": "1"}
    ended = subprocess.run([sys.executable, "-c", FOLLOWER], cwd=ROOT, env=settings, timeout=PATIENCE, check=False)
    assert ended.returncode == -signal.SIGTERM


def test_it_outlives_a_parent_that_did_not_ask() -> None:
    child = child_of_a_killed_shell("")
    try:
        assert is_alive(child)
    finally:
        os.kill(child, signal.SIGKILL)
