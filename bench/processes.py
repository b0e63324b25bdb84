"""Starts the processes of a run, each tied to this one's life, and reads how much of the processors they have used."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from services.standalone.parent import ASKED_BY

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")


class Fell(Exception):
    """A process of the run ended by itself; the text ends with what it said last."""


def environment(**more: str) -> dict[str, str]:
    """None of the caller's settings of ours; and whose life the process is tied to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOVOUCHER_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", ASKED_BY: str(os.getpid()), **more}


@contextmanager
def python(module: str, words: Sequence[str], log: Path, env: Mapping[str, str]) -> Generator[subprocess.Popen[bytes]]:
    """A module as a process for the block; what it says goes to the log. It is asked to end, and then made to."""
    command = [sys.executable, "-m", module, *words]
    with log.open("ab") as said:
        process = subprocess.Popen(command, env=dict(env), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def tied(command: Sequence[str]) -> list[str]:
    """A command that ends with this process, to be run in `environment`."""
    return [sys.executable, "-m", "bench.tied", *command]


async def output(command: Sequence[str], env: Mapping[str, str]) -> str:
    """Run a program that ends with this process, to its end, and give what it said; Fell where that was a fault."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*tied(command), env=env, stdout=pipe, stderr=pipe)
    said, faults = await process.communicate()
    if process.returncode != 0:
        raise Fell(f"{command[0]} ended with {process.returncode}: {faults.decode()}{said.decode()}")
    return said.decode()


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def cpu_seconds(pid: int) -> float:
    """How long a process has been on a processor since it began, its own threads but not its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_of_family(pid: int) -> float:
    """The same of a process, its living children, and those that have ended and were waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(map(int, fields[11:15])) / TICKS
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):
            total += cpu_seconds(int(child))
    return total
